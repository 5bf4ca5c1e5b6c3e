// Package encrypteddns finds look-ups that go past the town's own name servers in encryption, and data that is hidden in them.
package encrypteddns

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector.
type Config struct {
	Servers []string `yaml:"servers"` // names of public DoH, DoT and DoQ servers, those below them included
	Tunnel  int      `yaml:"tunnel"`  // bytes sent to them by one machine within an hour; ≥ 100000
	Exempt  []string `yaml:"exempt"`  // roles that look up for others
}

// DefaultConfig: the servers that browsers and systems offer (their makers' documentation), and 1 MB an hour: a look-up is
// padded to 128 bytes (RFC 8467) and costs about 250 with its frames, so that this is 4,000 names.
func DefaultConfig() Config {
	return Config{Tunnel: 1_000_000, Exempt: []string{"dns", "proxy", "gateway"}, Servers: []string{
		"dns.google", "dns.google.com", "dns64.dns.google", "cloudflare-dns.com", "one.one.one.one", "quad9.net", "opendns.com", "umbrella.com", "nextdns.io", "cleanbrowsing.org", "adguard.com", "adguard-dns.com",
		"adguard-dns.io", "dns.sb", "doh.li", "doh.dns.sb", "controld.com", "mullvad.net", "iij.jp", "dns.alidns.com", "doh.pub", "doh.360.cn", "applied-privacy.net", "libredns.gr", "dnsforge.de", "digitale-gesellschaft.ch",
		"uncensoreddns.org", "switch.ch", "dns0.eu", "joindns4.eu", "rethinkdns.com", "decloudus.com", "tiarap.org", "tiar.app", "comodo.com", "safedns.com"}}
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Tunnel < 100_000 {
		return fmt.Errorf("tunnel %d: at least 100000", c.Tunnel)
	}
	return nil
}

// Detector knows encrypted look-ups by port (DoT RFC 7858, DoQ RFC 9250), by the protocol's name in the handshake, and
// those over HTTPS (RFC 8484) by whom they go to.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "encrypteddns",
		Title: event.Text{JA: "庁内のDNSを通らない、暗号化された名前の問い合わせ", EN: "Encrypted look-ups past the town's name servers"},
		Means: event.Text{
			JA: "端末が、名前の問い合わせを暗号化して外部のサーバーに直接送っています。ブラウザーの設定のこともありますが、行き先が庁内から見えなくなり、データを隠して送ることもできます。",
			EN: "The machine looks names up at an outside server, encrypted. It may be a browser's setting; but nobody sees where the machine goes, and data can be hidden in it."},
		Do: []event.Text{
			{JA: "ブラウザーの「セキュアDNS」を無効にしてください(グループポリシーで一括設定できます)。", EN: "Switch off the browser's secure DNS (by group policy)."},
			{JA: "設定していないのに続くときは、端末を調べてください。", EN: "If it goes on although nothing is set, examine the machine."}},
		Sees:       event.Text{JA: "公開DNSサーバーへのHTTPS・TLS・QUICの接続と、送られた量。", EN: "HTTPS, TLS and QUIC to public name servers, and how much was sent."},
		Misses:     event.Text{JA: "攻撃者が自分で用意したDoHサーバー。これはほかの定期通信と同じように判定します。", EN: "DoH servers of an attacker's own; they are judged as any beacon."},
		Techniques: []event.Technique{{UID: "T1071.004", Name: "DNS"}, {UID: "T1572", Name: "Protocol Tunneling"}},
		Threat:     event.Grayware,
		Phase:      event.PhaseC2,
	},
	Behaviours: []string{"policy.encrypted_dns", "c2.doh_tunnel"},
	Reads:      []event.Event{(*event.NetworkActivity)(nil)},
	Samples:    samples,
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		c := *cfg.(*Config)
		return &instance{cfg: c, deps: d, servers: detect.NewDomains(c.Servers), uses: detect.NewTable[key, state](20_000, 24*time.Hour), flows: detect.NewTable[uint64, uint64](20_000, 3*time.Hour)}
	},
}

type key struct {
	src    netip.Addr
	server string
}

type state struct {
	first    time.Time
	n        int
	hour     time.Time // since when out is counted
	out      uint64
	used     bool // told of at all
	tunnel   bool // told of as a tunnel
	lastFlow uint64
}

type instance struct {
	cfg     Config
	deps    detect.Deps
	servers *detect.Domains
	uses    *detect.Table[key, state]
	flows   *detect.Table[uint64, uint64] // bytes of a conversation that were counted before its end
}

// Advance implements detect.Instance.
func (n *instance) Advance(now time.Time, _ detect.Emit) {
	n.uses.Expire(now)
	n.flows.Expire(now)
}

// Stats implements detect.Instance.
func (n *instance) Stats() detect.Stats { return detect.SumStats(n.uses.Stats(), n.flows.Stats()) }

