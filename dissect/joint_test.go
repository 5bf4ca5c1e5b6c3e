package dissect

import (
	"bytes"
	"fmt"
	"net/netip"
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

// TestParts brings a file by several flows, in parts of any order that may overlap: once all has come, what comes out is the file.
func TestParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := &files{}
		flows := []*Flow{machine("10.0.0.1", all), machine("10.0.0.1", all), machine("10.0.0.1", all)}
		data := rapid.SliceOfN(rapid.Byte(), 1, 2000).Draw(t, "data")
		missing, got := bytes.Repeat([]byte{1}, len(data)), []byte(nil)
		for n := 0; bytes.IndexByte(missing, 1) >= 0; n++ {
			if got != nil {
				t.Fatal("whole before all had come")
			}
			at := bytes.IndexByte(missing, 1)
			if n < 30 { // then in order, so that it ends
				at = rapid.IntRange(0, len(data)-1).Draw(t, "at")
			}
			end := min(len(data), at+rapid.IntRange(1, 400).Draw(t, "n"))
			p := flows[n%len(flows)].OpenPart("host/file", uint64(at), uint64(len(data)))
			p.Write(data[at:end])
			clear(missing[at:end])
			p.Whole(func(b []byte) { got = append(got, b...) })
		}
		if !bytes.Equal(got, data) || heldAll.Load() != 0 || len(all.joints) != 0 {
			t.Fatalf("%d of %d bytes, %d held, %d open", len(got), len(data), heldAll.Load(), len(all.joints))
		}
	})
}

func TestPartsOfOthersAreNotJoined(t *testing.T) {
	all := &files{}
	a, b := machine("10.0.0.1", all), machine("10.0.0.2", all)
	whole := func(f *Flow, name string, at, size uint64, text string) bool {
		p := f.OpenPart(name, at, size)
		p.Write([]byte(text))
		return p.Whole(func([]byte) {})
	}
	whole(a, "host/x", 0, 4, "ab")
	for name, got := range map[string]bool{
		"another client": whole(b, "host/x", 2, 4, "cd"), "another file": whole(a, "host/y", 2, 4, "cd"),
		"another size": whole(a, "host/x", 2, 5, "cd"), "behind the end": whole(a, "host/x", 4, 4, "cd"),
		"too large": whole(a, "host/z", 0, maxJoint+1, "cd"),
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
		f.OpenPart(fmt.Sprint("host/", i), 0, 100).Write([]byte("x"))
	}
	if len(all.joints) != maxJoints || f.evicted != maxJoints || heldAll.Load() != maxJoints {
		t.Errorf("%d files wait with %d bytes, %d given up", len(all.joints), heldAll.Load(), f.evicted)
	}
	p := f.OpenPart("host/holes", 0, 1000)
	for i := range uint64(2 * maxHoles) {
		f.OpenPart("host/holes", 2*i, 1000).Write([]byte("x"))
	}
	p.Write([]byte("late")) // of a file that was given up
	if p.Whole(func([]byte) {}) {
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
	f.OpenPart("host/left", 0, 1000).Write(make([]byte, 500))
	slow := f.OpenPart("host/slow", 0, 1000)
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
	if len(a.files.joints) != 0 || heldAll.Load() != 0 || slow.Whole(func([]byte) {}) {
		t.Errorf("%d files wait with %d bytes for ever", len(a.files.joints), heldAll.Load())
	}
}
