package tds

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/tls"
	"github.com/yagura-project/yagura/event"
)

// wrapped is TLS that stands within PRELOGIN packets while it is being set up (MS-TDS §2.1, §3.2.5.2); its records stand as they are behind
// that: all of the session, or, where both sides encrypt nothing but the log-on, the client's log-on alone.
type wrapped struct {
	begun bool
	inner dissect.Stream // nil once it has told all
	held  [2][]byte      // what it has not consumed
	skip  [2]int         // bytes of a record that are passed over
}

const recordHead = 5 // RFC 8446 §5.1

// isRecord tells a record of TLS from a packet, which has no such type.
func isRecord(b []byte) bool {
	return len(b) > 0 && b[0] >= 0x14 && b[0] <= 0x17 && (len(b) == 1 || b[1] == 3)
}

// pass is how many of n bytes belong to a record that is passed over.
func (w *wrapped) pass(d dissect.Dir, n int) int {
	n = min(n, w.skip[d])
	w.skip[d] -= n
	return n
}

// shake reads on in the handshake, which begins with the first packet: the log-on will be hidden.
func (s *stream) shake(d dissect.Dir, m []byte) {
	w := &s.tls
	if !w.begun {
		w.begun, w.inner = true, tls.Within(s.f)
		if s.logon == nil {
			s.logon, s.login = &event.Authentication{Protocol: "tds", Message: "LOGIN7"}, s.activity("login")
			s.login.Add("encryption", "TLS")
		}
	}
	if w.inner == nil {
		return
	}
	w.held[d] = append(w.held[d], m...)
	n, err := w.inner.Data(d, w.held[d])
	if w.held[d] = append(w.held[d][:0], w.held[d][n:]...); err != nil || len(w.held[d]) > maxMessage {
		w.end()
	}
}

// end tells what the handshake showed.
func (w *wrapped) end() {
	if w.inner != nil {
		w.inner.Close()
	}
	w.inner, w.held = nil, [2][]byte{}
}

// record meets one that stands as it is. Where the server sends such, all that follows is encrypted.
func (s *stream) record(d dissect.Dir, b []byte) (int, error) {
	if len(b) < recordHead {
		return 0, nil
	}
	s.tls.end()
	if d == dissect.Resp {
		return 0, dissect.ErrOpaque
	}
	s.tls.skip[d] = int(binary.BigEndian.Uint16(b[3:]))
	return recordHead, nil
}
