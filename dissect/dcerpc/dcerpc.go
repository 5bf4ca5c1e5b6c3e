// Package dcerpc reads DCE/RPC (C706, MS-RPCE) over TCP, UDP and within the pipes of SMB: which operation of which interface was called, and what can be read of its arguments.
package dcerpc

import (
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// Protocol is DCE/RPC over TCP: the end point mapper on 135, the rest on ports that it hands out.
var Protocol = dissect.Protocol{
	Name:      "dcerpc",
	Spec:      "C706, MS-RPCE, MS-DCOM; interfaces as in interfaces.txt",
	TCP:       []uint16{135},
	UDP:       []uint16{135},
	Anywhere:  true,
	Probe:     probe,
	Stream:    func(f *dissect.Flow) dissect.Stream { return newStream(f) },
	Datagrams: newDatagrams,
}

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	switch {
	case udp:
		return probeGram(b)
	case len(b) > 0 && b[0] != 5 || len(b) > 1 && b[1] > 1:
		return dissect.No
	case len(b) < headLen:
		return dissect.Maybe
	case plausible(b):
		return dissect.Yes
	}
	return dissect.No
}

// stream is one TCP connection.
type stream struct {
	f    *dissect.Flow
	s    Session
	from time.Time // of the bytes that began it
}

func newStream(f *dissect.Flow) *stream {
	st := &stream{f: f}
	st.s.About = func(r *event.DCERPC) event.Event {
		return &event.SMBActivity{Header: f.Head(), Conn: st.conn(), RPC: r, Answered: r.Answered}
	}
	st.s.Emit = func(r *event.DCERPC) { f.Emit(st.s.About(r)) }
	st.s.Towers = st.promise
	st.s.Hint = st.promised
	st.s.Flow = f
	st.s.Logon = func(a *event.Authentication) {
		a.Header, a.Conn = f.Head(), st.conn()
		f.Emit(a)
	}
	return st
}

// conn is the conversation with the client as Src. Where the beginning of a flow between two high ports
// was missed, only the PDUs tell which side that is.
func (s *stream) conn() event.Conn {
	c := s.f.Conn
	if s.s.Reversed && s.f.Midstream {
		c.Src, c.Dst = c.Dst, c.Src
	}
	return c
}

// promise remembers where the end point mapper says that an interface listens.
func (s *stream) promise(t Tower) { t.Promise(s.f, s.conn()) }

// promised is what listens at the server, as was known when the association began.
func (s *stream) promised() *Interface { return ByUUID(s.f.Promised(s.from)) }

// Promise remembers the tower for the flows to come; c is the conversation with the end point mapper.
func (t Tower) Promise(f *dissect.Flow, c event.Conn) {
	addr := t.Addr
	if !addr.Addr().IsValid() || addr.Addr().IsUnspecified() {
		addr = netip.AddrPortFrom(c.Dst.IP, addr.Port())
	}
	f.Promise(addr, t.UUID)
}

// Data reads fragments; what is not whole is kept by the session.
func (s *stream) Data(dir dissect.Dir, b []byte) (int, error) {
	if !s.s.Seen() {
		s.from = s.f.Now
	}
	_ = s.s.Feed(dir, b) // what is not understood is passed over up to the next header
	s.f.AddEvicted(s.s.Evicted())
	return len(b), nil
}

// Gap waits for the next header.
func (s *stream) Gap(dir dissect.Dir, n int) error {
	s.s.Gap(dir, n)
	return nil
}

// Close emits what is unanswered.
func (s *stream) Close() { s.s.Close() }
