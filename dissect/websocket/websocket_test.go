package websocket

import (
	"bytes"
	"compress/flate"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

func frame(first byte, mask, payload string) []byte {
	b := []byte{first, byte(len(payload))}
	if len(payload) > 125 {
		b = []byte{first, 126, byte(len(payload) >> 8), byte(len(payload))}
	}
	if mask == "" {
		return append(b, payload...)
	}
	b[1] |= 0x80
	b = append(b, mask...)
	for i := range payload {
		b = append(b, payload[i]^mask[i%4])
	}
	return b
}

// TestMessages reads frames that are masked, in pieces and compressed.
func TestMessages(t *testing.T) {
	var packed bytes.Buffer
	w, _ := flate.NewWriter(&packed, 9)
	_, _ = w.Write([]byte("compressed compressed"))
	_ = w.Flush()
	short := packed.String()[:packed.Len()-4]
	long := string(bytes.Repeat([]byte("x"), 300))
	for name, c := range map[string]struct {
		frames [][]byte
		want   []string
	}{
		"masked":     {[][]byte{frame(0x81, "\x01\x02\x03\x04", "hello"), frame(0x82, "", long)}, []string{"hello", long}},
		"pieces":     {[][]byte{frame(0x01, "", "he"), frame(0x89, "", "ping"), frame(0x80, "", "llo")}, []string{"he", "ping", "hello"}},
		"compressed": {[][]byte{frame(0xc1, "abcd", short)}, []string{"compressed compressed"}},
		"empty":      {[][]byte{frame(0x8a, "", "")}, nil},
	} {
		for _, piece := range []int{1, 1000} {
			s := side{}
			var got []string
			held := []byte(nil)
			for b := bytes.Join(c.frames, nil); len(b) > 0; {
				n := min(piece, len(b))
				held = append(held, b[:n]...)
				b = b[n:]
				for len(held) > 0 {
					if !s.in {
						used, err := s.begin(held)
						if err != nil {
							t.Fatal(err)
						}
						if used == 0 {
							break
						}
						held = held[used:]
					}
					k := int(min(s.left, uint64(len(held))))
					s.take(held[:k])
					if held = held[k:]; s.left == 0 {
						s.in = false
						if m := s.message(); len(m) > 0 {
							got = append(got, string(m))
						}
					}
				}
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%s in pieces of %d: %s", name, piece, d)
			}
		}
	}
}

func FuzzWebSocket(f *testing.F) {
	flowtest.Fuzz(f, Protocol, []flowtest.Say{flowtest.Up(string(frame(0xc1, "abcd", "x")))},
		[]flowtest.Say{flowtest.Down(string(frame(0x01, "", "he"))), flowtest.Down(string(frame(0x80, "", "llo"))), flowtest.Up(string(frame(0x89, "abcd", "ping")))})
}

// TestTakeover reads messages that refer to those before, as all browsers send them.
func TestTakeover(t *testing.T) {
	var packed bytes.Buffer
	w, _ := flate.NewWriter(&packed, 9)
	pack := func(words string) []byte {
		packed.Reset()
		_, _ = w.Write([]byte(words))
		_ = w.Flush()
		return []byte(packed.String()[:packed.Len()-4])
	}
	before := windowsTaken.Load()
	var x window
	for i, words := range []string{"cmd.exe /c whoami /all", "cmd.exe /c whoami /all", string(bytes.Repeat([]byte("0123456789"), 4000)), "0123456789", "cmd.exe /c whoami"} {
		if got := string(x.inflate(pack(words), true)); got != words {
			t.Errorf("message %d: %.40q of %d bytes, want %.40q", i, got, len(got), words)
		}
		if len(x.b) > maxWindow {
			t.Errorf("%d bytes are kept", len(x.b))
		}
	}
	x.inflate(pack("cut off")[:1], false)
	if !x.gone || windowsTaken.Load() != before {
		t.Errorf("gone: %v, %d bytes taken", x.gone, windowsTaken.Load()-before)
	}
	if x.inflate(pack("later"), true); len(x.b) > 0 {
		t.Errorf("%d bytes are kept behind a message that is not known", len(x.b))
	}
}

// TestRecords tells of each frame, without what it holds.
func TestRecords(t *testing.T) {
	anywhere := Protocol
	anywhere.TCP, anywhere.Probe = []uint16{8081}, nil
	got := flowtest.Records(8081, false, []flowtest.Say{flowtest.Up(string(frame(0x89, "\x00\x00\x01\x02", "hi"))), flowtest.Down(string(frame(0x0a, "", "hi"))), flowtest.Down(string(frame(0x83, "", "")))}, anywhere)
	if d := cmp.Diff([]string{"> {fin:true mask:258 opcode:'ping'}", "< {fin:false opcode:'pong'}", "< {fin:true opcode:'3'}"}, got); d != "" {
		t.Error(d)
	}
}

// TestFrames holds that rules see frames as they were sent, with their masks.
func TestFrames(t *testing.T) {
	b := frame(0x81, "\x01\x02\x03\x04", "hello")
	p := parser{f: &dissect.Flow{}, frames: true}
	s := &p.sides[0]
	for _, n := range []int{6, 8, len(b)} { // what is not read yet is given again
		held := b[:n]
		if s.in {
			held = b[6+int(s.at) : n]
		}
		if _, err := p.Data(dissect.Orig, held); err != nil {
			t.Fatal(err)
		}
		if n == 8 && (s.head != 6 || string(s.raw) != string(b[:8])) {
			t.Errorf("%q, head of %d", s.raw, s.head)
		}
	}
}

func TestTooLongMessages(t *testing.T) {
	long := string(bytes.Repeat([]byte("x"), 60000))
	for want, frames := range map[string][][]byte{
		"":                                   {frame(0x81, "", "hello")},
		"websocket.skip_end_of_payload":      {append([]byte{0x82, 127, 0, 0, 0, 0, 0, 1, 0, 1}, bytes.Repeat([]byte("x"), 1<<16+1)...)},
		"websocket.reassembly_limit_reached": {frame(0x01, "", long), frame(0x80, "", long)},
	} {
		anywhere := Protocol
		anywhere.TCP, anywhere.Probe = []uint16{8081}, nil
		var says []flowtest.Say
		for _, f := range frames {
			says = append(says, flowtest.Up(string(f)))
		}
		got := flowtest.Odd(t, 8081, false, says, anywhere)
		if want == "" && len(got) > 0 || want != "" && (len(got) != 1 || got[0] != want) {
			t.Errorf("%q: %q", want, got)
		}
	}
}
