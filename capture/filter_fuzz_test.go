package capture

import (
	"strings"
	"testing"

	"golang.org/x/net/bpf"
)

// FuzzFilter wants every filter that is accepted to run on every packet, and its contrary not to take the same.
func FuzzFilter(f *testing.F) {
	packet := segment4("10.1.2.3", "192.0.2.1", 6, 40000, 443)
	for _, text := range []string{"tcp and port 443", "net fd00:1::/32 and src net ::/0", "!(host 10.1.2.3 or ip6) && portrange 53-443", "vlan 7 || not proto 1 and dst net 10.8.0.0/13", "arp", "((ip"} {
		f.Add(text, packet)
	}
	f.Fuzz(func(t *testing.T, text string, packet []byte) {
		if len(text) > 2000 {
			return
		}
		filter, err := ParseFilter(text)
		contrary, not := ParseFilter("not (" + text + ")")
		if filter == nil || err != nil || contrary == nil || not != nil {
			if err != nil && !strings.HasPrefix(err.Error(), "filter: ") {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		if takes(t, filter, packet) && takes(t, contrary, packet) { // neither takes what ends too early
			t.Errorf("%q and its contrary both take the packet", text)
		}
	})
}

// takes runs a filter as the kernel does, on a packet of which the kernel took no tag off: what reads beyond the packet is not taken.
func takes(t *testing.T, f *Filter, packet []byte) bool {
	t.Helper()
	code, ok := bpf.Disassemble(f.code)
	if !ok {
		t.Fatalf("%q: not all of it is a program", f.text)
	}
	for i, c := range code {
		if _, ok := c.(bpf.LoadExtension); ok {
			code[i] = bpf.LoadConstant{Dst: bpf.RegA, Val: 0}
		}
	}
	vm, err := bpf.NewVM(code)
	if err != nil {
		t.Fatalf("%q: %v", f.text, err)
	}
	n, err := vm.Run(packet)
	if err != nil {
		t.Fatalf("%q: %v", f.text, err)
	}
	return n > 0
}
