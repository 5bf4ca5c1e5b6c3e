package dnsmsg_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect/dnsmsg"
	"github.com/yagura-project/yagura/dissect/flowtest"
)

// announcement is an answer of mDNS: texts, a service with its name compressed, an address, and OPT among the additional records.
const announcement = "\x00\x00\x84\x00\x00\x00\x00\x03\x00\x00\x00\x01" +
	"\x06Taro's\x03_tv\x00\x00\x10\x80\x01\x00\x00\x00\x78\x00\x09\x03a=1\x04b=23" +
	"\x03_tv\x00\x00\x21\x00\x01\x00\x00\x00\x78\x00\x0b\x00\x00\x00\x01\x1f\x90\x02pc\xc0\x2b" +
	"\x02pc\x00\x00\x01\x00\x01\x00\x00\x00\x78\x00\x04\xc0\x00\x02\x07" +
	"\x00\x00\x29\x05\xa0\x00\x00\x11\x94\x00\x00"

func TestDescribe(t *testing.T) {
	n, ok := dnsmsg.Describe("mdns", []byte(announcement))
	want := "{type:'response' id:0 flags:['aa'] opcode:0 answers:[{rrname:'Taro's._tv' rrtype:'txt' ttl:120 txt:['a=1' 'b=23']} " +
		"{rrname:'_tv' rrtype:'srv' ttl:120 srv:{priority:0 weight:1 port:8080 name:'pc._tv'}} {rrname:'pc' rrtype:'a' ttl:120 a:'192.0.2.7'}] " +
		"additionals:[{rrname:'' rrtype:'opt' ttl:4500}]}"
	if d := cmp.Diff(want, flowtest.Shape(&n)); !ok || d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// LLMNR has other flags in the same places (RFC 4795 §2.1.1).
func TestDescribeFlags(t *testing.T) {
	for name, want := range map[string]string{
		"mdns":  "{type:'response' id:1 flags:['aa' 'tc' 'rd' 'ra' 'z' 'ad' 'cd'] opcode:0 rcode:3}",
		"llmnr": "{type:'response' id:1 flags:['c' 'tc' 't'] opcode:0 rcode:3}",
	} {
		n, _ := dnsmsg.Describe(name, []byte("\x00\x01\x87\xf3\x00\x00\x00\x00\x00\x00\x00\x00"))
		if d := cmp.Diff(want, flowtest.Shape(&n)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// TestDescribeKeepsWhatIsWhole cuts the message everywhere: there is a description wherever there is a header.
func TestDescribeKeepsWhatIsWhole(t *testing.T) {
	for n := range announcement {
		if _, ok := dnsmsg.Describe("mdns", []byte(announcement[:n])); ok != (n >= dnsmsg.HeaderLen) {
			t.Errorf("%d bytes: %v", n, ok)
		}
	}
}

func FuzzDescribe(f *testing.F) {
	f.Add([]byte(announcement))
	f.Fuzz(func(t *testing.T, b []byte) {
		if n, ok := dnsmsg.Describe("mdns", b); ok && len(n.In) < 3 {
			t.Errorf("%q: %+v", b, n)
		}
	})
}
