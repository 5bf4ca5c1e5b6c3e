package dissect

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/yagura-project/yagura/event"
)

// machine is a flow of a client to one server, whose files are those of an analyzer.
func machine(client string, all *files) *Flow {
	f := &Flow{Emit: func(event.Event) {}, Now: time.Unix(1e9, 0), files: all}
	f.Conn.Src.IP, f.Conn.Dst.IP = netip.MustParseAddr(client), netip.MustParseAddr("192.0.2.80")
	return f
}

// joined is what was made of the file that a part completes: its first bytes, or all, and its SHA-256; nil where some are missing.
func joined(p *Part, keep int) (first []byte, sum string) {
	first, ok := p.Whole()
	if !ok {
		return nil, ""
	}
	x := p.File(nil, Resp, "file", keep)
	if x == nil {
		x = p.f.OpenFile(nil, Resp, "file")
		x.Write(first)
	}
	told := x.Close(true)
	return append(first, 0), fmt.Sprint(told.Size, told.SHA256)
}

func sumOf(data []byte) string { return fmt.Sprintf("%d%x", len(data), sha256.Sum256(data)) }

// TestParts brings a file by several flows, in parts of any order that may overlap: once all has come, what comes out is the file.
func TestParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := &files{hash: HashAll}
		flows := []*Flow{machine("10.0.0.1", all), machine("10.0.0.1", all), machine("10.0.0.1", all)}
		data := rapid.SliceOfN(rapid.Byte(), 1, 2000).Draw(t, "data")
		keep := rapid.IntRange(0, 2000).Draw(t, "keep")
		missing, first, sum := bytes.Repeat([]byte{1}, len(data)), []byte(nil), ""
		for n := 0; bytes.IndexByte(missing, 1) >= 0; n++ {
			if first != nil {
				t.Fatal("whole before all had come")
			}
			at := bytes.IndexByte(missing, 1)
			if n < 30 { // then in order, so that it ends
				at = rapid.IntRange(0, len(data)-1).Draw(t, "at")
			}
			end := min(len(data), at+rapid.IntRange(1, 400).Draw(t, "n"))
			p := flows[n%len(flows)].OpenPart("host/file", uint64(at), uint64(len(data)), keep)
			p.Write(data[at:end])
			clear(missing[at:end])
			first, sum = joined(p, keep)
		}
		if !bytes.Equal(first, append(bytes.Clone(data[:min(keep, len(data))]), 0)) || sum != sumOf(data) || heldAll.Load() != 0 || len(all.joints) != 0 {
			t.Fatalf("%d of %d bytes, %d held, %d open: %s, want %s", len(first), len(data), heldAll.Load(), len(all.joints), sum, sumOf(data))
		}
	})
}

// TestLargeParts brings a file that is larger than what may wait: in order, with some parts before others.
func TestLargeParts(t *testing.T) {
	const size, step = 4 * maxHeldFile, 512 << 10
	data := bytes.Repeat([]byte("MZ 0123456789abcdef"), size/19+1)[:size]
	all, sink := &files{hash: HashHarmful}, &taker{}
	all.sink = sink
	f := machine("10.0.0.1", all)
	most, first, sum := int64(0), []byte(nil), ""
	for at := 0; at < size; at += 2 * step {
		for _, from := range []int{at + step, at} {
			*f = *machine("10.0.0.1", all) // each by a flow of its own
			p := f.OpenPart("host/setup.exe", uint64(from), size, 100)
			p.Write(data[from : from+step])
			most = max(most, heldAll.Load())
			first, sum = joined(p, 100)
		}
	}
	if sum != sumOf(data) || !bytes.Equal(first[:100], data[:100]) || !bytes.Equal(sink.b.Bytes(), data) || !slices.Equal(sink.ended, []bool{true}) {
		t.Errorf("%s, the sink has %d of %d bytes", sum, sink.b.Len(), size)
	}
	if most > step+100 || heldAll.Load() != 0 {
		t.Errorf("%d bytes were held, %d still are", most, heldAll.Load())
	}
}

