package dissect

import (
	"cmp"
	"math/rand/v2"
	"testing"

	"github.com/yagura-project/yagura/dissect/decode"
)

// TestKeyOf gives both directions of a conversation one key, in which the lower endpoint is a; addresses differ in few bytes, or not at all.
func TestKeyOf(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	for range 20_000 {
		var there decode.Layers
		there.Src[r.IntN(16)], there.Dst[r.IntN(16)] = byte(r.IntN(3)), byte(r.IntN(3))
		there.SrcPort, there.DstPort = uint16(r.IntN(3)), uint16(r.IntN(3))
		there.Proto, there.VLAN = 17, uint16(r.IntN(2))
		back := there
		back.Src, back.Dst, back.SrcPort, back.DstPort = there.Dst, there.Src, there.DstPort, there.SrcPort
		var k, b key
		order := cmp.Or(cmp.Compare(string(there.Src[:]), string(there.Dst[:])), cmp.Compare(there.SrcPort, there.DstPort))
		if fromB, want := k.of(&there, there.SrcPort, there.DstPort), order > 0; fromB != want {
			t.Fatalf("%v: from b is %v", k, fromB)
		}
		b.of(&back, back.SrcPort, back.DstPort)
		want := key{there.Src, there.Dst, there.SrcPort, there.DstPort, 17, there.VLAN}
		if order > 0 {
			want = key{there.Dst, there.Src, there.DstPort, there.SrcPort, 17, there.VLAN}
		}
		if k != want || b != want || !k.is(&b) {
			t.Fatalf("%v and %v, want %v", k, b, want)
		}
	}
}

// TestKeyIs holds that two keys that differ in one bit, wherever, are not the same.
func TestKeyIs(t *testing.T) {
	flip := func(k *key, bit int) {
		switch i, m := bit/8, byte(1)<<(bit%8); {
		case i < 16:
			k.a[i] ^= m
		case i < 32:
			k.b[i-16] ^= m
		default:
			part := []*uint16{&k.aPort, &k.bPort, &k.proto, &k.vlan}[(i-32)/2]
			*part ^= uint16(1) << (bit % 16)
		}
	}
	for bit := range 40 * 8 {
		var x, y key
		flip(&x, bit)
		if x.is(&y) || y.is(&x) || !x.is(&x) {
			t.Errorf("bit %d", bit)
		}
		if flip(&y, bit); !x.is(&y) {
			t.Errorf("bit %d in both", bit)
		}
	}
}
