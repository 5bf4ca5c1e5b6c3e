package openflow

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/openflow/ofp"
)

// fake is a switch that does what a test wants.
func fake(t *testing.T, behave func(net.Conn)) *Config {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() { defer conn.Close(); behave(conn) }()
		}
	}()
	c := DefaultConfig()
	c.Timeout = 500 * time.Millisecond
	c.Switches = []Switch{{Name: "3F", Address: "tcp:" + l.Addr().String()}}
	return &c
}

func say(conn net.Conn, xid uint32, m ofp.Message) {
	if frame, err := ofp.Encode(xid, m); err == nil {
		_, _ = conn.Write(frame)
	}
}

// stays listens until the other side goes: who hangs up first may be told instead of what he has said.
func stays(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// polite answers what every switch answers, until other takes over a message (true = it has dealt with it).
func polite(conn net.Conn, other func(ofp.Packet) bool) {
	say(conn, 1, &ofp.Hello{Versions: 1 << ofp.Version})
	for {
		frame, err := ofp.Read(conn)
		if err != nil {
			return
		}
		p, err := ofp.Decode(frame)
		if err != nil || other(p) {
			continue
		}
		kind := uint16(0)
		if raw, ok := p.Message.(*ofp.Raw); ok && len(raw.Body) >= 2 {
			kind = uint16(raw.Body[0])<<8 | uint16(raw.Body[1])
		}
		switch p.Message.Type() {
		case 5:
			say(conn, p.XID, &ofp.Features{Datapath: 7, Tables: 254})
		case ofp.TypeConfigRequest:
			say(conn, p.XID, &ofp.Config{})
		case ofp.TypeMultipartRequest:
			say(conn, p.XID, &ofp.Multipart{Kind: kind})
		case ofp.TypeBarrierRequest:
			say(conn, p.XID, &ofp.Raw{Kind: ofp.TypeBarrierReply})
		}
	}
}

func hostileTarget() act.Target {
	return act.Target{Order: "iso-1", Nets: []netip.Prefix{netip.MustParsePrefix("192.0.2.7/32"), netip.MustParsePrefix("2001:db8::7/128")}, Until: time.Now().Add(time.Hour)}
}

// What a switch that is ill or hostile does costs no more than the time that it is given, and ends in an error that
// says what it did.
func TestHostileSwitches(t *testing.T) {
	big := &ofp.Multipart{Kind: ofp.PartFlows, More: true}
	for range 1000 {
		big.Flows = append(big.Flows, ofp.FlowStats{})
	}
	nothing := func(ofp.Packet) bool { return false }
	for name, c := range map[string]struct {
		behave func(net.Conn)
		want   string
	}{
		"it says nothing":              {stays, "cannot be reached"},
		"it hangs up":                  {func(net.Conn) {}, "cannot be reached"},
		"it speaks another protocol":   {func(conn net.Conn) { _, _ = conn.Write([]byte("SSH-2.0-OpenSSH_9.2\r\n")); stays(conn) }, "cannot be reached"},
		"it speaks OpenFlow 1.0 alone": {func(conn net.Conn) { _, _ = conn.Write([]byte{1, 0, 0, 8, 0, 0, 0, 1}); stays(conn) }, "does not speak OpenFlow 1.3"},
		"it dribbles": {func(conn net.Conn) {
			for range 100 {
				if _, err := conn.Write([]byte{4}); err != nil {
					return
				}
				time.Sleep(50 * time.Millisecond)
			}
		}, "cannot be reached"},
		"it never says who it is": {func(conn net.Conn) {
			say(conn, 1, &ofp.Hello{})
			for i := range uint32(maxParts + 1) {
				say(conn, i, &ofp.Echo{Reply: true})
			}
			stays(conn)
		}, "does not say who it is"},
		"an answer without end": {func(conn net.Conn) {
			polite(conn, func(p ofp.Packet) bool {
				raw, ok := p.Message.(*ofp.Raw)
				if !ok || raw.Kind != ofp.TypeMultipartRequest || raw.Body[1] != ofp.PartFlows {
					return false
				}
				for range 1000 {
					say(conn, p.XID, big)
				}
				return true
			})
		}, "no switch for Yagura"},
		"parts without end": {func(conn net.Conn) {
			polite(conn, func(p ofp.Packet) bool {
				raw, ok := p.Message.(*ofp.Raw)
				if !ok || raw.Kind != ofp.TypeMultipartRequest || raw.Body[1] != ofp.PartFlows {
					return false
				}
				for range 20_000 {
					say(conn, p.XID, &ofp.Multipart{Kind: ofp.PartFlows, More: true})
				}
				return true
			})
		}, "no switch for Yagura"},
		"it claims to have done it": {func(conn net.Conn) { polite(conn, nothing) }, "are not there after they were set"},
		"it refuses all": {func(conn net.Conn) {
			polite(conn, func(p ofp.Packet) bool {
				if p.Message.Type() != ofp.TypeFlowMod {
					return false
				}
				say(conn, p.XID, &ofp.Error{Kind: 5, Code: 4})
				return true
			})
		}, "flow-mod failed, not permitted"},
		"garbage inside a message": {func(conn net.Conn) {
			polite(conn, func(p ofp.Packet) bool {
				if p.Message.Type() == ofp.TypeFlowMod {
					say(conn, p.XID, &ofp.Raw{Kind: ofp.TypeFlowRemoved, Body: []byte{1, 2, 3}})
				}
				return false
			})
		}, "malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := fake(t, c.behave)
			if c.want != "cannot be reached" {
				config.Timeout = 20 * time.Second
			}
			h, err := start(*config, quiet(), hostNetwork())
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			_, err = h.Apply(context.Background(), hostileTarget())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("want %q, have %v", c.want, err)
			}
			if took := time.Since(began); took > time.Minute {
				t.Errorf("it took %v", took)
			}
			if err := h.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// A switch that talks without being asked, in types that nobody knows, is served none the less.
func TestChatteringSwitch(t *testing.T) {
	c := fake(t, func(conn net.Conn) {
		polite(conn, func(p ofp.Packet) bool {
			if p.Message.Type() == ofp.TypeEchoReply {
				return false
			}
			for range 500 {
				say(conn, 0, &ofp.PacketIn{Cookie: cookieTag | 5, Match: ofp.Match{ofp.U32(ofp.FieldInPort, 1)}, Data: make([]byte, 64)})
				say(conn, 0, &ofp.FlowRemoved{Cookie: cookieTag | 5})
				say(conn, p.XID+1000, &ofp.Error{Kind: 1})
				say(conn, p.XID+7, &ofp.Raw{Kind: 99, Body: []byte("?")})
				say(conn, 0, &ofp.Echo{})
			}
			return false
		})
	})
	c.Timeout = 10 * time.Second
	h, err := start(*c, quiet(), hostNetwork())
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	list, err := h.List(context.Background())
	if err != nil || len(list) != 0 {
		t.Errorf("%v %v", list, err)
	}
}

// aged has what it is told at once, and says how old each flow is by its own clock, which barrier stops.
type aged struct {
	flows   []ofp.Flow
	since   []time.Duration
	clock   func() time.Duration
	barrier func()
}

func (a *aged) answer(conn net.Conn, p ofp.Packet) bool {
	raw, _ := p.Message.(*ofp.Raw)
	switch mod, _ := p.Message.(*ofp.FlowMod); {
	case mod != nil && mod.Command == ofp.FlowAdd:
		a.flows, a.since = append(a.flows, mod.Flow), append(a.since, a.clock())
	case p.Message.Type() == ofp.TypeMultipartRequest && raw != nil && raw.Body[1] == ofp.PartFlows:
		answer := &ofp.Multipart{Kind: ofp.PartFlows}
		for i, f := range a.flows {
			answer.Flows = append(answer.Flows, ofp.FlowStats{Flow: f, Seconds: uint32((a.clock() - a.since[i]).Seconds())})
		}
		say(conn, p.XID, answer)
		return true
	case p.Message.Type() == ofp.TypeBarrierRequest && len(a.flows) > 0:
		a.barrier()
	}
	return false
}

// slow has what it is told at once, and says so after a while.
func slow(conn net.Conn) {
	began := time.Now()
	a := &aged{clock: func() time.Duration { return time.Since(began) }, barrier: func() { time.Sleep(2*slack + 2*time.Second) }}
	polite(conn, func(p ofp.Packet) bool { return a.answer(conn, p) })
}

// What an order left as it was, because it ended nearly when it should, is not missing when its time has run on while the rest was set.
func TestFlowsThatAreLeft(t *testing.T) {
	t.Parallel()
	var clock atomic.Int64
	c := fake(t, func(conn net.Conn) {
		a := &aged{clock: func() time.Duration { return time.Duration(clock.Load()) }, barrier: func() { clock.Add(int64(slack)) }}
		polite(conn, func(p ofp.Packet) bool { return a.answer(conn, p) })
	})
	h, err := start(*c, quiet(), hostNetwork())
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	target := hostileTarget()
	first, err := h.Apply(context.Background(), target)
	if err != nil {
		t.Fatal(err)
	}
	target.Nets = append(target.Nets, netip.MustParsePrefix("10.99.0.7/32"))
	r, err := h.Apply(context.Background(), target)
	if err != nil || len(r.Commands) == 0 || len(r.Commands) >= len(first.Commands) {
		t.Errorf("one more address: %d commands after %d: %v", len(r.Commands), len(first.Commands), err)
	}
}

// The time of a flow runs while a busy switch answers: that is no flow that is missing.
func TestSlowSwitch(t *testing.T) {
	t.Parallel()
	c := fake(t, slow)
	c.Timeout = time.Minute
	h, err := start(*c, quiet(), hostNetwork())
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	target := hostileTarget()
	if _, err := h.Apply(context.Background(), target); err != nil {
		t.Error(err)
	}
	r, err := h.Apply(context.Background(), target)
	if err != nil || len(r.Commands) > 0 {
		t.Errorf("it was told again what it has: %v %v", r.Commands, err)
	}
}

// A switch that takes nothing any more holds a caller no longer than it allows.
func TestSwitchThatTakesNothing(t *testing.T) {
	c := fake(t, func(conn net.Conn) {
		polite(conn, func(p ofp.Packet) bool {
			if p.Message.Type() == ofp.TypeFlowMod {
				time.Sleep(time.Hour)
			}
			return false
		})
	})
	h, err := start(*c, quiet(), hostNetwork())
	if err != nil {
		t.Fatal(err)
	}
	target := hostileTarget()
	for len(target.Nets) < 20_000 {
		target.Nets = append(target.Nets, target.Nets...)
	}
	if _, err := h.Apply(context.Background(), target); err == nil {
		t.Error("it was told nothing, but no error")
	}
	if err := h.Close(); err != nil {
		t.Error(err)
	}
}

func TestAwayIsAnErrorOfItsOwn(t *testing.T) {
	_, err := sum([]*answer{{err: &away{"3F", errGone}}, {err: nil}})
	if err != nil {
		t.Error(err)
	}
	absent, err := sum([]*answer{{err: &away{"3F", errGone}}})
	if err == nil || !strings.HasPrefix(err.Error(), "openflow: ") || len(absent) != 1 || !errors.Is((&away{"3F", errGone}), errGone) {
		t.Error(absent, err)
	}
}
