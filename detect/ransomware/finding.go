package ransomware

import (
	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

func (n *instance) tell(s *event.SMBActivity, t tally, severity event.Severity, confidence int, emit detect.Emit) {
	device, peer, ok := n.deps.Actor(&s.Conn)
	if !ok {
		return
	}
	window, files := n.cfg.Window, n.cfg.Files
	if t.slow {
		window, files = slowWindows*n.cfg.Window, n.cfg.Slow
	}
	f := event.Finding{
		Behaviour: "impact.ransomware", Severity: severity, Confidence: confidence, SingleShot: severity >= event.High, Weight: 0.5,
		Device: detect.Device(device), Peers: []event.Endpoint{peer}, Subject: detect.Short(s.Share), Count: max(t.noise, t.renamed, t.folders, 1),
		Summary: detect.Say("%s が %s で、%.0f秒以内に%d個の文書を読めない内容に書き換え、%d個の名前の末尾を変えました。", "%s overwrote documents in %s with unreadable content (%[4]d within %.0[3]f s) and gave a new ending to %[5]d names.",
			s.Src.IP, detect.Short(s.Share), window.Seconds(), t.noise, t.renamed),
		Evidence: []event.Evidence{detect.Seen(s.Time, &s.Conn, detect.Short(s.Share+`\`+s.Path))},
		Reasons: []event.Reason{detect.Because("unreadable", float64(t.noise), float64(files), "files",
			detect.Say("%d個の文書が、種類に合わない乱雑な内容になりました。", "%d documents became noise that does not fit their kind.", t.noise))},
	}
	f.Time = s.Time
	if t.renamed > 0 {
		f.Reasons = append(f.Reasons, detect.Because("renamed", float64(t.renamed), float64(files), "files",
			detect.Say("%d個の名前に、見慣れない末尾「.%s」が付きました。", "%d names got the unknown ending “.%s”.", t.renamed, detect.Short(t.end))))
	}
	if t.folders > 0 {
		f.Reasons = append(f.Reasons, detect.Because("notes", float64(t.folders), float64(n.cfg.Folders), "folders",
			detect.Say("%d個のフォルダーに同じ文書「%s」が置かれました。", "The same note was left in %d folders (“%s”).", t.folders, detect.Short(t.note))))
	}
	yes := event.Text{JA: "読めない内容に書き換えられた文書", EN: "documents made unreadable"}
	f.Gates = []event.Gate{detect.AtLeast("unreadable", float64(t.noise), float64(files), "files", "files", yes),
		detect.AtLeast("renamed", float64(t.renamed), float64(files), "files", "files", event.Text{JA: "同じ見慣れない末尾が付いた名前", EN: "names with one unknown ending"}),
		detect.AtLeast("notes", float64(t.folders), float64(n.cfg.Folders), "folders", "folders", event.Text{JA: "同じ文書が置かれたフォルダー", EN: "folders with the same note"})}
	if n.deps.HasRole(s.Src.IP, s.Time, n.cfg.Exempt...) {
		f.Severity, f.SingleShot, f.Weight = event.Medium, false, 0.3
		f.Counter = append(f.Counter, detect.Because("role", 1, 0, "", event.Text{JA: "この種の書き込みを行う機器として登録されています。", EN: "It is registered as a machine that writes such files."}))
	}
	emit(f)
}
