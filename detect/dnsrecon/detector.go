// Package dnsrecon finds a machine that draws the town's map from its name servers: zone transfers and reverse look-ups of whole networks.
package dnsrecon

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 20).
type Config struct {
	Addresses int           `yaml:"addresses"` // inside addresses whose names were asked for within the window; ≥ 5
	Window    time.Duration `yaml:"window"`    // ≥ 1s
	Slow      int           `yaml:"slow"`      // the same within two minutes, for those that take their time; ≥ addresses
	Exempt    []string      `yaml:"exempt"`    // roles that do this by design
}

// DefaultConfig: 10 reverse look-ups in 2 seconds (DETECTIONS 20), or 25 in 2 minutes.
func DefaultConfig() Config {
	return Config{Addresses: 10, Window: 2 * time.Second, Slow: 25, Exempt: []string{"dns", "dc", "scanner", "management", "mail", "proxy", "gateway", "yagura"}}
}

// Validate reports what cannot work.
func (c Config) Validate() error {
	if c.Addresses < 5 || c.Window < time.Second || c.Slow < c.Addresses {
		return fmt.Errorf("addresses %d, window %s, slow %d: at least 5, 1s and as many as addresses", c.Addresses, c.Window, c.Slow)
	}
	return nil
}

// Detector watches zone transfers (AXFR, RFC 5936; IXFR, RFC 1995) by machines that are no name servers, and runs of PTR
// questions about inside addresses (RFC 1035 §3.5).
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "dnsrecon",
		Title: event.Text{JA: "名前の一括調査(DNS)", EN: "Names of the whole network asked for (DNS)"},
		Means: event.Text{
			JA: "ある端末が、庁内の機器の名前を一覧で取り出そうとしました。狙う機器を選ぶ下調べの可能性があります。",
			EN: "A machine tried to list the names of the town's machines, perhaps to choose its targets."},
		Do: []event.Text{
			{JA: "ネットワークの点検作業でないか確認してください。", EN: "Ask whether it was maintenance of the network."},
			{JA: "DNSサーバーで、ゾーン転送の相手を限定してください。", EN: "Limit zone transfers on the name servers."}},
		Sees:       event.Text{JA: "ゾーン転送の要求と、短時間の逆引きの数。", EN: "Requests for zone transfers, and runs of reverse look-ups."},
		Misses:     event.Text{JA: "ゆっくりした逆引き、暗号化されたDNS。", EN: "Slow reverse look-ups; encrypted DNS."},
		Techniques: []event.Technique{{UID: "T1018", Name: "Remote System Discovery"}, {UID: "T1590.002", Name: "DNS"}},
		Threat:     event.SuspiciousBehaviour,
		Phase:      event.PhaseDiscovery,
	},
	Behaviours: []string{"disc.dns_axfr", "scan.dns"},
	Reads:      []event.Event{(*event.DNSActivity)(nil)},
	Samples:    samples,
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		c := *cfg.(*Config)
		return &instance{cfg: c, deps: d, clients: detect.NewTable[netip.Addr, state](20_000, 2*slowWindow)}
	},
}

// maxAsked bounds the addresses remembered for one client.
const maxAsked = 256

// state is which addresses one client lately asked about.
type state struct {
	asked map[netip.Addr]time.Time
	told  int
	axfr  int
}

type instance struct {
	cfg     Config
	deps    detect.Deps
	clients *detect.Table[netip.Addr, state]
}

// Advance implements detect.Instance.
func (n *instance) Advance(now time.Time, _ detect.Emit) { n.clients.Expire(now) }

// Stats implements detect.Instance.
func (n *instance) Stats() detect.Stats { return n.clients.Stats() }

// Observe judges questions.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	d, ok := e.(*event.DNSActivity)
	if !ok || d.Service != "dns" {
		return
	}
	switch {
	case d.Type == "AXFR" || d.Type == "IXFR" && d.Proto == event.ProtoTCP:
		n.transfer(d, emit)
	case d.Type == "PTR" && d.Activity == event.DNSQuery:
		if ip, ok := reverse(d.Query); ok && n.deps.Home(ip) {
			n.lookup(d, ip, emit)
		}
	}
}

