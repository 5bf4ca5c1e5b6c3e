package dnp3

import (
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/tree"
)

// frame writes one with its checksums.
func frame(control byte, dst, src uint16, data string) string {
	b := append([]byte(start), byte(minLength+len(data)), control)
	b = binary.LittleEndian.AppendUint16(b, dst)
	b = binary.LittleEndian.AppendUint16(b, src)
	b = binary.LittleEndian.AppendUint16(b, checksum(b))
	for len(data) > 0 {
		n := min(block, len(data))
		b = append(b, data[:n]...)
		b = binary.LittleEndian.AppendUint16(b, checksum([]byte(data[:n])))
		data = data[n:]
	}
	return string(b)
}

const (
	masters  = 0xc4 // DIR, PRM, unconfirmed user data
	stations = 0x44
	alone    = "\xc0" // FIR and FIN of the transport
)

// says: class data are read, the answer in two frames brings packed points and a float, a relay is operated, a file is opened.
var says = []flowtest.Say{
	flowtest.Up(frame(masters, 10, 1, alone+"\xc1\x01\x3c\x02\x06\x3c\x03\x06")),
	flowtest.Down(frame(stations, 1, 10, "\x41\xe1\x81\x92\x04\x01\x01\x00\x00\x09\x55\x02")),
	flowtest.Down(frame(stations, 1, 10, "\x82\x1e\x05\x28\x01\x00\x07\x00\x01\x00\x00\xc0\x3f")),
	flowtest.Up(frame(masters, 10, 1, alone+"\xc2\x05\x0c\x01\x28\x01\x00\x03\x00\x41\x01\xfa\x00\x00\x00\xfa\x00\x00\x00\x00")),
	flowtest.Up(frame(masters, 10, 1, alone+"\xc3\x19\x46\x03\x5b\x01\x1f\x00\x1a\x00\x05\x00"+"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x04\x04\x00a.xml")),
	flowtest.Up(frame(masters, 10, 1, alone+"\xc4\x02\xc8\x01\x07\x01\x00")),
	flowtest.Up(frame(0xc9, 10, 1, "")), // the link is asked for
	flowtest.Up(frame(masters, 10, 1, "\xc0")),
}

// TestTalk holds what is seen of it against testdata.
func TestTalk(t *testing.T) { flowtest.Talk(t, "dnp3", 20000, false, says, Protocol) }

func Fuzz(f *testing.F) { flowtest.Fuzz(f, Protocol, says) }

// records are those of a conversation.
func records(says []flowtest.Say) (out []*event.Record) {
	for _, e := range flowtest.Detailed(20000, false, says, Protocol) {
		if r, ok := e.(*event.Record); ok {
			out = append(out, r)
		}
	}
	return out
}

// at follows names, and positions within lists.
func at(n tree.Node, path ...any) tree.Node {
	for _, p := range path {
		found := tree.Node{}
		switch p := p.(type) {
		case int:
			if p < len(n.In) {
				found = n.In[p]
			}
		case string:
			for _, x := range n.In {
				if x.Name == p {
					found = x
				}
			}
		}
		n = found
	}
	return n
}

func TestRecordsHoldTheParts(t *testing.T) {
	got := records(says)
	if len(got) != 5 {
		t.Fatalf("%d records", len(got))
	}
	answer := got[1].Body
	if d := cmp.Diff([]tree.Node{tree.Str("", "device_restart"), tree.Str("", "need_time"), tree.Str("", "class_1_events"), tree.Str("", "parameter_error")},
		at(answer, "iin", "indicators").In); d != "" {
		t.Error(d)
	}
	if n := at(answer, "application", "objects", 0, "points", 8, "state"); n.N != 0 {
		t.Errorf("%+v", n)
	}
	if n := at(answer, "application", "objects", 0, "points", 9, "state"); n.N != 1 || len(at(answer, "application", "objects", 0, "points").In) != 10 {
		t.Errorf("%+v", n)
	}
	if n := at(answer, "application", "objects", 1, "points", 0, "value"); n.S != "1.5" {
		t.Errorf("%+v", n)
	}
	if n := at(got[2].Body, "application", "objects", 0, "points", 0, "ontime"); n.N != 250 {
		t.Errorf("%+v", n)
	}
	if n := at(got[3].Body, "application", "objects", 0, "points", 0, "filename"); n.S != "a.xml" {
		t.Errorf("%+v", n)
	}
	if n := at(got[4].Body, "application", "complete"); n.N != 0 {
		t.Errorf("an object that nobody knows: %+v", got[4].Body)
	}
}

