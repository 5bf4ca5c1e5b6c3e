package content

import (
	"math/rand/v2"
	"testing"
)

// TestOutline holds the linear outline of patterns that need a slow search against that search: it may only match too often.
func TestOutline(t *testing.T) {
	for _, text := range []string{
		`(?<v>[^=\s]*)\s*=\s*0x10.+?(?P=v)`, `(a|b)\1c`, `(?=ab)a.b`, `(?<!x)ab+`, `(?>a+)b`, `a++b`, `(?!aa)a[ab]{2}`, `((?=a)ab|c)+x`, `^(.)(?<=a)b\1$`, `(a)?b(?(1)c|x)`, `(?(?=a)ab|c)x`,
	} {
		p, err := NewPattern(text, Flags{})
		if err != nil {
			t.Fatal(err)
		}
		p.compile()
		if p.slow == nil || p.loose == nil {
			t.Fatalf("/%s/ has no outline", text)
		}
		r, found := rand.New(rand.NewPCG(1, 2)), 0
		for range 20_000 {
			b := make([]byte, r.IntN(12))
			for i := range b {
				b[i] = "aabbcx=0x10 \xe9"[r.IntN(13)]
			}
			m, err := p.slow.FindStringMatch(string(latin1(b)))
			if err != nil || m == nil {
				continue
			}
			found++
			var s State
			if text, _ := s.latin(b); !p.loose.Match(text) {
				t.Fatalf("/%s/ matches %q, its outline /%s/ does not", p.Text, b, p.outline)
			}
		}
		if found == 0 {
			t.Errorf("/%s/ never matched: nothing was compared", text)
		}
	}
}

func latin1(b []byte) (out []rune) {
	for _, c := range b {
		out = append(out, rune(c))
	}
	return out
}
