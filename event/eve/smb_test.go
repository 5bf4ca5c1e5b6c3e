package eve_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/eve"
	"github.com/yagura-project/yagura/event/tree"
)

// The members that Suricata's schema of EVE has for shares, and where it has them.
func TestShares(t *testing.T) {
	for name, c := range map[string]struct {
		event *event.SMBActivity
		want  string
	}{
		"opened": {&event.SMBActivity{Command: "create", Dialect: "3.0", Share: `\\fs\c$`, Path: "a", Disposition: 6, Deletes: true},
			`{"dialect":"3.00","command":"SMB2_COMMAND_CREATE","share":"\\\\fs\\c$","filename":"a","disposition":"FILE_OVERWRITE_IF","access":"delete on close"}`},
		"folder": {&event.SMBActivity{Command: "create", Dialect: "2.0.2", Path: "a", Disposition: 1, Directory: true},
			`{"dialect":"2.02","command":"SMB2_COMMAND_CREATE","directory":"a","disposition":"FILE_SUPERSEDE","access":"normal"}`},
		"printer": {&event.SMBActivity{Command: "tree_connect", Dialect: "2.1", Share: `\\fs\lp`, ShareType: 3},
			`{"dialect":"2.10","command":"SMB2_COMMAND_TREE_CONNECT","share":"\\\\fs\\lp","share_type":"PRINT"}`},
		"share of old": {&event.SMBActivity{Command: "tree_connect", Dialect: "1.0", Share: `\\fs\c$`, Service: [2]string{"?????", "A:"}},
			`{"dialect":"NT LM 0.12","command":"SMB1_COMMAND_TREE_CONNECT_ANDX","share":"\\\\fs\\c$","service":{"request":"?????","response":"A:"}}`},
		"greeting": {&event.SMBActivity{Command: "negotiate", ClientGUID: "ts41" + "2\x00\x01\x02" + "abcdefgh", Greeting: &event.Greeting{Dialects: []string{"2.???", "3.1.1"}, ServerGUID: "ts41" + "2\x00\x01\x02" + "abcdefgh", MaxRead: 1, MaxWrite: 2}},
			`{"dialect":"unknown","command":"SMB2_COMMAND_NEGOTIATE_PROTOCOL","client_dialects":["2.??","3.11"],"client_guid":"31347374-0032-0201-6162-636465666768",
			"server_guid":"31347374-0032-0201-6162-636465666768","max_read_size":1,"max_write_size":2}`},
		"greeting of old": {&event.SMBActivity{Command: "negotiate", Old: true, Greeting: &event.Greeting{Dialects: []string{"NT LM 0.12"}}},
			`{"dialect":"unknown","command":"SMB1_COMMAND_NEGOTIATE_PROTOCOL","client_dialects":["NT LM 0.12"]}`},
		"log-on": {&event.SMBActivity{Command: "session_setup", Dialect: "1.0", Hello: &event.SMBHello{NTLM: true, User: "sato", Domain: "TOWN", Host: "PC", System: "10.0 build 19041 rev 15", Client: [2]string{"Windows 2002", ""}, Server: [2]string{"Unix", "Samba"}}},
			`{"dialect":"NT LM 0.12","command":"SMB1_COMMAND_SESSION_SETUP_ANDX","ntlmssp":{"domain":"TOWN","user":"sato","host":"PC","version":"10.0 build 19041 rev 15"},
			"request":{"native_os":"Windows 2002","native_lm":""},"response":{"native_os":"Unix","native_lm":"Samba"}}`},
		"ticket": {&event.SMBActivity{Command: "session_setup", Dialect: "3.1.1", Hello: &event.SMBHello{Realm: "TOWN", Services: []string{"cifs", "fs"}}},
			`{"dialect":"3.11","command":"SMB2_COMMAND_SESSION_SETUP","kerberos":{"realm":"TOWN","snames":["cifs","fs"]}}`},
		"rare errors":          {&event.SMBActivity{Command: "close", Dialect: "3.1.1", Answered: true, Status: 0xc00a0001}, `{"dialect":"3.11","command":"SMB2_COMMAND_CLOSE","status":"3221880833","status_code":"0xc00a0001"}`},
		"of hardware":          {&event.SMBActivity{Command: "close", Dialect: "1.0", Answered: true, Status: 0xc0000001, DOS: 0x00130003}, `{"dialect":"NT LM 0.12","command":"SMB1_COMMAND_CLOSE","status":"UNKNOWN_03_0013","status_code":"0x0013"}`},
		"of which alerts tell": {&event.SMBActivity{Command: "query_info", Dialect: "3.1.1"}, `{"dialect":"3.11","command":"SMB2_COMMAND_GET_INFO"}`},
		"the same of old":      {&event.SMBActivity{Command: "nt_trans", Dialect: "1.0"}, `{"dialect":"NT LM 0.12","command":"SMB1_COMMAND_NT_TRANS"}`},
	} {
		c.event.Header, c.event.Conn = head, conn
		if d := cmp.Diff(any(want(t, c.want)), encode(t, eve.Options{}, c.event)[0]["smb"]); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestRemoteCalls(t *testing.T) {
	for name, c := range map[string]struct {
		rpc  event.DCERPC
		want string
	}{
		"refused bind": {event.DCERPC{Kind: "bind", UUID: "u", Version: "1.1", Answered: true, Refused: true, Result: 4},
			`{"rpc_version":"5.0","request":"BIND","response":"BINDNAK","interfaces":[{"uuid":"u","version":"1.1"}],"call_id":0}`},
		"refused interface": {event.DCERPC{Kind: "bind", UUID: "u", Version: "1.0", Answered: true, Ack: 2, Alter: true},
			`{"rpc_version":"5.0","request":"ALTER_CONTEXT","response":"ALTER_CONTEXT_RESP","interfaces":[{"uuid":"u","version":"1.0","ack_result":2}],"call_id":0}`},
		"over UDP": {event.DCERPC{Kind: "call", UUID: "u", Version: "1.0", Activity: "a", Call: 7, Opnum: 3, FragsIn: 1, StubIn: 5},
			`{"rpc_version":"4.0","request":"REQUEST","response":"UNREPLIED","interfaces":[{"uuid":"u","version":"1.0"}],"activityuuid":"a","seqnum":7,"req":{"opnum":3,"frag_cnt":1,"stub_data_size":5}}`},
	} {
		if d := cmp.Diff(any(want(t, c.want)), encode(t, eve.Options{}, &event.SMBActivity{Header: head, Conn: conn, RPC: &c.rpc})[0]["dcerpc"]); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// An alert has the object of the record, not what rules see of it.
func TestAlertsOfShares(t *testing.T) {
	a := &event.Alert{Header: head, Conn: conn, Of: &event.SMBActivity{Command: "create", Dialect: "3.1.1", Path: "a", Answered: true},
		Facts: []tree.Node{tree.Of("smb", tree.Str("share", "x")), tree.Of("dcerpc"), tree.All("files")}}
	l := encode(t, eve.Options{}, a)[0]
	if d := cmp.Diff(any(want(t, `{"dialect":"3.11","command":"SMB2_COMMAND_CREATE","status":"STATUS_SUCCESS","status_code":"0x0","filename":"a"}`)), l["smb"]); d != "" || l["files"] == nil || l["dcerpc"] != nil {
		t.Errorf("%v %s", l, d)
	}
}

// A file has the objects of what carried it.
func TestCarriersOfFiles(t *testing.T) {
	file := event.FileActivity{Header: head, Conn: conn, App: "smb", File: event.File{Name: "a.exe"}}
	file.Carrier = &event.SMBActivity{Command: "write", Dialect: "3.1.1", Share: `\\fs\c$`, Path: "a.exe"}
	l := encode(t, eve.Options{}, &file)[0]
	if d := cmp.Diff(any(want(t, `{"dialect":"3.11","command":"SMB2_COMMAND_WRITE","share":"\\\\fs\\c$","filename":"a.exe"}`)), l["smb"]); d != "" || l["fileinfo"] == nil {
		t.Errorf("%v %s", l, d)
	}
	file.App, file.Carrier = "smtp", &event.EmailActivity{App: "smtp", Helo: "pc", MailFrom: "a@x", RcptTo: []string{"b@y"}, From: "A <a@x>", Attachments: []*event.File{{Name: "a.exe"}}}
	l = encode(t, eve.Options{}, &file)[0]
	if d := cmp.Diff([]any{want(t, `{"helo":"pc","mail_from":"<a@x>","rcpt_to":["<b@y>"]}`), want(t, `{"status":"BODY_STARTED","from":"A <a@x>","attachment":["a.exe"]}`)}, []any{l["smtp"], l["email"]}); d != "" || l["fileinfo"] == nil {
		t.Errorf("%v %s", l, d)
	}
	file.App, file.Carrier = "pop3", &event.EmailActivity{App: "pop3", From: "A <a@x>"}
	if l = encode(t, eve.Options{}, &file)[0]; l["smtp"] != nil || l["email"] == nil {
		t.Errorf("%v", l)
	}
}
