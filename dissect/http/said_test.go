package http

import (
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// TestBodySoFar: an alert within a body tells how many bytes of it have come.
func TestBodySoFar(t *testing.T) {
	var tx *wire.Tx
	f := &dissect.Flow{Emit: func(event.Event) {}}
	f.Watch(flowtest.Each(func(x *wire.Tx) { tx = x }))
	p := Protocol.Stream(f)
	give := func(d dissect.Dir, s string) {
		if _, err := p.Data(d, []byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	give(dissect.Orig, "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nab")
	if a := tx.About().(*event.HTTPActivity); a.RequestLen != 2 || a.URI != "/a" {
		t.Errorf("%+v", a)
	}
	give(dissect.Orig, "cd")
	give(dissect.Resp, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n5\r\n678")
	if a := tx.About().(*event.HTTPActivity); a.RequestLen != 4 || a.ResponseLen != 8 || a.Status != 200 {
		t.Errorf("%+v", a)
	}
	give(dissect.Resp, "90\r\n0\r\n\r\n")
	if a := tx.About().(*event.HTTPActivity); a.ResponseLen != 10 {
		t.Errorf("%+v", a)
	}
}
