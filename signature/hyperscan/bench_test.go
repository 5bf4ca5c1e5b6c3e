//go:build hyperscan

package hyperscan_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/yagura-project/yagura/signature/hyperscan"
	"github.com/yagura-project/yagura/signature/multi"
)

// BenchmarkScan searches this test's own program, which is there everywhere, for 1,500 of its pieces changed by a byte: texts near to
// what is looked for, seldom the same.
func BenchmarkScan(b *testing.B) {
	path, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 1300))
	var patterns []multi.Pattern
	for range 1500 {
		at := random.IntN(len(text) - 64)
		p := append([]byte(nil), text[at:at+8+random.IntN(24)]...)
		p[random.IntN(len(p))] ^= byte(1 + random.IntN(255))
		patterns = append(patterns, multi.Pattern{Bytes: p, NoCase: random.IntN(2) == 0})
	}
	hs, err := hyperscan.New(patterns)
	if err != nil {
		b.Fatal(err)
	}
	own := multi.New(patterns)
	var hits multi.Hits
	const step = 8 << 10
	for name, scan := range map[string]func([]byte){
		"own":       func(t []byte) { hits.Reset(); own.Scan(t, &hits) },
		"hyperscan": func(t []byte) { hs.Scan(t) },
	} {
		b.Run(fmt.Sprintf("%s/%d", name, len(patterns)), func(b *testing.B) {
			b.SetBytes(int64(len(text) / step * step))
			for b.Loop() {
				for i := 0; i+step <= len(text); i += step {
					scan(text[i : i+step])
				}
			}
		})
	}
}
