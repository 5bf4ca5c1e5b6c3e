// Package remoteaccess finds remote-control tools, anonymisers and tunnels that the town has not approved.
package remoteaccess

import (
	"regexp"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config says what is approved.
type Config struct {
	Approved []string `yaml:"approved"` // names of tools in use, as in the finding: TeamViewer, AnyDesk …
}

// DefaultConfig approves nothing.
func DefaultConfig() Config { return Config{} }

// Detector knows remote-access tools by their domains and ports, and Tor by its certificates (DETECTIONS 6, 7).
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "remoteaccess",
		Title: event.Text{JA: "許可していない遠隔操作・匿名化ソフト", EN: "Unapproved remote access or anonymiser"},
		Means: event.Text{
			JA: "外部から端末を操作できるソフト、または通信先を隠すソフトが使われています。攻撃者や詐欺に悪用されることがあります。",
			EN: "Software that lets others operate the machine, or hides where traffic goes, is in use. Attackers and swindlers use it too."},
		Do: []event.Text{
			{JA: "利用者に、サポート窓口などの指示で入れたものか確認してください。", EN: "Ask the user whether somebody told them to install it."},
			{JA: "業務で使うものなら、設定の approved に登録してください。", EN: "If it is needed, register it under “approved”."}},
		Sees:       event.Text{JA: "ソフト固有の接続先の名前とポート、Torの証明書。", EN: "The tools' own domains and ports, Tor's certificates."},
		Misses:     event.Text{JA: "自前のサーバーを使う遠隔操作ソフト、新しい方式の匿名化。", EN: "Tools with servers of their own; newer anonymisers."},
		Techniques: []event.Technique{{UID: "T1219", Name: "Remote Access Software"}, {UID: "T1090.003", Name: "Multi-hop Proxy"}, {UID: "T1572", Name: "Protocol Tunneling"}},
		Threat:     event.DisruptiveApplication,
		Phase:      event.PhaseC2,
	},
	Behaviours: []string{"policy.remote_admin", "policy.tor", "policy.vpn"},
	Config:     func() any { c := DefaultConfig(); return &c },
	New:        func(cfg any, d detect.Deps) detect.Instance { return newInstance(*cfg.(*Config), d) },
	Samples:    samples,
}

// tool is one product.
type tool struct {
	name      string
	behaviour string
	domains   []string
	ports     []uint16
}

var tools = []tool{
	{"TeamViewer", "policy.remote_admin", []string{"teamviewer.com", "dyngate.com"}, []uint16{5938}},
	{"AnyDesk", "policy.remote_admin", []string{"anydesk.com", "net.anydesk.com"}, []uint16{6568, 7070}},
	{"RustDesk", "policy.remote_admin", []string{"rustdesk.com"}, []uint16{21115, 21116, 21117}},
	{"Chrome Remote Desktop", "policy.remote_admin", []string{"remotedesktop.google.com", "remotedesktop-pa.googleapis.com"}, nil},
	{"LogMeIn", "policy.remote_admin", []string{"logmein.com", "logmeinrescue.com", "gotoassist.com"}, nil},
	{"ScreenConnect", "policy.remote_admin", []string{"screenconnect.com", "connectwise.com"}, nil},
	{"Splashtop", "policy.remote_admin", []string{"splashtop.com"}, []uint16{6783}},
	{"UltraViewer", "policy.remote_admin", []string{"ultraviewer.net"}, nil},
	{"Atera", "policy.remote_admin", []string{"atera.com"}, nil},
	{"Ammyy", "policy.remote_admin", []string{"ammyy.com"}, nil},
	{"Supremo", "policy.remote_admin", []string{"supremocontrol.com", "nanosystems.it"}, nil},
	{"NetSupport", "policy.remote_admin", []string{"netsupportmanager.com", "geo.netsupportsoftware.com"}, []uint16{5405}},
	{"ngrok", "policy.vpn", []string{"ngrok.com", "ngrok.io", "ngrok-free.app", "ngrok-agent.com"}, nil},
	{"Cloudflare Tunnel", "policy.vpn", []string{"argotunnel.com", "trycloudflare.com"}, nil},
	{"Tailscale", "policy.vpn", []string{"tailscale.com", "tailscale.io"}, nil},
	{"SoftEther VPN Gate", "policy.vpn", []string{"vpngate.net", "vpnazure.net", "softether-network.net"}, nil},
	{"Psiphon", "policy.vpn", []string{"psiphon.ca", "psiphon3.com"}, nil},
	{"Tor Project", "policy.tor", []string{"torproject.org", "onion"}, []uint16{9001, 9030, 9050}},
}

type key struct{ src, tool string }

type state struct {
	n, told int
	first   time.Time
}

type instance struct {
	deps     detect.Deps
	approved map[string]bool
	byDomain map[string]*tool
	byPort   map[uint16]*tool
	uses     *detect.Table[key, state]
}

