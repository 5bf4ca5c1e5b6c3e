package dcerpc

import (
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/krb5"
	"github.com/yagura-project/yagura/dissect/ntlm"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Bounds of one association; beyond them the oldest is given up, as unanswered.
const (
	maxCalls    = 64
	maxContexts = 128
	maxStub     = 8 << 10  // first bytes of a request's arguments that are looked at
	maxStubs    = 64 << 10 // of all open requests together
)

// Session reads one association: a TCP connection, or an open pipe of SMB.
// It keeps at most 16 KiB of one fragment in each direction, and 64 open calls with 64 KiB of arguments.
type Session struct {
	// Emit takes each finished bind and call. The value is not touched afterwards.
	Emit func(*event.DCERPC)
	// Logon takes each logon (NTLM, or a ticket of Kerberos) within the association, once its outcome showed; header and conversation are the caller's.
	Logon func(*event.Authentication)
	// Pipe is the name of the pipe, "" over TCP: the first hint where the bind was missed.
	Pipe string
	// Hint tells the interface that the end point mapper promised for this address, or nil. It is asked once, where the bind was
	// missed; nil: there is none to ask.
	Hint func() *Interface
	// About makes the event of a call or bind, for alerts that ask; the value is its own.
	About func(*event.DCERPC) event.Event
	// Towers takes what the end point mapper answered: interface and TCP address.
	Towers func(Tower)

	// Flow is where rules are shown the calls; nil when they are not.
	Flow *dissect.Flow
	// Framed says that a pipe of SMB carries the association.
	Framed bool
	// Begun, where it is not nil, may add to a transaction of a request (Orig) or of its answer (Resp) before it is shown.
	Begun func(*wire.Tx, dissect.Dir)

	// Reversed says that the side which was taken for the client answers: Src and Dst are to be exchanged.
	Reversed bool

	half       [2]half
	fragments  int
	stubs      int // bytes kept of open requests
	shownStubs int // bytes that rules see of open calls
	evicted    int
	contexts   contexts
	guessed    map[uint16]*Interface
	hinted     *Interface // what Hint told
	asked      bool       // Hint
	binds      []*bind
	calls      map[uint32]*call
	order      []uint32
	sec        security
	logon      *event.Authentication
	server     string // as the last NTLM challenge named it
}

// half puts one direction together.
type half struct {
	buf  []byte // the beginning of a fragment
	skip int    // bytes of a fragment that are passed over
	lost bool   // no boundary is known
}

// Feed takes the next bytes of one direction. An error says that they are not of
// this protocol; the session then waits for the next header.
func (s *Session) Feed(dir dissect.Dir, b []byte) error {
	h := &s.half[dir]
	for len(b) > 0 {
		if n := min(h.skip, len(b)); n > 0 {
			h.skip -= n
			b = b[n:]
			continue
		}
		if h.lost {
			if b = resync(b); b == nil {
				return nil
			}
			h.lost = false
		}
		fragment, rest, err := h.next(b)
		b = rest
		if err != nil {
			h.lost, h.buf = true, nil
			return err
		}
		if fragment != nil {
			p := parsePDU(fragment)
			h.skip = p.missing()
			s.fragments++
			s.Reversed = p.fromClient() != (dir == dissect.Orig)
			s.pdu(&p)
			if s.Flow != nil && !s.Framed {
				s.Flow.ShowFrames(dir, dissect.Frame{ID: wire.DCERPCFramePDU, B: fragment}, dissect.Frame{ID: wire.DCERPCFrameHdr, B: fragment[:headLen]},
					dissect.Frame{ID: wire.DCERPCFrameData, B: fragment[headLen:]})
			}
			h.buf = h.buf[:0]
		}
	}
	return nil
}

// next gives the next fragment, or nil when it goes on beyond b.
func (h *half) next(b []byte) (fragment, rest []byte, err error) {
	if len(h.buf) == 0 && len(b) >= headLen {
		if !plausible(b) {
			return nil, nil, dissect.ErrNotMine
		}
		frag, _ := lengths(b)
		if n := min(frag, maxKept); len(b) >= n {
			return b[:n], b[n:], nil
		}
	}
	for {
		want := headLen
		if len(h.buf) >= headLen {
			frag, _ := lengths(h.buf)
			want = min(frag, maxKept)
		}
		n := min(want-len(h.buf), len(b))
		h.buf = append(h.buf, b[:n]...)
		b = b[n:]
		switch {
		case len(h.buf) < want:
			return nil, b, nil
		case !plausible(h.buf):
			return nil, nil, dissect.ErrNotMine
		case want > headLen || whole(h.buf):
			return h.buf, b, nil
		}
	}
}

// whole tells whether a header is all that its fragment has.
func whole(head []byte) bool {
	frag, _ := lengths(head)
	return frag == headLen
}

// resync finds the next place that looks like a header; nil when there is none.
func resync(b []byte) []byte {
	for i := 0; i+headLen <= len(b); i++ {
		if b[i] == 5 && plausible(b[i:]) {
			return b[i:]
		}
	}
	return nil
}

// Gap says that n bytes of a direction were lost.
func (s *Session) Gap(dir dissect.Dir, n int) {
	h := &s.half[dir]
	if h.skip > n {
		h.skip -= n
		return
	}
	h.skip, h.buf, h.lost = 0, nil, true
}

// Message says that the next bytes of a direction begin a new message, as every
// write to a pipe does unless a fragment is still open.
func (s *Session) Message(dir dissect.Dir) {
	if h := &s.half[dir]; h.lost {
		h.lost, h.buf, h.skip = false, nil, 0
	}
}

// Close emits what is still unanswered.
func (s *Session) Close() {
	for _, b := range s.binds {
		s.finishBind(b, false, 0)
	}
	s.binds = nil
	for _, id := range s.order {
		if c := s.calls[id]; c != nil {
			s.finish(c)
		}
	}
	s.calls, s.order = nil, nil
	s.settle(false, false)
}

func (s *Session) pdu(p *pdu) {
	switch p.typ {
	case ptBind, ptAlter:
		s.onBind(p)
	case ptBindAck, ptAlterResp, ptBindNak:
		s.onAck(p)
	case ptAuth3:
		s.onToken(p)
	case ptRequest:
		s.onRequest(p)
	case ptResponse, ptFault:
		s.onResponse(p)
	}
}

// onToken looks for a logon in an authentication trailer.
func (s *Session) onToken(p *pdu) {
	if p.sec.level != 0 {
		s.sec = p.sec
	}
	if len(p.token) == 0 {
		return
	}
	if m, ok := ntlm.Find(p.token); ok && m.Type == ntlm.Challenge {
		s.server = m.Name()
	} else if ok && m.Type == ntlm.Authenticate {
		s.settle(false, false)
		s.logon = &event.Authentication{
			Protocol: "ntlm", Message: "NTLM-AUTH", User: m.User, Domain: m.Domain, Workstation: m.Workstation, Server: s.server,
		}
	} else if k, ok := krb5.FindAPReq(p.token); ok {
		s.settle(false, false)
		s.logon = &event.Authentication{Protocol: "kerberos", Message: "AP-REQ", Domain: k.Realm, Service: k.Service, TicketEType: k.TicketEType}
	}
}

// settle emits an open logon with its outcome, which only the next answer shows.
func (s *Session) settle(answered, success bool) {
	if s.logon != nil && s.Logon != nil {
		s.logon.Answered, s.logon.Success = answered, success
		s.Logon(s.logon)
	}
	s.logon = nil
}

// Seen reports that at least one fragment was understood.
func (s *Session) Seen() bool { return s.fragments > 0 }

// Evicted is how many open calls and binds were given up for memory since it was last asked.
func (s *Session) Evicted() int {
	n := s.evicted
	s.evicted = 0
	return n
}

// Plausible tells whether bytes begin with the header of a fragment.
func Plausible(b []byte) bool { return plausible(b) }
