package dns

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// TestAlertsOfMessages: an alert tells all of a message; that it might is no reason to allocate.
func TestAlertsOfMessages(t *testing.T) {
	var said *event.DNSActivity
	f := &dissect.Flow{Emit: func(event.Event) {}, Conn: event.Conn{Proto: event.ProtoUDP}}
	f.Watch(flowtest.Each(func(x *wire.Tx) {
		if x.Ask != nil {
			said = x.About().(*event.DNSActivity)
		}
	}))
	d := Protocol.Datagrams(f).(*datagrams)
	if err := d.Datagram(dissect.Orig, []byte("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03wWw\x02jp\x00\x00\x01\x00\x01")); err != nil {
		t.Fatal(err)
	}
	if said == nil || said.Query != "wWw.jp" || said.TxID != 0x1234 || said.Type != "A" || said.Flags != 0x100 {
		t.Errorf("%+v", said)
	}
	b := []byte(query)
	if n := testing.AllocsPerRun(100, func() { d.asked(dissect.Orig, b) }); n != 0 {
		t.Errorf("%v allocations a message", n)
	}
}
