package pgsql

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/dissect/tls"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/tree"
)

// m writes a message with its length.
func m(kind, body string) string {
	return kind + string(binary.BigEndian.AppendUint32(nil, uint32(4+len(body)))) + body
}

// session is a log-on by SCRAM, a query with rows, one that fails, a copy in either direction and the farewell.
var session = []flowtest.Say{
	flowtest.Up(m("", "\x00\x03\x00\x00user\x00sato\x00client_encoding\x00UTF8\x00\x00")),
	flowtest.Down(m("R", "\x00\x00\x00\x0aSCRAM-SHA-256\x00\x00")),
	flowtest.Up(m("p", "SCRAM-SHA-256\x00\x00\x00\x00\x0an,,n=,r=ab")),
	flowtest.Down(m("R", "\x00\x00\x00\x0br=abc")),
	flowtest.Up(m("p", "c=biws,")),
	flowtest.Down(m("R", "\x00\x00\x00\x0cv=ok") + m("R", "\x00\x00\x00\x00") + m("S", "TimeZone\x00Asia\x00") + m("K", "\x00\x00\x10\x00\x00\x00\x00\x01") + m("Z", "I")),
	flowtest.Up(m("Q", "select * from juki;\x00")),
	flowtest.Down(m("T", "\x00\x02") + m("D", "\x00\x02\x00\x00\x00\x01a\x00\x00\x00\x02bc") + m("C", "SELECT 1\x00") + m("Z", "I")),
	flowtest.Up(m("Q", "select 1;\x00") + m("Q", "copy;\x00") + m("d", "abcd") + m("c", "")),
	flowtest.Down(m("E", "SERROR\x00C22012\x00\x00") + m("Z", "I") + m("d", "12\x0a") + m("C", "COPY 1\x00") + m("Z", "I")),
	flowtest.Up(m("X", "")),
}

