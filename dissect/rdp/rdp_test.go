package rdp

import (
	"encoding/binary"
	"testing"

	"github.com/yagura-project/yagura/capture/samples"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/dissect/tls"
	"github.com/yagura-project/yagura/event"
)

const xrdp = "testdata/rdp-xrdp.pcap.gz"

func TestGolden(t *testing.T) { flowtest.Golden(t, xrdp, Protocol) }

func TestConform(t *testing.T) { flowtest.Conform(t, xrdp, Protocol, tls.Protocol) }

// TestSamples wants what a client tells where RDP's own security is used, and TLS within RDP where it is not.
func TestSamples(t *testing.T) {
	all, _, err := flowtest.Analyze(samples.Path(t, "pcap/benign/zeek-rdp_rdp-x509.pcap"), Protocol, tls.Protocol)
	if err != nil {
		t.Fatal(err)
	}
	var client *event.RDPClient
	for _, e := range all {
		if r, ok := e.(*event.RDPActivity); ok && r.Step == event.RDPConnect {
			client = r.Client
		}
	}
	if client == nil || client.Name != "JOHN-PC-LAPTOP" || client.Build != 9600 || client.Keyboard != 0x409 {
		t.Errorf("%+v", client)
	}
	all, _, err = flowtest.Analyze(samples.Path(t, "pcap/benign/ndpi-rdp.pcap"), Protocol, tls.Protocol)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, e := range all {
		n, ok := e.(*event.NetworkActivity)
		found = found || ok && n.App == "rdp" && n.TLS != nil && n.TLS.JA3 != ""
	}
	if !found {
		t.Error("TLS within RDP is not told")
	}
}

// TestFalseData: what looks like the client's data in the name of a domain does not hide which channels it asks for.
func TestFalseData(t *testing.T) {
	element := func(tag, body string) string {
		return tag + "\x82" + string(binary.BigEndian.AppendUint16(nil, uint16(len(body)))) + body
	}
	net := "\x03\xc0\x14\x00\x01\x00\x00\x00MS_T120\x00\x00\x00\x00\x00"
	gcc := "\x00\x05\x00\x14\x7c\x00\x01\x22\x00\x08\x00\x10\x00\x01\xc0\x00Duca" + string([]byte{byte(len(net))}) + net
	for name, domain := range map[string]string{"honest": "\x01", "false": "Duca\x08\x03\xc0\x08\x00\x00\x00\x00\x00", "McDn": "McDn"} {
		body := element("\x7f\x65", element("\x04", domain)+element("\x04", "\x01")+"\x01\x01\xff"+element("\x30", "")+element("\x30", "")+element("\x30", "")+element("\x04", gcc))
		dt := "\x02\xf0\x80" + body
		packet := func(x224 string) string {
			return "\x03\x00" + string(binary.BigEndian.AppendUint16(nil, uint16(4+len(x224)))) + x224
		}
		whole := []flowtest.Say{flowtest.Up(packet("\x06\xe0\x00\x00\x00\x00\x00")), flowtest.Down(packet("\x06\xd0\x00\x00\x00\x00\x00")), flowtest.Up(packet(dt))}
		if got := channels(3389, whole); len(got) != 1 || got[0] != "MS_T120" {
			t.Errorf("%s: %q", name, got)
		}
		if got := channels(4389, whole[2:]); len(got) != 1 || got[0] != "MS_T120" { // the first two were missed
			t.Errorf("%s, picked up later: %q", name, got)
		}
	}
}

// channels are those that the client of a conversation asks for.
func channels(port uint16, says []flowtest.Say) (got []string) {
	for _, e := range flowtest.Detailed(port, false, says, Protocol) {
		if r, ok := e.(*event.RDPActivity); ok && r.Step == event.RDPConnect {
			got = r.Channels
		}
	}
	return got
}

func TestProbe(t *testing.T) {
	for b, want := range map[string]dissect.Match{
		"\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00":             dissect.Yes,
		"\x03\x00\x00\x16\x11\xe0\x00\x00\x00\x01\x00\xc1\x02\x01\x00\xc2\x02\x01\x02\xc0\x01\x0a": dissect.No, // S7comm
		"\x03\x00\x00\x13":                             dissect.Maybe,
		"\x16\x03\x01\x00\x13\x00\x00":                 dissect.No,
		"\x03\x00\x00\x13\x05\xe0\x00\x00\x00\x00\x00": dissect.No,
		"\x03\x00\x00\x20\x02\xf0\x80\x64\x00\x07\x03": dissect.Yes, // of a session
		"\x03\x00\x00\x20\x02\xf0\x80\x32\x01\x00\x00": dissect.No,  // S7comm
	} {
		if got := probe(dissect.Orig, []byte(b), false, 3389); got != want {
			t.Errorf("%q: %v, want %v", b, got, want)
		}
	}
}

func FuzzStream(f *testing.F) {
	flowtest.Fuzz(f, Protocol, append(flowtest.Talks(f, Protocol, xrdp),
		flowtest.Turns(">\x03\x00\x00\x2b\x26\xe0\x00\x00\x00\x00\x00Cookie: mstshash=sato\r\n\x01\x00\x08\x00\x00\x00\x00\x00\x00\x00"))...)
}
