package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/yagura-project/yagura/event"
)

// seat is a port at which a switch has seen a machine.
type seat struct {
	v    *device
	port string
	not  event.Text // why it is not changed; zero: it may be
}

// atOnce is how many switches are asked at the same time.
const atOnce = 8

// seek asks every switch where it sees the machine. Switches that do not answer are an error beside what the others say.
func (h *hand) seek(ctx context.Context, mac event.MAC, m *minutes) ([]seat, error) {
	found := make([][]seat, len(h.devices))
	err := h.everywhere(ctx, m, func(i int, a *asker) (err error) { found[i], err = a.seats(ctx, mac); return err })
	return slices.Concat(found...), err
}

// everywhere has a conversation with each switch, some at the same time.
func (h *hand) everywhere(ctx context.Context, m *minutes, f func(i int, a *asker) error) error {
	var wg sync.WaitGroup
	errs := make([]error, len(h.devices))
	slots := make(chan struct{}, atOnce)
	for i, v := range h.devices {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			errs[i] = v.with(ctx, m, func(a *asker) error { return f(i, a) })
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// A machine whose port has just changed is in no table until it speaks again; so long it is waited for.
const (
	looks     = 8
	lookAgain = 250 * time.Millisecond
)

// seen seeks until some switch has seen the machine.
func (h *hand) seen(ctx context.Context, mac event.MAC, m *minutes) (seats []seat, err error) {
	for range looks {
		if seats, err = h.seek(ctx, mac, m); len(seats) > 0 || err != nil {
			return seats, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("cli: %w", ctx.Err())
		case <-time.After(lookAgain):
		}
	}
	return seats, nil
}

func (a *asker) seats(ctx context.Context, mac event.MAC) ([]seat, error) {
	rows, err := a.rows(ctx, a.v.d.Find, mac, "")
	if err != nil {
		return nil, err
	}
	var out []seat
	for _, r := range rows {
		if r.mac != mac || slices.ContainsFunc(out, func(s seat) bool { return s.port == r.port }) {
			continue
		}
		s := seat{v: a.v, port: r.port}
		if s.not, err = a.edge(ctx, r.port, mac); err != nil {
			return out, err
		}
		out = append(out, s)
	}
	return out, nil
}

// edge says why a port may not be changed: it is no plain port, it leads on, or somebody else is on it.
func (a *asker) edge(ctx context.Context, port string, mac event.MAC) (not event.Text, err error) {
	if !a.v.d.Port.MatchString(port) || slices.Contains(a.v.Uplinks, port) {
		return sayf(textUplink, a.v.Name, port, port), nil
	}
	lines, err := a.port(ctx, port)
	if err != nil {
		return not, err
	}
	if l, is := a.v.d.uplinkLine(lines); is {
		return sayf(textUplink, a.v.Name, port, l), nil
	}
	for _, j := range a.v.d.Judge {
		answer, err := a.ask(ctx, fill(j.Send, "", port, 0))
		if err != nil {
			return not, err
		}
		if ok, err := j.holds(answer, port, 0); err != nil || !ok {
			return sayf(textUplink, a.v.Name, port, "trunk"), err
		}
	}
	others, err := a.others(ctx, port, mac)
	if err == nil && len(others) > 0 {
		not = sayf(textSeveral, a.v.Name, port, len(others))
	}
	return not, err
}

// The sentences of what is not done.
var (
	textUplink  = event.Text{JA: "%s の %s は、ほかの機器へつながるポートです（%s）", EN: "%s port %s leads to other machines (%s)"}
	textSeveral = event.Text{JA: "%s の %s には、ほかにも%d台の機器がつながっています（IP電話・小型ハブなど）", EN: "%s port %s has %d more machines (a phone, a small hub)"}
	textTwice   = event.Text{JA: "端末が二か所のポートに見えています：%s", EN: "the machine is seen at more than one port: %s"}
	textNoMAC   = event.Text{JA: "端末の機器番号（MACアドレス）が分からないため、ポートを探せません", EN: "its MAC address is not known, so its port cannot be found"}
)

func sayf(t event.Text, args ...any) event.Text {
	return event.Text{JA: fmt.Sprintf(t.JA, args...), EN: fmt.Sprintf(t.EN, args...)}
}
