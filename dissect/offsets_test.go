package dissect

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"pgregory.net/rapid"

	"github.com/yagura-project/yagura/event"
)

// TestOffsets brings a file in pieces in any order: what comes out is the file.
func TestOffsets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := append([]byte("MZ"), rapid.SliceOfN(rapid.Byte(), 1, 4000).Draw(t, "data")...)
		type part struct{ at, end int }
		var parts []part
		for at := 0; at < len(data); {
			n := rapid.IntRange(1, 400).Draw(t, "n")
			parts = append(parts, part{at, min(len(data), at+n)})
			at += n
		}
		f := &Flow{Emit: func(event.Event) {}}
		o := &Offsets{File: f.OpenFile(nil, Orig, "x.exe")}
		for _, p := range rapid.Permutation(parts).Draw(t, "order") {
			o.Write(uint64(p.at), data[p.at:p.end])
		}
		sum := sha256.Sum256(data)
		if got := o.Close(true); got.SHA256 != hex.EncodeToString(sum[:]) || got.Size != uint64(len(data)) || o.Again {
			t.Fatalf("%+v", got)
		}
		if f.held != 0 {
			t.Fatalf("%d bytes still wait", f.held)
		}
	})
}

// TestOffsetsOverlap: bytes that wait stay, whether others for their place come at once or one by one.
func TestOffsetsOverlap(t *testing.T) {
	sums := map[string]bool{}
	for _, step := range []int{1, 3, 9} {
		f := &Flow{Emit: func(event.Event) {}}
		o := &Offsets{File: f.OpenFile(nil, Orig, "x.exe")}
		o.Write(4, []byte("held"))
		for at := 0; at < 9; at += step {
			o.Write(uint64(at), []byte("MZ0123456")[at:at+step])
		}
		sums[o.Close(true).SHA256] = true
		if !o.Again {
			t.Errorf("steps of %d: nothing came twice", step)
		}
	}
	if want := sha256.Sum256([]byte("MZ01held6")); len(sums) != 1 || !sums[hex.EncodeToString(want[:])] {
		t.Errorf("%v", sums)
	}
}

// TestOffsetsHole leaves a hole: the file is not whole, and what waits is bounded.
func TestOffsetsHole(t *testing.T) {
	f := &Flow{Emit: func(event.Event) {}}
	o := &Offsets{File: f.OpenFile(nil, Orig, "x.exe")}
	o.Write(0, []byte("MZ"))
	for i := range uint64(16) {
		o.Write(10+i<<20, bytes.Repeat([]byte{1}, 1<<20))
		if f.held > maxHeldFile+1<<20 {
			t.Fatalf("%d bytes wait", f.held)
		}
	}
	if got := o.Close(true); got.SHA256 != "" || got.Size != 16<<20+10 {
		t.Errorf("%+v", got)
	}
	if n := heldAll.Load(); n != 0 {
		t.Errorf("%d bytes still wait", n)
	}
	if f.evicted == 0 {
		t.Error("the hole was not counted as given up")
	}
}

// TestOffsetsAgain sends parts twice.
func TestOffsetsAgain(t *testing.T) {
	f := &Flow{Emit: func(event.Event) {}}
	o := &Offsets{File: f.OpenFile(nil, Orig, "x")}
	for _, p := range []struct {
		at uint64
		s  string
	}{{6, "ghi"}, {12, "m"}, {4, "efghijklmn"}, {8, "ijk"}, {0, "abcd"}, {2, "cd"}} {
		o.Write(p.at, []byte(p.s))
	}
	if got := o.Close(true); got.Size != 14 || !o.Again {
		t.Errorf("%+v, again %v", got, o.Again)
	}
}
