package squid

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/yagura-project/yagura/dissect/log"
	"github.com/yagura-project/yagura/event"
)

const file = `1795287209.735    200 10.1.2.30 TCP_MISS/200 20308 GET http://www.example.jp:8080/a?b=c - HIER_DIRECT/198.51.100.20 text/plain "-" "Mozilla/5.0 (Windows NT 10.0)"
# a comment

1795287210.001      5 10.1.2.31 TCP_TUNNEL/200 4100 CONNECT [2001:db8::1]:8443 hana HIER_DIRECT/2001:db8::1 -
1795287211.500   9000 10.1.2.32 TCP_DENIED/403 0 POST http://203.0.113.9/gate.php - HIER_NONE/- text/html "curl/8.4.0"
nonsense
1795287212.000 x 10.1.2 TCP_MISS/200 1 GET http://a/ - HIER_NONE/- -
`

func TestRead(t *testing.T) {
	var got []event.Event
	st, err := log.Read(strings.NewReader(file), Format, func(e event.Event) { got = append(got, e) })
	if err != nil || st.Lines != 7 || st.Events != 3 || st.Bad != 2 || !strings.HasPrefix(st.First, "line 6: ") {
		t.Fatalf("%+v, %v", st, err)
	}
	at := time.Unix(1795287209, 535e6).UTC()
	conn := func(src, dst string, port uint16) (c event.Conn) {
		c.Src.IP, c.Dst.Port, c.Proto = netip.MustParseAddr(src), port, event.ProtoTCP
		if dst != "" {
			c.Dst.IP = netip.MustParseAddr(dst)
		}
		return c
	}
	want := []event.Event{
		&event.HTTPActivity{Header: event.Header{Time: at}, Conn: conn("10.1.2.30", "198.51.100.20", 8080), Method: "GET", Host: "www.example.jp:8080",
			URI: "http://www.example.jp:8080/a?b=c", UserAgent: "Mozilla/5.0 (Windows NT 10.0)", Status: 200, ResponseLen: 20308, ResponseType: "text/plain"},
		&event.HTTPActivity{Header: event.Header{Time: time.Unix(1795287209, 996e6).UTC()}, Conn: conn("10.1.2.31", "2001:db8::1", 8443), Method: "CONNECT",
			Host: "[2001:db8::1]:8443", URI: "[2001:db8::1]:8443", Status: 200, ResponseLen: 4100},
		&event.HTTPActivity{Header: event.Header{Time: time.Unix(1795287202, 5e8).UTC()}, Conn: conn("10.1.2.32", "", 80), Method: "POST", Host: "203.0.113.9",
			URI: "http://203.0.113.9/gate.php", UserAgent: "curl/8.4.0", Status: 403, ResponseType: "text/html"},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
		t.Error(diff)
	}
	if f, ok := log.Find([]byte(file), []log.Format{Format}); !ok || f.Name != "squid" {
		t.Error("not recognised")
	}
	if _, ok := log.Find([]byte("Nov 22 03:00:00 host sshd[1]: Accepted\n"), []log.Format{Format}); ok {
		t.Error("syslog taken for squid")
	}
}

// A long line is lost, the one behind it is not.
func TestLongLine(t *testing.T) {
	n := 0
	st, err := log.Read(strings.NewReader(strings.Repeat("x", 200_000)+"\n"+file), Format, func(event.Event) { n++ })
	if err != nil || n != 3 || st.Bad != 3 {
		t.Errorf("%d events, %+v, %v", n, st, err)
	}
}

func Fuzz(f *testing.F) {
	for _, l := range strings.Split(file, "\n") {
		f.Add([]byte(l))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := Format.Line(b)
		if e != nil && err != nil {
			t.Error("an event and an error")
		}
		if h, ok := e.(*event.HTTPActivity); ok && (len(h.URI) > maxURL || len(h.UserAgent) > maxField || !h.Src.IP.IsValid()) {
			t.Errorf("%+v", h)
		}
	})
}