func TestRecords(t *testing.T) {
	want := []string{
		"> {tx_id:1 request:{protocol_version:'3.0' startup_parameters:{user:'sato' optional_parameters:[{client_encoding:'UTF8'}]}} response:{message:'authentication_sasl'}}",
		"> {tx_id:2 request:{sasl_authentication_mechanism:'scram_SHA256' sasl_param:'n,,n=,r=ab'} response:{message:'authentication_sasl_continue'}}",
		"> {tx_id:3 request:{password_redacted:true} response:{authentication_sasl_final:'v=ok' message:'authentication_ok' process_id:4096 parameter_status:[{time_zone:'Asia'}]}}",
		"> {tx_id:4 request:{simple_query:'select * from juki;'} response:{field_count:2 command_completed:'SELECT 1' data_rows:1 data_size:3}}",
		"> {tx_id:5 request:{simple_query:'select 1;'} response:{severity_localizable:'ERROR' code:'22012'}}",
		"> {tx_id:6 request:{simple_query:'copy;' copy_data_in:{msg_count:1 data_size:4}} response:{command_completed:'COPY 1' copy_data_out:{row_count:1 data_size:3}}}",
		"> {tx_id:7 request:{message:'termination_message'}}",
	}
	if d := cmp.Diff(want, flowtest.Records(15432, false, session, Protocol)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// TestRefusedEncryption: the server speaks no TLS, and the client goes on in the clear with a password, which is not told.
func TestRefusedEncryption(t *testing.T) {
	want := []string{
		"> {tx_id:1 request:{message:'SSL Request'} response:{ssl_accepted:false}}",
		"> {tx_id:2 request:{protocol_version:'3.0' startup_parameters:{user:'tanaka' optional_parameters:[{database:'juki'}]}} response:{message:'authentication_md5_password'}}",
	}
	got := flowtest.Records(15432, false, says[:4], Protocol)
	if d := cmp.Diff(want, got[:2]); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// TestHole: what is lost hides itself, and no query behind it. While the hole is waited for, the other side goes on: no answer is given to another query.
func TestHole(t *testing.T) {
	query := func(words string) flowtest.Say { return flowtest.Up(m("Q", words+"\x00")) }
	answer := flowtest.Down(m("T", "\x00\x01") + m("C", "SELECT 1\x00") + m("Z", "I"))
	long := m("T", "\x00\x01") + m("D", "\x00\x01\x00\x00\x10\x00"+strings.Repeat("x", 4096)) + m("C", "SELECT 7\x00") + m("Z", "I")
	for name, c := range map[string]struct {
		says []flowtest.Say
		want []string
	}{
		"query": {[]flowtest.Say{flowtest.Lost(query("select 2")), answer, query("copy x from program 'id'"), answer, query("select 3"), answer},
			[]string{"copy x from program 'id' ", "select 3 SELECT 1"}},
		"answer": {[]flowtest.Say{query("select 2"), flowtest.Lost(answer), query("select 3"), answer, query("select 4"), answer, query("select 5"), answer},
			[]string{"select 2 ", "select 3 ", "select 4 ", "select 5 SELECT 1"}},
		"part of a query":   {[]flowtest.Say{flowtest.Lost(flowtest.Up("Q\x00\x00\x00")), flowtest.Up("\x0dselect 2\x00"), answer, query("select 3"), answer}, []string{"select 3 SELECT 1"}},
		"within a long row": {[]flowtest.Say{query("select 2"), flowtest.Down(long[:100]), flowtest.Lost(flowtest.Down(long[100:200])), flowtest.Down(long[200:]), query("select 3"), answer}, []string{"select 2 SELECT 7", "select 3 SELECT 1"}},
	} {
		var got []string
		for _, e := range flowtest.Detailed(15432, false, append(session[:6:6], c.says...), Protocol) {
			if r, ok := e.(*event.Record); ok && at(r.Body, "request", "simple_query") != "" {
				got = append(got, at(r.Body, "request", "simple_query")+" "+at(r.Body, "response", "command_completed"))
			}
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s:\n%s", name, d)
		}
	}
}

// at follows names to a text.
func at(n tree.Node, path ...string) string {
	for _, p := range path {
		i := slices.IndexFunc(n.In, func(x tree.Node) bool { return x.Name == p })
		if i < 0 {
			return ""
		}
		n = n.In[i]
	}
	return n.S
}

func FuzzRecords(f *testing.F) { flowtest.Fuzz(f, Protocol, session) }

// TestOddLength follows the log-on with a message that is shorter than its own length.
func TestOddLength(t *testing.T) {
	for _, c := range []struct {
		last flowtest.Say
		want []string
	}{
		{flowtest.Up(m("Q", "select 1;\x00")), nil},
		{flowtest.Up("Q\x00\x00\x00\x01"), []string{"pgsql.invalid_length"}},
	} {
		says := append(session[:6:6], c.last)
		if d := cmp.Diff(c.want, flowtest.Odd(t, 15432, false, says, Protocol)); d != "" {
			t.Error(d)
		}
	}
}

// TestWhoWasLetIn: a wrong password is a refused log-on; a server that is full, or has no such database, refuses nobody.
func TestWhoWasLetIn(t *testing.T) {
	for name, c := range map[string]struct{ answer, want string }{
		"in":      {m("R", "\x00\x00\x00\x00"), "sato true"},
		"denied":  {m("E", "SFATAL\x00C28P01\x00Mpassword authentication failed\x00\x00"), "sato false"},
		"full":    {m("E", "SFATAL\x00C53300\x00\x00"), ""},
		"nothing": {m("E", ""), ""},
	} {
		got := ""
		for _, e := range flowtest.Detailed(15432, false, []flowtest.Say{session[0], flowtest.Down(c.answer)}, Protocol) {
			if a, ok := e.(*event.Authentication); ok {
				got = fmt.Sprint(a.User, " ", a.Success)
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestProbe knows a cancellation with a key of version 3.2, and a version that is offered to no purpose.
func TestProbe(t *testing.T) {
	for b, want := range map[string]dissect.Match{
		m("", "\x04\xd2\x16\x2e\x00\x00\x10\x00key."):                     dissect.Yes,
		m("", "\x04\xd2\x16\x2e\x00\x00\x10\x00"+strings.Repeat("k", 32)): dissect.Yes,
		m("", "\x04\xd2\x16\x2e"):                                         dissect.No,
		m("", "\x00\x03\x27\x0fuser\x00sato\x00\x00"):                     dissect.Yes,
		m("", "\x00\x03\x27\x10user\x00sato\x00\x00"):                     dissect.No,
	} {
		if got := probe(dissect.Orig, []byte(b), false, 5433); got != want {
			t.Errorf("%q: %v, want %v", b, got, want)
		}
	}
}

// TestEager: who sends the start-up message behind a question, without waiting for the answer, is seen logging on, also where one direction is.
func TestEager(t *testing.T) {
	ssl, gss := m("", "\x04\xd2\x16\x2f"), m("", "\x04\xd2\x16\x30")
	in := flowtest.Down("N" + m("R", "\x00\x00\x00\x00"))
	for name, c := range map[string]struct {
		says []flowtest.Say
		want string
	}{
		"waits":     {[]flowtest.Say{flowtest.Up(ssl), flowtest.Down("N"), session[0], flowtest.Down(m("R", "\x00\x00\x00\x00"))}, "sato ok"},
		"eager":     {[]flowtest.Say{flowtest.Up(ssl + session[0].B), in}, "sato ok"},
		"twice":     {[]flowtest.Say{flowtest.Up(gss + ssl + session[0].B), flowtest.Down("N"), in}, "sato ok"},
		"one-sided": {[]flowtest.Say{flowtest.Up(ssl), session[0], flowtest.Up(m("p", "md5x\x00"))}, "sato "},
	} {
		got := ""
		for _, e := range flowtest.Detailed(15432, false, c.says, Protocol) {
			if a, ok := e.(*event.AppActivity); ok {
				got += a.Attr("user") + " " + a.Attr("result")
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestUnheard hands a client's TLS on though its server's consent is not seen.
func TestUnheard(t *testing.T) {
	hello := "\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03" + strings.Repeat("r", 32) + "\x00\x00\x02\x13\x01\x01\x00\x00\x00"
	ssl := flowtest.Up(m("", "\x04\xd2\x16\x2f"))
	for _, says := range [][]flowtest.Say{{ssl, flowtest.Up(hello), flowtest.Up("\x14\x03\x03\x00\x01\x01")}, {ssl, flowtest.Down("S"), flowtest.Up(hello)}} {
		seen := false
		for _, e := range flowtest.Detailed(5432, false, says, Protocol, tls.Protocol) {
			n, ok := e.(*event.NetworkActivity)
			seen = seen || ok && n.TLS != nil && n.TLS.JA3 != ""
		}
		if !seen {
			t.Errorf("%v: no TLS", says)
		}
	}
}