// TestPartsGivenUp brings too much of a file before its beginning: it is given up until it begins anew.
func TestPartsGivenUp(t *testing.T) {
	all, sink := &files{}, &taker{}
	all.sink = sink
	f := machine("10.0.0.1", all)
	const size = 3 * maxHeldFile
	whole := func(at, n int) bool {
		p := f.OpenPart("host/disk.iso", uint64(at), size, 0)
		p.Write(make([]byte, n))
		_, ok := p.Whole()
		return ok
	}
	if whole(1, maxHeldFile+1) || f.evicted != 1 || heldAll.Load() != 0 || !slices.Equal(sink.ended, []bool{false}) {
		t.Errorf("%d given up, %d bytes are held", f.evicted, heldAll.Load())
	}
	if whole(1, 100) || heldAll.Load() != 0 || len(all.joints) != 1 {
		t.Errorf("%d bytes are held of what was given up", heldAll.Load())
	}
	if whole(0, size-1) || !whole(size-1, 1) {
		t.Error("not joined when it began anew")
	}
}

func TestPartsOfOthersAreNotJoined(t *testing.T) {
	all := &files{}
	a, b := machine("10.0.0.1", all), machine("10.0.0.2", all)
	whole := func(f *Flow, name string, at, size uint64, text string) bool {
		p := f.OpenPart(name, at, size, 100)
		p.Write([]byte(text))
		_, ok := p.Whole()
		return ok
	}
	whole(a, "host/x", 0, 4, "ab")
	for name, got := range map[string]bool{
		"another client": whole(b, "host/x", 2, 4, "cd"), "another file": whole(a, "host/y", 2, 4, "cd"),
		"another size": whole(a, "host/x", 2, 5, "cd"), "behind the end": whole(a, "host/x", 4, 4, "cd"),
		"nothing": whole(a, "host/z", 0, 0, ""),
	} {
		if got {
			t.Error(name)
		}
	}
	if a.Now = a.Now.Add(jointWait + time.Second); whole(a, "host/x", 2, 4, "cd") {
		t.Error("joined with what had waited too long")
	}
	if len(all.joints) != 1 {
		t.Errorf("%d files wait", len(all.joints))
	}
	all.joints.drop(0)
}

func TestPartsAreBounded(t *testing.T) {
	all := &files{}
	f := machine("10.0.0.1", all)
	for i := range 2 * maxJoints {
		f.OpenPart(fmt.Sprint("host/", i), 0, 100, 100).Write([]byte("x"))
	}
	if len(all.joints) != maxJoints || f.evicted != maxJoints || heldAll.Load() != maxJoints {
		t.Errorf("%d files wait with %d bytes, %d given up", len(all.joints), heldAll.Load(), f.evicted)
	}
	p := f.OpenPart("host/holes", 0, 1000, 100)
	for i := range uint64(2 * maxHoles) {
		f.OpenPart("host/holes", 1+2*i, 1000, 100).Write([]byte("x"))
	}
	p.Write([]byte("late")) // of a file that was given up
	if _, ok := p.Whole(); ok {
		t.Error("whole, with holes")
	}
	for len(all.joints) > 0 {
		all.joints.drop(0)
	}
	if heldAll.Load() != 0 {
		t.Errorf("%d bytes are still held", heldAll.Load())
	}
}

// TestPartsExpire leaves files without their last parts: the clock alone makes room again, and lets be what still comes slowly.
func TestPartsExpire(t *testing.T) {
	a := New(DefaultConfig(), nil, func(event.Event) {})
	f := machine("10.0.0.1", &a.files)
	a.Advance(f.Now)
	f.OpenPart("host/left", 0, 1000, 1000).Write(make([]byte, 500))
	slow := f.OpenPart("host/slow", 0, 1000, 1000)
	for range 3 {
		f.Now = f.Now.Add(jointWait / 2)
		slow.Write([]byte("x"))
		a.Advance(f.Now)
	}
	if len(a.files.joints) != 1 || a.files.joints[0] != slow.j || heldAll.Load() != 3 {
		t.Errorf("%d files wait with %d bytes", len(a.files.joints), heldAll.Load())
	}
	for _, d := range []time.Duration{-jointWait - time.Second, -jointWait, time.Second} { // the clock is set back
		a.Advance(f.Now.Add(d))
	}
	if _, ok := slow.Whole(); len(a.files.joints) != 0 || heldAll.Load() != 0 || ok {
		t.Errorf("%d files wait with %d bytes for ever", len(a.files.joints), heldAll.Load())
	}
}
