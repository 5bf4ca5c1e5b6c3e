package combined

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

const file = `10.1.2.30 - hana [06/Apr/2026:08:30:01 +0900] "GET http://www.example.jp:8080/a?b=c HTTP/1.1" 200 20308 "-" "Mozilla/5.0 (Windows NT 10.0)" TCP_MISS:HIER_DIRECT

proxy.town.example fd00::31 - - [06/Apr/2026:08:30:02 +0900] "CONNECT c2.example.net:8443 HTTP/1.1" 200 4100 "-" "-"
10.1.2.32 - - [06/Apr/2026:08:30:03 +0900] "GET /index.php?q=\"x\" HTTP/1.1" 404 - "http://www.example.jp/" "say \"hi\""
10.1.2.33 - - [06/Apr/2026:08:30:04 +0900] "-" 408 0 "-" "-"
10.1.2.34 - - [yesterday, in the evening] "GET / HTTP/1.1" 200 0 "-" "-"
nonsense
`

func TestRead(t *testing.T) {
	var got []event.Event
	st, err := log.Read(strings.NewReader(file), Format, func(e event.Event) { got = append(got, e) })
	if err != nil || st.Lines != 7 || st.Events != 3 || st.Bad != 2 || !strings.HasPrefix(st.First, "line 6: ") {
		t.Fatalf("%+v, %v", st, err)
	}
	at := func(s int) time.Time { return time.Date(2026, 4, 5, 23, 30, s, 0, time.UTC) }
	conn := func(src string, port uint16) (c event.Conn) {
		c.Src.IP, c.Dst.Port, c.Proto = netip.MustParseAddr(src), port, event.ProtoTCP
		return c
	}
	want := []event.Event{
		&event.HTTPActivity{Header: event.Header{Time: at(1)}, Conn: conn("10.1.2.30", 8080), Method: "GET", Host: "www.example.jp:8080", URI: "http://www.example.jp:8080/a?b=c",
			UserAgent: "Mozilla/5.0 (Windows NT 10.0)", Status: 200, ResponseLen: 20308},
		&event.HTTPActivity{Header: event.Header{Time: at(2)}, Conn: conn("fd00::31", 8443), Method: "CONNECT", Host: "c2.example.net:8443", URI: "c2.example.net:8443", UserAgent: "-", Status: 200, ResponseLen: 4100},
		&event.HTTPActivity{Header: event.Header{Time: at(3)}, Conn: conn("10.1.2.32", 0), Method: "GET", URI: `/index.php?q=\"x\"`, Referer: "http://www.example.jp/", UserAgent: `say \"hi\"`, Status: 404},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Addr{})); diff != "" {
		t.Error(diff)
	}
	if f, ok := log.Find([]byte(file), []log.Format{Format}); !ok || f.Name != "combined" {
		t.Error("not recognised")
	}
	if _, ok := log.Find([]byte("Nov 22 03:00:00 host sshd[1]: Accepted\n"), []log.Format{Format}); ok {
		t.Error("syslog is taken for it")
	}
}

func FuzzLine(f *testing.F) {
	for line := range strings.Lines(file) {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := line(b)
		if h, ok := e.(*event.HTTPActivity); ok && (err != nil || !h.Src.IP.IsValid() || h.Time.IsZero() || len(h.URI) > maxURL) {
			t.Errorf("%+v, %v", h, err)
		}
	})
}
