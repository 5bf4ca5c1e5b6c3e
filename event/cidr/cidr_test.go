package cidr

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
)

func has(list []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(a) })
}

func anyPrefix(r *rand.Rand, least int) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 1, 0, byte(r.IntN(256))}), least+r.IntN(33-least)).Masked()
}

// Each address is in what is left exactly where it was in the ranges and in no hole; a span holds exactly what it names.
func TestEveryAddress(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for range 300 {
		ranges, holes := []netip.Prefix{anyPrefix(r, 24)}, []netip.Prefix{}
		for range r.IntN(6) {
			holes = append(holes, anyPrefix(r, 24))
		}
		left := Carve(ranges, holes)
		low, high := byte(r.IntN(256)), byte(r.IntN(256))
		span := Span(netip.AddrFrom4([4]byte{10, 1, 0, low}), netip.AddrFrom4([4]byte{10, 1, 0, high}))
		for i := range 256 {
			a := netip.AddrFrom4([4]byte{10, 1, 0, byte(i)})
			if want := has(ranges, a) && !has(holes, a); has(left, a) != want {
				t.Fatalf("%s of %v less %v: %v", a, ranges, holes, left)
			}
			if want := byte(i) >= low && byte(i) <= high; has(span, a) != want {
				t.Fatalf("%s of %d to %d: %v", a, low, high, span)
			}
		}
		if Covered(ranges[0], holes) != (len(left) == 0) || !Covered(ranges[0], append(left, holes...)) {
			t.Fatalf("%v less %v: %v", ranges, holes, left)
		}
	}
}

func TestEnds(t *testing.T) {
	for in, want := range map[string]string{"10.1.2.0/24": "10.1.2.255", "10.1.2.3/32": "10.1.2.3", "0.0.0.0/0": "255.255.255.255", "2001:db8::/33": "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff"} {
		if got := Last(netip.MustParsePrefix(in)); got.String() != want {
			t.Errorf("%s ends with %s", in, got)
		}
	}
	all := netip.MustParsePrefix("0.0.0.0/0")
	if got := Span(all.Addr(), Last(all)); len(got) != 1 || got[0] != all {
		t.Error(got)
	}
	if got := Carve([]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, []netip.Prefix{netip.MustParsePrefix("::ffff:10.0.0.0/104")}); len(got) != 0 {
		t.Error("an IPv4 range in IPv6 form is not taken out:", got)
	}
}
