package eve_test

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/eve"
	"github.com/yagura-project/yagura/event/tree"
)

// FuzzEncoder puts foreign bytes wherever an event holds text: each line must be one JSON object in UTF-8.
func FuzzEncoder(f *testing.F) {
	f.Add("庁内", "a\x00\xff\"\\", int64(1_800_000_000_000_000_000), uint32(0xc0000022))
	f.Add("\u2028\x7f", "\xed\xa0\x80", int64(-1), uint32(0))
	f.Add("a:99999999", "<x>, \"y", int64(1<<62), uint32(1))
	f.Fuzz(func(t *testing.T, a, b string, nanos int64, n uint32) {
		enc := eve.NewEncoder(eve.Options{CommunityID: true, Payload: true, Packet: true, Interface: a})
		var out []byte
		for _, e := range foreign(a, b, time.Unix(0, nanos), n) {
			out = enc.Event(out, e)
		}
		out = enc.Finding(out, &event.Finding{Advisory: event.Advisory{ID: a, Title: event.Text{EN: b}}, Behaviour: a, Device: event.Device{Hostname: b}})
		out = enc.Stats(out, eve.Statistics{Sensor: event.SensorStats{ByApp: map[string]uint64{a: 1, b: 2}}})
		if !utf8.Valid(out) {
			t.Fatalf("not UTF-8: %q", out)
		}
		for line := range bytes.Lines(out) {
			var m map[string]any
			if err := json.Unmarshal(line, &m); err != nil {
				t.Fatalf("%v in %s", err, line)
			}
			if m["event_type"] == nil || m["timestamp"] == nil {
				t.Fatalf("without head: %s", line)
			}
		}
	})
}

// foreign are events of all kinds with text from outside.
func foreign(a, b string, at time.Time, n uint32) []event.Event {
	h := event.Header{Time: at}
	c := event.Conn{Src: event.Endpoint{IP: netip.AddrFrom4([4]byte{byte(n), 1, 2, 3}), Port: uint16(n)}, Dst: event.Endpoint{IP: netip.IPv6Unspecified()}, Proto: event.Proto(n), VLAN: uint16(n), FlowID: uint64(n)}
	file := &event.File{Name: a, Type: b, Size: uint64(n), SHA256: b}
	attrs := []event.Attr{{Name: a, Value: b}, {Name: "version", Value: b}, {Name: "uri", Value: a}, {Name: a + "." + b, Value: a}, {Name: "unit", Value: a}}
	events := []event.Event{
		&event.NetworkActivity{Header: h, Conn: c, Activity: event.FlowClose, App: a, State: b, Start: at, End: at},
		&event.NetworkActivity{Header: h, Conn: c, Activity: event.FlowTraffic, App: a, TLS: &event.TLS{Version: a, SNI: b, ALPN: []string{a, b}, JA3: b, JA3Text: a,
			Certificate: &event.Certificate{SubjectDN: a, Serial: b, SHA1: a, SHA256: b, SANs: []string{b}, NotBefore: at}, Client: &event.Certificate{Subject: b, Issuer: a, Serial: a}}},
		&event.NetworkActivity{Header: h, Conn: c, Activity: event.FlowTraffic, App: "quic", TLS: &event.TLS{QUIC: a, UserAgent: b, CYU: a, CYUText: b}},
		&event.DNSActivity{Header: h, Conn: c, Activity: event.DNSResponse, Service: "dns", Query: a, Type: b, RCode: a, Answers: []event.DNSAnswer{{Name: b, Type: a, Data: b}, {Type: "AAAA", Data: a}}},
		&event.DNSActivity{Header: h, Conn: c, Activity: event.DNSQuery, Service: "mdns", Query: a},
		&event.HTTPActivity{Header: h, Conn: c, Method: a, Host: b, URI: a, Version: b, UserAgent: a, ResponseType: b, Status: int(int32(n)), Depth: int(int32(n)), RequestFile: file, ResponseFile: file},
		&event.FileActivity{Header: h, Conn: c, Activity: event.FileRead, App: "ftp-data", File: *file, Start: uint64(n)},
		&event.SMBActivity{Header: h, Conn: c, Command: a, Dialect: b, Share: a, Path: b, Target: a, User: b, Answered: true, Status: n, RPC: &event.DCERPC{Kind: a, UUID: b, Interface: a, Operation: b, Answered: true}},
		&event.SMBActivity{Header: h, Conn: c, Dialect: "1.0", Answered: true, Status: n},
		&event.Authentication{Header: h, Conn: c, Protocol: "kerberos", Message: "KRB-ERROR", User: a, Domain: b, Service: a, Error: int(int32(n))},
		&event.Authentication{Header: h, Conn: c, Protocol: "ldap", User: a, Message: b, Answered: true, Error: int(int32(n))},
		&event.DHCPActivity{Header: h, Conn: c, Message: a, Hostname: b, Vendor: a, ClientID: b, Params: a, Routers: []netip.Addr{{}, c.Src.IP}},
		&event.Alert{Header: h, Conn: c, Message: a, Category: b, Refs: []string{a}, Metadata: map[string][]string{a: {b}, b: {a}}, Target: "src_ip", App: a, Facts: []tree.Node{tree.Of(a, tree.Str(b, a))}, Payload: []byte(a), Frame: []byte(b), Priority: int(int32(n))},
		&event.EmailActivity{Header: h, Conn: c, App: "smtp", Helo: a, MailFrom: b, RcptTo: []string{a, b}, From: a, To: b, CC: a, Subject: b, MessageID: a, Attachments: []*event.File{file}, URLs: []string{b}},
		&event.FTPActivity{Header: h, Conn: c, App: "ftp", Command: a, Argument: b, Replies: []string{a, b}, Codes: []int{int(int32(n))}},
		&event.FTPActivity{Header: h, Conn: c, App: "tftp", Command: a, Argument: b},
		&event.SSHActivity{Header: h, Conn: c, Client: event.SSHSide{Proto: a, Software: b, HASSH: a, HASSHString: b}},
		&event.RDPActivity{Header: h, Conn: c, Step: a, Cookie: b, Client: &event.RDPClient{Version: n, Build: n, Name: a, ID: b, Early: uint16(n), IME: a}, Channels: []string{a, b}},
		&event.RDPActivity{Header: h, Conn: c, Step: event.RDPResponse, Selected: n, Flags: uint8(n)},
		&event.Anomaly{Header: h, Conn: c, Kind: a, Name: b, App: a, TxID: int64(n)},
		&event.Anomaly{Header: h, Conn: c, Kind: "applayer", Name: a + "." + b},
		&event.NFSActivity{Header: h, Conn: c, Procedure: a, Path: b, Target: a, Machine: b, Auth: "UNIX", Answered: true, Status: n},
	}
	for _, op := range []string{"search", "extended", "rename", "delete", "add"} {
		events = append(events, &event.LDAPActivity{Header: h, Conn: c, Operation: op, DN: a, Filter: b, Attributes: []string{a}, NewName: b, Name: a, Message: b, Answered: true, Result: int32(n), MessageID: int32(n)})
	}
	for _, p := range []string{"sip", "snmp", "rfb", "ike", "mqtt", "modbus", "pgsql", "mysql", "ntp"} {
		events = append(events, &event.AppActivity{Header: h, Conn: c, Protocol: p, Operation: a, Attrs: attrs})
	}
	return events
}