// reverse is the address that a name under in-addr.arpa stands for.
func reverse(name string) (ip netip.Addr, ok bool) {
	rest, ok := strings.CutSuffix(name, ".in-addr.arpa")
	if !ok {
		return ip, false
	}
	p := strings.Split(rest, ".")
	if len(p) != 4 {
		return ip, false
	}
	ip, err := netip.ParseAddr(p[3] + "." + p[2] + "." + p[1] + "." + p[0])
	return ip, err == nil
}

func (n *instance) transfer(d *event.DNSActivity, emit detect.Emit) {
	device, peer, ok := n.deps.Actor(&d.Conn)
	if !ok || n.deps.HasRole(d.Src.IP, d.Time, n.cfg.Exempt...) {
		return
	}
	s, _ := n.clients.Touch(d.Src.IP, d.Time)
	s.axfr++
	f := event.Finding{
		Behaviour: "disc.dns_axfr", Severity: event.Medium, Confidence: 75, Weight: 0.4,
		Device: detect.Device(device), Peers: []event.Endpoint{peer}, Subject: d.Dst.IP.String() + " " + detect.Short(d.Query),
		Summary: detect.Say("%s が %s に、%s の名前の一覧(ゾーン転送)を%d回求めました。", "%s asked %s for all names of %s (zone transfer) %d times.", d.Src.IP, d.Dst.IP, detect.Short(d.Query), s.axfr),
		Reasons: []event.Reason{detect.Because("transfers", float64(s.axfr), 1, "requests",
			detect.Say("名前サーバーとして知られていない機器からの要求が%d回ありました。", "A machine that is not known as a name server asked %d times.", s.axfr))},
		Evidence: []event.Evidence{detect.Seen(d.Time, &d.Conn, d.Query)},
	}
	f.Time = d.Time
	if d.Activity == event.DNSResponse && d.RCode == "NOERROR" && len(d.Answers) > 1 {
		f.Severity, f.Confidence, f.SingleShot = event.High, 85, true
		f.Reasons = append(f.Reasons, detect.Because("given", float64(len(d.Answers)), 2, "records", detect.Say("サーバーは%d件以上を渡しました。", "The server handed out %d records or more.", len(d.Answers))))
	}
	emit(f)
}

// slowWindow is within which slow look-ups are counted.
const slowWindow = 2 * time.Minute

func (n *instance) lookup(d *event.DNSActivity, ip netip.Addr, emit detect.Emit) {
	s, _ := n.clients.Touch(d.Src.IP, d.Time)
	if s.asked == nil {
		s.asked = map[netip.Addr]time.Time{}
	}
	if len(s.asked) < maxAsked {
		s.asked[ip] = d.Time
	}
	if len(s.asked) < n.cfg.Addresses {
		return
	}
	fast := 0
	for a, at := range s.asked {
		if d.Time.Sub(at) > slowWindow {
			delete(s.asked, a)
		} else if d.Time.Sub(at) <= n.cfg.Window {
			fast++
		}
	}
	count, window := fast, n.cfg.Window
	if fast < n.cfg.Addresses {
		count, window = len(s.asked), slowWindow
	}
	if fast < n.cfg.Addresses && count < n.cfg.Slow {
		if count < n.cfg.Addresses {
			s.told = 0
		}
		return
	}
	if count < 4*s.told || n.deps.HasRole(d.Src.IP, d.Time, n.cfg.Exempt...) {
		return
	}
	device, peer, ok := n.deps.Actor(&d.Conn)
	if !ok {
		return
	}
	f := event.Finding{
		Behaviour: "scan.dns", Severity: event.Low, Confidence: 65, Weight: 0.2,
		Device: detect.Device(device), Peers: []event.Endpoint{peer}, Subject: "reverse", Count: count - s.told,
		Summary: detect.Say("%s が庁内のアドレス%d個の名前を、%.0f秒以内に続けて尋ねました。", "%s asked for the names of %d inside addresses within %.0f s.", d.Src.IP, count, window.Seconds()),
		Reasons: []event.Reason{detect.Because("addresses", float64(count), float64(n.cfg.Addresses), "addresses",
			detect.Say("%d個のアドレスが逆引きされました。", "%d addresses were looked up in reverse.", count))},
		Evidence: []event.Evidence{detect.Seen(d.Time, &d.Conn, d.Query)},
	}
	f.Time = d.Time
	s.told = count
	emit(f)
}
