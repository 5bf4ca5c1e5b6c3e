package openflow

import (
	"context"
	"slices"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/openflow/ofp"
	"github.com/yagura-project/yagura/event"
)

// shown is how much of a frame the controller is shown: its addresses and its type.
const shown = 64

// learnEvery is how often a machine may be seen at another port before it is no longer listened to.
const learnEvery = time.Second

// moves reports whether a machine is moved to the quarantine VLAN; one whose hardware address is unknown is cut instead.
func (c *Config) moves(t act.Target) bool { return c.Mode == modeVLAN && !t.MAC.IsZero() }

// vlanFlows put a machine into the quarantine VLAN as an access port would: untagged frames in it come out of the
// quarantine uplink tagged, and what comes back for it goes to its port untagged; frames that it tags itself end.
// Where it is plugged in, OpenFlow does not tell: until it has spoken it is cut off, and its first frame is shown to
// Yagura. The same happens when it turns up at another port.
func (c *Config) vlanFlows(w *writer, t act.Target, s site, port uint32) []ofp.Flow {
	look, end := ofp.Instructions{Apply: []ofp.Action{ofp.ToController(shown)}}, ofp.Instructions{}
	src, dst := ofp.MAC(ofp.FieldEthSrc, t.MAC), ofp.MAC(ofp.FieldEthDst, t.MAC)
	for _, p := range t.Nets {
		kind, from, to := netFields(p)
		if port == 0 {
			w.add(stepNet, look, kind, ofp.Net(from, p))
		} else {
			w.add(stepNet, end, kind, ofp.Net(from, p))
		}
		w.add(stepNet, end, kind, ofp.Net(to, p))
	}
	w.add(stepMAC, look, src)
	w.toward(t, s, end)
	if port == 0 {
		return w.out
	}
	in := ofp.U32(ofp.FieldInPort, port)
	w.add(stepVLAN, ofp.Instructions{Apply: []ofp.Action{ofp.PushVLAN(), ofp.SetVLAN(c.VLAN), ofp.Output(s.quarantine)}},
		in, src, ofp.U16(ofp.FieldVLAN, 0))
	w.add(stepTagged, end, in, src)
	w.add(stepVLAN, ofp.Instructions{Apply: []ofp.Action{ofp.PopVLAN(), ofp.Output(port)}},
		ofp.U32(ofp.FieldInPort, s.quarantine), dst, ofp.U16(ofp.FieldVLAN, ofp.VLANPresent|c.VLAN))
	return w.out
}

// flood sends what is meant for everybody in the quarantine VLAN to the quarantined ports too, after it has gone where
// the switch sends it anyway.
func (c *Config) flood(s site, ports []uint32, hard uint16) []ofp.Flow {
	if len(ports) == 0 {
		return nil
	}
	actions := []ofp.Action{ofp.Output(ofp.PortNormal), ofp.PopVLAN()}
	for _, p := range ports {
		actions = append(actions, ofp.Output(p))
	}
	return []ofp.Flow{{Cookie: cookieShared, Priority: c.Priority + stepVLAN, Hard: hard, Instructions: ofp.Instructions{Apply: actions},
		Match: ofp.Match{ofp.U32(ofp.FieldInPort, s.quarantine), ofp.Group(), ofp.U16(ofp.FieldVLAN, ofp.VLANPresent|c.VLAN)}}}
}

// portOf is where a quarantined machine was seen, 0 = not yet.
func (t table) portOf(c *Config, cookie uint64) uint32 {
	for _, f := range t.ours {
		if f.Cookie == cookie {
			if port := seenAt(c, f.Flow); port != 0 {
				return port
			}
		}
	}
	return 0
}

// ports are those of all quarantined machines but those of the order, in ascending order.
func (t table) ports(c *Config, but uint64) (out []uint32) {
	for _, f := range t.ours {
		if port := seenAt(c, f.Flow); port != 0 && f.Cookie != but && !slices.Contains(out, port) {
			out = append(out, port)
		}
	}
	slices.Sort(out)
	return out
}

func seenAt(c *Config, f ofp.Flow) uint32 {
	if f.Table != 0 || f.Cookie == cookieShared || f.Priority != c.Priority+stepVLAN {
		return 0
	}
	_, from := f.Match.Get(ofp.FieldEthSrc)
	in, at := f.Match.Get(ofp.FieldInPort)
	if n, _ := in.Number(); from && at {
		return uint32(n)
	}
	return 0
}

// learn takes the first frame of a quarantined machine: that is its port.
func (h *hand) learn(ctx context.Context, s *station, l *link, m *ofp.PacketIn) {
	e, ok := h.standing(m.Cookie)
	in, there := m.Match.Get(ofp.FieldInPort)
	if !ok || !there || len(m.Data) < 12 || !h.cfg.moves(e.Target()) || event.MAC(m.Data[6:12]) != e.MAC {
		return
	}
	n, _ := in.Number()
	port := uint32(n)
	now := h.deps.Now()
	at := s.at()
	if slices.Contains(at.uplinks, port) || port >= ofp.PortInPort || !s.listens(m.Cookie, now) {
		return
	}
	within, cancel := context.WithTimeout(ctx, h.cfg.Timeout)
	defer cancel()
	if _, err := h.put(within, s, l, at, order{e.Target(), port, true}); err != nil {
		h.deps.Log.Warn("a quarantined machine was seen, but its port could not be moved to the quarantine VLAN", "switch", s.label(), "order", e.Order, "port", port, "error", err)
		return
	}
	h.deps.Log.Info("a machine is in the quarantine VLAN", "switch", s.label(), "order", e.Order, "port", port, "vlan", h.cfg.VLAN)
}

// listens bounds how often one machine can make the switch's flows change.
func (s *station) listens(cookie uint64, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Sub(s.learnt[cookie]) < learnEvery {
		return false
	}
	if len(s.learnt) >= inbox {
		clear(s.learnt)
	}
	s.learnt[cookie] = now
	return true
}

// tidy takes the port of an isolation that has ended by itself out of the flood of the quarantine VLAN.
func (h *hand) tidy(ctx context.Context, s *station, l *link) {
	if h.cfg.Mode != modeVLAN {
		return
	}
	within, cancel := context.WithTimeout(ctx, h.cfg.Timeout)
	defer cancel()
	s.work.Lock()
	defer s.work.Unlock()
	have, err := read(within, l)
	if err == nil {
		err = l.change(within, h.drain(have, s.at(), 0))
	}
	if err != nil {
		h.deps.Log.Warn("the flood of the quarantine VLAN could not be corrected", "switch", s.label(), "error", err)
	}
}

// drain gives the changes that leave in the flood only the ports of orders other than but.
func (h *hand) drain(have table, at site, but uint64) (mods []*ofp.FlowMod) {
	ports := have.ports(&h.cfg, but)
	for _, f := range have.ours {
		if f.Cookie != cookieShared || f.Table != 0 {
			continue
		}
		want := h.cfg.flood(at, ports, seconds(time.Duration(f.Left())*time.Second))
		switch {
		case len(want) == 0:
			mods = append(mods, strict(f.Flow))
		case have.taken(want[0]): // an old flow of ours has another place; clash names who stands there
		case plain(want[0].Instructions) != plain(f.Instructions):
			mods = append(mods, &ofp.FlowMod{Command: ofp.FlowAdd, Flow: want[0]})
		}
	}
	return mods
}
