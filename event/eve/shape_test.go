package eve_test

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/eve"
)

// The shapes that Suricata's schema of EVE has for data of several parts.
func TestDataOfSeveralPartsAreObjects(t *testing.T) {
	e := &event.DNSActivity{Header: head, Conn: conn, Service: "dns", Activity: event.DNSResponse, Answers: []event.DNSAnswer{
		{Name: "a.jp", Type: "SOA", TTL: 1, Data: "ns.a.jp root.a.jp 1 2 3 4 5"}, {Name: "b.jp", Type: "SRV", TTL: 2, Data: "0 100 445 fs.b.jp"},
		{Name: "c.jp", Type: "SSHFP", TTL: 3, Data: "0102aabb"}, {Name: "d.jp", Type: "SOA", TTL: 4, Data: "00ff"}, {Name: "e.jp", Type: "SSHFP", Data: "0"}}}
	dns := encode(t, eve.Options{DNS: 3}, e)[0]["dns"].(map[string]any)
	soa := `{"mname":"ns.a.jp","rname":"root.a.jp","serial":1,"refresh":2,"retry":3,"expire":4,"minimum":5}`
	srv, print := `{"priority":0,"weight":100,"port":445,"name":"fs.b.jp"}`, `{"fingerprint":"aa:bb","algo":1,"type":2}`
	expect := want(t, `{"answers":[{"rrname":"a.jp","rrtype":"SOA","ttl":1,"soa":`+soa+`},{"rrname":"b.jp","rrtype":"SRV","ttl":2,"srv":`+srv+`},
		{"rrname":"c.jp","rrtype":"SSHFP","ttl":3,"sshfp":`+print+`},{"rrname":"d.jp","rrtype":"SOA","ttl":4,"rdata":"00ff"},{"rrname":"e.jp","rrtype":"SSHFP","ttl":0,"rdata":"0"}],
		"grouped":{"SOA":[`+soa+`,"00ff"],"SRV":[`+srv+`],"SSHFP":[`+print+`,"0"]}}`)
	for k, v := range expect {
		if d := cmp.Diff(v, dns[k]); d != "" {
			t.Errorf("%s: %s", k, d)
		}
	}
}

