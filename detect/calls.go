package detect

import (
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// CallRule is a DCE/RPC operation that says something by itself, or when it is
// called often or on many machines. Operations and interfaces are named as the
// specifications do (MS-SCMR, MS-TSCH, MS-WMI …).
type CallRule struct {
	Interface  string
	Operations []string
	Behaviour  string
	Severity   event.Severity
	Confidence int
	SingleShot bool
	Weight     float64
	Least      int // calls of one client on one server within Window; 0 = 1
	Servers    int // different servers of one client within Window; 0 = 1
	Window     time.Duration
	When       func(*event.SMBActivity) bool // a further condition; nil = none
	Did        event.Text                    // the sentence: %[1]s client, %[2]s server, %[3]d calls, %[4]s detail
	Detail     func(*event.SMBActivity) string
}

// callKey counts one rule for one client: on one server, or on all of them.
type callKey struct {
	rule           int
	client, server netip.Addr
}

// maxServers bounds the servers remembered for one client and rule.
const maxServers = 64

type callState struct {
	n       int
	first   time.Time
	servers []netip.Addr
	told    int
}

// CallWatch is an instance that judges DCE/RPC calls by rules.
type CallWatch struct {
	deps   Deps
	rules  []CallRule
	exempt []string
	table  *Table[callKey, callState]
}

// NewCallWatch judges by rules; clients with an exempt role are told as low, without notifying.
func NewCallWatch(d Deps, exempt []string, rules ...CallRule) *CallWatch {
	longest := time.Minute
	for i := range rules {
		if rules[i].Window == 0 {
			rules[i].Window = 10 * time.Minute
		}
		longest = max(longest, rules[i].Window)
	}
	return &CallWatch{deps: d, rules: rules, exempt: exempt, table: NewTable[callKey, callState](20_000, longest)}
}

// Advance implements Instance.
func (w *CallWatch) Advance(now time.Time, _ Emit) { w.table.Expire(now) }

// Stats implements Instance.
func (w *CallWatch) Stats() Stats { return w.table.Stats() }

// Observe implements Instance.
func (w *CallWatch) Observe(e event.Event, emit Emit) {
	s, ok := e.(*event.SMBActivity)
	if !ok || !IsCall(s) {
		return
	}
	for i := range w.rules {
		r := &w.rules[i]
		if r.Interface == s.RPC.Interface && slices.Contains(r.Operations, s.RPC.Operation) && (r.When == nil || r.When(s)) {
			w.count(i, s, emit)
		}
	}
}

func (w *CallWatch) count(i int, s *event.SMBActivity, emit Emit) {
	r := &w.rules[i]
	k := callKey{rule: i, client: s.Src.IP}
	if r.Servers <= 1 {
		k.server = s.Dst.IP
	}
	st, isNew := w.table.Touch(k, s.Time)
	if isNew || s.Time.Sub(st.first) > r.Window {
		*st = callState{first: s.Time}
	}
	st.n++
	if !slices.Contains(st.servers, s.Dst.IP) && len(st.servers) < maxServers {
		st.servers = append(st.servers, s.Dst.IP)
	}
	if st.n < max(1, r.Least) || len(st.servers) < max(1, r.Servers) || st.told > 0 && st.n < 10*st.told {
		return
	}
	w.tell(r, s, st, emit)
	st.told = st.n
}

func (w *CallWatch) tell(r *CallRule, s *event.SMBActivity, st *callState, emit Emit) {
	device, peer, ok := w.deps.Actor(&s.Conn)
	if !ok {
		return
	}
	detail := "-"
	if r.Detail != nil {
		detail = r.Detail(s)
	}
	f := event.Finding{
		Behaviour: r.Behaviour, Severity: r.Severity, Confidence: r.Confidence, SingleShot: r.SingleShot, Weight: r.Weight,
		Device: Device(device), Peers: []event.Endpoint{peer}, Subject: s.Dst.IP.String(), Count: st.n - st.told, First: st.first,
		Summary: Say(r.Did.JA, r.Did.EN, s.Src.IP, s.Dst.IP, st.n, detail),
		Reasons: []event.Reason{Because("calls", float64(st.n), float64(max(1, r.Least)), "calls",
			Say("%[2]s の %[3]s が%[1]d回呼ばれました。", "%[2]s %[3]s was called %[1]d times.", st.n, s.RPC.Interface, s.RPC.Operation))},
		Evidence: []event.Evidence{Seen(s.Time, &s.Conn, s.RPC.Interface+" "+s.RPC.Operation)},
	}
	f.Time = s.Time
	if r.Servers > 1 {
		f.Subject = r.Behaviour
		f.Reasons = append(f.Reasons, Because("servers", float64(len(st.servers)), float64(r.Servers), "machines",
			Say("相手は%d台です。", "%d machines were asked.", len(st.servers))))
	}
	if s.RPC.Guessed {
		f.Confidence -= 10
		f.Counter = append(f.Counter, Because("guessed", 1, 0, "", event.Text{
			JA: "通信の始まりが見えていないため、操作の種類は推定です。", EN: "The beginning was not seen; the operation is inferred."}))
	}
	if Refused(s) {
		f.Confidence -= 10
		f.Counter = append(f.Counter, RefusedReason())
	}
	if len(w.exempt) > 0 && w.deps.HasRole(s.Src.IP, s.Time, w.exempt...) {
		f.Severity, f.SingleShot, f.Weight = event.Low, false, 0.1
		f.Counter = append(f.Counter, Because("role", 1, 0, "", event.Text{
			JA: "この種の作業を行う機器として登録されています。", EN: "It is registered as a machine that does such work."}))
	}
	f.Gates = w.gates(r, s, st)
	emit(f)
}
