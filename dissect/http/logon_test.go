package http

import (
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
