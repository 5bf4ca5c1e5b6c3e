// Package webshell finds programs that somebody put on a web server to command it from outside.
package webshell

import (
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Detector watches requests to the town's own web servers: system commands as plain parameters of a script, code in a form
// (as China Chopper and its kin send it), scripts written by PUT, and scripts that were uploaded and are then called
// (DETECTIONS 42; MITRE ATT&CK T1505.003; NSA and ASD, "Detect and Prevent Web Shell Malware").
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "webshell",
		Title: event.Text{JA: "Webサーバーに置かれた裏口", EN: "Back door on a web server (web shell)"},
		Means: event.Text{
			JA: "庁内のWebサーバーに、外から命令を受け付けるプログラムが置かれ、使われている可能性があります。ページの改ざんや侵入の足場になります。",
			EN: "A program that takes commands seems to have been put on one of the town's web servers: a foothold, and a way to change pages."},
		Do: []event.Text{
			{JA: "Webサーバーを公開から外し、記録とファイルを保存してください。", EN: "Take the web server off line; save its logs and files."},
			{JA: "見慣れないスクリプトを探し、ページが改ざんされていないか確認してください。", EN: "Look for unknown scripts, and check whether pages were changed."},
			{JA: "専門家に連絡してください。", EN: "Call an expert."}},
		Sees:       event.Text{JA: "暗号化されていないWebでの、命令の受け渡しとスクリプトの設置。", EN: "Commands passed to scripts and scripts put up, over unencrypted web."},
		Misses:     event.Text{JA: "HTTPS、中身を暗号化した裏口。", EN: "HTTPS; back doors that encrypt what they pass."},
		Techniques: []event.Technique{{UID: "T1505.003", Name: "Web Shell"}, {UID: "T1491", Name: "Defacement"}},
		Threat:     event.MaliciousBehaviour,
		Phase:      event.PhaseEntry,
	},
	Behaviours: []string{"web.shell"},
	Reads:      []event.Event{(*event.HTTPActivity)(nil)},
	Samples:    samples,
	New: func(_ any, d detect.Deps) detect.Instance {
		return &instance{deps: d, uploads: detect.NewTable[file, time.Time](10_000, 24*time.Hour), told: detect.NewTable[pair, int](10_000, time.Hour)}
	},
}

// file is a script that was uploaded to a server.
type file struct {
	server netip.Addr
	name   string
}

type pair struct {
	src, dst netip.Addr
	why      string
}

type instance struct {
	deps    detect.Deps
	uploads *detect.Table[file, time.Time]
	told    *detect.Table[pair, int]
}

// Advance implements detect.Instance.
func (n *instance) Advance(now time.Time, _ detect.Emit) {
	n.uploads.Expire(now)
	n.told.Expire(now)
}

// Stats implements detect.Instance.
func (n *instance) Stats() detect.Stats {
	a, b := n.uploads.Stats(), n.told.Stats()
	return detect.Stats{Keys: a.Keys + b.Keys, Evicted: a.Evicted + b.Evicted}
}

var (
	command  = regexp.MustCompile(`(?i)(^|&)\w{0,12}=(whoami|ipconfig|ifconfig|net\+(user|localgroup|group|view)|netstat|uname(\+-a)?|systeminfo|tasklist|powershell|cmd(\.exe)?\+*/c|certutil)(\b|$)`)
	weak     = regexp.MustCompile(`(?i)(^|&)(cmd|exec|execute|command|shell)=(id|dir|ls|cat\+|pwd|type\+|wget\+|curl\+)(\b|$)`) // words that pages use too
	code     = regexp.MustCompile(`(?i)(@?eval\s*\(\s*(base64_decode|gzinflate|\$_(post|request|get))|assert\s*\(\s*\$|response\.write\s*\(|@ini_set\s*\(\s*"display_errors"|system\.diagnostics\.process|getruntime\(\)\.exec|execute\s*\(\s*request)`)
	filename = regexp.MustCompile(`(?i)filename="?([^"\r\n]+)`)
)

