package ldaprecon

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

type key struct{ client, server netip.Addr }

// state is what one client lately asked of one directory.
type state struct {
	from    time.Time
	asked   []int // questions, by their place in the list
	strong  bool
	entries int
	told    event.Severity
	copied  bool
}

type instance struct {
	cfg     Config
	deps    detect.Deps
	clients *detect.Table[key, state]
}

// Advance implements detect.Instance.
func (n *instance) Advance(now time.Time, _ detect.Emit) { n.clients.Expire(now) }

// Stats implements detect.Instance.
func (n *instance) Stats() detect.Stats { return n.clients.Stats() }

// Observe judges each search by its filter, and clients by what they were given.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	l, ok := e.(*event.LDAPActivity)
	if !ok || l.Operation != "search" || l.UDP || l.Scope == "base" {
		return
	}
	s, isNew := n.clients.Touch(key{l.Src.IP, l.Dst.IP}, l.Time)
	if isNew || l.Time.Sub(s.from) > n.cfg.Window {
		*s = state{from: l.Time}
	}
	s.entries += l.Entries
	if q := which(l); q >= 0 && !slices.Contains(s.asked, q) {
		s.asked = append(s.asked, q)
		s.strong = s.strong || questions[q].strong
	}
	n.judge(l, s, emit)
}

// which is the kind of a search, −1 for everyday ones.
func which(l *event.LDAPActivity) int {
	filter := named(l.Filter)
	for i := range questions {
		if questions[i].re.MatchString(filter) {
			return i
		}
	}
	return -1
}

func (n *instance) judge(l *event.LDAPActivity, s *state, emit detect.Emit) {
	severity, confidence, weight := event.Informational, 0, 0.0
	copied := s.entries >= n.cfg.Entries
	switch {
	case len(s.asked) >= n.cfg.Filters && s.strong:
		severity, confidence, weight = event.High, 82, 0.6
	case s.strong, len(s.asked) >= n.cfg.Filters, copied && len(s.asked) > 0:
		severity, confidence, weight = event.Medium, 65, 0.35
	case len(s.asked) > 0, copied:
		severity, confidence, weight = event.Low, 45, 0.1
	}
	if severity <= s.told && (!copied || s.copied) || severity == event.Informational {
		return
	}
	s.told, s.copied = max(severity, s.told), s.copied || copied
	n.tell(l, s, severity, confidence, weight, emit)
}

func (n *instance) tell(l *event.LDAPActivity, s *state, severity event.Severity, confidence int, weight float64, emit detect.Emit) {
	device, peer, ok := n.deps.Actor(&l.Conn)
	if !ok || n.deps.HasRole(l.Src.IP, l.Time, n.cfg.Exempt...) {
		return
	}
	var ja, en []string
	for _, q := range s.asked {
		ja, en = append(ja, questions[q].text.JA), append(en, questions[q].text.EN)
	}
	if len(ja) == 0 {
		ja, en = []string{"大量の一覧"}, []string{"long lists"}
	}
	sum := detect.Say("%s が %s のディレクトリで%d種類の調べものをし、%d件を受け取りました: ", "%s searched the directory on %s in %d ways and was given %d entries: ", l.Src.IP, l.Dst.IP, max(1, len(s.asked)), s.entries)
	f := event.Finding{
		Behaviour: "disc.ldap_enum", Severity: severity, Confidence: confidence, Weight: weight,
		Device: detect.Device(device), Peers: []event.Endpoint{peer}, Subject: l.Dst.IP.String(), First: s.from,
		Summary: event.Text{JA: sum.JA + strings.Join(ja, "、") + "。", EN: sum.EN + strings.Join(en, ", ") + "."},
		Reasons: []event.Reason{
			detect.Because("questions", float64(len(s.asked)), float64(n.cfg.Filters), "kinds", detect.Say("攻撃の準備で調べられる項目が%d種類ありました。", "%d kinds of questions were asked that prepare attacks.", len(s.asked))),
			detect.Because("entries", float64(s.entries), float64(n.cfg.Entries), "entries", detect.Say("%d件の結果が渡されました。", "%d results were given.", s.entries))},
		Evidence: []event.Evidence{detect.Seen(l.Time, &l.Conn, detect.Short(l.Filter))},
	}
	f.Time = l.Time
	emit(f)
}
