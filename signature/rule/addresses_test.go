package rule

import (
	"net/netip"
	"testing"

	"pgregory.net/rapid"
)

func TestAddresses(t *testing.T) {
	vars := DefaultVars("")
	for _, c := range []struct {
		text    string
		in, out []string
	}{
		{"$HOME_NET", []string{"10.1.2.3", "192.168.0.0", "172.31.255.255"}, []string{"11.0.0.0", "172.32.0.0", "fe80::1"}},
		{"$EXTERNAL_NET", []string{"11.0.0.0", "2001:db8::1"}, []string{"10.0.0.0", "10.255.255.255"}},
		{"[10.0.0.0/8,!10.1.0.0/16]", []string{"10.0.255.255", "10.2.0.0"}, []string{"10.1.0.0", "10.1.255.255", "9.9.9.9"}},
		{"[1.1.1.1-1.1.1.9,2001:db8::/32]", []string{"1.1.1.1", "1.1.1.9", "2001:db8:ffff::"}, []string{"1.1.1.10", "2001:db9::"}},
		{"![10.0.0.0/8,[11.0.0.0/8,!11.1.0.0/16]]", []string{"11.1.0.1", "12.0.0.1", "::1"}, []string{"10.0.0.1", "11.0.0.1"}},
		{"10.0.0.0/255.0.0.0", []string{"10.9.9.9"}, []string{"11.9.9.9"}},
		{"!0.0.0.0/0", []string{"::1", "ffff::"}, []string{"1.1.1.1"}},
	} {
		s, err := ParseAddresses(c.text, vars)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		for _, a := range c.in {
			if !s.Has(netip.MustParseAddr(a)) {
				t.Errorf("%s does not hold %s", c.text, a)
			}
		}
		for _, a := range c.out {
			if s.Has(netip.MustParseAddr(a)) {
				t.Errorf("%s holds %s", c.text, a)
			}
		}
	}
	for _, bad := range []string{"", "!any", "[1.1.1.1", "1.1.1.1,,2.2.2.2", "$NOBODY", "1.1.1.1/33", "1.1.1.300", "2.2.2.2-1.1.1.1", "[any,!any]"} {
		if _, err := ParseAddresses(bad, vars); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
	if s, err := ParseAddresses("any", vars); s != nil || err != nil {
		t.Errorf("any: %v %v", s, err)
	}
	if _, err := ParseAddresses("$A", map[string]string{"A": "$A"}); err == nil {
		t.Error("a variable that names itself was accepted")
	}
}

func TestPorts(t *testing.T) {
	vars := DefaultVars("")
	for _, c := range []struct {
		text    string
		in, out []uint16
	}{
		{"[80,443]", []uint16{80, 443}, []uint16{81, 0, 65535}},
		{"1024:", []uint16{1024, 65535}, []uint16{1023, 0}},
		{":1023", []uint16{0, 1023}, []uint16{1024}},
		{"!80", []uint16{0, 79, 81, 65535}, []uint16{80}},
		{"[1:100,!50]", []uint16{1, 49, 51, 100}, []uint16{50, 0, 101}},
		{"$FILE_DATA_PORTS", []uint16{80, 110, 143}, []uint16{25}},
		{"![21,22]", []uint16{20, 23}, []uint16{21, 22}},
	} {
		s, err := ParsePorts(c.text, vars)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		for _, p := range c.in {
			if !s.Contains(p) {
				t.Errorf("%s does not hold %d", c.text, p)
			}
		}
		for _, p := range c.out {
			if s.Contains(p) {
				t.Errorf("%s holds %d", c.text, p)
			}
		}
	}
	for _, bad := range []string{"", "65536", "http", "90:80", "!any", "-1"} {
		if _, err := ParsePorts(bad, vars); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func TestPortsAlgebra(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOfN(rapid.Uint16Range(0, 40), 1, 6).Draw(t, "in")
		out := rapid.SliceOfN(rapid.Uint16Range(0, 40), 0, 6).Draw(t, "out")
		text := "["
		want := map[uint16]bool{}
		for _, p := range in {
			text += itoa(p) + ","
			want[p] = true
		}
		for _, p := range out {
			text += "!" + itoa(p) + ","
			delete(want, p)
		}
		s, err := ParsePorts(text[:len(text)-1]+"]", nil)
		if len(want) == 0 {
			if err == nil {
				t.Fatalf("%s: empty, but accepted", text)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		for p := range uint16(60) {
			if s.Contains(p) != want[p] {
				t.Fatalf("%s: %d", text, p)
			}
		}
	})
}

func itoa(p uint16) string {
	if p < 10 {
		return string(rune('0' + p))
	}
	return itoa(p/10) + string(rune('0'+p%10))
}
