package dnstunnel

import (
	"math"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// measure is what the names below one domain look like.
type measure struct {
	names   int
	length  float64 // mean bytes before the domain
	entropy float64 // bits a byte
	carrier float64 // share of names asked with a data-carrying type
	free    float64 // … with one whose content is free
	seldom  int     // names asked with a type that hardly anything uses
	back    float64 // bytes that came back for a name
	rate    float64 // names a minute
	out     int     // bytes carried out in names
	repeats float64 // queries per different name
	users   int     // inside machines that ask for long names below it, at most 8
}

func (s *state) measure() measure {
	n := len(s.names)
	return measure{names: n, length: float64(s.out) / float64(n), carrier: float64(s.carrier) / float64(n), repeats: float64(s.queries) / float64(n),
		free: float64(s.free) / float64(n), seldom: s.seldom, back: float64(s.back) / float64(n)}
}

func (s *state) bits() (h float64) {
	var total float64
	for _, c := range s.chars {
		total += float64(c)
	}
	for _, c := range s.chars {
		if c > 0 {
			p := float64(c) / total
			h -= p * math.Log2(p)
		}
	}
	return h
}

// judge looks again when the number of names has doubled since it last told.
func (n *instance) judge(d *event.DNSActivity, domain string, s *state, emit detect.Emit) {
	if len(s.names) < n.cfg.Names/2 || s.told > 0 && len(s.names) < 4*s.told {
		return
	}
	m := s.measure()
	m.rate = float64(m.names) / max(1, d.Time.Sub(s.first).Minutes())
	m.out = s.out
	m.users = n.users(domain, d.Time)
	m.entropy = math.Inf(1)
	if !n.isTunnel(m) { // not even if the names were noise: no need to reckon
		return
	}
	if m.entropy = s.bits(); !n.isTunnel(m) {
		return
	}
	n.tell(d, domain, s, m, emit)
	s.told = len(s.names)
}

// isTunnel: names are many, different, long and random. The fewer of these hold, the more names are needed.
func (n *instance) isTunnel(m measure) bool {
	if m.repeats > 3 { // the same names again and again: caching is off, nothing is carried
		return false
	}
	carried := m.carrier >= 0.3
	if !carried && m.users > n.cfg.Prevalence { // look-ups of reputation: many machines ask one service about what they saw
		return false
	}
	if m.repeats < 1.6 && n.brings(m) {
		return true
	}
	if m.names < n.cfg.Names || m.out < n.cfg.Bytes {
		return false
	}
	switch {
	case m.length >= n.cfg.Length && m.entropy >= n.cfg.Entropy && carried:
		return true // long and random: 20 names with a data-carrying type
	case m.length >= 1.25*n.cfg.Length && m.entropy >= n.cfg.Entropy && m.repeats < 1.6:
		return m.names >= 2*n.cfg.Names // 40 without: names of content networks are shorter and come again
	case m.length >= n.cfg.Length*0.6 && m.entropy >= n.cfg.Entropy && m.carrier >= 0.5:
		return m.names >= 2*n.cfg.Names
	case m.length >= n.cfg.Length*0.75 && m.entropy >= n.cfg.Entropy && m.repeats < 1.3:
		return m.names >= 25*n.cfg.Names || m.rate >= hurry && m.names >= 5*n.cfg.Names // 500 by default; 100 of them within minutes
	}
	return false
}

// hurry is how many new names a minute no person and no look-up of what a person opens needs below one domain.
const hurry = 20

// fewUsers is how many machines may use what brings data in, however it is asked for.
const fewUsers = 2

// brings: hardly any name is asked twice, and the answers hold free content. Short names suffice for that.
func (n *instance) brings(m measure) bool {
	switch {
	case m.users > fewUsers:
		return false
	case 2*m.seldom >= m.names:
		return true // ten names with a type that nothing else uses
	case m.free >= 0.8 && m.names >= n.cfg.Names && m.back >= 40:
		return true // a text a name, as programs are brought in piece by piece
	}
	return m.free >= 0.8 && m.names >= 3*n.cfg.Names/2 && m.length >= 8 && m.entropy >= 3
}

// minCodes is from how many answers on they show a list of reputation.
const minCodes = 10

// asksList reports whether the names ask a list what it thinks of something, a file's hash mostly: nearly all answers are its codes,
// and no type is asked for that could bring more. One who hides data in names could answer so, too; it is told, but not as certain.
func (s *state) asksList(m measure) bool {
	return m.carrier < 0.3 && s.codes >= minCodes && 5*s.codes >= 4*s.answers
}

func (n *instance) tell(d *event.DNSActivity, domain string, s *state, m measure, emit detect.Emit) {
	took := d.Time.Sub(s.first).Minutes()
	f := event.Finding{
		Behaviour: "c2.dns_tunnel", Severity: event.High, Confidence: 85, Weight: 0.8,
		Device: event.Device{IP: d.Src.IP}, Peers: []event.Endpoint{d.Dst}, Subject: domain, Count: m.names - s.told, First: s.first,
		Summary: detect.Say("%s が %s の下の長い名前を%d種類問い合わせました。約%dバイトが名前に隠されて外に出ています。",
			"%s asked for %[3]d different long names below %[2]s; about %[4]d bytes left hidden in names.", d.Src.IP, domain, m.names, s.out),
		Reasons: []event.Reason{
			detect.Because("unique_names", float64(m.names), float64(n.cfg.Names), "names", detect.Say("%d種類の名前が%.1f分間に問い合わされました。", "%d different names were asked in %.1f min.", m.names, took)),
			detect.Because("length", m.length, n.cfg.Length, "B", detect.Say("名前の長さは平均%.0f文字です。", "The names have %.0f characters on average.", m.length)),
			detect.Because("entropy", m.entropy, n.cfg.Entropy, "bit", detect.Say("文字の乱雑さは%.1fビットです。", "Their characters hold %.1f bits each.", m.entropy)),
			detect.Because("carrier_types", m.carrier, 0.3, "ratio", detect.Say("データを運べる種類の問い合わせが%.0f%%です。", "%.0f%% of them use record types that carry data.", 100*m.carrier)),
		},
		Evidence: []event.Evidence{detect.Seen(d.Time, &s.last, s.sample)},
	}
	f.Time = d.Time
	f.Gates = []event.Gate{
		detect.AtLeast("unique_names", float64(m.names), float64(n.cfg.Names), "names", "names", event.Text{JA: "違う名前が多いか", EN: "Are there many different names?"}),
		detect.AtLeast("length", m.length, n.cfg.Length, "B", "length", event.Text{JA: "名前は長いか", EN: "Are the names long?"}),
		detect.AtLeast("entropy", m.entropy, n.cfg.Entropy, "bit", "entropy", event.Text{JA: "文字は乱雑か", EN: "Are their characters random?"}),
		detect.AtLeast("carrier_types", m.carrier, 0.3, "ratio", "", event.Text{JA: "データを運べる種類の問い合わせか", EN: "Do the record types carry data?"}),
		detect.AtMost("repeats", m.repeats, 3, "queries", "", event.Text{JA: "同じ名前の繰り返しではないか", EN: "Do names not repeat?"}),
		detect.AtMost("prevalence", float64(m.users), float64(n.cfg.Prevalence), "machines", "prevalence", event.Text{JA: "同じドメインの下を尋ねる端末は少ないか", EN: "Do few machines ask below this domain?"})}
	if m.users > 1 {
		f.Counter = append(f.Counter, detect.Because("others", float64(m.users-1), 0, "machines", detect.Say("同じドメインの下の長い名前を、ほかに%d台が問い合わせています。", "%d other machines ask for long names below the same domain.", m.users-1)))
	}
	if s.back > 0 {
		f.Reasons = append(f.Reasons, detect.Because("bytes_back", float64(s.back), 0, "B", detect.Say("返答で%dバイトが入ってきました。", "%d bytes came back in answers.", s.back)))
	}
	if s.asksList(m) {
		f.Severity, f.Confidence = event.Medium, 50
		f.Counter = append(f.Counter, detect.Because("list_codes", float64(s.codes), float64(minCodes), "answers", detect.Say(
			"返答%d件のうち%d件は、評価リストの返答(127で始まる番号)です。", "%d answers, %d of them codes of a reputation list (they begin with 127).", s.answers, s.codes)))
	}
	if n.deps.HasRole(d.Src.IP, d.Time, "dns") { // it asks on behalf of a machine behind it
		f.Severity, f.Confidence = event.Medium, 60
		f.Counter = append(f.Counter, detect.Because("resolver", 1, 0, "", event.Text{
			JA: "この機器はDNSサーバーで、実際に問い合わせた端末は別にあります。", EN: "This machine is a DNS server; the one that asked stands behind it."}))
	}
	emit(f)
}
