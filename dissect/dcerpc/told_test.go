package dcerpc

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// asking asks of each transaction what an alert would tell.
type asking struct{ told []event.DCERPC }

func (a *asking) ask(t *wire.Tx) {
	if t.Ask != nil {
		a.told = append(a.told, *t.Ask.Said().(*event.SMBActivity).RPC)
	}
}

// TestAlerts: an alert tells of a bind or call what is known by then, in how many fragments it came, and how the server answered for
// the interface (C706 §12.6.3.1).
func TestAlerts(t *testing.T) {
	const rejected = 2
	f, a := &dissect.Flow{Emit: func(event.Event) {}}, &asking{}
	f.Watch(flowtest.Each(a.ask))
	s := newStream(f)
	svc := ByName("svcctl").UUID
	first := callOf(2, 0, 16, make([]byte, 20))
	first[3] = flagFirst
	last := callOf(2, 0, 16, make([]byte, 8))
	last[3] = flagLast
	refused := chosen(t, 3, syntaxNDR)
	refused[headLen+16] = rejected
	for i, b := range [][]byte{offer(t, 1, 0, svc, syntaxNDR), chosen(t, 1, syntaxNDR), first, last, fragment(ptResponse, 2, make([]byte, 12)),
		offer(t, 3, 1, ByName("samr").UUID, syntaxNDR), refused} {
		dir := dissect.Orig
		if i == 1 || i == 4 || i == 6 {
			dir = dissect.Resp
		}
		if _, err := s.Data(dir, b); err != nil {
			t.Fatal(err)
		}
	}
	call := event.DCERPC{Kind: "call", UUID: svc, Interface: "svcctl", Opnum: 16, Operation: "OpenServiceW", Call: 2, Version: "2.0", StubIn: 28, FragsIn: 2}
	answered := call
	answered.Answered, answered.StubOut, answered.FragsOut = true, 4, 1
	bind := event.DCERPC{Kind: "bind", UUID: svc, Interface: "svcctl", Version: "2.0", Call: 1}
	bound := bind
	bound.Answered = true
	again := event.DCERPC{Kind: "bind", UUID: ByName("samr").UUID, Interface: "samr", Version: "2.0", Call: 3, Alter: true}
	no := again
	no.Answered, no.Ack = true, rejected
	if d := cmp.Diff([]event.DCERPC{bind, bound, call, answered, again, no}, a.told); d != "" {
		t.Error(d)
	}
}
