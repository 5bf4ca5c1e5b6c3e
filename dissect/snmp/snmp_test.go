package snmp

import (
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
)

// Messages by RFC 1157 §4 (get, trap), RFC 3416 §3 (bulk) and RFC 3412 §6 with RFC 3414 §2.4 (version 3, in the open and encrypted).
const (
	get  = "\x30\x26\x02\x01\x01\x04\x06public\xa0\x19\x02\x01\x07\x02\x01\x00\x02\x01\x00\x30\x0e\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x05\x00\x05\x00"
	trap = "\x30\x27\x02\x01\x00\x04\x06secret\xa4\x1a\x06\x07\x2b\x06\x01\x04\x01\x04\x01\x40\x04\x7f\x00\x00\x01\x02\x01\x04\x02\x01\x00\x43\x01\x2a\x30\x00"
	bulk = "\x30\x18\x02\x01\x01\x04\x06secret\xa5\x0b\x02\x01\x01\x02\x01\x00\x02\x01\x0a\x30\x00"
	open = "\x30\x3d\x02\x01\x03\x30\x0e\x02\x01\x05\x02\x03\x00\xff\xe3\x04\x01\x04\x02\x01\x03\x04\x15\x30\x13\x04\x00\x02\x01\x00\x02\x01\x00\x04\x05admin\x04\x00\x04\x00" +
		"\x30\x11\x04\x00\x04\x00\xa0\x0b\x02\x01\x05\x02\x01\x00\x02\x01\x00\x30\x00"
	sealed = "\x30\x30\x02\x01\x03\x30\x0e\x02\x01\x05\x02\x03\x00\xff\xe3\x04\x01\x07\x02\x01\x03\x04\x15\x30\x13\x04\x00\x02\x01\x00\x02\x01\x00\x04\x05admin\x04\x00\x04\x00" +
		"\x04\x04\x01\x02\x03\x04"
)

func TestTalk(t *testing.T) {
	flowtest.Talk(t, "messages", 161, true, []flowtest.Say{
		flowtest.Up(get), flowtest.Up(get), flowtest.Up(bulk), flowtest.Up(open), flowtest.Up(sealed), flowtest.Up(get[:20]),
	}, Protocol)
	long := strings.Replace("\x30\x28"+trap[2:], "\xa4", "\xbf\x04", 1)
	flowtest.Talk(t, "trap", 162, true, []flowtest.Say{flowtest.Up(trap), flowtest.Up(long)}, Protocol)
}

// Messages by RFC 3416 §3: two changes, a refusal, and two traps of which only the value of the second variable is another.
const (
	setName  = "\x30\x26\x02\x01\x01\x04\x06secret\xa3\x19\x02\x01\x07\x02\x01\x00\x02\x01\x00\x30\x0e\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x05\x00\x05\x00"
	setPlace = "\x30\x26\x02\x01\x01\x04\x06secret\xa3\x19\x02\x01\x08\x02\x01\x00\x02\x01\x00\x30\x0e\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x06\x00\x05\x00"
	refused  = "\x30\x26\x02\x01\x01\x04\x06secret\xa2\x19\x02\x01\x08\x02\x01\x06\x02\x01\x01\x30\x0e\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x06\x00\x05\x00"
	trapHead = "\x30\x3d\x02\x01\x01\x04\x06secret\xa7\x30\x02\x01\x07\x02\x01\x00\x02\x01\x00\x30\x25\x30\x0a\x06\x08\x2b\x06\x01\x02\x01\x01\x03\x00" +
		"\x30\x17\x06\x0a\x2b\x06\x01\x06\x03\x01\x01\x04\x01\x00\x06\x09\x2b\x06\x01\x06\x03\x01\x01\x05"
	linkDown = trapHead + "\x03"
	linkUp   = trapHead + "\x04"
)

// TestChanges tells each change, refusal and trap of a conversation once, whoever sent it.
func TestChanges(t *testing.T) {
	flowtest.Talk(t, "changes", 161, true, []flowtest.Say{
		flowtest.Up(setName), flowtest.Up(setName), flowtest.Up(setPlace), flowtest.Down(refused), flowtest.Up(linkDown), flowtest.Up(linkUp), flowtest.Up(linkUp),
	}, Protocol)
}

func TestProbe(t *testing.T) {
	for b, want := range map[string]dissect.Match{
		get: dissect.Yes, trap: dissect.Yes, sealed: dissect.Yes, get[:20]: dissect.No, "": dissect.No, "0123456789abcdef": dissect.No,
	} {
		if got := Protocol.Probe(dissect.Orig, []byte(b), true, 4444); got != want {
			t.Errorf("%q: %v, want %v", b, got, want)
		}
	}
}

func FuzzSNMP(f *testing.F) {
	messages := []flowtest.Say{flowtest.Up(get), flowtest.Up(trap), flowtest.Up(bulk), flowtest.Up(open), flowtest.Up(sealed)}
	flowtest.Fuzz(f, Protocol, append(flowtest.Talks(f, Protocol, "testdata/snmp-tools.pcap.gz"), messages)...)
}

// TestRecording replays a recording of real clients, see testdata/README.
func TestRecording(t *testing.T) {
	flowtest.Golden(t, "testdata/snmp-tools.pcap.gz", Protocol)
	flowtest.GoldenFields(t, "testdata/snmp-tools.pcap.gz", Protocol)
	flowtest.Conform(t, "testdata/snmp-tools.pcap.gz", Protocol)
}

// TestLongForms: agents of Windows, printers and switches write lengths, and some of them numbers, longer than they need be (RFC 1906 §8).
func TestLongForms(t *testing.T) {
	for name, b := range map[string]string{
		"lengths":    "\x30\x82\x00\x2e\x02\x01\x01\x04\x82\x00\x06public\xa2\x82\x00\x1d\x02\x01\x07\x02\x01\x00\x02\x01\x00\x30\x82\x00\x10\x30\x82\x00\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x05\x00\x05\x00",
		"four bytes": "\x30\x84\x00\x00\x00\x26" + get[2:],
		"version":    "\x30\x29\x02\x04\x00\x00\x00\x01" + get[5:],
	} {
		m, ok := read([]byte(b))
		if !ok || m.version != 2 || string(m.community) != "public" || m.names() != "1.3.6.1.2.1.1.5.0" {
			t.Errorf("%s: %v %+v", name, ok, m)
		}
		if Protocol.Probe(dissect.Orig, []byte(b), true, 161) != dissect.Yes {
			t.Errorf("%s is not recognised", name)
		}
	}
}