// Observe judges requests to servers inside.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	h, ok := e.(*event.HTTPActivity)
	if !ok || !n.deps.Home(h.Dst.IP) {
		return
	}
	target, query, _ := strings.Cut(h.URI, "?")
	name := strings.ToLower(path.Base(target))
	isScript := script(name)
	switch {
	case isScript && h.Status < 400 && command.MatchString(plus(query)), isScript && h.Status < 400 && command.MatchString(plus(form(h))):
		n.tell(h, "command", event.Text{JA: "スクリプトにシステムの命令が渡されました", EN: "a system command was passed to a script"}, event.High, 80, emit)
	case isScript && h.Status < 400 && (weak.MatchString(plus(query)) || weak.MatchString(plus(form(h)))):
		n.tell(h, "word", event.Text{JA: "スクリプトに命令らしい語が渡されました", EN: "what may be a command was passed to a script"}, event.Medium, 55, emit)
	case h.Method == "POST" && h.Body != "" && code.MatchString(unescape(h.Body)):
		n.tell(h, "code", event.Text{JA: "動かすためのプログラムが送られました", EN: "code to be run was sent"}, event.High, 85, emit)
	case isScript && h.Method == "PUT" && h.Status >= 200 && h.Status < 300:
		n.uploaded(h, name)
		n.tell(h, "put", event.Text{JA: "スクリプトが書き込まれました", EN: "a script was written"}, event.High, 75, emit)
	case h.Method == "POST" && strings.HasPrefix(strings.ToLower(h.RequestType), "multipart/") && h.Status < 400:
		n.noteForm(h)
	case isScript && h.Status == 200 && n.uploads.Peek(file{h.Dst.IP, name}, h.Time) != nil:
		n.tell(h, "called", event.Text{JA: "送り込まれたばかりのスクリプトが呼び出されました", EN: "a script was called that had just been uploaded"}, event.High, 85, emit)
	}
}

// script reports whether a file of that name, in lower case, is run by servers.
func script(name string) bool {
	switch ext := path.Ext(name); ext {
	case ".php", ".phtml", ".jsp", ".jspx", ".asp", ".aspx", ".ashx", ".asmx", ".cfm", ".cgi", ".pl":
		return true
	default:
		return len(ext) == 5 && ext[:4] == ".php" && ext[4] >= '0' && ext[4] <= '9'
	}
}

// noteForm remembers scripts that come as files of a form.
func (n *instance) noteForm(h *event.HTTPActivity) {
	name := ""
	if h.RequestFile != nil {
		name = h.RequestFile.Name
	}
	if m := filename.FindStringSubmatch(h.Body); name == "" && m != nil {
		name = m[1]
	}
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	if name = strings.ToLower(name); script(name) {
		n.uploaded(h, name)
	}
}

func (n *instance) uploaded(h *event.HTTPActivity, name string) {
	at, _ := n.uploads.Touch(file{h.Dst.IP, name}, h.Time)
	*at = h.Time
}

func form(h *event.HTTPActivity) string {
	if !strings.Contains(h.RequestType, "urlencoded") {
		return ""
	}
	return h.Body
}

// plus writes blanks as forms do.
func plus(s string) string { return strings.ReplaceAll(s, "%20", "+") }

func unescape(s string) string {
	if t, err := url.QueryUnescape(s); err == nil {
		return t
	}
	return s
}

func (n *instance) tell(h *event.HTTPActivity, why string, what event.Text, severity event.Severity, confidence int, emit detect.Emit) {
	count, _ := n.told.Touch(pair{h.Src.IP, h.Dst.IP, why}, h.Time)
	if *count++; *count > 1 && *count%10 != 0 {
		return
	}
	device, peer, ok := n.deps.Actor(&h.Conn)
	if !ok {
		return
	}
	sum := detect.Say("%s が Webサーバー %s の裏口とみられるものを使いました(%d回目): ", "%s used what seems to be a back door on the web server %s (number %d): ", h.Src.IP, h.Dst.IP, *count)
	f := event.Finding{
		Behaviour: "web.shell", Severity: severity, Confidence: confidence, SingleShot: severity >= event.High, Weight: 0.3,
		Device: detect.Device(device), Peers: []event.Endpoint{peer}, Subject: h.Dst.IP.String() + " " + why,
		Summary:  event.Text{JA: sum.JA + what.JA + "。", EN: sum.EN + what.EN + "."},
		Reasons:  []event.Reason{detect.Because(why, float64(*count), 1, "requests", detect.Say("そのような要求が%d回ありました。", "There were %d such requests.", *count))},
		Evidence: []event.Evidence{detect.Seen(h.Time, &h.Conn, detect.Short(h.Method+" "+h.URI))},
	}
	f.Time = h.Time
	if n.deps.HasRole(h.Src.IP, h.Time, "scanner") {
		f.Severity, f.SingleShot, f.Weight = event.Low, false, 0.1
		f.Counter = append(f.Counter, detect.Because("role", 1, 0, "", event.Text{JA: "弱点の点検を行う機器として登録されています。", EN: "It is registered as a machine that looks for weaknesses."}))
	}
	emit(f)
}
