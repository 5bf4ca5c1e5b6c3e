// Package remoteaccess finds remote-control tools, anonymisers and tunnels that the town has not approved.
package remoteaccess

import (
	"regexp"
	"slices"
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
		Sees:       event.Text{JA: "ソフト固有の接続先の名前、方式、ポート、Torの証明書。プロキシへの要求と名前の問い合わせからも分かります。", EN: "The tools' own domains, protocols and ports, Tor's certificates; also by requests to a proxy and look-ups."},
		Misses:     event.Text{JA: "自前のサーバーを使う遠隔操作ソフト、新しい方式の匿名化。", EN: "Tools with servers of their own; newer anonymisers."},
		Techniques: []event.Technique{{UID: "T1219", Name: "Remote Access Software"}, {UID: "T1090.003", Name: "Multi-hop Proxy"}, {UID: "T1572", Name: "Protocol Tunneling"}},
		Threat:     event.DisruptiveApplication,
		Phase:      event.PhaseC2,
	},
	Behaviours: []string{"policy.remote_admin", "policy.tor", "policy.vpn"},
	Reads:      []event.Event{(*event.NetworkActivity)(nil), (*event.DNSActivity)(nil), (*event.HTTPActivity)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New:        func(cfg any, d detect.Deps) detect.Instance { return newInstance(*cfg.(*Config), d) },
	Samples:    samples,
}

type key struct{ src, tool string }

type state struct {
	n, told int
	first   time.Time
}

type instance struct {
	deps     detect.Deps
	approved map[string]bool
	domains  *detect.Domains
	byDomain map[string]*tool
	byPort   map[uint16]*tool
	byApp    map[string]*tool
	uses     *detect.Table[key, state]
}

func newInstance(c Config, d detect.Deps) *instance {
	n := &instance{deps: d, approved: map[string]bool{}, byDomain: map[string]*tool{}, byPort: map[uint16]*tool{}, byApp: map[string]*tool{}, uses: detect.NewTable[key, state](20_000, 24*time.Hour)}
	for _, a := range c.Approved {
		n.approved[strings.ToLower(a)] = true
	}
	var domains []string
	for i := range tools {
		t := &tools[i]
		domains = append(domains, t.domains...)
		for _, d := range t.domains {
			n.byDomain[d] = t
		}
		for _, p := range t.ports {
			n.byPort[p] = t
		}
		for _, a := range t.apps {
			n.byApp[a] = t
		}
	}
	n.domains = detect.NewDomains(domains)
	return n
}

func (n *instance) Advance(now time.Time, _ detect.Emit) { n.uses.Expire(now) }
func (n *instance) Stats() detect.Stats                  { return n.uses.Stats() }

// Observe looks at names, ports and protocols of outbound conversations, and at names that are looked up or asked of a proxy.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	switch e := e.(type) {
	case *event.NetworkActivity:
		n.flow(e, emit)
	case *event.DNSActivity:
		if e.Service != "dns" || e.Activity != event.DNSQuery || !n.deps.Home(e.Src.IP) {
			return
		}
		if t := n.named(e.Query); t != nil && !t.site(e.Query) {
			n.use(e.Time, &e.Conn, t, e.Query, emit)
		}
	case *event.HTTPActivity:
		to, ok := n.deps.Destination(e)
		if !ok {
			return
		}
		if t := n.named(to.Host); t != nil && !t.site(to.Host) {
			n.use(e.Time, &e.Conn, t, to.Host, emit)
		}
	}
}

// site reports whether the name is that of the maker's pages for people: reading them is not using the tool.
func (t *tool) site(name string) bool {
	name = strings.TrimPrefix(strings.ToLower(name), "www.")
	return !t.broker && slices.Contains(t.domains, name) && name != "onion"
}

func (n *instance) flow(a *event.NetworkActivity, emit detect.Emit) {
	if a.ARP != nil || !n.deps.Outbound(&a.Conn) || a.Proto != event.ProtoTCP && a.Proto != event.ProtoUDP {
		return
	}
	switch {
	case a.TLS != nil && a.Activity == event.FlowTraffic && !a.Interim:
		if t := n.named(a.TLS.SNI); t != nil && !t.site(a.TLS.SNI) {
			n.use(a.Time, &a.Conn, t, a.TLS.SNI, emit)
		} else if onion(a.TLS) {
			n.use(a.Time, &a.Conn, &torCertificate, a.TLS.SNI, emit)
		}
	case a.Activity.Ended() || a.Activity == event.FlowTraffic:
		if a.Resp.Payload == 0 {
			return
		}
		if t := n.byApp[a.App]; t != nil && a.App != "" {
			n.use(a.Time, &a.Conn, t, "", emit)
		} else if t := n.byPort[a.Dst.Port]; t != nil && a.Proto == event.ProtoTCP && a.App == "" {
			n.use(a.Time, &a.Conn, t, "", emit)
		}
	}
}

func (n *instance) named(name string) *tool { return n.byDomain[n.domains.Of(name)] }

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

func (n *instance) use(at time.Time, c *event.Conn, t *tool, name string, emit detect.Emit) {
	if n.approved[strings.ToLower(t.name)] {
		return
	}
	s, isNew := n.uses.Touch(key{c.Src.IP.String(), t.name}, at)
	if isNew {
		s.first = at
	}
	if s.n++; s.told > 0 && s.n < 10*s.told || n.deps.HasRole(c.Src.IP, at, "proxy", "gateway", "dns") { // those speak for others
		return
	}
	f := event.Finding{
		Behaviour: t.behaviour, Severity: event.Low, Confidence: 75, Weight: 0.2,
		Device: detect.Device(c.Src), Peers: []event.Endpoint{c.Dst}, Subject: t.name, Count: s.n - s.told, First: s.first,
		Summary: detect.Say("%[1]s で「%[2]s」が使われています(接続%[3]d回)。", "“%[2]s” is in use on %[1]s (%[3]d connections).", c.Src.IP, t.name, s.n),
		Reasons: []event.Reason{detect.Because("connections", float64(s.n), 1, "connections",
			detect.Say("このソフト固有の相手、方式またはポートが%d回使われました(%s)。", "The tool's own servers, protocol or ports were used %d times (%s).", s.n, detect.Short(name+" "+detect.At(c.Dst))))},
		Evidence: []event.Evidence{detect.Seen(at, c, name)},
		Gates:    []event.Gate{detect.Holds("not_approved", true, "approved", event.Text{JA: "許可していないソフトか", EN: "Is the tool not approved?"})},
	}
	f.Time = at
	switch {
	case t.broker:
		f.Severity, f.Weight, f.SingleShot, f.Confidence = event.High, 0.7, true, 85
		f.Reasons = append(f.Reasons, detect.Because("broker", 1, 1, "", event.Text{JA: "外から庁内へ入る道を、誰でもすぐに作れるサービスです。", EN: "With this service anybody opens a way in from outside within a minute."}))
	case t.behaviour == "policy.tor":
		f.Severity, f.Weight = event.Medium, 0.5
	}
	s.told = s.n
	emit(f)
}
