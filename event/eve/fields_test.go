package eve_test

import (
	"encoding/json"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/eve"
	"github.com/yagura-project/yagura/event/tree"
)

// want reads the objects that a line must hold beside those that all lines have.
func want(t *testing.T, text string) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return m
}

// common are the members that TestEventTypes looks at.
var common = []string{"timestamp", "flow_id", "event_type", "src_ip", "src_port", "dest_ip", "dest_port", "proto", "ip_v", "pcap_cnt"}

func TestFieldsOfEachType(t *testing.T) {
	tls := &event.TLS{Version: "1.2", SNI: "www.town.lg.jp", ALPN: []string{"h2", "http/1.1"}, JA3: "aa", JA3Text: "771,1-2", JA3S: "bb", JA4: "t12", Resumed: true,
		Certificate: &event.Certificate{SubjectDN: "C=JP, CN=www", IssuerDN: "CN=ca", Serial: "8AFF", SHA1: "0a0b", SHA256: "0c0d", SANs: []string{"www"},
			NotBefore: time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC), NotAfter: time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)}}
	for name, c := range map[string]struct {
		event event.Event
		want  string
	}{
		"flow": {&event.NetworkActivity{Header: head, Conn: conn, Activity: event.FlowClose, App: "http", Start: at.Add(-90 * time.Second), End: at, State: "SF", Alerted: true, Shutdown: true,
			Orig: event.Volume{Packets: 6, Bytes: 500, Frames: 600}, Resp: event.Volume{Packets: 4, Bytes: 9000}, FlagsOrig: 0x1b, FlagsResp: 0x12, Gaps: 7, Gapped: [2]bool{false, true}},
			`{"app_proto":"http","flow":{"pkts_toserver":6,"pkts_toclient":4,"bytes_toserver":600,"bytes_toclient":9000,"start":"2026-11-20T01:00:33.000004+0000",
			"end":"2026-11-20T01:02:03.000004+0000","age":90,"state":"closed","reason":"shutdown","alerted":true},
			"tcp":{"tcp_flags":"1b","tcp_flags_ts":"1b","tcp_flags_tc":"12","syn":true,"fin":true,"psh":true,"ack":true,"state":"closed","tc_gap":true}}`},
		"flow that did not get through": {&event.NetworkActivity{Header: head, Conn: conn, Activity: event.FlowRefuse, Start: at, End: at, State: "REJ", Failure: 3<<8 | 13, Orig: event.Volume{Packets: 1, Bytes: 40}, FlagsOrig: 2},
			`{"response_icmp_type":3,"response_icmp_code":13,"app_proto":"failed","flow":{"pkts_toserver":1,"pkts_toclient":0,"bytes_toserver":40,"bytes_toclient":0,"start":"2026-11-20T01:02:03.000004+0000",
			"end":"2026-11-20T01:02:03.000004+0000","age":0,"state":"closed","reason":"timeout","alerted":false},
			"tcp":{"tcp_flags":"02","tcp_flags_ts":"02","tcp_flags_tc":"00","syn":true,"state":"closed"}}`},
		"flow without answer": {&event.NetworkActivity{Header: head, Conn: conn, Activity: event.FlowFail, Start: at, End: at, State: "S0", Orig: event.Volume{Packets: 1, Bytes: 40}, FlagsOrig: 2},
			`{"app_proto":"failed","flow":{"pkts_toserver":1,"pkts_toclient":0,"bytes_toserver":40,"bytes_toclient":0,"start":"2026-11-20T01:02:03.000004+0000",
			"end":"2026-11-20T01:02:03.000004+0000","age":0,"state":"new","reason":"timeout","alerted":false},
			"tcp":{"tcp_flags":"02","tcp_flags_ts":"02","tcp_flags_tc":"00","syn":true,"state":"syn_sent"}}`},
		"tls": {&event.NetworkActivity{Header: head, Conn: conn, Activity: event.FlowTraffic, App: "smtp", TLS: tls},
			`{"tls":{"subject":"C=JP, CN=www","issuerdn":"CN=ca","serial":"00:8A:FF","fingerprint":"0a:0b","fingerprint_sha256":"0c:0d","session_resumed":true,"sni":"www.town.lg.jp",
			"version":"TLS 1.2","notbefore":"2025-01-02T03:04:05","notafter":"2027-01-02T03:04:05","ja3":{"hash":"aa","string":"771,1-2"},"ja3s":{"hash":"bb"},"ja4":"t12",
			"subjectaltname":["www"],"client_alpns":["h2","http/1.1"],"from_proto":"smtp"}}`},
		"http": {&event.HTTPActivity{Header: head, Conn: conn, Depth: 2, Method: "GET", Host: "a.lg.jp:8080", URI: "/x?y=1", Version: "1.1", UserAgent: "u", Referer: "r", XFF: "1.2.3.4", Status: 200,
			ResponseType: "text/html; charset=utf-8", ResponseLen: 12},
			`{"tx_id":1,"http":{"hostname":"a.lg.jp","http_port":8080,"url":"/x?y=1","http_user_agent":"u","xff":"1.2.3.4","http_content_type":"text/html","http_refer":"r","http_method":"GET",
			"protocol":"HTTP/1.1","status":200,"length":12}}`},
		"smb": {&event.SMBActivity{Header: head, Conn: conn, Command: "rename", Dialect: "3.1.1", User: `TOWN\sato`, Share: `\\fs\share`, Path: "a", Target: "b", Answered: true, Status: 0xc0000022},
			`{"smb":{"dialect":"3.11","command":"SMB2_COMMAND_SET_INFO","status":"STATUS_ACCESS_DENIED","status_code":"0xc0000022","user":"TOWN\\sato","share":"\\\\fs\\share","filename":"a",
			"rename":{"from":"a","to":"b"}}}`},
		"smb of old": {&event.SMBActivity{Header: head, Conn: conn, Command: "session_setup", Dialect: "1.0", Answered: true, Status: 0xc0000001, DOS: 0x5b0002, Numbered: true, SessionID: 35909, TreeID: 65535},
			`{"smb":{"dialect":"NT LM 0.12","command":"SMB1_COMMAND_SESSION_SETUP_ANDX","status":"SRV_BADUID","status_code":"0x005b","session_id":35909,"tree_id":65535}}`},
		"rpc in a pipe": {&event.SMBActivity{Header: head, Conn: conn, Pipe: true, Share: `\\fs\IPC$`, Path: "svcctl", RPC: &event.DCERPC{Kind: "call", Call: 3, UUID: "u", Version: "2.0", Interface: "svcctl",
			Opnum: 12, Operation: "RCreateServiceW", StubIn: 10, StubOut: 4, FragsIn: 2, FragsOut: 1, Answered: true}},
			`{"smb":{"dialect":"unknown","command":"SMB2_COMMAND_IOCTL","named_pipe":"\\\\fs\\IPC$","filename":"svcctl","dcerpc":{"request":"REQUEST","response":"RESPONSE",
			"interfaces":[{"uuid":"u","version":"2.0","service":"svcctl","procedure":"RCreateServiceW"}],"call_id":3,"opnum":12,"req":{"frag_cnt":2,"stub_data_size":10},"res":{"frag_cnt":1,"stub_data_size":4}}}}`},
		"dcerpc": {&event.SMBActivity{Header: head, Conn: conn, RPC: &event.DCERPC{Kind: "bind", Call: 1, UUID: "u", Version: "1.0", Answered: true}},
			`{"dcerpc":{"rpc_version":"5.0","request":"BIND","response":"BINDACK","interfaces":[{"uuid":"u","version":"1.0","ack_result":0}],"call_id":1}}`},
		"krb5": {&event.Authentication{Header: head, Conn: conn, Protocol: "kerberos", Message: "TGS-REP", User: "sato", Domain: "TOWN", Service: "cifs/fs", TicketEType: 23},
			`{"krb5":{"msg_type":"KRB_TGS_REP","cname":"sato","realm":"TOWN","sname":"cifs/fs","encryption":"rc4-hmac","weak_encryption":true,"ticket_encryption":"rc4-hmac","ticket_weak_encryption":true}}`},
		"krb5 refused": {&event.Authentication{Header: head, Conn: conn, Protocol: "kerberos", Message: "KRB-ERROR", Domain: "TOWN", Service: "krbtgt/TOWN", Error: 25},
			`{"krb5":{"msg_type":"KRB_ERROR","cname":"<empty>","realm":"TOWN","sname":"krbtgt/TOWN","failed_request":"KRB_AS_REQ","error_code":"KDC_ERR_PREAUTH_REQUIRED","encryption":"<none>","weak_encryption":false}}`},
		"file": {&event.FileActivity{Header: head, Conn: conn, Activity: event.FileCreate, App: "smb", TxID: 4, Whole: true, File: event.File{Name: "a.exe", Size: 9, Type: "exe", MD5: "m", SHA1: "s", SHA256: "t"}},
			`{"app_proto":"smb","fileinfo":{"filename":"a.exe","magic":"exe","gaps":false,"state":"CLOSED","md5":"m","sha1":"s","sha256":"t","stored":false,"size":9,"tx_id":4}}`},
		"part of a file": {&event.FileActivity{Header: head, Conn: conn, Activity: event.FileCreate, App: "http3", Start: 100, File: event.File{Name: "a", Size: 10, Part: &event.Part{Start: 100}}},
			`{"app_proto":"http3","fileinfo":{"filename":"a","gaps":false,"state":"TRUNCATED","stored":false,"size":10,"start":100,"end":109,"tx_id":0}}`},
		"mail": {&event.EmailActivity{Header: head, Conn: conn, App: "smtp", TxID: 1, Helo: "pc", MailFrom: "a@x", RcptTo: []string{"b@y"}, From: `"A, B" <a@x>`, To: `"C, D" <c@y>, e@z`, Subject: "件名", MessageID: "1@x",
			Attachments: []*event.File{{Name: "請求書.pdf"}}, URLs: []string{"http://u/"}, Whole: true},
			`{"tx_id":1,"smtp":{"helo":"pc","mail_from":"<a@x>","rcpt_to":["<b@y>"]},"email":{"status":"PARSE_DONE","from":"\"A, B\" <a@x>","to":["\"C, D\" <c@y>","e@z"],"subject":"件名","message_id":"<1@x>",
			"attachment":["請求書.pdf"],"url":["http://u/"]}}`},
		"ftp": {&event.FTPActivity{Header: head, Conn: conn, App: "ftp", Command: "PASV", Codes: []int{227}, Replies: []string{"ok"}, Mode: "passive", Port: 5000, TxID: 3},
			`{"tx_id":3,"ftp":{"command":"PASV","command_truncated":false,"reply":["ok"],"completion_code":["227"],"mode":"passive","dynamic_port":5000,"reply_received":"yes","reply_truncated":false}}`},
		"tftp": {&event.FTPActivity{Header: head, Conn: conn, App: "tftp", Command: "RRQ", Argument: "boot", Mode: "octet"}, `{"tftp":{"packet":"read","file":"boot","mode":"octet"}}`},
		"ssh": {&event.SSHActivity{Header: head, Conn: conn, Client: event.SSHSide{Proto: "2.0", Software: "OpenSSH_9.2", HASSH: "h", HASSHString: "s"}, Server: event.SSHSide{Proto: "2.0", Software: "Dropbear"}},
			`{"ssh":{"client":{"proto_version":"2.0","software_version":"OpenSSH_9.2","hassh":{"hash":"h","string":"s"}},"server":{"proto_version":"2.0","software_version":"Dropbear"}}}`},
		"rdp": {&event.RDPActivity{Header: head, Conn: conn, Step: event.RDPConnect, Cookie: "A7", Channels: []string{"rdpdr"}, Client: &event.RDPClient{Version: 0x80004, Width: 1152, Height: 864, Keyboard: 0x411, Build: 2600,
			Name: "PC", KeyboardType: 7, KeyboardSub: 2, FunctionKeys: 12, ProductID: 1, Early: 0x21, ID: "x"}},
			`{"rdp":{"tx_id":0,"event_type":"connect_request","cookie":"A7","client":{"version":"v5","desktop_width":1152,"desktop_height":864,"keyboard_layout":"ja-JP","build":"Windows XP","client_name":"PC","keyboard_type":"jp",
			"keyboard_subtype":2,"function_keys":12,"product_id":1,"capabilities":["support_errinfo_pdf","valid_connection_type"],"id":"x"},"channels":["rdpdr"]}}`},
		"rdp answer": {&event.RDPActivity{Header: head, Conn: conn, Step: event.RDPResponse, Selected: 2, Flags: 0x0b}, `{"rdp":{"tx_id":0,"event_type":"initial_response","protocol":"hybrid","server_supports":["extended_client_data","dynvc_gfx","restricted_admin"]}}`},
		"ldap": {&event.LDAPActivity{Header: head, Conn: conn, Operation: "search", MessageID: 2, DN: "dc=town", Scope: "sub", Filter: "(cn=*)", Deref: 3, TimeLimit: 60, TypesOnly: true, Attributes: []string{"cn"}, Answered: true, Entries: 5, Result: 4},
			`{"ldap":{"request":{"operation":"search_request","message_id":2,"search_request":{"base_object":"dc=town","scope":2,"deref_alias":3,"size_limit":0,"time_limit":60,"types_only":true,"filter":"(cn=*)","attributes":["cn"]}},
			"responses":[{"operation":"search_result_done","message_id":2,"search_result_done":{"result_code":"size_limit_exceeded","message":""}}],"entries":5}}`},
		"nfs": {&event.NFSActivity{Header: head, Conn: conn, Version: 3, Procedure: "RENAME", Path: "a", Target: "b", Auth: "UNIX", Machine: "m", UID: 1, GID: 2, Answered: true, Status: 13, XID: 9},
			`{"rpc":{"xid":9,"status":"ACCEPTED","auth_type":"UNIX","creds":{"machine_name":"m","uid":1,"gid":2}},"nfs":{"version":3,"procedure":"RENAME","filename":"a","file_tx":false,"type":"response","status":"ERR_ACCES",
			"rename":{"from":"a","to":"b"}}}`},
		"sip": {&event.AppActivity{Header: head, Conn: conn, Protocol: "sip", Operation: "INVITE", Attrs: []event.Attr{{Name: "uri", Value: "sip:a"}, {Name: "version", Value: "SIP/2.0"}, {Name: "from", Value: "b"}}},
			`{"sip":{"method":"INVITE","uri":"sip:a","request_line":"INVITE sip:a SIP/2.0","version":"SIP/2.0","from":"b"}}`},
		"sip answer": {&event.AppActivity{Header: head, Conn: conn, Protocol: "sip", Operation: "response", Attrs: []event.Attr{{Name: "status", Value: "401"}, {Name: "version", Value: "SIP/2.0"}, {Name: "reason", Value: "Unauthorized"}}},
			`{"sip":{"code":"401","reason":"Unauthorized","response_line":"SIP/2.0 401 Unauthorized","version":"SIP/2.0"}}`},
		"snmp": {&event.AppActivity{Header: head, Conn: conn, Protocol: "snmp", Operation: "get-request", Attrs: []event.Attr{{Name: "version", Value: "2"}}}, `{"snmp":{"version":2,"pdu_type":"get_request"}}`},
		"dhcp": {&event.DHCPActivity{Header: head, Conn: conn, Message: "REQUEST", XID: 7, ClientMAC: event.MAC{0, 1, 2, 3, 4, 5}, Hostname: "pc", Params: "1,3,6", RequestedIP: netip.MustParseAddr("192.0.2.7")},
			`{"dhcp":{"type":"request","id":7,"client_mac":"00:01:02:03:04:05","assigned_ip":"0.0.0.0","client_ip":"0.0.0.0","dhcp_type":"request","requested_ip":"192.0.2.7","hostname":"pc","params":["subnet_mask","router","dns_server"]}}`},
		"dhcp answer": {&event.DHCPActivity{Header: head, Conn: conn, Message: "ACK", XID: 7, ClientID: "01000102030405", NextIP: netip.MustParseAddr("192.0.2.1"), SubnetMask: netip.MustParseAddr("255.255.255.0"),
			LeaseSec: 9, RenewSec: 4, RebindSec: 7, Routers: []netip.Addr{netip.MustParseAddr("192.0.2.1")}, Resolvers: []netip.Addr{netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("192.0.2.3")}},
			`{"dhcp":{"type":"reply","id":7,"client_mac":"","assigned_ip":"0.0.0.0","client_ip":"0.0.0.0","dhcp_type":"ack","next_server_ip":"192.0.2.1","client_id":"00:01:02:03:04:05",
			"lease_time":9,"renewal_time":4,"rebinding_time":7,"subnet_mask":"255.255.255.0","routers":["192.0.2.1"],"dns_servers":["192.0.2.2","192.0.2.3"]}}`},
		"client certificate": {&event.NetworkActivity{Header: head, Conn: conn, Activity: event.FlowTraffic, TLS: &event.TLS{Version: "1.2", SNI: "a.jp",
			Client: &event.Certificate{SubjectDN: "CN=clerk", IssuerDN: "CN=ca", Serial: "C7D4", SHA1: "0a0b", NotAfter: time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)}}},
			`{"tls":{"sni":"a.jp","version":"TLS 1.2","client":{"subject":"CN=clerk","issuerdn":"CN=ca","serial":"00:C7:D4","fingerprint":"0a:0b","notafter":"2027-01-02T03:04:05"}}}`},
		"old quic": {&event.NetworkActivity{Header: head, Conn: conn, App: "quic", Activity: event.FlowTraffic, TLS: &event.TLS{QUIC: "Q046", UserAgent: "b", CYU: "aa", CYUText: "46,PAD-SNI"}},
			`{"quic":{"version":"Q046","ua":"b","cyu":[{"hash":"aa","string":"46,PAD-SNI"}]}}`},
		"quic": {&event.NetworkActivity{Header: head, Conn: conn, App: "quic", Activity: event.FlowTraffic, TLS: &event.TLS{QUIC: "1", SNI: "a.jp", ALPN: []string{"h3"}, JA3: "x", JA3Text: "771,4865,51-0-16-9999,29,"}},
			`{"quic":{"version":"1","sni":"a.jp","ja3":{"hash":"x","string":"771,4865,51-0-16-9999,29,"},"client_alpns":["h3"],"extensions":[{"name":"key_share","type":51},
			{"name":"server_name","type":0,"values":["a.jp"]},{"name":"alpn","type":16,"values":["h3"]},{"type":9999}]}}`},
		"alert": {&event.Alert{Header: head, Conn: conn, ToServer: true, Action: "allowed", GID: 1, SID: 2001, Rev: 3, Message: "ET X", Category: "Trojan", Priority: 1, Refs: []string{"https://r"}, Target: "src_ip",
			Metadata: map[string][]string{"b": {"2"}, "a": {"1", "x"}}, App: "http", TxID: 0, Packet: 12, From: "ipv4 tunnel", Depth: 1,
			Tunnel: &event.Conn{Src: event.Endpoint{IP: netip.MustParseAddr("192.0.2.8")}, Dst: event.Endpoint{IP: netip.MustParseAddr("192.0.2.9")}, Proto: 4},
			Facts:  []tree.Node{tree.Of("http", tree.Str("hostname", "h"), tree.Num("status", 404)), tree.Of("tls", tree.Str("sni", "s"))}},
			`{"tx_id":0,"app_proto":"http","direction":"to_server","alert":{"action":"allowed","gid":1,"signature_id":2001,"rev":3,"signature":"ET X","category":"Trojan","severity":1,
			"source":{"ip":"198.51.100.2","port":80},"target":{"ip":"192.0.2.1","port":40000},"references":["https://r"],"metadata":{"a":["1","x"],"b":["2"]}},"stream":0,"http":{"hostname":"h","status":404},"tls":{"sni":"s"},
			"pkt_src":"ipv4 tunnel","tunnel":{"src_ip":"192.0.2.8","dest_ip":"192.0.2.9","proto":"IP-in-IP","depth":1}}`},
	} {
		t.Run(name, func(t *testing.T) {
			lines := encode(t, eve.Options{}, c.event)
			got := lines[0]
			for _, k := range common {
				delete(got, k)
			}
			if got["pkt_src"] == "wire/pcap" {
				delete(got, "pkt_src")
			}
			if d := cmp.Diff(want(t, c.want), got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestDNSInBothForms(t *testing.T) {
	e := &event.DNSActivity{Header: head, Conn: conn, Activity: event.DNSResponse, Service: "dns", TxID: 5, Query: "a.jp", Type: "A", RCode: "NOERROR", Flags: 0x8180,
		Number: 3, More: []event.DNSQuestion{{Name: "b.jp", Type: "MX"}},
		Answers:     []event.DNSAnswer{{Name: "a.jp", Type: "A", TTL: 9, Data: "192.0.2.9"}, {Name: "a.jp", Type: "AAAA", TTL: 9, Data: "2001:db8::1"}},
		Authorities: []event.DNSAnswer{{Name: "jp", Type: "SOA", TTL: 9, Data: "ns.jp root.jp 7 6 5 4 300"}, {Name: "jp", Type: "SOA", Data: "00ff"}},
		Additionals: []event.DNSAnswer{{Name: "_l.jp", Type: "SRV", Data: "0 100 389 dc.jp"}, {Name: "jp", Type: "MX", Data: "10 mx.jp"}}}
	answers := `"answers":[{"rrname":"a.jp","rrtype":"A","ttl":9,"rdata":"192.0.2.9"},{"rrname":"a.jp","rrtype":"AAAA","ttl":9,"rdata":"2001:0db8:0000:0000:0000:0000:0000:0001"}],
		"authorities":[{"rrname":"jp","rrtype":"SOA","ttl":9,"soa":{"mname":"ns.jp","rname":"root.jp","serial":7,"refresh":6,"retry":5,"expire":4,"minimum":300}},{"rrname":"jp","rrtype":"SOA","ttl":0,"rdata":"00ff"}],
		"additionals":[{"rrname":"_l.jp","rrtype":"SRV","ttl":0,"srv":{"priority":0,"weight":100,"port":389,"name":"dc.jp"}},{"rrname":"jp","rrtype":"MX","ttl":0,"rdata":"mx.jp"}],
		"grouped":{"A":["192.0.2.9"],"AAAA":["2001:0db8:0000:0000:0000:0000:0000:0001"]}`
	for version, c := range map[int]struct{ object, from string }{
		2: {`{"version":2,"type":"answer","id":5,"flags":"8180","qr":true,"rd":true,"ra":true,"opcode":0,"rrname":"a.jp","rrtype":"A","rcode":"NOERROR",` + answers + `}`, "192.0.2.1"},
		3: {`{"version":3,"type":"response","tx_id":3,"id":5,"flags":"8180","qr":true,"rd":true,"ra":true,"opcode":0,"rcode":"NOERROR","queries":[{"rrname":"a.jp","rrtype":"A"},{"rrname":"b.jp","rrtype":"MX"}],` + answers + `}`, "198.51.100.2"},
	} {
		line := encode(t, eve.Options{DNS: version}, e)[0]
		if d := cmp.Diff(want(t, c.object), line["dns"]); d != "" || line["src_ip"] != c.from {
			t.Errorf("version %d from %v: %s", version, line["src_ip"], d)
		}
	}
}

func TestAQuestionOfKerberosIsWrittenOnlyWithoutAnAnswer(t *testing.T) {
	ask := &event.Authentication{Header: head, Conn: conn, Protocol: "kerberos", Message: "AS-REQ", User: "sato"}
	reply := &event.Authentication{Header: head, Conn: conn, Protocol: "kerberos", Message: "AS-REP", User: "sato"}
	end := &event.NetworkActivity{Header: head, Conn: conn, Activity: event.FlowClose}
	types := func(events ...event.Event) (out []any) {
		for _, l := range encode(t, eve.Options{}, events...) {
			if k, ok := l["krb5"].(map[string]any); ok {
				out = append(out, k["msg_type"])
			}
		}
		return out
	}
	if d := cmp.Diff([]any{"KRB_AS_REP"}, types(ask, reply, end)); d != "" {
		t.Error("answered:", d)
	}
	if d := cmp.Diff([]any{"KRB_AS_REQ"}, types(ask, end)); d != "" {
		t.Error("unanswered:", d)
	}
	if d := cmp.Diff([]any{"KRB_AS_REQ", "KRB_AS_REP"}, types(ask, ask, reply, end)); d != "" {
		t.Error("asked twice:", d)
	}
}

func TestPayloadsAreWrittenWhenAskedFor(t *testing.T) {
	a := &event.Alert{Header: head, Conn: conn, Payload: []byte("GET /\r\n\x00\xff\""), Frame: []byte{1, 2, 3}}
	if l := encode(t, eve.Options{}, a)[0]; l["payload"] != nil || l["packet"] != nil {
		t.Errorf("written unasked: %v", l)
	}
	l := encode(t, eve.Options{Payload: true, Packet: true}, a)[0]
	if l["payload"] != "R0VUIC8NCgD/Ig==" || l["payload_printable"] != "GET /\r\n..\"" || l["packet"] != "AQID" {
		t.Errorf("%v", l)
	}
}

func TestNetflowTellsEachDirection(t *testing.T) {
	only, err := eve.ParseSet([]string{"netflow"})
	if err != nil {
		t.Fatal(err)
	}
	e := &event.NetworkActivity{Header: head, Conn: conn, Activity: event.FlowClose, Start: at, End: at.Add(time.Second), State: "SF", Orig: event.Volume{Packets: 6, Bytes: 500}, Resp: event.Volume{Packets: 4, Bytes: 900}, FlagsOrig: 0x1b, FlagsResp: 2, TTLOrig: [2]uint8{127, 128}, Txs: 3}
	lines := encode(t, eve.Options{Types: only}, e)
	if n := lines[0]["netflow"].(map[string]any); n["min_ttl"] != 127.0 || n["max_ttl"] != 128.0 {
		t.Errorf("%v", n)
	}
	if len(lines) != 2 || lines[0]["src_ip"] != "192.0.2.1" || lines[1]["src_ip"] != "198.51.100.2" {
		t.Fatalf("%v", lines)
	}
	for i, bytes := range []float64{500, 900} {
		if n := lines[i]["netflow"].(map[string]any); n["bytes"] != bytes || n["age"] != 1.0 || n["tx_cnt"] != 3.0 {
			t.Errorf("%v", n)
		}
	}
}

func TestStatistics(t *testing.T) {
	s := eve.Statistics{Time: at, Uptime: 61 * time.Second, Sensor: event.SensorStats{Packets: 10, Bytes: 1000, KernelDrops: 2, Flows: 3, ByApp: map[string]uint64{"tls": 2, "dns": 3, "bittorrent": 4}, ByAppUDP: map[string]uint64{"dns": 1, "bittorrent": 4}}}
	l := decode(t, eve.NewEncoder(eve.Options{}).Stats(nil, s))[0]
	stats := l["stats"].(map[string]any)
	if l["event_type"] != "stats" || stats["uptime"] != 61.0 || stats["capture"].(map[string]any)["kernel_drops"] != 2.0 || stats["decoder"].(map[string]any)["avg_pkt_size"] != 100.0 {
		t.Errorf("%v", l)
	}
	if d := cmp.Diff(map[string]any{"flow": map[string]any{"tls": 2.0, "dns_tcp": 2.0, "dns_udp": 1.0, "bittorrent-dht": 4.0}}, stats["app_layer"]); d != "" {
		t.Error(d)
	}
}

// TestEachPartHasItsRecord tells the parts of one answer with their places, the first from byte 0 on.
func TestEachPartHasItsRecord(t *testing.T) {
	part := func(start, size uint64, whole bool) event.File {
		return event.File{Size: size, Partial: true, Part: &event.Part{Start: start, Whole: whole}}
	}
	first := part(0, 10, true)
	lines := encode(t, eve.Options{}, &event.HTTPActivity{Header: head, Conn: conn, ResponseFile: &first, MoreParts: []event.File{part(20, 5, true), part(30, 2, false)}})
	var got []any
	for _, l := range lines[1:] {
		f := l["fileinfo"].(map[string]any)
		got = append(got, f["state"], f["gaps"], f["start"], f["end"])
	}
	if d := cmp.Diff([]any{"CLOSED", false, 0.0, 9.0, "CLOSED", false, 20.0, 24.0, "TRUNCATED", false, 30.0, 31.0}, got); d != "" {
		t.Error(d)
	}
}

func TestAJoinedFileIsToldBesideItsLastPart(t *testing.T) {
	lines := encode(t, eve.Options{}, &event.HTTPActivity{Header: head, Conn: conn, ResponseFile: &event.File{Size: 3, Partial: true}, WholeFile: &event.File{Size: 9}})
	var got []any
	for _, l := range lines[1:] {
		f := l["fileinfo"].(map[string]any)
		got = append(got, f["size"], f["state"])
	}
	if d := cmp.Diff([]any{3.0, "TRUNCATED", 9.0, "CLOSED"}, got); d != "" {
		t.Error(d)
	}
}

func TestEtherOnlyWhereAskedFor(t *testing.T) {
	a, b := event.MAC{2, 0, 0, 0, 0, 1}, event.MAC{2, 0, 0, 0, 0, 2}
	c := conn
	c.Src.MAC, c.Dst.MAC = a, b
	answer := &event.DNSActivity{Header: head, Conn: c, Service: "dns", Activity: event.DNSResponse}
	flow := &event.NetworkActivity{Header: head, Conn: c, Activity: event.FlowClose}
	if l := encode(t, eve.Options{DNS: 3}, answer)[0]; l["ether"] != nil {
		t.Errorf("unasked: %v", l)
	}
	l := encode(t, eve.Options{DNS: 3, Ethernet: true}, answer)[0]
	if d := cmp.Diff(map[string]any{"src_mac": b.String(), "dest_mac": a.String()}, l["ether"]); d != "" {
		t.Error("of the server's answer:", d)
	}
	l = encode(t, eve.Options{Ethernet: true}, flow)[0]
	if d := cmp.Diff(map[string]any{"src_macs": []any{a.String()}, "dest_macs": []any{b.String()}}, l["ether"]); d != "" {
		t.Error("of a flow:", d)
	}
	flow.Src.MAC, flow.Dst.MAC = event.MAC{}, event.MAC{}
	if l := encode(t, eve.Options{Ethernet: true}, flow)[0]; l["ether"] != nil {
		t.Errorf("there are none: %v", l)
	}
}
