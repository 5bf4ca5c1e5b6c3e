// Package indicator finds contact with known bad addresses, domains, URLs, files and TLS fingerprints.
package indicator

import (
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/intel"
)

// Detector matches what is seen against the indicators of intel (ROWS D5, D11).
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "indicator",
		Type:  "Rule",
		Title: event.Text{JA: "危険と分かっている相手との通信", EN: "Contact with a known malicious destination"},
		Means: event.Text{
			JA: "登録済みの危険リスト(アドレス、ドメイン、URL、ファイル、通信の指紋)と一致する通信がありました。",
			EN: "Traffic matched the registered list of dangerous addresses, domains, URLs, files or TLS fingerprints."},
		Do: []event.Text{
			{JA: "端末をネットワークから切り離してください。電源は切らないでください。", EN: "Take the machine off the network. Do not switch it off."},
			{JA: "利用者に、直前に開いたメールやファイルを確認してください。", EN: "Ask the user which mail or file was opened just before."},
			{JA: "同じ相手と通信した他の端末がないか確認してください。", EN: "Check which other machines talked to the same destination."}},
		Sees:       event.Text{JA: "平文の宛先、DNSの問い合わせ、HTTPのURL、TLSの接続先名と指紋、転送されたファイルのハッシュ。", EN: "Addresses, DNS queries, HTTP URLs, TLS server names and fingerprints, hashes of transferred files."},
		Misses:     event.Text{JA: "リストにない相手。暗号化された通信の中のURLとファイル。", EN: "Destinations that are on no list; URLs and files inside encrypted traffic."},
		Techniques: []event.Technique{{UID: "T1071", Name: "Application Layer Protocol"}},
		Threat:     event.WebReputation,
		Phase:      event.PhaseC2,
	},
	Behaviours: []string{"c2.indicator", "malware.indicator"},
	Reads:      []event.Event{(*event.NetworkActivity)(nil), (*event.DNSActivity)(nil), (*event.HTTPActivity)(nil), (*event.SMBActivity)(nil)},
	New:        func(_ any, d detect.Deps) detect.Instance { return &instance{deps: d} },
	Samples:    samples,
}

// instance holds no state: each event is judged alone, within its own second.
type instance struct{ deps detect.Deps }

func (*instance) Advance(time.Time, detect.Emit) {}
func (*instance) Stats() detect.Stats            { return detect.Stats{} }

// Observe looks up every name, address and hash that the event carries.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	at, c := e.Head().Time, e.Tuple()
	switch e := e.(type) {
	case *event.NetworkActivity:
		if e.Activity == event.FlowOpen {
			n.addresses(at, c, emit)
		}
		if e.TLS != nil && e.Activity == event.FlowTraffic {
			n.tls(at, c, e.TLS, emit)
		}
	case *event.DNSActivity:
		n.dns(at, c, e, emit)
	case *event.HTTPActivity:
		n.http(at, c, e, emit)
	case *event.SMBActivity:
		n.file(at, c, e.File, emit)
	}
}

func (n *instance) addresses(at time.Time, c *event.Conn, emit detect.Emit) {
	for _, side := range []event.Endpoint{c.Dst, c.Src} {
		if n.deps.Home(side.IP) {
			continue
		}
		if i, ok := n.deps.Intel.IP(side.IP, at); ok {
			n.found(at, c, i, side.IP.String(), emit)
		}
	}
}

func (n *instance) tls(at time.Time, c *event.Conn, t *event.TLS, emit detect.Emit) {
	if i, ok := n.deps.Intel.Domain(t.SNI, at); ok {
		n.found(at, c, i, t.SNI, emit)
	}
	if i, ok := n.deps.Intel.Value(intel.JA3, t.JA3, at); ok {
		n.found(at, c, i, t.JA3, emit)
	}
	if i, ok := n.deps.Intel.Value(intel.JA4, t.JA4, at); ok {
		n.found(at, c, i, t.JA4, emit)
	}
}

func (n *instance) dns(at time.Time, c *event.Conn, e *event.DNSActivity, emit detect.Emit) {
	if e.Service != "dns" {
		return
	}
	if e.Activity == event.DNSQuery {
		if i, ok := n.deps.Intel.Domain(e.Query, at); ok {
			n.found(at, c, i, e.Query, emit)
		}
		return
	}
	for _, a := range e.Answers {
		if i, ok := n.deps.Intel.Domain(a.Data, at); ok && a.Type == "CNAME" {
			n.found(at, c, i, a.Data, emit)
		}
	}
}

func (n *instance) http(at time.Time, c *event.Conn, e *event.HTTPActivity, emit detect.Emit) {
	if i, ok := n.deps.Intel.URL(e.Host, e.URI, at); ok {
		n.found(at, c, i, e.Host+e.URI, emit)
	} else if i, ok := n.deps.Intel.Domain(hostOnly(e.Host), at); ok {
		n.found(at, c, i, e.Host, emit)
	}
	n.file(at, c, e.ResponseFile, emit)
	n.file(at, c, e.WholeFile, emit)
	n.file(at, c, e.RequestFile, emit)
	for i := range e.MoreFiles {
		n.file(at, c, &e.MoreFiles[i], emit)
	}
}

func (n *instance) file(at time.Time, c *event.Conn, f *event.File, emit detect.Emit) {
	if f == nil {
		return
	}
	if i, ok := n.deps.Intel.Value(intel.SHA256, f.SHA256, at); ok {
		n.found(at, c, i, f.Name, emit)
	}
}
