package act

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// again is how soon a machine that answered is asked anew.
const again = 30 * time.Second

// asking is one question to a machine, under way or answered.
type asking struct {
	begun   time.Time
	done    chan struct{} // closed when the rest is there
	answers []string
	asked   int
}

// probe asks a machine that fell silent, beside the other orders' steps. ready is
// false while its answer is awaited. An answer is what still passes: the order
// is then partial, however silent its traffic is.
func (m *Manager) probe(ctx context.Context, j *job) (o event.Order, passes []string, ready bool) {
	o = j.order
	ask := m.Probe
	if ask == nil && !m.asks(o) {
		return o, nil, true
	}
	if ask == nil {
		ask = m.cfg.Probe.ask
	}
	if j.ask == nil {
		j.ask = m.question(ctx, ask, o)
		return o, nil, false
	}
	select {
	case <-j.ask.done: // from here on the answer may be read
	default:
		return o, nil, false
	}
	if len(j.ask.answers) > 0 && m.Now().Sub(j.ask.begun) >= again {
		j.ask = m.question(ctx, ask, o)
		return o, nil, false
	}
	return m.probed(o, j.ask), j.ask.answers, true
}

// asks reports whether the machine is to be asked. By itself Yagura asks only where somebody has cut the machine off from
// everybody at its own switch, so that no answer may come, and where nothing stands between that could answer for it: a proxy, a router or a block list leaves neighbours alone, whom
// Yagura may be one of; and what Yagura does by its own packets (ARP) does not cut those packets.
func (m *Manager) asks(o event.Order) bool {
	if m.cfg.Probe.Mode != ProbeAuto {
		return m.cfg.Probe.Mode != ProbeOff
	}
	if slices.ContainsFunc(m.cfg.Allow, func(a Allow) bool { return a.Port == 0 && local(a.IP) }) {
		return false // with Yagura itself it may talk
	}
	return slices.ContainsFunc(m.Hands, func(h Hand) bool {
		c := h.Capabilities()
		last, said := lastOf(o, h.Name())
		return c.SameSegment && !c.WhileRunning && !c.OneWay && c.Limit == (event.Text{}) && said && last.OK
	})
}

func (m *Manager) question(ctx context.Context, ask func(context.Context, event.Order) ([]string, int), o event.Order) *asking {
	a := &asking{begun: m.Now(), done: make(chan struct{})}
	go func() {
		defer close(a.done)
		a.answers, a.asked = ask(ctx, o)
	}()
	return a
}

// probed adds what was asked and answered to the order.
func (m *Manager) probed(o event.Order, a *asking) event.Order {
	if a.asked == 0 {
		return o
	}
	r := event.Receipt{Time: m.Now().UTC(), Order: o.UID, Enforcer: "probe", Op: "verify", OK: len(a.answers) == 0, Detail: textProbeSilent.In("ja"), Answers: a.answers}
	if len(a.answers) > 0 {
		r.Detail = fill(textProbeAnswers, strings.Join(a.answers, ", ")).In("ja")
	}
	addReceipt(&o, r)
	return o
}
