package ftp

import (
	"slices"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// TestGreeting: what a server says before it is asked is a transaction of its own, by which rules know a server with a hole; no command makes an event of it.
func TestGreeting(t *testing.T) {
	said := map[uint64][]string{}
	events := 0
	f := &dissect.Flow{Emit: func(e event.Event) {
		if a, ok := e.(*event.FTPActivity); ok {
			if events++; a.Command != "USER" || len(a.Codes) != 1 || a.Codes[0] != 331 {
				t.Errorf("%+v", a)
			}
		}
	}}
	f.Watch(flowtest.Each(func(x *wire.Tx) {
		if x.Apart { // frames
			return
		}
		said[x.ID] = said[x.ID][:0]
		for i := range x.Fields {
			if b := x.Fields[i].Buffer; b == wire.FTPReply || b == wire.FTPCommand {
				said[x.ID] = append(said[x.ID], string(x.Fields[i].B))
			}
		}
	}))
	p := Protocol.Stream(f)
	for _, m := range []struct {
		d dissect.Dir
		b string
	}{{dissect.Resp, "noise\r\n220-(vsFTPd 2.3.4)\r\n220 hello\r\n"}, {dissect.Orig, "USER a\r\n"}, {dissect.Resp, "331 password?\r\n"}} {
		if _, err := p.Data(m.d, []byte(m.b)); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(said[0], []string{"(vsFTPd 2.3.4)", "hello"}) || !slices.Equal(said[1], []string{"USER", "password?"}) || len(said) != 2 || events != 1 {
		t.Errorf("%v, %d events", said, events)
	}
}
