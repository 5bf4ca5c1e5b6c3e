package store

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// town knows the machines of 10.1.0.0/16: PC-<last byte>, user u<last byte>.
type town struct{}

func (town) Who(e event.Endpoint, _ time.Time) Who {
	if !netip.MustParsePrefix("10.1.0.0/16").Contains(e.IP) {
		return Who{}
	}
	n := e.IP.As4()[3]
	return Who{Device: fmt.Sprintf("mac:%d", n), Host: fmt.Sprintf("PC-%03d", n), User: fmt.Sprintf("u%d", n), Zone: "lgwan", Home: true}
}

func conn(src, dst string, port uint16, flow uint64) event.Conn {
	return event.Conn{
		Src: event.Endpoint{IP: netip.MustParseAddr(src), Port: 50_000}, Dst: event.Endpoint{IP: netip.MustParseAddr(dst), Port: port},
		Proto: event.ProtoTCP, FlowID: flow,
	}
}

// flow is a finished TLS conversation: the handshake's fact and its end.
func flow(id uint64, when time.Time, src, dst, sni string, out, in uint64) []event.Event {
	c := conn(src, dst, 443, id)
	fact := &event.NetworkActivity{Header: event.Header{Time: when}, Conn: c, Activity: event.FlowTraffic, App: "tls",
		Start: when, End: when, Orig: event.Volume{Packets: 2, Bytes: 300}, TLS: &event.TLS{SNI: sni, JA3: "aa", JA4: "t13d"}}
	end := &event.NetworkActivity{Header: event.Header{Time: when.Add(2 * time.Second)}, Conn: c, Activity: event.FlowClose, App: "tls",
		Start: when, End: when.Add(2 * time.Second), State: "SF",
		Orig: event.Volume{Packets: 10, Bytes: out}, Resp: event.Volume{Packets: 20, Bytes: in}}
	return []event.Event{fact, end}
}

func dns(id uint64, when time.Time, src, query, answer string) event.Event {
	c := conn(src, "10.1.0.2", 53, id)
	c.Proto = event.ProtoUDP
	return &event.DNSActivity{Header: event.Header{Time: when}, Conn: c, Activity: event.DNSResponse, Service: "dns",
		Query: query, Type: "A", RCode: "NOERROR", Answers: []event.DNSAnswer{{Name: query, Type: "A", TTL: 60, Data: answer}}}
}

// world is one day of a small town: PC-011 polls a stranger every five minutes, PC-011 and PC-012 read the
// news, PC-013 fetches a program and sends a file away, a file goes to the server by SMB.
func world() []event.Event {
	var out []event.Event
	id := uint64(1)
	for i := range 60 {
		out = append(out, flow(id, at(time.Duration(i)*5*time.Minute+time.Duration(i%5)*time.Second), "10.1.0.11", "203.0.113.9", "update.example", 500, 700)...)
		id++
	}
	for i := range 20 {
		src := fmt.Sprintf("10.1.0.%d", 11+i%2)
		when := at(time.Duration(i*i) * time.Minute)
		out = append(out, dns(id, when, src, "news.example", "198.51.100.7"))
		out = append(out, flow(id+1, when, src, "198.51.100.7", "News.example", 1_000, 50_000)...)
		id += 2
	}
	out = append(out, &event.HTTPActivity{Header: event.Header{Time: at(9 * time.Hour)}, Conn: conn("10.1.0.13", "203.0.113.80", 80, id),
		Method: "GET", Host: "dl.example:80", URI: "/setup.exe", UserAgent: "curl/8", Status: 200, ResponseLen: 4096,
		ResponseFile: &event.File{Name: "setup.exe", Type: "exe", Size: 4096, SHA256: "e3b0c442"}})
	out = append(out, &event.HTTPActivity{Header: event.Header{Time: at(9*time.Hour + time.Second)}, Conn: conn("10.1.0.13", "203.0.113.80", 80, id),
		Method: "POST", Host: "dl.example", URI: "/up", RequestFile: &event.File{Name: "税.xlsx", Size: 9}})
	out = append(out, &event.NetworkActivity{Header: event.Header{Time: at(9*time.Hour + time.Second)}, Conn: conn("10.1.0.13", "203.0.113.80", 80, id),
		Activity: event.FlowClose, App: "http", State: "SF", Orig: event.Volume{Bytes: 400}, Resp: event.Volume{Bytes: 4400}})
	out = append(out, &event.SMBActivity{Header: event.Header{Time: at(10 * time.Hour)}, Conn: conn("10.1.0.13", "10.1.0.2", 445, id+1),
		Command: "close", User: `TOWN\u13`, Share: `\\fs\share`, Path: "setup.exe", File: &event.File{Name: "setup.exe", SHA256: "e3b0c442"}})
	out = append(out, &event.Authentication{Header: event.Header{Time: at(11 * time.Hour)}, Conn: conn("10.1.0.13", "10.1.0.2", 88, id+2),
		Protocol: "kerberos", Message: "AS-REP", User: "u13", Domain: "TOWN", Success: true})
	return append(out, &event.NetworkActivity{Header: event.Header{Time: at(12 * time.Hour)}, Conn: conn("10.1.0.14", "203.0.113.9", 443, id+3),
		Activity: event.FlowOpen}) // not kept: its end says more
}

// kept is how many rows the world has.
const kept = 60*2 + 20*3 + 5

// written keeps events in a new store, sealed in segments of the given length.
func written(t testing.TB, cfg Config, events []event.Event) (*State, *Telemetry) {
	t.Helper()
	s, err := Open(t.Context(), cfg)
	must(t, err)
	tel := NewTelemetry(s, town{}, quiet)
	must(t, tel.Start(t.Context()))
	t.Cleanup(func() {
		if err := tel.Stop(context.Background()); err != nil { // a test's own context is over by now: nobody would wait for the writer
			t.Error(err)
		}
		s.Close()
	})
	for _, e := range events {
		must(t, tel.AppendWait(t.Context(), e))
	}
	must(t, tel.Flush(t.Context()))
	return s, tel
}
