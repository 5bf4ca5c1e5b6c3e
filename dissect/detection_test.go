package dissect

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// worded is a protocol in which both sides begin with a word; what comes behind "STARTTLS" is of another one.
func worded(name, word string) Protocol {
	return Protocol{
		Name: name, Anywhere: true,
		Probe: func(_ Dir, b []byte, _ bool, _ uint16) Match {
			if bytes.HasPrefix(b, []byte(word)) {
				return Yes
			}
			return No
		},
		Stream: func(*Flow) Stream { return beginner{} },
	}
}

type beginner struct{}

func (beginner) Data(_ Dir, b []byte) (int, error) {
	if bytes.HasSuffix(b, []byte("STARTTLS")) {
		return len(b), ErrNext
	}
	return len(b), nil
}
func (beginner) Gap(Dir, int) error { return nil }
func (beginner) Close()             {}

// TestDetectionOddities shows what is told of how a protocol showed itself. A line begins with who says it.
func TestDetectionOddities(t *testing.T) {
	for name, c := range map[string]struct {
		says []string
		want []string
	}{
		"in order":              {[]string{">GET /", "<GET ok"}, nil},
		"another protocol":      {[]string{">GET /", "<SSH-2.0"}, []string{"5:" + string(wire.AppMismatch)}},
		"nonsense":              {[]string{">GET /", "<what?", "<what?"}, []string{"5:" + string(wire.AppOneDirection)}},
		"the server first":      {[]string{"<GET /"}, []string{"4:" + string(wire.AppWrongDirection)}},
		"either may be first":   {[]string{"<SSH-2.0", ">SSH-2.0"}, nil},
		"TLS follows":           {[]string{"<220 STARTTLS", ">\x16\x03\x01", "<\x16\x03\x01"}, nil},
		"no TLS follows":        {[]string{"<220 STARTTLS", ">GET /", "<GET /"}, []string{"5:" + string(wire.AppNoTLS)}},
		"nothing known follows": {[]string{"<220 STARTTLS", ">hm", "<hm"}, []string{"6:" + string(wire.AppNoTLS)}},
		"much, unanswered":      {slices.Repeat([]string{">" + strings.Repeat(".", 10_000)}, 12), []string{"24:" + string(wire.AppSkipped)}},
		"much, answered":        {append([]string{"<?"}, slices.Repeat([]string{">" + strings.Repeat(".", 10_000)}, 12)...), nil},
	} {
		r := &rules{}
		cfg := DefaultConfig()
		cfg.Seed = 1
		a := New(cfg, []Protocol{worded("http", "GET "), worded("ssh", "SSH-"), worded("smtp", "220 "), worded("tls", "\x16\x03")}, func(event.Event) {})
		a.Inspect(r)
		segments := and(hello)
		at := [2]int{1, 1}
		for _, line := range c.says {
			d := Orig
			if line[0] == '<' {
				d = Resp
			}
			segments = append(segments, seg{from: d, flags: ack, seq: at[d], ack: at[1-d], data: line[1:], window: 65535})
			at[d] += len(line) - 1
			if len(line) > 5000 { // what nobody has acknowledged does not fit the window for long
				segments = append(segments, seg{from: 1 - d, flags: ack, seq: at[1-d], ack: at[d], window: 65535})
			}
		}
		for i := range segments {
			b := segments[i].bytes()
			a.Packet(&capture.Packet{Nanos: int64(i+1) * 1e6, Data: b, OrigLen: len(b), Link: capture.LinkRaw})
		}
		var got []string
		for _, e := range r.events {
			if n, what, _ := strings.Cut(e, ":"); strings.HasPrefix(what, "applayer_") {
				got = append(got, n+":"+what)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