// TestFlood: behind many requests without a response the others are read, too.
func TestFlood(t *testing.T) {
	var flood []flowtest.Say
	for range maxWaiting + 8 {
		flood = append(flood, flowtest.Up(frame(masters, 10, 1, alone+"\xc1\x01\x3c\x02\x06")))
	}
	if n := len(records(flood)); n != len(flood) {
		t.Errorf("%d requests told of %d", n, len(flood))
	}
	if got := flowtest.Odd(t, 20000, false, flood, Protocol); len(got) != 1 || got[0] != "dnp3.flooded" {
		t.Errorf("%q", got)
	}
	quiet := []flowtest.Say{}
	for range maxWaiting + 8 { // direct operate, no acknowledgement
		quiet = append(quiet, flowtest.Up(frame(masters, 10, 1, alone+"\xc1\x06")))
	}
	if got := flowtest.Odd(t, 20000, false, quiet, Protocol); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

// TestWrongChecksums: a frame with a wrong byte is lost, but not the one behind it.
func TestWrongChecksums(t *testing.T) {
	whole := frame(masters, 10, 1, alone+"\xc1\x01\x3c\x02\x06")
	for i := range len(whole) {
		b := []byte(whole)
		b[i] ^= 0x10
		if n := len(records([]flowtest.Say{flowtest.Up(whole), flowtest.Up(string(b)), flowtest.Up(whole)})); n != 2 {
			t.Errorf("byte %d changed: %d messages", i, n)
		}
	}
}

// TestGap finds the next frame behind a hole, wherever that ends.
func TestGap(t *testing.T) {
	whole := frame(masters, 10, 1, alone+"\xc1\x01\x3c\x02\x06")
	for i := range len(whole) {
		p := &parser{f: &dissect.Flow{Emit: func(event.Event) {}}}
		for _, b := range []string{whole[:i], whole[i:] + whole + whole} {
			if b != whole[:i] {
				if err := p.Gap(dissect.Orig, 100); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := p.Data(dissect.Orig, []byte(b)); err != nil {
				t.Fatal(err)
			}
		}
		if p.waiting != 2 && !(i == 0 && p.waiting == 3) {
			t.Errorf("cut at %d: %d requests", i, p.waiting)
		}
	}
	other := &parser{f: &dissect.Flow{Emit: func(event.Event) {}}}
	_ = other.Gap(dissect.Orig, 1)
	var err error
	for range 2 * maxAstray / 1000 {
		if _, err = other.Data(dissect.Orig, make([]byte, 1000)); err != nil {
			break
		}
	}
	if err == nil {
		t.Error("something else is read for ever")
	}
}

func TestLayoutsAreAllReadable(t *testing.T) {
	for k, l := range layouts {
		if l.bits == 0 && len(l.fields) == 0 {
			t.Errorf("%v has no fields", k)
		}
		o := object{group: k[0], variation: k[1]}
		b := make([]byte, l.size(&o))
		if n := point(&o, &l, 0, 0, b); l.bits == 0 && len(n.In) < 3 {
			t.Errorf("%v: %+v", k, n)
		}
	}
	if probe(dissect.Orig, []byte(frame(0xc9, 1, 2, "")), false, 1) != dissect.Yes {
		t.Error("a frame without data is not recognised")
	}
}
