package wire

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/event/tree"
)

func TestFacts(t *testing.T) {
	tx := func(fill func(t *Tx)) *Tx {
		x := &Tx{}
		fill(x)
		return x
	}
	for name, c := range map[string]struct {
		tx   *Tx
		app  string
		want []tree.Node
	}{
		"none": {nil, "http", nil},
		"answer": {tx(func(x *Tx) {
			x.PutNumber(DNSRCode, Resp, 3)
			x.PutString(DNSQueriesRRName, Resp, "a.jp")
			x.PutString(DNSAnswersRRName, Resp, "b.jp")
			x.PutString(DNSAnswersRRName, Resp, "c.jp")
			x.PutNumber(DNSRRType, Resp, 5)
			x.PutNumber(DNSRRType, Resp, 1)
		}), "dns", []tree.Node{tree.Of("dns", tree.Num("version", 3), tree.Str("type", "response"), tree.Str("rcode", "NXDOMAIN"), tree.All("queries", tree.Of("", tree.Str("rrname", "a.jp"))),
			tree.All("answers", tree.Of("", tree.Str("rrname", "b.jp"), tree.Str("rrtype", "CNAME")), tree.Of("", tree.Str("rrname", "c.jp"), tree.Str("rrtype", "A"))))}},
		"web": {tx(func(x *Tx) {
			x.PutString(HTTPMethod, Orig, "POST")
			x.PutString(HTTPRawURI, Orig, "/cgi-bin/.%2e/bin/sh")
			x.PutString(HTTPURI, Orig, "/bin/sh")
			x.PutString(HTTPRawHost, Orig, "A.example:8080")
			x.PutString(HTTPHost, Orig, "a.example")
			x.PutString(HTTPContentType, Orig, "text/x-asked")
			x.PutString(HTTPContentType, Resp, "text/html; charset=utf-8")
		}), "http", []tree.Node{tree.Of("http", tree.Str("http_method", "POST"), tree.Str("url", "/cgi-bin/.%2e/bin/sh"), tree.Num("http_port", 8080),
			tree.Str("hostname", "a.example"), tree.Str("http_content_type", "text/html"))}},
		"web without port": {tx(func(x *Tx) {
			x.PutString(HTTPRawHost, Orig, "[2001:db8::1]")
		}), "http", nil},
		"certificates": {tx(func(x *Tx) {
			x.PutNumber(TLSVersion, Orig, 0x0301)
			x.PutNumber(TLSVersion, Resp, 0x0303)
			x.PutString(TLSCertSubject, Orig, "CN=client")
			x.PutString(TLSCertSubject, Resp, "CN=server")
			x.PutNumber(TLSCertNotAfter, Resp, 1522833600)
			x.PutString(JA3Hash, Orig, "h")
			x.PutString(JA3String, Orig, "s")
		}), "tls", []tree.Node{tree.Of("tls", tree.Str("version", "TLS 1.2"), tree.Of("client", tree.Str("subject", "CN=client")), tree.Str("subject", "CN=server"),
			tree.Str("notafter", "2018-04-04T09:20:00"), tree.Of("ja3", tree.Str("hash", "h"), tree.Str("string", "s")))}},
		"hello of QUIC": {tx(func(x *Tx) {
			x.PutString(QUICVersion, Orig, "\x00\x00\x00\x01")
			x.PutNumber(TLSVersion, Resp, 0x0304)
			x.PutString(JA4Hash, Orig, "q")
		}), "quic", []tree.Node{tree.Of("quic", tree.Str("version", "1"), tree.Str("ja4", "q"))}},
		"both sides": {tx(func(x *Tx) {
			x.PutString(SSHSoftware, Orig, "a")
			x.PutString(SSHSoftware, Resp, "b")
		}), "ssh", []tree.Node{tree.Of("ssh", tree.Of("client", tree.Str("software_version", "a")), tree.Of("server", tree.Str("software_version", "b")))}},
		"said": {tx(func(x *Tx) {
			x.Said = tree.Of("mqtt", tree.Of("connect", tree.Num("qos", 0)))
			x.PutString(MQTTConnectClientID, Orig, "a")
			x.PutString(MQTTPublishTopic, Orig, "t")
		}), "mqtt", []tree.Node{tree.Of("mqtt", tree.Of("connect", tree.Num("qos", 0)), tree.Of("publish", tree.Str("topic", "t")))}},
		"said only":  {&Tx{Said: tree.Of("dhcp", tree.Str("type", "reply"))}, "dhcp", []tree.Node{tree.Of("dhcp", tree.Str("type", "reply"))}},
		"second web": {tx(func(x *Tx) { x.PutString(HTTPHost, Orig, "a") }), "http2", []tree.Node{tree.Of("http", tree.Str("hostname", "a"), tree.Str("version", "2"))}},
		"pipe":       {tx(func(x *Tx) { x.PutNumber(DCERPCOpnum, Orig, 12) }), "smb", []tree.Node{tree.Of("smb", tree.Of("dcerpc", tree.Num("opnum", 12)))}},
		"alone":      {tx(func(x *Tx) { x.PutNumber(DCERPCOpnum, Orig, 12) }), "dcerpc", []tree.Node{tree.Of("dcerpc", tree.Of("req", tree.Num("opnum", 12)))}},
		"lines":      {tx(func(x *Tx) { x.PutString(FTPReply, Resp, "a"); x.PutString(FTPReply, Resp, "b") }), "ftp", []tree.Node{tree.Of("ftp", tree.All("reply", tree.Str("", "a"), tree.Str("", "b")))}},
		"password":   {tx(func(x *Tx) { x.PutString(FTPCommand, Orig, "PASS"); x.PutString(FTPCommandData, Orig, "secret") }), "ftp", []tree.Node{tree.Of("ftp", tree.Str("command", "PASS"))}},
		"first":      {tx(func(x *Tx) { x.PutString(HTTPHost, Orig, "a"); x.PutString(HTTPHost, Orig, "b") }), "http", []tree.Node{tree.Of("http", tree.Str("hostname", "a"))}},
		"digits":     {tx(func(x *Tx) { x.PutString(HTTPStatCode, Resp, "404") }), "http", []tree.Node{tree.Of("http", tree.Num("status", 404))}},
		"no digit":   {tx(func(x *Tx) { x.PutString(HTTPStatCode, Resp, "4x4") }), "http", []tree.Node{tree.Of("http", tree.Str("status_string", "4x4"))}},
	} {
		if d := cmp.Diff(c.want, Facts(c.tx, c.app)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestFilesOfATransaction(t *testing.T) {
	x := &Tx{ID: 2}
	one, two := &File{ID: 1, Name: "inner", Size: 9, Type: "exe", Closed: true, MD5: []byte{0xab}}, &File{ID: 2, Name: "b.txt", Size: 3}
	for _, f := range []*File{one, two} {
		i := x.Begin(FileData, Resp)
		x.Of(i, f)
	}
	x.PutString(FileName, Resp, "a.exe")
	x.Of(len(x.Fields)-1, one)
	want := []tree.Node{tree.All("files",
		tree.Of("", tree.Str("filename", "a.exe"), tree.Str("magic", "exe"), tree.Bool("gaps", false), tree.Str("state", "CLOSED"), tree.Str("md5", "ab"), tree.Bool("stored", false),
			tree.Num("size", 9), tree.Num("tx_id", 2)),
		tree.Of("", tree.Str("filename", "b.txt"), tree.Bool("gaps", false), tree.Str("state", "UNKNOWN"), tree.Bool("stored", false), tree.Num("size", 3), tree.Num("tx_id", 2)))}
	if d := cmp.Diff(want, Facts(x, "http")); d != "" {
		t.Error(d)
	}
	two.Truncated = true
	if got := Facts(x, "http")[0].In[1].In[2]; got.S != "TRUNCATED" {
		t.Errorf("%+v", got)
	}
}

func TestDirectoryOfATransaction(t *testing.T) {
	x := &Tx{}
	x.PutNumber(LDAPRequestOperation, Orig, 3)
	x.PutString(LDAPRequestDN, Orig, "dc=a")
	x.PutNumber(LDAPResponsesOperation, Resp, 4)
	x.PutNumber(LDAPResponsesResultCode, Resp, LDAPNoCode)
	x.PutString(LDAPResponsesDN, Resp, "cn=b")
	x.PutString(LDAPResponsesMessage, Resp, "")
	x.PutNumber(LDAPResponsesOperation, Resp, 5)
	x.PutNumber(LDAPResponsesResultCode, Resp, 32)
	x.PutString(LDAPResponsesDN, Resp, "")
	x.PutString(LDAPResponsesMessage, Resp, "none")
	want := []tree.Node{tree.Of("ldap", tree.Of("request", tree.Str("operation", "search_request"), tree.Of("search_request", tree.Str("base_object", "dc=a"))),
		tree.All("responses", tree.Of("", tree.Str("operation", "search_result_entry"), tree.Of("search_result_entry", tree.Str("base_object", "cn=b"))),
			tree.Of("", tree.Str("operation", "search_result_done"), tree.Of("search_result_done", tree.Str("result_code", "no_such_object"), tree.Str("matched_dn", ""), tree.Str("message", "none")))))}
	if d := cmp.Diff(want, Facts(x, "ldap")); d != "" {
		t.Error(d)
	}
	if got := Facts(&Tx{}, "ldap"); got != nil {
		t.Errorf("%+v", got)
	}
}
