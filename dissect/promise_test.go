package dissect

import (
	"net/netip"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
)

func TestPromise(t *testing.T) {
	at := netip.MustParseAddrPort("10.0.0.5:49667")
	f := &Flow{promises: &promises{}, Now: time.Unix(1000, 0)}
	f.Promise(at, "svc")
	next := &Flow{promises: f.promises, Now: f.Now.Add(time.Hour)}
	next.Conn.Dst = event.Endpoint{IP: at.Addr(), Port: at.Port()}
	if got := next.Promised(next.Now); got != "svc" {
		t.Errorf("an hour later: %q", got)
	}
	next.Now = f.Now.Add(2 * promiseLife)
	if got := next.Promised(next.Now); got != "" {
		t.Errorf("two days later: %q", got)
	}
	for i := range uint16(maxPromises) {
		f.Promise(netip.AddrPortFrom(at.Addr(), 50000+i), "x")
	}
	if n := len(f.promises.by); n != maxPromises || len(f.promises.order) != n {
		t.Errorf("%d promises are kept, want %d", n, maxPromises)
	}
	if _, ok := f.promises.by[at]; ok {
		t.Error("the oldest is still there")
	}
	(&Flow{}).Promise(at, "svc") // outside of an analyzer nothing is remembered
	if got := (&Flow{}).Promised(time.Time{}); got != "" {
		t.Errorf("%q", got)
	}
}
