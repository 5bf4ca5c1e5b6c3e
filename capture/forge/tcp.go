package forge

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// segmentSize is how much payload one segment carries.
const segmentSize = 1400

// talk is one TCP connection as it is written (RFC 9293).
type talk struct {
	ends [2]event.Endpoint // client, server
	seq  [2]uint32
	now  time.Time
	out  []Frame
}

const (
	client = 0
	server = 1
)

func newTalk(c *event.Conn, at time.Time) *talk {
	first := uint32(c.FlowID)*2654435761 + uint32(c.Src.Port)
	return &talk{ends: [2]event.Endpoint{c.Src, c.Dst}, seq: [2]uint32{first, first ^ 0x5a5a5a5a}, now: at}
}

// segment sends flags and payload; the answer's numbers follow.
func (t *talk) segment(from int, flags byte, payload []byte) {
	b := make([]byte, 20, 20+len(payload))
	src, dst := t.ends[from], t.ends[1-from]
	binary.BigEndian.PutUint16(b, src.Port)
	binary.BigEndian.PutUint16(b[2:], dst.Port)
	binary.BigEndian.PutUint32(b[4:], t.seq[from])
	if flags&event.FlagACK != 0 {
		binary.BigEndian.PutUint32(b[8:], t.seq[1-from])
	}
	b[12], b[13] = 5<<4, flags
	binary.BigEndian.PutUint16(b[14:], 64240)
	t.out = append(t.out, Frame{t.now, transport(src, dst, event.ProtoTCP, append(b, payload...), 16)})
	t.now = t.now.Add(100 * time.Microsecond)
	t.seq[from] += uint32(len(payload))
	if flags&(event.FlagSYN|event.FlagFIN) != 0 {
		t.seq[from]++
	}
}

func (t *talk) open() {
	t.segment(client, event.FlagSYN, nil)
	t.segment(server, event.FlagSYN|event.FlagACK, nil)
	t.segment(client, event.FlagACK, nil)
}

// say sends payload in segments, each acknowledged.
func (t *talk) say(from int, payload []byte) {
	for part := range slices.Chunk(payload, segmentSize) {
		t.segment(from, event.FlagACK|event.FlagPSH, part)
		t.segment(1-from, event.FlagACK, nil)
	}
}

func (t *talk) until(at time.Time) {
	if at.After(t.now) {
		t.now = at
	}
}

func (t *talk) close() {
	t.segment(client, event.FlagFIN|event.FlagACK, nil)
	t.segment(server, event.FlagFIN|event.FlagACK, nil)
	t.segment(client, event.FlagACK, nil)
}

func writeTCP(list []event.Event, calls Calls) ([]Frame, bool) {
	s, ok := read(list)
	if !ok || !s.speakable() {
		return nil, false
	}
	end := s.ended
	if end == nil {
		end = s.opened
	}
	if len(s.words) == 0 && (end.Orig.Payload > maxPayload || end.Resp.Payload > maxPayload) {
		return nil, false
	}
	t := newTalk(&s.opened.Conn, s.opened.Time)
	switch {
	case s.opened.FlagsOrig != event.FlagSYN && s.opened.FlagsOrig != 0 && !s.opened.Midstream: // a stealth scan
		t.segment(client, s.opened.FlagsOrig, nil)
	case end.Activity == event.FlowFail:
		t.segment(client, event.FlagSYN, nil)
	case end.Activity == event.FlowRefuse:
		t.segment(client, event.FlagSYN, nil)
		t.segment(server, event.FlagRST|event.FlagACK, nil)
	default:
		return t.converse(&s, end, calls)
	}
	return t.out, true
}

func (t *talk) converse(s *story, end *event.NetworkActivity, calls Calls) ([]Frame, bool) {
	if !end.Midstream {
		t.open()
	}
	switch {
	case len(s.words) > 0:
		if !t.speak(s.words, calls) {
			return nil, false
		}
		t.sealed(s.words, end)
	case len(s.https) > 0:
		for _, h := range s.https {
			t.until(h.Time.Add(-20 * time.Millisecond))
			t.say(client, request(h))
			t.until(h.Time)
			if h.Status != 0 {
				t.say(server, response(h))
			}
		}
	case s.tls != nil || end.App == "tls":
		h := &event.TLS{}
		if s.tls != nil {
			h = s.tls.TLS
		}
		if !t.handshake(h) {
			return nil, false
		}
		t.fill(end, max(4, beats(end)), records)
	case opener(end.App) != nil:
		t.speak([]event.Event{opener(end.App)}, calls)
		t.fill(end, beats(end), noise)
	default:
		hello := greetings[end.App]
		t.say(client, []byte(hello[client]))
		t.say(server, []byte(hello[server]))
		t.fill(end, beats(end), noise)
	}
	if !end.End.IsZero() {
		t.until(end.End)
	}
	switch end.Activity {
	case event.FlowClose:
		t.close()
	case event.FlowReset:
		t.segment(server, event.FlagRST|event.FlagACK, nil)
	}
	return t.out, true
}

// speak says what the events tell, each at its time.
func (t *talk) speak(words []event.Event, calls Calls) bool {
	s := NewSpeech(uint64(t.seq[client]), calls)
	for _, e := range words {
		list, ok := s.Say(e)
		if !ok {
			return false
		}
		t.until(e.Head().Time.Add(-time.Duration(len(list)) * time.Millisecond))
		for _, x := range list {
			t.say(x.From, x.Bytes)
		}
	}
	return true
}

// sealed fills what is encrypted in SMB up to what was counted.
func (t *talk) sealed(words []event.Event, end *event.NetworkActivity) {
	m, ok := words[len(words)-1].(*event.SMBActivity)
	if !ok || !m.Encrypted {
		return
	}
	s := NewSpeech(uint64(t.seq[client]), nil)
	s.smb.greeted, s.smb.loggedOn = true, true
	for left := min(end.Orig.Payload, maxPayload); left > 1000; left -= min(left, 32_000) {
		e := *m
		e.Bytes = min(left, 32_000)
		list, _ := s.Say(&e)
		for _, x := range list {
			t.say(x.From, x.Bytes)
		}
	}
}
