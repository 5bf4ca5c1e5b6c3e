package eve_test

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/eve"
)

var (
	at   = time.Date(2026, 11, 20, 1, 2, 3, 4000, time.UTC)
	conn = event.Conn{Src: event.Endpoint{IP: netip.MustParseAddr("192.0.2.1"), Port: 40000},
		Dst: event.Endpoint{IP: netip.MustParseAddr("198.51.100.2"), Port: 80}, Proto: event.ProtoTCP, FlowID: 1 << 63}
	head = event.Header{Time: at}
)

// decode reads lines of JSON.
func decode(t *testing.T, b []byte) []map[string]any {
	t.Helper()
	var out []map[string]any
	dec := json.NewDecoder(bytes.NewReader(b))
	for dec.More() {
		var m map[string]any
		if err := dec.Decode(&m); err != nil {
			t.Fatalf("%v in %s", err, b)
		}
		out = append(out, m)
	}
	if n := bytes.Count(b, []byte("\n")); n != len(out) {
		t.Fatalf("%d lines hold %d objects: %s", n, len(out), b)
	}
	return out
}

func encode(t *testing.T, o eve.Options, events ...event.Event) []map[string]any {
	t.Helper()
	enc := eve.NewEncoder(o)
	var b []byte
	for _, e := range events {
		b = enc.Event(b, e)
	}
	return decode(t, b)
}

func TestEventTypes(t *testing.T) {
	cases := map[string]struct {
		event event.Event
		types []string
	}{
		"flow ends":       {&event.NetworkActivity{Header: head, Conn: conn, Activity: event.FlowClose}, []string{"flow"}},
		"flow opens":      {&event.NetworkActivity{Header: head, Conn: conn, Activity: event.FlowOpen}, nil},
		"tls handshake":   {&event.NetworkActivity{Header: head, Conn: conn, Activity: event.FlowTraffic, TLS: &event.TLS{Version: "1.3"}}, []string{"tls"}},
		"long tls flow":   {&event.NetworkActivity{Header: head, Conn: conn, Activity: event.FlowTraffic, TLS: &event.TLS{Version: "1.3"}, Interim: true}, nil},
		"quic handshake":  {&event.NetworkActivity{Header: head, Conn: conn, App: "quic", Activity: event.FlowTraffic, TLS: &event.TLS{Version: "1.3"}}, []string{"quic"}},
		"dns":             {&event.DNSActivity{Header: head, Conn: conn, Activity: event.DNSQuery, Service: "dns"}, []string{"dns"}},
		"llmnr":           {&event.DNSActivity{Header: head, Conn: conn, Activity: event.DNSQuery, Service: "llmnr"}, nil},
		"http file":       {&event.HTTPActivity{Header: head, Conn: conn, Method: "POST", RequestFile: &event.File{Type: "exe"}}, []string{"http", "fileinfo"}},
		"file":            {&event.FileActivity{Header: head, Conn: conn, Activity: event.FileCreate, App: "smb"}, []string{"fileinfo"}},
		"smb":             {&event.SMBActivity{Header: head, Conn: conn, Command: "create"}, []string{"smb"}},
		"rpc over tcp":    {&event.SMBActivity{Header: head, Conn: conn, RPC: &event.DCERPC{Kind: "call"}}, []string{"dcerpc"}},
		"rpc over a pipe": {&event.SMBActivity{Header: head, Conn: conn, Pipe: true, RPC: &event.DCERPC{Kind: "call"}}, []string{"smb"}},
		"a ticket":        {&event.Authentication{Header: head, Conn: conn, Protocol: "kerberos", Message: "AS-REP"}, []string{"krb5"}},
		"asks for one":    {&event.Authentication{Header: head, Conn: conn, Protocol: "kerberos", Message: "AS-REQ"}, nil},
		"ntlm":            {&event.Authentication{Header: head, Conn: conn, Protocol: "ntlm", Message: "NTLM-AUTH"}, nil},
		"dhcp":            {&event.DHCPActivity{Header: head, Conn: conn, Message: "REQUEST"}, []string{"dhcp"}},
		"alert":           {&event.Alert{Header: head, Conn: conn, SID: 1}, []string{"alert"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var types []string
			for _, l := range encode(t, eve.Options{}, c.event) {
				types = append(types, l["event_type"].(string))
				if l["timestamp"] != "2026-11-20T01:02:03.000004+0000" || l["src_ip"] != "192.0.2.1" || l["dest_port"] != 80.0 || l["proto"] != "TCP" {
					t.Errorf("common fields are wrong: %v", l)
				}
			}
			if d := cmp.Diff(c.types, types); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestFindingBecomesAnAlertWithAStableID(t *testing.T) {
	f := &event.Finding{Header: head, Advisory: event.Advisory{ID: "beacon", Title: event.Text{JA: "x", EN: "Beacon"}}, Behaviour: "c2.http", Severity: event.High,
		Evidence: []event.Evidence{{Src: conn.Src, Dst: conn.Dst}}}
	a := decode(t, eve.NewEncoder(eve.Options{}).Finding(nil, f))[0]
	alert := a["alert"].(map[string]any)
	if a["event_type"] != "alert" || alert["signature"] != "Beacon" || alert["severity"] != 1.0 || alert["gid"] == 1.0 {
		t.Errorf("alert: %v", a)
	}
	if id := alert["signature_id"].(float64); id < 9_000_000 || id > 9_999_999 {
		t.Errorf("signature_id %v is outside of its range", id)
	}
}

func TestOnlyWantedTypesAreWritten(t *testing.T) {
	only, err := eve.ParseSet([]string{"dns", "netflow"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range encode(t, eve.Options{Types: only}, town()...) {
		got = append(got, l["event_type"].(string))
	}
	if d := cmp.Diff([]string{"dns", "dns", "netflow", "netflow"}, got); d != "" {
		t.Error(d)
	}
	if _, err := eve.ParseSet([]string{"dsn"}); err == nil {
		t.Error("an unknown type was accepted")
	}
}

func TestNothingIsAllocatedOnceWarm(t *testing.T) {
	enc, events := eve.NewEncoder(eve.Options{CommunityID: true}), town()
	var buf []byte
	write := func() {
		for _, e := range events {
			buf = enc.Event(buf[:0], e)
		}
	}
	write()
	if n := testing.AllocsPerRun(100, write); n > 0 {
		t.Errorf("%v allocations for %d events", n, len(events))
	}
}
