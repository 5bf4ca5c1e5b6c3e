package eve_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/eve"
)

// town is a mix of events as a town's traffic brings them: mostly names and flows.
func town() []event.Event {
	v6 := event.Conn{Src: event.Endpoint{IP: netip.MustParseAddr("2001:db8::10"), Port: 50000}, Dst: event.Endpoint{IP: netip.MustParseAddr("2001:db8::53"), Port: 53},
		Proto: event.ProtoUDP, FlowID: 7}
	answers := []event.DNSAnswer{{Name: "www.town.lg.jp", Type: "CNAME", TTL: 300, Data: "cdn.example.net"}, {Name: "cdn.example.net", Type: "A", TTL: 60, Data: "203.0.113.9"},
		{Name: "cdn.example.net", Type: "AAAA", TTL: 60, Data: "2001:db8::9"}}
	tls := &event.TLS{Version: "1.3", SNI: "www.town.lg.jp", JA3: "0558cf38ebac58d332d7f39308fcd006", JA4: "t13d1516h2_8daaf6152771_b186095e22b6", ALPN: []string{"h2"}}
	return []event.Event{
		&event.NetworkActivity{Header: head, Conn: v6, Activity: event.FlowOpen},
		&event.DNSActivity{Header: head, Conn: v6, Activity: event.DNSQuery, Service: "dns", Query: "www.town.lg.jp", Type: "A", TxID: 9},
		&event.DNSActivity{Header: head, Conn: v6, Activity: event.DNSResponse, Service: "dns", Query: "www.town.lg.jp", Type: "A", TxID: 9, RCode: "NOERROR", Answers: answers},
		&event.NetworkActivity{Header: head, Conn: v6, Activity: event.FlowClose, App: "dns", Start: at, End: at.Add(time.Millisecond), State: "SF"},
		&event.NetworkActivity{Header: head, Conn: conn, Activity: event.FlowTraffic, App: "tls", TLS: tls},
		&event.HTTPActivity{Header: head, Conn: conn, Method: "GET", Host: "intra.town.lg.jp", URI: "/index.html?q=\"庁内\"", UserAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64)", Status: 200,
			ResponseFile: &event.File{Name: "index.html", Type: "html", Size: 5000}},
		&event.SMBActivity{Header: head, Conn: conn, Command: "create", Dialect: "3.1.1", Share: `\\fs01\share`, Path: `部署\a.docx`, Answered: true, User: `TOWN\sato`},
		&event.NetworkActivity{Header: head, Conn: conn, Activity: event.FlowClose, App: "tls", Start: at, End: at.Add(time.Second), State: "SF", FlagsOrig: 0x1b, FlagsResp: 0x1b, TLS: tls},
	}
}

func BenchmarkEncode(b *testing.B) {
	events := town()
	enc := eve.NewEncoder(eve.Options{CommunityID: true})
	var buf []byte
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		buf = enc.Event(buf[:0], events[n%len(events)])
		n++
	}
}
