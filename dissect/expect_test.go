package dissect

import (
	"net/netip"
	"testing"
	"time"
)

// TestExpectAgain: what was expected of a place long ago does not take what is expected there now with it.
func TestExpectAgain(t *testing.T) {
	e := &expected{}
	f := &Flow{expected: e, Now: time.Unix(1000, 0)}
	at := func(port int) netip.AddrPort {
		return netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), uint16(port))
	}
	f.Expect(at(1), false, "ftp-data", "old")
	for port := 2; port <= maxExpected-1; port++ {
		f.Expect(at(port), false, "ftp-data", nil)
	}
	f.Expect(at(1), false, "ftp-data", "new")
	f.Expect(at(9999), false, "ftp-data", nil)
	if got := e.by[expectation{at(1), false}].about; got != "new" {
		t.Errorf("%v", got)
	}
	for port := range 2 * maxExpected {
		f.Expect(at(20000+port), false, "ftp-data", nil)
	}
	if len(e.by) != maxExpected || len(e.order) != maxExpected {
		t.Errorf("%d expected, %d in order", len(e.by), len(e.order))
	}
}