func newInstance(c Config, d detect.Deps) *instance {
	n := &instance{deps: d, approved: map[string]bool{}, byDomain: map[string]*tool{}, byPort: map[uint16]*tool{}, uses: detect.NewTable[key, state](20_000, 24*time.Hour)}
	for _, a := range c.Approved {
		n.approved[strings.ToLower(a)] = true
	}
	for i := range tools {
		t := &tools[i]
		for _, d := range t.domains {
			n.byDomain[d] = t
		}
		for _, p := range t.ports {
			n.byPort[p] = t
		}
	}
	return n
}

func (n *instance) Advance(now time.Time, _ detect.Emit) { n.uses.Expire(now) }
func (n *instance) Stats() detect.Stats                  { return n.uses.Stats() }

// Observe looks at the names and ports of outbound conversations.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	c := e.Tuple()
	a, ok := e.(*event.NetworkActivity)
	if !ok || !n.deps.Outbound(c) || a.Proto != event.ProtoTCP {
		return
	}
	switch {
	case a.TLS != nil && a.Activity == event.FlowTraffic:
		if t := n.named(a.TLS.SNI); t != nil {
			n.use(a, t, a.TLS.SNI, emit)
		} else if onion(a.TLS) {
			n.use(a, &torCertificate, a.TLS.SNI, emit)
		}
	case a.Activity.Ended() || a.Activity == event.FlowTraffic:
		if t := n.byPort[a.Dst.Port]; t != nil && a.Resp.Payload > 0 && (a.App == "" || strings.EqualFold(a.App, t.name)) {
			n.use(a, t, "", emit)
		}
	}
}

func (n *instance) named(name string) *tool {
	for name = strings.ToLower(name); name != ""; {
		if t := n.byDomain[name]; t != nil {
			return t
		}
		_, rest, ok := strings.Cut(name, ".")
		if !ok {
			return nil
		}
		name = rest
	}
	return nil
}

var torCertificate = tool{name: "Tor", behaviour: "policy.tor"}

// madeUp is the shape of names that Tor relays give themselves: www. and 8 to 20 characters of base 32.
var madeUp = regexp.MustCompile(`^www\.([a-z2-7]{8,20})\.(com|net)$`)

// onion recognises a relay: a made-up name towards a server whose certificate
// has another made-up name as subject and a third as issuer; where the
// certificate is hidden (TLS 1.3), the name must hold digits and hardly a vowel.
func onion(t *event.TLS) bool {
	if !madeUp.MatchString(t.SNI) {
		return false
	}
	if c := t.Certificate; c != nil {
		subject, issuer := commonName(c.Subject), commonName(c.Issuer)
		return subject != t.SNI && issuer != subject && madeUp.MatchString(subject) && strings.HasPrefix(issuer, "www.")
	}
	return unusual(t.SNI)
}

func commonName(dn string) string {
	_, cn, _ := strings.Cut(dn, "CN=")
	cn, _, _ = strings.Cut(cn, ",")
	return cn
}

// unusual: hardly a vowel, and a digit before a letter; people put numbers at the end.
func unusual(sni string) bool {
	m := madeUp.FindStringSubmatch(sni)
	if m == nil {
		return false
	}
	within, vowels, digit := 0, 0, false
	for _, c := range m[1] {
		switch {
		case '2' <= c && c <= '7':
			digit = true
			continue
		case strings.ContainsRune("aeiou", c):
			vowels++
		}
		if digit {
			within++
		}
		digit = false
	}
	return within >= 1 && 4*vowels <= len(m[1])
}

func (n *instance) use(a *event.NetworkActivity, t *tool, name string, emit detect.Emit) {
	if n.approved[strings.ToLower(t.name)] || n.deps.HasRole(a.Src.IP, a.Time, "proxy", "gateway") { // those speak for others
		return
	}
	s, isNew := n.uses.Touch(key{a.Src.IP.String(), t.name}, a.Time)
	if isNew {
		s.first = a.Time
	}
	if s.n++; s.told > 0 && s.n < 10*s.told {
		return
	}
	f := event.Finding{
		Behaviour: t.behaviour, Severity: event.Low, Confidence: 75, Weight: 0.2,
		Device: detect.Device(a.Src), Peers: []event.Endpoint{a.Dst}, Subject: t.name, Count: s.n - s.told, First: s.first,
		Summary: detect.Say("%[1]s で「%[2]s」が使われています(接続%[3]d回)。", "“%[2]s” is in use on %[1]s (%[3]d connections).", a.Src.IP, t.name, s.n),
		Reasons: []event.Reason{detect.Because("connections", float64(s.n), 1, "connections",
			detect.Say("このソフト固有の相手またはポートに%d回つながりました(%s)。", "%d connections went to the tool's own servers or ports (%s).", s.n, detect.Short(name+" "+detect.At(a.Dst))))},
		Evidence: []event.Evidence{detect.Seen(a.Time, &a.Conn, name)},
	}
	f.Time = a.Time
	if t.behaviour == "policy.tor" {
		f.Severity, f.Weight = event.Medium, 0.5
	}
	s.told = s.n
	emit(f)
}
