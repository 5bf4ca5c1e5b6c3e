package smb

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

func TestDensity(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 2))
	noise := make([]byte, 3<<20)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	text := bytes.Repeat([]byte("The quick brown fox jumps over the lazy dog. 0123456789\r\n"), 60_000)
	for name, x := range map[string]struct {
		b     []byte
		dense bool
	}{"noise": {noise, true}, "text": {text, false}, "zeros": {make([]byte, 1<<20), false}} {
		var d density
		for at := 0; at < len(x.b); at += 777 {
			d.look(uint64(at), x.b[at:min(at+777, len(x.b))])
		}
		d.end()
		if want := map[bool]uint8{true: maxBlocks}[x.dense]; d.blocks != maxBlocks || d.dense != want {
			t.Errorf("%s: %d of %d blocks are dense", name, d.dense, d.blocks)
		}
	}
	var small density
	small.look(0, noise[:leastPart-1])
	small.end()
	if small.look(between, noise[:leastPart]); small.blocks != 0 {
		t.Error("a small piece was judged")
	}
	if small.end(); small.dense != 1 {
		t.Errorf("noise of %d bytes is not told", leastPart)
	}
}

// However a file is cut into pieces, the same is told of it.
func TestDensityOfPieces(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 2))
	b := make([]byte, 400_000)
	for i := range b {
		b[i] = byte(r.Uint32()) & byte(1<<(1+i>>16)-1)
	}
	var whole density
	whole.look(0, b)
	whole.end()
	for range 20 {
		var d density
		for at := 0; at < len(b); {
			n := min(1+r.IntN(9000), len(b)-at)
			d.look(uint64(at), b[at:at+n])
			at += n
		}
		if d.end(); d.blocks != whole.blocks || d.dense != whole.dense {
			t.Fatalf("%d of %d blocks, in one piece %d of %d", d.dense, d.blocks, whole.dense, whole.blocks)
		}
	}
}
