package indicator

import (
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/intel"
)

// words names each kind for people.
var words = map[intel.Kind]event.Text{
	intel.IP:     {JA: "アドレス", EN: "address"},
	intel.Domain: {JA: "ドメイン", EN: "domain"},
	intel.URL:    {JA: "URL", EN: "URL"},
	intel.SHA256: {JA: "ファイル", EN: "file"},
	intel.JA3:    {JA: "通信の指紋", EN: "TLS fingerprint"},
	intel.JA4:    {JA: "通信の指紋", EN: "TLS fingerprint"},
}

func (n *instance) found(at time.Time, c *event.Conn, i intel.Indicator, seen string, emit detect.Emit) {
	device, peer, ok := n.deps.Actor(c)
	if !ok {
		return
	}
	behaviour, phase := "c2.indicator", "c2"
	if i.Kind == intel.SHA256 {
		behaviour, phase = "malware.indicator", "file"
	}
	label := i.Label
	if label == "" {
		label = i.Value
	}
	f := event.Finding{
		Behaviour: behaviour, Severity: i.Severity, Confidence: 90, SingleShot: i.Severity >= event.High, Weight: 0.9,
		Device: detect.Device(device), Peers: []event.Endpoint{peer}, Subject: string(i.Kind) + ":" + i.Value,
		Summary: event.Text{
			JA: "危険リストの" + words[i.Kind].JA + "「" + i.Value + "」と一致する通信が1件ありました(" + label + ")。",
			EN: "1 contact matched the listed " + words[i.Kind].EN + " “" + i.Value + "” (" + label + ").",
		},
		Evidence: []event.Evidence{detect.Seen(at, c, seen)},
	}
	f.Time = at
	f.Reasons = []event.Reason{detect.Because("listed_"+phase, 1, 1, "match",
		event.Text{JA: "一致した登録: " + i.Source, EN: "matching entry: " + i.Source})}
	if i.APT {
		f.Reasons = append(f.Reasons, detect.Because("apt", 1, 1, "match",
			event.Text{JA: "標的型攻撃に関係する登録です。", EN: "The entry belongs to a targeted attack."}))
	}
	emit(f)
}

// hostOnly cuts the port off a Host header.
func hostOnly(h string) string {
	if i := strings.LastIndexByte(h, ':'); i > 0 && !strings.HasSuffix(h, "]") {
		return h[:i]
	}
	return h
}
