package snmp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// The sentences of this enforcer.
var (
	textNoMAC  = event.Text{JA: "この端末のMACアドレスが分からないため、ポートを探せません", EN: "its hardware address is not known, so its port cannot be found"}
	textUplink = event.Text{JA: "この端末は幹線ポート（%s）の先に見えています。幹線は止めません。端末のあるスイッチを設定に加えてください",
		EN: "it is seen behind an uplink (%s), which is never touched; add the switch at which it is plugged in to the settings"}
	textMany = event.Text{JA: "同じポート（%s）に%d台つながっています。ほかの端末も切れてしまうため止めません（設定 max_macs）",
		EN: "%[2]d machines are on its port (%[1]s), which would all be cut off; the setting max_macs allows it"}
	textNeighbour = event.Text{JA: "同じポート（%s）に切り離してはならない端末（%s）がつながっています", EN: "on its port (%s) is a machine that may never be cut off (%s)"}
)

func (h *hand) refuse(t event.Text, args ...any) error {
	return &act.Refused{Enforcer: h.Name(), Text: event.Text{JA: fmt.Sprintf(t.JA, args...), EN: fmt.Sprintf(t.EN, args...)}}
}

// each does something at every switch at the same time.
func (h *hand) each(f func(*node) error) []error {
	errs := make([]error, len(h.switches))
	var wait sync.WaitGroup
	for i, n := range h.switches {
		wait.Go(func() { errs[i] = f(n) })
	}
	wait.Wait()
	return errs
}

// reach asks whether any switch answers: with none of them, nothing is known.
func (h *hand) reach(ctx context.Context) error {
	errs := h.each(func(n *node) error { _, err := n.agent.get(ctx, sysUpTime); return err })
	if slices.Contains(errs, nil) {
		return nil
	}
	return errors.Join(errs...)
}

// sight is a machine at a port of a switch.
type sight struct {
	n *node
	p *place
}

func (s sight) String() string { return s.n.name() + " " + s.p.name }

// find is where the machine is plugged in: the one port that is no uplink. Where it is silent, its port is what it was.
func (h *hand) find(ctx context.Context, t act.Target, old *record) (*node, *place, error) {
	seen, problem := h.look(ctx, t.MAC, false)
	access, behind := split(seen)
	if len(access) == 0 || doubtful(access) { // the tables may be old
		seen, problem = h.look(ctx, t.MAC, true)
		access, behind = split(seen)
	}
	switch {
	case doubtful(access):
		return nil, nil, fmt.Errorf("%s is seen at %s and at %s: which is it?", t.MAC, access[0], access[1])
	case len(access) > 0:
		return access[0].n, access[0].p, h.allowed(t, access[0])
	case old != nil:
		return h.stillThere(ctx, t, old)
	case len(behind) > 0:
		return nil, nil, errors.Join(h.refuse(textUplink, behind[0].String()), problem)
	}
	return nil, nil, errors.Join(fmt.Errorf("%s is at no port of the switches: is it switched off, or at a switch that is not among them?", t.MAC), problem)
}

// crowd is from how many machines on a port is an uplink, whatever LLDP says.
const crowd = 9

// split tells ports of machines from uplinks; nearest first: that with the fewest machines.
func split(seen []sight) (access, behind []sight) {
	slices.SortStableFunc(seen, func(a, b sight) int { return len(a.p.macs) - len(b.p.macs) })
	for _, s := range seen {
		if s.p.uplink != "" || len(s.p.macs) >= crowd {
			behind = append(behind, s)
		} else {
			access = append(access, s)
		}
	}
	return access, behind
}

// doubtful reports that two ports are equally near.
func doubtful(access []sight) bool {
	return len(access) > 1 && len(access[0].p.macs) == len(access[1].p.macs)
}

// allowed refuses ports with more machines than the settings allow, and with one that may never be cut off.
func (h *hand) allowed(t act.Target, s sight) error {
	if n := len(s.p.macs); n > s.n.most() {
		return h.refuse(textMany, s.String(), n)
	}
	for _, m := range s.p.macs {
		if m == t.MAC || h.deps.Protects == nil {
			continue
		}
		if why, hit := h.deps.Protects(nil, m, "", nil); hit {
			return h.refuse(textNeighbour, s.String(), m.String()+": "+why.In("ja"))
		}
	}
	return nil
}

// stillThere is the port of before, for a machine that says nothing; not when others have come there.
func (h *hand) stillThere(ctx context.Context, t act.Target, old *record) (*node, *place, error) {
	n, err := h.node(old.Switch)
	if err != nil {
		return nil, nil, err
	}
	p := old.place()
	if n.tables == nil {
		return n, &p, ctx.Err()
	}
	if now := n.tables.ports[old.Port]; now != nil && len(now.macs) > 0 {
		others := []string{}
		for _, m := range now.macs {
			others = append(others, m.String())
		}
		err := fmt.Errorf("%s is gone from %s %s, where %s is now: the port is given back", t.MAC, n.name(), old.Name, strings.Join(others, ", "))
		if _, mine := old.Orders[t.Order]; mine {
			r := event.Receipt{}
			err = errors.Join(err, h.leave(ctx, old, t.Order, &r))
		}
		return nil, nil, err
	}
	return n, &p, nil
}

// look asks the switches whose tables are old, and gives where the machine is; problem is what could not be asked.
func (h *hand) look(ctx context.Context, mac event.MAC, anew bool) (seen []sight, problem error) {
	var mu sync.Mutex
	errs := h.each(func(n *node) error {
		if anew || n.tables == nil || time.Since(n.tables.at) > h.cfg.Fresh {
			t, err := readTables(ctx, n.agent, n.Switch)
			if err != nil {
				n.tables = nil
				return err
			}
			t.at = time.Now()
			n.tables = t
		} else if err := confirm(ctx, n, mac); err != nil {
			n.tables = nil
			return err
		}
		port, there := n.tables.where[mac]
		if there {
			mu.Lock()
			seen = append(seen, sight{n, n.tables.ports[port]})
			mu.Unlock()
		}
		return nil
	})
	slices.SortFunc(seen, func(a, b sight) int { return strings.Compare(a.n.Address, b.n.Address) })
	return seen, errors.Join(errs...)
}

// confirm asks again for the one row that says where the machine is.
func confirm(ctx context.Context, n *node, mac event.MAC) error {
	row, known := n.tables.fdbOID[mac]
	if !known {
		return nil
	}
	got, err := n.agent.get(ctx, row)
	if err != nil {
		return err
	}
	if port, ok := number(got[0].any); !ok || port != n.tables.where[mac] {
		delete(n.tables.where, mac)
		delete(n.tables.fdbOID, mac)
	}
	return nil
}
