package eve_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/eve"
	"github.com/yagura-project/yagura/event/tree"
)

// TestAlertsTellAsRecords: an alert has of its transaction what the record of it has, and what rules alone were shown beside.
func TestAlertsTellAsRecords(t *testing.T) {
	mail := []event.DNSAnswer{{Name: "a.jp", Type: "MX", TTL: 9, Data: "10 mx.a.jp"}}
	answer := &event.DNSActivity{Service: "dns", Activity: event.DNSResponse, TxID: 7, Query: "A.jp", Type: "MX", RCode: "NOERROR", Flags: 0x8180, Number: 1, Answers: mail}
	shown := tree.Of("dns", tree.All("queries", tree.Of("", tree.Str("rrname", "A.jp"))), tree.Num("other", 1), tree.Str("ttl", "of all"))
	for name, c := range map[string]struct {
		opt   eve.Options
		of    event.Event
		facts []tree.Node
		want  string
	}{
		"http": {of: &event.HTTPActivity{Host: "WWW.a.jp.:81", URI: "/", Method: "GET", Version: "1.1", ResponseLen: 5, Range: "bytes 0-4/9", XFF: "192.0.2.9"},
			facts: []tree.Node{tree.Of("http", tree.Str("hostname", "www.a.jp"), tree.Str("status_string", "2x"))},
			want: `{"http":{"hostname":"www.a.jp","http_port":81,"url":"/","xff":"192.0.2.9","http_method":"GET","protocol":"HTTP/1.1",
			"content_range":{"raw":"bytes 0-4/9","start":0,"end":4,"size":9},"length":5,"status_string":"2x"}}`},
		"ldap": {of: &event.LDAPActivity{Operation: "search", MessageID: 3, DN: "dc=a", Scope: "sub", Filter: "(a=*)", Attributes: []string{"b"}, Answered: true},
			facts: []tree.Node{tree.Of("ldap", tree.Of("request", tree.Str("operation", "x")),
				tree.All("responses", tree.Of("", tree.Str("operation", "search_result_entry"), tree.Of("search_result_entry"))))},
			want: `{"ldap":{"request":{"operation":"search_request","message_id":3,"search_request":{"base_object":"dc=a","scope":2,"deref_alias":0,"size_limit":0,"time_limit":0,
			"types_only":false,"filter":"(a=*)","attributes":["b"]}},"responses":[{"operation":"search_result_entry","message_id":3,"search_result_entry":{}}]}}`},
		"bind": {of: &event.LDAPActivity{Operation: "bind", MessageID: 1, DN: "cn=a", Name: "SASL GSSAPI"},
			want: `{"ldap":{"request":{"operation":"bind_request","message_id":1,"bind_request":{"name":"cn=a","sasl":{"mechanism":"GSSAPI"}}}}}`},
		"dns": {eve.Options{DNS: 3}, answer, []tree.Node{shown},
			`{"dns":{"version":3,"type":"response","tx_id":1,"id":7,"flags":"8180","qr":true,"rd":true,"ra":true,"opcode":0,"rcode":"NOERROR","queries":[{"rrname":"A.jp","rrtype":"MX"}],
			"answers":[{"rrname":"a.jp","rrtype":"MX","ttl":9,"rdata":"mx.a.jp"}],"grouped":{"MX":["mx.a.jp"]},"other":1,"ttl":"of all"}}`},
		"dns of Suricata 7": {of: answer, facts: []tree.Node{shown},
			want: `{"dns":{"query":[{"type":"query","id":7,"rrname":"A.jp","rrtype":"MX","tx_id":1,"opcode":0}],"answer":{"version":2,"type":"answer","id":7,"flags":"8180","qr":true,"rd":true,
			"ra":true,"opcode":0,"rrname":"A.jp","rrtype":"MX","rcode":"NOERROR","answers":[{"rrname":"a.jp","rrtype":"MX","ttl":9,"rdata":"mx.a.jp"}],"grouped":{"MX":["mx.a.jp"]}},"other":1,"ttl":"of all"}}`},
		"krb5": {of: &event.Authentication{Protocol: "kerberos", Message: "KRB-ERROR", User: "u", Domain: "D", Service: "krbtgt/D", Error: 25},
			facts: []tree.Node{tree.Of("krb5", tree.Str("msg_type", "KRB_ERROR"))},
			want: `{"krb5":{"msg_type":"KRB_ERROR","cname":"u","realm":"D","sname":"krbtgt/D","failed_request":"KRB_AS_REQ","error_code":"KDC_ERR_PREAUTH_REQUIRED",
			"encryption":"<none>","weak_encryption":false}}`},
		"mdns": {of: &event.Record{Protocol: "mdns", Body: tree.Of("mdns", tree.Num("id", 4))}, want: `{"mdns":{"id":4}}`},
	} {
		l := encode(t, c.opt, &event.Alert{Header: head, Conn: conn, Of: c.of, Facts: c.facts})[0]
		for k, w := range want(t, c.want) {
			if d := cmp.Diff(w, l[k]); d != "" {
				t.Errorf("%s: %s", name, d)
			}
		}
	}
}

// TestNamesAsSent: records have names of DNS in the letters of the wire.
func TestNamesAsSent(t *testing.T) {
	e := &event.DNSActivity{Header: head, Conn: conn, Service: "dns", Activity: event.DNSQuery, Query: `a\228.jp`, Type: "A"}
	e.Sent = &event.DNSActivity{Service: "dns", Activity: event.DNSQuery, Query: "A\xe4.jp", Type: "A"}
	for _, version := range []int{2, 3} {
		dns := encode(t, eve.Options{DNS: version}, e)[0]["dns"].(map[string]any)
		if version == 3 {
			dns = dns["queries"].([]any)[0].(map[string]any)
		}
		if dns["rrname"] != `A\xe4.jp` {
			t.Errorf("version %d: %v", version, dns)
		}
	}
}
