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

func lines(t *testing.T, write func(*eve.Writer) error) []map[string]any {
	t.Helper()
	var buf bytes.Buffer
	if err := write(eve.NewWriter(&buf)); err != nil {
		t.Fatal(err)
	}
	var out []map[string]any
	dec := json.NewDecoder(&buf)
	for dec.More() {
		var m map[string]any
		if err := dec.Decode(&m); err != nil {
			t.Fatal(err)
		}
		out = append(out, m)
	}
	return out
}

func TestEventTypes(t *testing.T) {
	cases := map[string]struct {
		event event.Event
		types []string
	}{
		"flow ends":     {&event.NetworkActivity{Header: head, Conn: conn, Activity: event.FlowClose}, []string{"flow"}},
		"flow opens":    {&event.NetworkActivity{Header: head, Conn: conn, Activity: event.FlowOpen}, nil},
		"tls handshake": {&event.NetworkActivity{Header: head, Conn: conn, Activity: event.FlowTraffic, TLS: &event.TLS{Version: "1.3"}}, []string{"tls"}},
		"dns":           {&event.DNSActivity{Header: head, Conn: conn, Activity: event.DNSQuery, Service: "dns"}, []string{"dns"}},
		"llmnr":         {&event.DNSActivity{Header: head, Conn: conn, Activity: event.DNSQuery, Service: "llmnr"}, nil},
		"http file":     {&event.HTTPActivity{Header: head, Conn: conn, Method: "GET", ResponseFile: &event.File{Type: "exe"}}, []string{"http", "fileinfo"}},
		"smb":           {&event.SMBActivity{Header: head, Conn: conn, Command: "create"}, []string{"smb"}},
		"rpc over tcp":  {&event.SMBActivity{Header: head, Conn: conn, RPC: &event.DCERPC{Kind: "call"}}, []string{"dcerpc"}},
		"kerberos":      {&event.Authentication{Header: head, Conn: conn, Protocol: "kerberos", Message: "AS-REQ"}, []string{"krb5"}},
		"dhcp":          {&event.DHCPActivity{Header: head, Conn: conn, Message: "REQUEST"}, []string{"dhcp"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var types []string
			for _, l := range lines(t, func(w *eve.Writer) error { return w.Event(c.event) }) {
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
	a := lines(t, func(w *eve.Writer) error { return w.Finding(f) })[0]
	alert := a["alert"].(map[string]any)
	if a["event_type"] != "alert" || alert["signature"] != "Beacon" || alert["severity"] != 1.0 || alert["gid"] == 1.0 {
		t.Errorf("alert: %v", a)
	}
	if id := alert["signature_id"].(float64); id < 9_000_000 || id > 9_999_999 {
		t.Errorf("signature_id %v is outside of its range", id)
	}
}
