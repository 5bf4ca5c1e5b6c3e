package http

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// choosy keeps the fields of transactions, and wants no buffer.
type choosy struct {
	wire.Inspector
	fields map[wire.Buffer]string
}

func (*choosy) Wants(wire.Buffer) bool { return false }

func (c *choosy) Tx(_ *wire.Flow, t *wire.Tx) {
	for i := range t.Fields {
		c.fields[t.Fields[i].Buffer] = string(t.Fields[i].B)
	}
}

// TestToldUnasked holds that transactions have what alerts tell of them, also where no rule asks for it.
func TestToldUnasked(t *testing.T) {
	c := &choosy{fields: map[wire.Buffer]string{}}
	f := &dissect.Flow{Emit: func(event.Event) {}}
	f.Watch(c)
	p := Protocol.Stream(f)
	for d, s := range [...]string{"GET /a HTTP/1.1\r\nHost: h.example\r\nUser-Agent: ua\r\nReferer: http://r.example/\r\nAccept: */*\r\n\r\n",
		"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Type: text/html\r\nServer: s\r\nContent-Length: 0\r\n\r\n"} {
		if _, err := p.Data(dissect.Dir(d), []byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	want := map[wire.Buffer]string{wire.HTTPUserAgent: "ua", wire.HTTPReferer: "http://r.example/", wire.HTTPLocation: "/b", wire.HTTPContentType: "text/html",
		wire.HTTPAccept: "", wire.HTTPServer: ""}
	got := map[wire.Buffer]string{}
	for b := range want {
		got[b] = c.fields[b]
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
