package dissect

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"testing"
	"time"
)

// original is what all parts are of; files are its beginnings.
var original = func() []byte {
	b := make([]byte, 2*maxHeldFile)
	for i := range b {
		b[i] = byte(i*7>>3 ^ i>>9)
	}
	copy(b, "MZ")
	return b
}()

// download is a machine that fetches parts by several flows at a time, and the model of what it has.
type download struct {
	t     *testing.T
	all   files
	flows [4]*Flow
	parts [4]*Part
	got   map[uint64][][2]uint64 // of a file of that size: from, to
	sure  bool                   // nothing was given up so far
}

// FuzzParts brings parts in any order, overlapping, with gaps, of files that claim different sizes, with leaps of the clock: what comes
// out is the beginning of the original that was claimed, all of which has come, and memory is bounded.
func FuzzParts(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x00\x10" + "\x04\x00\x00\x00\x30" + "\x01\x00\x20\x00\x10" + "\x05\x00\x00\x00\x40" + "\x04\x00\x00\x00\x10"))
	f.Add([]byte("\x08\x80\x00\x00\x20" + "\x04\x00\x00\xff\xff" + "\x0a\xff\x00\x00\x20" + "\x06\x00\x00\xff\xff" + "\x13\x00\x00\x00\x20" + "\x0c\x00\x00\x10\x00" + "\x1f\x00\x00\x02\x00"))
	f.Fuzz(func(t *testing.T, ops []byte) {
		d := &download{t: t, all: files{hash: HashAll}, got: map[uint64][][2]uint64{}, sure: true}
		for i := range d.flows {
			d.flows[i] = machine("10.0.0.1", &d.all)
		}
		for ; len(ops) >= 5 && !t.Failed(); ops = ops[5:] {
			d.step(ops[0], uint64(binary.BigEndian.Uint16(ops[1:])), uint64(binary.BigEndian.Uint16(ops[3:])))
			if n := heldAll.Load(); n > maxHeldAll+1<<16 || len(d.all.joints) > maxJoints {
				t.Fatalf("%d bytes are held of %d files", n, len(d.all.joints))
			}
		}
		for len(d.all.joints) > 0 {
			d.all.joints.drop(0)
		}
		if n := heldAll.Load(); n != 0 {
			t.Fatalf("%d bytes are still held", n)
		}
	})
}

// step opens a part, writes to one, loses some of one or sets the clock.
func (d *download) step(op byte, at, n uint64) {
	i := op % 4
	far := uint64(1)
	if op&8 != 0 {
		far = uint64(len(original)) >> 16
	}
	switch p := d.parts[i]; {
	case op&4 == 0:
		size := min(far*n, uint64(len(original)))
		d.parts[i] = d.flows[i].OpenPart("host/file", far*at, size, []int{0, 100, maxHeldFile}[op>>4%3])
	case op&48 == 48 && op&64 != 0:
		d.sure = false
		for _, f := range d.flows {
			f.Now = f.Now.Add(time.Duration(int16(n)) * time.Second / 8)
		}
		d.all.joints.expire(d.flows[0].Now.UnixNano())
	case op&48 == 48:
		p.Lost(n)
	case p != nil:
		d.write(d.flows[i], p, n)
	}
}

// write gives n bytes to a part, and looks at what that completes.
func (d *download) write(f *Flow, p *Part, n uint64) {
	size, from := p.j.key.size, p.at
	to := min(from+n, size)
	if p.j.over || from >= to {
		return
	}
	keep := p.j.keep
	p.Write(original[from:to])
	d.got[size] = append(d.got[size], [2]uint64{from, to})
	d.sure = d.sure && f.evicted == 0
	has := d.has(size)
	first, sum := joined(p, keep)
	switch {
	case first == nil && has && d.sure:
		d.t.Fatalf("not whole, though all %d bytes have come", size)
	case first == nil:
		return
	case !has:
		d.t.Fatalf("whole, though of %d bytes only %v have come", size, d.got[size])
	}
	delete(d.got, size)
	if want := original[:min(size, uint64(keep))]; sum != sumOf(original[:size]) || !bytes.Equal(first[:len(first)-1], want) {
		d.t.Fatalf("%s of %d first bytes, want %s of %d", sum, len(first)-1, sumOf(original[:size]), len(want))
	}
}

// has reports whether all of a file has come.
func (d *download) has(size uint64) bool {
	slices.SortFunc(d.got[size], func(a, b [2]uint64) int { return cmp.Compare(a[0], b[0]) })
	next := uint64(0)
	for _, x := range d.got[size] {
		if x[0] > next {
			return false
		}
		next = max(next, x[1])
	}
	return next >= size
}
