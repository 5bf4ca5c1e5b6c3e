package signature_test

import (
	"testing"

	"github.com/yagura-project/yagura/event/wire"
)

// TestConfigKeepsRecordsOut: rules with config say what is not to be written, be they told or not.
func TestConfigKeepsRecordsOut(t *testing.T) {
	r := newRig(t, lines(`
		config http any any -> any any (http.uri; content:"/static"; config:logging disable, type tx, scope tx; sid:1;)
		alert http any any -> any any (http.uri; content:"/noise"; config: scope flow, type tx, logging disable; sid:2;)
		config http any any -> any any (http.uri; content:"/poll"; config:logging disable, type flow, scope flow; sid:3;)
		config http any any -> any any (http.method; content:"HEAD"; sid:4;)`)...)
	if !r.engine.Hushes() {
		t.Error("nothing waits for rules")
	}
	f := r.tcp(80, "http")
	for id, uri := range []string{"/", "/static/a.css", "/poll"} {
		x := &wire.Tx{ID: uint64(id)}
		x.PutString(wire.HTTPMethod, wire.Orig, "HEAD")
		x.PutString(wire.HTTPURI, wire.Orig, uri)
		r.show(f, wire.Orig, x)
	}
	r.want()
	if h := f.Hush; h == nil || h.Has(1) || !h.Has(2) || h.Has(3) || h.Has(0) || h.All || !h.Flow {
		t.Errorf("%+v", h)
	}
	g := r.tcp(80, "http")
	x := &wire.Tx{}
	x.PutString(wire.HTTPURI, wire.Orig, "/noise")
	r.show(g, wire.Orig, x)
	r.want(2)
	if h := g.Hush; h == nil || !h.Has(9) || h.Flow {
		t.Errorf("%+v", h)
	}
	if r.use(`alert http any any -> any any (http.uri; content:"/noise"; sid:1;)`); r.engine.Hushes() {
		t.Error("events wait for rules that are gone")
	}
}
