// Package xmpp recognises XMPP (RFC 6120), over which chats go, and follows it to where TLS begins.
package xmpp

import (
	"bytes"

	"github.com/yagura-project/yagura/dissect"
)

// Protocol is XMPP on any port.
var Protocol = dissect.Protocol{
	Name:     "xmpp",
	Spec:     "RFC 6120 §4, §5",
	TCP:      []uint16{5222, 5269},
	Anywhere: true,
	Probe:    probe,
	Stream:   func(f *dissect.Flow) dissect.Stream { return &parser{f: f} },
}

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if udp || len(b) == 0 || b[0] != '<' {
		return dissect.No
	}
	if m := dissect.Prefix(b, "<stream:stream"); m != dissect.No {
		return m
	}
	if bytes.HasPrefix(b, []byte("<?xml")) && bytes.Contains(b, []byte("<stream:stream")) {
		return dissect.Yes
	}
	return min(dissect.Prefix(b, "<?xml"), dissect.Maybe)
}

// Bounds of what is read: of all that is said before TLS, and of the element that gives leave to it.
const (
	maxRead    = 64 << 10
	maxElement = 1 << 10
	handshake  = 0x16 // of TLS; no XML has such a character
)

// The words of RFC 6120 §5.4.2.3.
var (
	proceed   = []byte("<proceed")
	proceeded = []byte("</proceed>")
)

// parser looks for the server's leave to begin TLS; nothing else is of use to a detector.
type parser struct {
	f    *dissect.Flow
	read int
}

// Data implements dissect.Stream.
func (p *parser) Data(dir dissect.Dir, b []byte) (int, error) {
	if p.read > maxRead {
		return len(b), dissect.ErrDone
	}
	if dir == dissect.Orig {
		if i := bytes.IndexByte(b, handshake); i >= 0 { // the server is not heard
			return i, dissect.ErrNext
		}
		p.read += len(b)
		return len(b), nil
	}
	i := bytes.Index(b, proceed)
	if i < 0 {
		n := max(0, len(b)-len(proceed)+1)
		p.read += n
		return n, nil
	}
	p.read += i
	switch end, whole := element(b[i:]); {
	case whole:
		return i + end, dissect.ErrNext
	case len(b)-i > maxElement:
		return len(b), dissect.ErrDone
	}
	return i, nil
}

// element is the length of an element, with or without an end of its own; whole says that it is all there.
func element(b []byte) (n int, whole bool) {
	i := bytes.IndexByte(b, '>')
	if i < 0 {
		return 0, false
	}
	if b[i-1] == '/' {
		return i + 1, true
	}
	j := bytes.Index(b, proceeded)
	return j + len(proceeded), j >= 0
}

// Gap passes over lost bytes.
func (p *parser) Gap(dissect.Dir, int) error { return nil }

// Close has nothing open to emit.
func (p *parser) Close() {}
