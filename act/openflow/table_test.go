package openflow

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/openflow/ofp"
)

var fuzzedNow = time.Unix(1_800_000_000, 0)

// fuzzed is a Hand without a switch.
func fuzzed(mode string) (*hand, site) {
	c := DefaultConfig()
	c.Mode, c.VLAN = mode, 999
	return &hand{cfg: c, deps: quiet(), book: act.Deps{}.Book("openflow")}, site{uplinks: []uint32{1}, quarantine: 1, remarks: true}
}

// FuzzTable lets a switch claim any flows: whatever it claims is read, compared and answered without a panic, nothing
// of another's is ever deleted or replaced, and a frame that it shows is not believed without need.
func FuzzTable(f *testing.F) {
	target := act.Target{Order: "iso-1", Nets: hostileTarget().Nets, MAC: [6]byte{2, 0, 0, 0, 0, 9}, Until: fuzzedNow.Add(time.Hour)}
	for _, mode := range []string{modeDrop, modeVLAN} {
		h, at := fuzzed(mode)
		m := &ofp.Multipart{Kind: ofp.PartFlows}
		for _, flow := range h.wants(table{}, at, order{target, 5, false}, fuzzedNow) {
			m.Flows = append(m.Flows, ofp.FlowStats{Flow: flow, Seconds: 3})
		}
		frame, err := ofp.Encode(1, m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(frame)
	}
	shown, err := ofp.Encode(1, &ofp.PacketIn{Cookie: cookieOf("iso-1"), Match: ofp.Match{ofp.U32(ofp.FieldInPort, 5)}, Data: make([]byte, 14)})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(shown)
	f.Fuzz(func(t *testing.T, b []byte) {
		frame, err := ofp.Read(bytes.NewReader(b))
		if err != nil {
			return
		}
		p, err := ofp.Decode(frame)
		if err != nil {
			return
		}
		for _, mode := range []string{modeDrop, modeVLAN} {
			h, at := fuzzed(mode)
			switch m := p.Message.(type) {
			case *ofp.Multipart:
				claim(t, h, at, m.Flows, target)
			case *ofp.PacketIn:
				h.learn(context.Background(), &station{}, nil, m) // nothing stands: it must be ignored
			}
		}
	})
}

func claim(t *testing.T, h *hand, at site, flows []ofp.FlowStats, target act.Target) {
	have, now := tableOf(flows), fuzzedNow
	held := have.held(func(uint64) (string, time.Time) { return "?", time.Time{} }, now)
	for _, x := range common([]map[string]act.Held{held}) {
		for _, p := range x.Nets {
			if !p.IsValid() {
				t.Fatalf("order %q has no valid address: %v", x.Order, x.Nets)
			}
		}
	}
	want := h.wants(have, at, order{Target: target}, now)
	if have.clash(want, h.cfg.Table) != nil {
		return
	}
	mods := h.drain(have, at, 0)
	for _, f := range append(h.spare(have, want, target.Order), have.lacks(want, 0)...) {
		mods = append(mods, strict(f))
	}
	for _, m := range mods {
		if have.taken(m.Flow) {
			t.Fatalf("another's flow would be touched: %s", m.Flow)
		}
		if m.Cookie&cookieMask != cookieTag {
			t.Fatalf("a flow without the tag: %s", m.Flow)
		}
		if _, err := ofp.Encode(1, m); err != nil {
			continue // claimed too long: it is an error, not sent
		}
	}
}
