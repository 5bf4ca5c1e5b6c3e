package http

import (
	"encoding/base64"
	"encoding/binary"
	"testing"

	"github.com/yagura-project/yagura/capture/samples"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// TestLogon wants log-ons within HTTP with the answer's verdict, and the calls of remote management.
func TestLogon(t *testing.T) {
	for _, c := range []struct {
		file string
		want func(event.Event) bool
	}{
		{"pcap/benign/malcolm-protocols_NTLM.pcap", func(e event.Event) bool {
			a, ok := e.(*event.Authentication)
			return ok && a.Protocol == "ntlm" && a.User == "administrator" && a.Workstation == "WANG_WENCHAO" && a.Success
		}},
		{"pcap/lateral/otrf-covenant_psremoting_command_2020-08-06115603.pcap", func(e event.Event) bool {
			a, ok := e.(*event.Authentication)
			return ok && a.Protocol == "kerberos" && a.Service == "HTTP/WORKSTATION6" && a.Success
		}},
		{"pcap/lateral/otrf-covenant_psremoting_command_2020-08-06115603.pcap", func(e event.Event) bool {
			a, ok := e.(*event.AppActivity)
			return ok && a.Protocol == "winrm" && a.Attr("encrypted") == "true"
		}},
	} {
		events, _, err := flowtest.Analyze(samples.Path(t, c.file), Protocol)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, e := range events {
			found = found || c.want(e)
		}
		if !found {
			t.Errorf("%s: not among %d events", c.file, len(events))
		}
	}
}

// TestNegotiation reads the challenge wherever it stands among the ways that a server knows, and goes on calling whose connection it is.
func TestNegotiation(t *testing.T) {
	le := binary.LittleEndian
	info := "\x01\x00\x04\x00F\x00S\x00" + "\x00\x00\x00\x00"
	challenge := append([]byte("NTLMSSP\x00\x02\x00\x00\x00"), make([]byte, 36)...)
	challenge[20] = 1
	le.PutUint16(challenge[40:], uint16(len(info)))
	le.PutUint32(challenge[44:], uint32(len(challenge)))
	auth := append([]byte("NTLMSSP\x00\x03\x00\x00\x00"), make([]byte, 52)...)
	auth[60] = 1
	le.PutUint16(auth[36:], 8)
	le.PutUint32(auth[40:], uint32(len(auth)))
	token := func(b []byte, rest string) string { return base64.StdEncoding.EncodeToString(append(b, rest...)) }
	post := func(fields string) flowtest.Say {
		return flowtest.Up("POST /wsman HTTP/1.1\r\nHost: fs\r\n" + fields + "Content-Length: 0\r\n\r\n")
	}
	for name, asks := range map[string]string{
		"alone":          "WWW-Authenticate: NTLM " + token(challenge, info) + "\r\n",
		"before others":  "WWW-Authenticate: NTLM " + token(challenge, info) + "\r\nWWW-Authenticate: Negotiate\r\nWWW-Authenticate: Basic realm=\"x\"\r\n",
		"beside another": "WWW-Authenticate: NTLM " + token(challenge, info) + ", Basic realm=\"x\"\r\n",
	} {
		var users, server string
		for _, e := range flowtest.Detailed(5985, false, []flowtest.Say{
			flowtest.Down("HTTP/1.1 401 Unauthorized\r\n" + asks + "Content-Length: 0\r\n\r\n"), post("Authorization: NTLM " + token(auth, "s\x00a\x00t\x00o\x00") + "\r\n"),
			flowtest.Down("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), post(""), flowtest.Down("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")}, Protocol) {
			switch e := e.(type) {
			case *event.Authentication:
				server = e.Server
			case *event.AppActivity:
				users += e.Attr("user") + " "
			}
		}
		if server != "FS" || users != "sato sato " {
			t.Errorf("%s: %q %q", name, server, users)
		}
	}
}

// TestRemote reads a call of WinRM that is not encrypted.
func TestRemote(t *testing.T) {
	xml := `<s:Envelope><s:Header><a:Action s:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2004/09/transfer/Create</a:Action>` +
		`<w:ResourceURI s:mustUnderstand="true">http://schemas.microsoft.com/powershell/Microsoft.PowerShell</w:ResourceURI></s:Header></s:Envelope>`
	var got *event.AppActivity
	p := newParser(&dissect.Flow{Emit: func(e event.Event) {
		if a, ok := e.(*event.AppActivity); ok {
			got = a
		}
	}})
	p.(*parser).remote(&exchange{a: event.HTTPActivity{Method: "POST", URI: "/wsman?PSVersion=5.1", Body: xml}})
	if got == nil || got.Operation != "Create" || got.Attr("resource") != "http://schemas.microsoft.com/powershell/Microsoft.PowerShell" {
		t.Errorf("%+v", got)
	}
	for in, want := range map[string]string{"<Action>x</Action>": "x", "<a:Actions>y</a:Actions>": "", "Action": "", "<Action": "", "<Action>": ""} {
		if got := element(in, "Action"); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
