package rule

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/event/wire"
)

// FuzzAddresses wants a set and what is left when it is excluded to share no address, and both to hold all.
func FuzzAddresses(f *testing.F) {
	for _, s := range []string{"$HOME_NET", "[10.0.0.0/8,!10.1.0.0/16]", "[1.1.1.1-1.1.1.9,2001:db8::/32]", "![10.0.0.0/8,[11.0.0.0/8,!11.1.0.0/16]]", "10.0.0.0/255.0.0.0", "!0.0.0.0/0"} {
		f.Add(s, []byte("\x0a\x01\x00\x00"))
	}
	vars := DefaultVars("")
	f.Fuzz(func(t *testing.T, text string, where []byte) {
		if len(text) > 2000 {
			return
		}
		set, err := ParseAddresses(text, vars)
		rest, contrary := ParseAddresses("!["+text+"]", vars)
		if err != nil || contrary != nil || set == nil || rest == nil {
			return
		}
		a, ok := netip.AddrFromSlice(where)
		if !ok {
			a = netip.AddrFrom4([4]byte{9})
		}
		if set.Has(a) == rest.Has(a) {
			t.Errorf("%q and what it leaves out agree on %v", text, a)
		}
		set.Spans(func(low, high wire.Addr) bool {
			if !set.Contains(&low) || !set.Contains(&high) {
				t.Errorf("%q does not hold the ends of %v to %v", text, low, high)
			}
			return true
		})
	})
}

// FuzzPorts wants a set and what it leaves out to share no port.
func FuzzPorts(f *testing.F) {
	for _, s := range []string{"[80,!81,1024:]", "$HTTP_PORTS", "![1:1023,5000]", ":99", "any", "[80,[81,!82]]"} {
		f.Add(s, uint16(80))
	}
	vars := DefaultVars("")
	f.Fuzz(func(t *testing.T, text string, port uint16) {
		if len(text) > 2000 {
			return
		}
		set, err := ParsePorts(text, vars)
		rest, contrary := ParsePorts("!["+text+"]", vars)
		if err != nil || contrary != nil || set == nil || rest == nil {
			return
		}
		held := false
		for _, r := range set.Ranges() {
			held = held || r.Low <= port && port <= r.High
		}
		if set.Contains(port) == rest.Contains(port) || set.Contains(port) != held {
			t.Errorf("%q and what it leaves out agree on %d, or its ranges do not say so", text, port)
		}
	})
}

// FuzzLines wants each rule of a file once, with a line number that is in the file, and without the ends of lines.
func FuzzLines(f *testing.F) {
	f.Add("alert ip any any -> any any (sid:1;)\n# comment\n\ndrop tcp \\\n any any -> any any (sid:2;)\r\n")
	f.Add("\ufeffa\\\n\\\n\\")
	f.Fuzz(func(t *testing.T, text string) {
		last, size := 0, 0
		_ = Lines(strings.NewReader(text), func(line int, rule string) { // a line that is too long is an error, not a fault
			if size += len(rule); line <= last || line > 1+strings.Count(text, "\n") || strings.Contains(rule, "\n") {
				t.Errorf("line %d behind %d: %q", line, last, rule)
			}
			last = line
		})
		if size > len(text) {
			t.Errorf("%d bytes of rules in %d", size, len(text))
		}
	})
}
