package pop3

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

// session is a log-on that fails, one by SASL, lists, and a command that nobody answers.
var session = []flowtest.Say{
	flowtest.Down("+OK ready\r\n"),
	flowtest.Up("USER sato\r\n"), flowtest.Down("+OK\r\n"),
	flowtest.Up("PASS open sesame\r\n"), flowtest.Down("-ERR wrong\r\n"),
	flowtest.Up("AUTH PLAIN\r\n"), flowtest.Down("+ \r\n"),
	flowtest.Up("AHNhdG8Ac2VzYW1l\r\n"), flowtest.Down("+OK welcome\r\n"),
	flowtest.Up("LIST\r\nSTAT\r\n"), flowtest.Down("+OK 2 mails\r\n1 120\r\n2 400\r\n.\r\n+OK 2 520\r\n"),
	flowtest.Up("QUIT\r\n"),
}

func TestRecords(t *testing.T) {
	want := []string{
		"> {request:{command:'USER' args:['sato']} response:{success:true status:'OK' header:''}}",
		"> {request:{command:'PASS'} response:{success:false status:'ERR' header:'wrong'}}",
		"> {request:{command:'AUTH' args:['PLAIN']} response:{success:true status:'OK' header:''}}",
		"> {request:{command:'<SASL DATA>'} response:{success:true status:'OK' header:'welcome'}}",
		"> {request:{command:'LIST'} response:{success:true status:'OK' header:'2 mails' data:['1 120' '2 400']}}",
		"> {request:{command:'STAT'} response:{success:true status:'OK' header:'2 520'}}",
		"> {request:{command:'QUIT'}}",
	}
	if d := cmp.Diff(want, flowtest.Records(110, false, session, Protocol)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func FuzzRecords(f *testing.F) { flowtest.Fuzz(f, Protocol, session) }