func TestRequestsOfDirectories(t *testing.T) {
	for name, c := range map[string]struct {
		event event.Event
		want  string
	}{
		"add": {&event.LDAPActivity{Operation: "add", DN: "cn=a", Attributes: []string{"cn", "mail"}},
			`{"request":{"operation":"add_request","message_id":0,"add_request":{"entry":"cn=a","attributes":[{"name":"cn"},{"name":"mail"}]}}}`},
		"modify": {&event.LDAPActivity{Operation: "modify", DN: "cn=a", Attributes: []string{"mail"}},
			`{"request":{"operation":"modify_request","message_id":0,"modify_request":{"object":"cn=a","changes":[{"modification":{"attribute_type":"mail"}}]}}}`},
		"compare": {&event.LDAPActivity{Operation: "compare", DN: "cn=a", Attributes: []string{"mail"}},
			`{"request":{"operation":"compare_request","message_id":0,"compare_request":{"entry":"cn=a","attribute_value_assertion":{"description":"mail"}}}}`},
		"nothing known": {&event.LDAPActivity{Operation: "compare", DN: "cn=a"}, `{"request":{"operation":"compare_request","message_id":0,"compare_request":{"entry":"cn=a"}}}`},
		"unknown scope": {&event.LDAPActivity{Operation: "search", DN: "cn=a"}, `{"request":{"operation":"search_request","message_id":0,"search_request":{"base_object":"cn=a","deref_alias":0,"size_limit":0,"time_limit":0,"types_only":false}}}`},
		"SASL":          {&event.Authentication{Protocol: "ldap", User: "cn=a", Message: "SASL PLAIN"}, `{"request":{"operation":"bind_request","bind_request":{"name":"cn=a","sasl":{"mechanism":"PLAIN"}}}}`},
		"password":      {&event.Authentication{Protocol: "ldap", User: "cn=a", Message: "SIMPLE"}, `{"request":{"operation":"bind_request","bind_request":{"name":"cn=a","mechanism":"SIMPLE"}}}`},
	} {
		if d := cmp.Diff(any(want(t, c.want)), encode(t, eve.Options{}, c.event)[0]["ldap"]); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestWordsOfRemoteDesktops(t *testing.T) {
	for name, c := range map[string]struct {
		event *event.RDPActivity
		want  string
	}{
		"refused": {&event.RDPActivity{Step: event.RDPResponse, Failure: 5}, `{"tx_id":0,"event_type":"initial_response","error_code":5,"reason":"hybrid required by server"}`},
		"flags":   {&event.RDPActivity{Step: event.RDPResponse, Flags: 0x1c}, `{"tx_id":0,"event_type":"initial_response","protocol":"rdp","server_supports":["restricted_admin","redirected_authentication"]}`},
		"rare client": {&event.RDPActivity{Step: event.RDPConnect, Client: &event.RDPClient{Keyboard: 0x1234, Build: 99}},
			`{"tx_id":0,"event_type":"connect_request","client":{"version":"unknown","desktop_width":0,"desktop_height":0,"keyboard_layout":"0x00001234","build":"99"}}`},
	} {
		if d := cmp.Diff(any(want(t, c.want)), encode(t, eve.Options{}, c.event)[0]["rdp"]); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestLengthOfWhatAnAlertCarries(t *testing.T) {
	l := encode(t, eve.Options{Payload: true}, &event.Alert{Header: head, Conn: conn, Payload: []byte("GET /")})[0]
	if l["payload_length"] != 5.0 || l["payload"] != "R0VUIC8=" {
		t.Errorf("%v", l)
	}
}

func TestOperationsInWordsOfTheSchema(t *testing.T) {
	for name, c := range map[string]struct {
		protocol, operation string
		attrs               []event.Attr
		want                string
	}{
		"trap": {"snmp", "trap_v1", []event.Attr{{Name: "version", Value: "1"}, {Name: "trap_type", Value: "4"}, {Name: "trap_oid", Value: "1.3.6"}, {Name: "trap_address", Value: "192.0.2.1"}},
			`{"version":1,"pdu_type":"trap_v1","trap_type":"authentication_failure","trap_oid":"1.3.6","trap_address":"192.0.2.1"}`},
		"variables":    {"snmp", "get_request", []event.Attr{{Name: "version", Value: "2"}, {Name: "variables", Value: "1.3.6.1 1.3.6.2"}}, `{"version":2,"pdu_type":"get_request","vars":["1.3.6.1","1.3.6.2"]}`},
		"unknown trap": {"snmp", "trap_v1", []event.Attr{{Name: "trap_type", Value: "9"}}, `{"pdu_type":"trap_v1"}`},
		"IKE": {"ike", "quick_mode", []event.Attr{{Name: "version", Value: "1.0"}, {Name: "init_spi", Value: "aa"}, {Name: "resp_spi", Value: "bb"}, {Name: "exchange_type", Value: "32"}, {Name: "message_id", Value: "7"}},
			`{"version_major":1,"version_minor":0,"init_spi":"aa","resp_spi":"bb","exchange_type":32,"exchange_type_verbose":"Quick Mode","message_id":7}`},
		"agreed IKE": {"ike", "ike_sa_init", []event.Attr{{Name: "version", Value: "2.0"}, {Name: "exchange_type", Value: "34"}, {Name: "alg_enc", Value: "ENCR_3DES"}, {Name: "alg_dh", Value: "MODP_1024"}, {Name: "notify", Value: "COOKIE 77"}},
			`{"version_major":2,"version_minor":0,"exchange_type":34,"alg_enc":"ENCR_3DES","alg_dh":"MODP_1024","ikev2":{"notify":["COOKIE","77"]}}`},
		"VNC behind TLS": {"rfb", "connect", []event.Attr{{Name: "security_type", Value: "19"}, {Name: "security_subtype", Value: "258"}}, `{"authentication":{"security_type":19,"security_subtype":258}}`},
		"VNC in clear": {"rfb", "connect", []event.Attr{{Name: "security_type", Value: "19"}, {Name: "security_subtype", Value: "256"}, {Name: "user", Value: "sato"}, {Name: "result", Value: "ok"}},
			`{"authentication":{"security_type":19,"security_subtype":256,"username":"sato","security_result":"OK"}}`},
		"refused VNC": {"rfb", "connect", []event.Attr{{Name: "security_type", Value: "2"}, {Name: "result", Value: "failed"}, {Name: "reason", Value: "too many"}},
			`{"authentication":{"security_type":2,"security_result":"FAIL","reason":"too many"}}`},
		"refused SNMP": {"snmp", "response", []event.Attr{{Name: "version", Value: "2"}, {Name: "error", Value: "no_access"}}, `{"version":2,"pdu_type":"response","error":"no_access"}`},
		"second IKE": {"ike", "ike_sa_init", []event.Attr{{Name: "version", Value: "2.0"}, {Name: "init_spi", Value: "aa"}, {Name: "exchange_type", Value: "34"}},
			`{"version_major":2,"version_minor":0,"init_spi":"aa","exchange_type":34}`},
		"screen": {"rfb", "connect", []event.Attr{{Name: "version", Value: "003.008"}, {Name: "server_version", Value: "003.007"}, {Name: "security_type", Value: "2"}, {Name: "result", Value: "ok"},
			{Name: "shared", Value: "yes"}, {Name: "desktop", Value: "d"}, {Name: "width", Value: "1024"}, {Name: "height", Value: "768"}, {Name: "pixel_format", Value: "32 24 0 1 255 255 255 16 8 0"}},
			`{"client_protocol_version":{"major":"003","minor":"008"},"server_protocol_version":{"major":"003","minor":"007"},"authentication":{"security_type":2,"security_result":"OK"},"screen_shared":true,
			"framebuffer":{"width":1024,"height":768,"name":"d","pixel_format":{"bits_per_pixel":32,"depth":24,"big_endian":false,"true_color":true,"red_max":255,"green_max":255,"blue_max":255,
			"red_shift":16,"green_shift":8,"blue_shift":0}}}`},
		"refused": {"rfb", "connect", []event.Attr{{Name: "security_type", Value: "2"}, {Name: "result", Value: "failed"}}, `{"authentication":{"security_type":2,"security_result":"FAIL"}}`},
	} {
		l := encode(t, eve.Options{}, &event.AppActivity{Header: head, Conn: conn, Protocol: c.protocol, Operation: c.operation, Attrs: c.attrs})[0]
		if d := cmp.Diff(any(want(t, c.want)), l[c.protocol]); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestIdentifierOfAClient(t *testing.T) {
	l := encode(t, eve.Options{}, &event.SMBActivity{Header: head, Conn: conn, Command: "negotiate", ClientGUID: "ts41" + "2\x00\x01\x02" + "abcdefgh"})[0]
	if got := l["smb"].(map[string]any)["client_guid"]; got != "31347374-0032-0201-6162-636465666768" {
		t.Errorf("%v", got)
	}
}

func TestAnswersOfPings(t *testing.T) {
	ping := conn
	ping.Proto, ping.Src.Port, ping.Dst.Port = event.ProtoICMP, 8<<8, 0
	e := &event.NetworkActivity{Header: head, Conn: ping, Activity: event.FlowClose, Start: at, End: at, Orig: event.Volume{Packets: 1}, Resp: event.Volume{Packets: 1}, Answer: 3<<8 | 1}
	l := encode(t, eve.Options{}, e)[0]
	if l["icmp_type"] != 8.0 || l["response_icmp_type"] != 3.0 || l["response_icmp_code"] != 1.0 {
		t.Errorf("%v", l)
	}
	e.Resp.Packets = 0
	if l = encode(t, eve.Options{}, e)[0]; l["response_icmp_type"] != nil {
		t.Errorf("no answer: %v", l)
	}
}

func TestAnswersThatLeadOnAndParts(t *testing.T) {
	for name, c := range map[string]struct {
		event *event.HTTPActivity
		want  string
	}{
		"redirect":     {&event.HTTPActivity{Status: 301, Location: "https://a.jp/"}, `{"url":"","status":301,"redirect":"https://a.jp/","length":0}`},
		"part":         {&event.HTTPActivity{Status: 206, Range: "bytes 10-19/30"}, `{"url":"","status":206,"content_range":{"raw":"bytes 10-19/30","start":10,"end":19,"size":30},"length":0}`},
		"size unknown": {&event.HTTPActivity{Status: 206, Range: "bytes 10-19/*"}, `{"url":"","status":206,"content_range":{"raw":"bytes 10-19/*","start":10,"end":19},"length":0}`},
		"nothing read": {&event.HTTPActivity{Status: 416, Range: "x"}, `{"url":"","status":416,"content_range":{"raw":"x"},"length":0}`},
	} {
		if d := cmp.Diff(any(want(t, c.want)), encode(t, eve.Options{}, c.event)[0]["http"]); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// TestDHCPv6 tells answers from questions, and which numbers of options are whose.
func TestDHCPv6(t *testing.T) {
	six := conn
	six.Src = event.Endpoint{IP: netip.MustParseAddr("fe80::5"), Port: 546}
	six.Dst = event.Endpoint{IP: netip.MustParseAddr("fe80::66"), Port: 547}
	for name, c := range map[string]struct {
		event     *event.DHCPActivity
		src, want string
	}{
		"question": {&event.DHCPActivity{Message: "REQUEST", XID: 7, ClientID: "0003", Params: "23,3,39"}, "fe80:0000:0000:0000:0000:0000:0000:0005",
			`{"type":"request","id":7,"dhcp_type":"request","client_id":"00:03","params":["dns_server","client_fqdn"]}`},
		"answer": {&event.DHCPActivity{Message: "REPLY", XID: 7, ServerID: "0066", YourIP: netip.MustParseAddr("fe80::7"), Resolvers: []netip.Addr{netip.MustParseAddr("fe80::66")}},
			"fe80:0000:0000:0000:0000:0000:0000:0066", `{"type":"reply","id":7,"assigned_ip":"fe80:0000:0000:0000:0000:0000:0000:0007","dhcp_type":"reply",
			"dns_servers":["fe80:0000:0000:0000:0000:0000:0000:0066"],"server_id":"00:66"}`},
		"refusal": {&event.DHCPActivity{Message: "ADVERTISE", Status: "NoAddrsAvail"}, "fe80:0000:0000:0000:0000:0000:0000:0066", `{"type":"reply","id":0,"dhcp_type":"advertise","status":"NoAddrsAvail"}`},
	} {
		c.event.Header, c.event.Conn = head, six
		got := encode(t, eve.Options{}, c.event)[0]
		if d := cmp.Diff(any(want(t, c.want)), got["dhcp"]); d != "" || got["src_ip"] != c.src {
			t.Errorf("%s: from %v %s", name, got["src_ip"], d)
		}
	}
}

// TestWhoSent: what a server sends comes from it, whoever opened the conversation.
func TestWhoSent(t *testing.T) {
	for _, back := range []bool{false, true} {
		want := conn.Src.IP.String()
		if back {
			want = conn.Dst.IP.String()
		}
		if got := encode(t, eve.Options{}, &event.AppActivity{Header: head, Conn: conn, Protocol: "sip", Operation: "INVITE", Back: back})[0]["src_ip"]; got != want {
			t.Errorf("%v: %v", back, got)
		}
	}
}