// dnsPort is that of DNS over TLS and over QUIC.
const dnsPort = 853

// Observe looks at encrypted conversations with name servers outside.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	a, ok := e.(*event.NetworkActivity)
	if !ok || a.Activity == event.FlowOpen || a.ARP != nil || !n.deps.Outbound(&a.Conn) || a.Resp.Payload == 0 && a.TLS == nil {
		return
	}
	server := n.server(a)
	if server == "" || n.deps.HasRole(a.Src.IP, a.Time, n.cfg.Exempt...) {
		return
	}
	s, isNew := n.uses.Touch(key{a.Src.IP, server}, a.Time)
	if isNew {
		s.first, s.hour = a.Time, a.Time
	}
	if a.FlowID != s.lastFlow {
		s.n++
		s.lastFlow = a.FlowID
	}
	n.volume(a, s)
	n.judge(a, s, server, emit)
}

// server is who is asked: its name where it has one, else its address; "" where it is no name server.
func (n *instance) server(a *event.NetworkActivity) string {
	name := ""
	if a.TLS != nil {
		name = strings.ToLower(a.TLS.SNI)
	}
	looked := n.deps.Facts.NameOf(a.Dst.IP, a.Time)
	if name == "" {
		name = looked
	}
	encrypted := a.TLS != nil || a.App == "tls" || a.App == "quic"
	named := encrypted && a.Dst.Port == 443 && n.servers.Of(name) != "" && !strings.HasPrefix(name, "www.")
	asked := encrypted && (a.Dst.Port == dnsPort || a.TLS != nil && (slices.Contains(a.TLS.ALPN, "dot") || slices.Contains(a.TLS.ALPN, "doq")))
	switch {
	case !named && !asked:
		return ""
	case name == "":
		return a.Dst.IP.String()
	}
	return name
}

// volume counts what was sent in the running hour, each conversation as it grows.
func (n *instance) volume(a *event.NetworkActivity, s *state) {
	if a.Time.Sub(s.hour) > time.Hour {
		s.hour, s.out = a.Time, 0
	}
	before, _ := n.flows.Touch(a.FlowID, a.Time)
	if a.Orig.Payload > *before {
		s.out += a.Orig.Payload - *before
		*before = a.Orig.Payload
	}
}

func (n *instance) judge(a *event.NetworkActivity, s *state, server string, emit detect.Emit) {
	tunnel := s.out >= uint64(n.cfg.Tunnel)
	if s.tunnel || s.used && !tunnel {
		return
	}
	s.used, s.tunnel = true, tunnel
	f := event.Finding{
		Behaviour: "policy.encrypted_dns", Severity: event.Low, Confidence: 85, Weight: 0.05,
		Device: detect.Device(a.Src), Peers: []event.Endpoint{a.Dst}, Subject: server, First: s.first, Count: s.n,
		Summary:  detect.Say("%s が、名前の問い合わせを暗号化して外部の %s に送っています(%d回の接続)。", "%s sends its look-ups encrypted to %s outside (%d connections).", a.Src.IP, server, s.n),
		Evidence: []event.Evidence{detect.Seen(a.Time, &a.Conn, server)},
		Reasons: []event.Reason{detect.Because("connections", float64(s.n), 1, "connections", detect.Say(
			"ポート%dで、庁内のDNSを通らない問い合わせが%d回ありました。", "Port %d: %d connections that go past the town's name servers.", a.Dst.Port, s.n))},
		Gates: []event.Gate{
			detect.Holds("name_server", true, "servers", event.Text{JA: "相手は公開の名前サーバーか", EN: "Is the other side a public name server?"}),
			detect.Holds("role", true, "exempt", event.Text{JA: "ほかの端末のために問い合わせる役割の機器ではないか", EN: "Is it no machine that looks up for others?"}),
			detect.AtLeast("volume", float64(s.out), float64(n.cfg.Tunnel), "B", "tunnel", event.Text{JA: "1時間の送信量は、名前の問い合わせにしては多すぎるか", EN: "Is more sent within an hour than look-ups need?"})},
	}
	f.Time = a.Time
	if tunnel {
		f.Behaviour, f.Severity, f.Confidence, f.Weight = "c2.doh_tunnel", event.Medium, 65, 0.4
		f.Summary = detect.Say("%s が、暗号化された名前の問い合わせとして %s に1時間に%dバイトを送りました。", "%s sent %s %[3]d bytes within 1 hour as encrypted look-ups.", a.Src.IP, server, s.out)
		f.Reasons = append(f.Reasons, detect.Because("volume", float64(s.out), float64(n.cfg.Tunnel), "B", detect.Say(
			"%dバイトは、名前の問い合わせ約%d回分です。", "%d bytes are about %d look-ups.", s.out, s.out/250)))
	}
	emit(f)
}
