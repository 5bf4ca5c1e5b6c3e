package http2

import (
	"encoding/base64"
	"encoding/binary"
	"strings"

	"github.com/yagura-project/yagura/dissect"
)

// longFrame is what an endpoint may send unless the other one allows more (RFC 9113 §4.2), and a little more.
const longFrame = 64 << 10

// sizes are the lengths of frames that have but one (RFC 9113 §6); the first bytes of others are at least minima.
var (
	sizes  = map[byte]int{priority: 5, rstStream: 4, ping: 8, windowUpdate: 4}
	minima = map[byte]int{pushPromise: 4, goAway: 8}
)

// fault names what is wrong with a whole frame, "" where nothing is.
func (f *frame) fault() string {
	n := len(f.b)
	want, fixed := sizes[f.kind]
	switch {
	case f.kind > continuation:
		return ""
	case f.kind == settings && n%6 != 0, fixed && n != want:
		return "http2.invalid_frame_length"
	case n < minima[f.kind]:
		return "http2.invalid_frame_data"
	case f.flags&padded != 0 && (f.kind == headers || f.kind == pushPromise) && (n == 0 || int(f.b[0]) >= n):
		return "http2.invalid_frame_data"
	case f.kind == windowUpdate && binary.BigEndian.Uint32(f.b)&^(1<<31) == 0:
		return "http2.invalid_frame_data" // §6.9
	}
	return ""
}

// oddBlock names what is wrong with a header block that cannot be decoded.
func oddBlock(err error) string {
	switch words := err.Error(); { // hpack has no values for these
	case strings.Contains(words, "varint integer overflow"):
		return "http2.header_integer_overflow"
	case strings.Contains(words, "truncated headers"): // bytes are left that are no field
		return "http2.extra_header_data"
	}
	return "http2.invalid_header"
}

// oddSettings reports whether the settings with which a client asks HTTP/1 for this protocol are none: six bytes each, in base64url
// (RFC 7540 §3.2.1). fields are those of its request, one a line.
func oddSettings(fields string) bool {
	for line := range strings.Lines(fields) {
		name, value, _ := strings.Cut(line, ":")
		if strings.EqualFold(strings.TrimSpace(name), "http2-settings") {
			b, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(strings.TrimSpace(value), "="))
			return err != nil || len(b)%6 != 0
		}
	}
	return false
}

// reuse tells of a request in a stream that is over: each has a greater number than those before (RFC 9113 §5.1.1).
func (p *parser) reuse(dir dissect.Dir, f *frame) {
	if f.kind != headers || dir != dissect.Orig || p.f.Midstream || f.id == 0 {
		return
	}
	if f.id <= p.last && p.streams[f.id] == nil {
		p.stream(f.id).t.Event(dir, "http2.stream_id_reuse")
	}
	p.last = max(p.last, f.id)
}

// gone reports whether a stream that the client has opened is over: what still comes for it was on its way (RFC 9113 §5.1).
func (p *parser) gone(id uint32) bool {
	return id%2 == 1 && id <= p.last && p.streams[id] == nil
}

// noPreface tells of a client that does not begin as §3.4 has it, where the connection was seen to begin.
func (p *parser) noPreface() {
	if p.f.Midstream || p.f.Expected() != nil {
		return
	}
	p.f.Odd(dissect.Orig, "http2.invalid_client_magic")
}
