package signature_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature"
	"github.com/yagura-project/yagura/signature/keyword"
	"github.com/yagura-project/yagura/signature/rule"
)

// rig shows made traffic to an engine and keeps what it tells.
type rig struct {
	t      *testing.T
	holder signature.Holder
	env    *rule.Env
	shared *signature.Shared
	engine *signature.Engine
	alerts []*event.Alert
	at     int64
	number uint64
}

func newRig(t *testing.T, rules ...string) *rig {
	t.Helper()
	r := &rig{t: t, env: rule.NewEnv(""), shared: signature.NewShared(signature.DefaultConfig()), at: 1e18}
	r.use(rules...)
	r.engine = signature.NewEngine(&r.holder, r.shared, func(e event.Event) { r.alerts = append(r.alerts, e.(*event.Alert)) })
	return r
}

// use puts other rules into use.
func (r *rig) use(rules ...string) {
	r.t.Helper()
	r.holder.Set(signature.NewRuleset(compiled(r, rules...)))
}

// compiled compiles rules.
func compiled(r *rig, rules ...string) (sigs []*rule.Signature) {
	r.t.Helper()
	for i, text := range rules {
		s, err := keyword.Compile("test.rules", i+1, text, r.env)
		if err != nil {
			r.t.Fatal(err)
		}
		sigs = append(sigs, s)
	}
	return sigs
}

// want compares the numbers of the rules that were told since, in their order.
func (r *rig) want(sids ...uint32) {
	r.t.Helper()
	var got []uint32
	for _, a := range r.alerts {
		got = append(got, a.SID)
	}
	r.alerts = nil
	if !slices.Equal(got, sids) {
		r.t.Errorf("alerts: %s", cmp.Diff(sids, got))
	}
}

var (
	client = netip.MustParseAddr("10.0.0.5")
	server = netip.MustParseAddr("192.0.2.80")
)

// tcp makes a TCP connection to a port; the handshake is over.
func (r *rig) tcp(port uint16, app string) *wire.Flow {
	r.number++
	return &wire.Flow{ID: r.number, Src: client, Dst: server, SrcPort: 40000, DstPort: port, Proto: 6, App: app, Established: true}
}

// packet makes a packet of a flow in direction d.
func (r *rig) packet(f *wire.Flow, d wire.Dir, payload string) *wire.Packet {
	p := &wire.Packet{Kind: wire.TCP, Proto: event.Proto(f.Proto), Payload: []byte(payload), IPLen: 40 + len(payload), Flags: event.FlagACK}
	if f.Proto == 17 {
		p.Kind = wire.UDP
	}
	p.Src, p.Dst, p.SrcPort, p.DstPort = f.Src.As16(), f.Dst.As16(), f.SrcPort, f.DstPort
	if d == wire.Resp {
		p.Src, p.Dst, p.SrcPort, p.DstPort = p.Dst, p.Src, p.DstPort, p.SrcPort
	}
	return p
}

// say sends one packet whose bytes are in order.
func (r *rig) say(f *wire.Flow, d wire.Dir, payload string) {
	r.number++
	p := r.packet(f, d, payload)
	if f.Proto == 6 && payload != "" && !f.Enough[d] {
		r.engine.Stream(f, d, p.Payload)
	}
	r.engine.Packet(p, f, d, r.at, r.number, payload != "")
}

// lines makes lines of what a text lists, for rules one to a line.
func lines(text string) (out []string) {
	for l := range strings.Lines(text) {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}
