// Package packets writes what the town's events tell as frames, so that the same behaviours go through the dissectors.
//
// Each conversation gets its handshake, the messages of its protocol and its end. What a flow carries beyond its messages
// is written in few large packets of which only the beginning is kept; files are cut short at Bulk bytes, and their
// contents are noise behind the right beginning.
package packets

import (
	"time"

	"github.com/gopacket/gopacket"

	"github.com/yagura-project/yagura/capture/forge"
	"github.com/yagura-project/yagura/dissect/dcerpc"
	"github.com/yagura-project/yagura/event"
)

// Writer turns events into frames. Events must come in order of time; so do the frames.
type Writer struct {
	Bulk  int // most bytes of a file; 0: 8 KiB
	out   func(at time.Time, frame []byte, wire int)
	flows map[uint64]*flow
	buf   gopacket.SerializeBuffer
	now   time.Time
	left  uint64 // events for which there is no message
}

// New is a writer that hands each frame to out, which must not keep it; wire is its length before it was cut short.
func New(out func(at time.Time, frame []byte, wire int)) *Writer {
	return &Writer{Bulk: 8 << 10, out: out, flows: map[uint64]*flow{}, buf: gopacket.NewSerializeBuffer()}
}

// Left is how many events were not written, because their protocol has no writer here.
func (w *Writer) Left() uint64 { return w.left }

// dir is a direction: the client's or the server's.
type dir int

const (
	up dir = iota
	down
)

// flow is one conversation being written.
type flow struct {
	event.Conn
	greeted bool
	seq     [2]uint32
	said    [2]uint64 // payload bytes
	speech  *forge.Speech
	secret  bool // TLS: what follows is records
}

// Event writes what one event tells.
func (w *Writer) Event(e event.Event) {
	w.tick(e.Head().Time)
	switch e := e.(type) {
	case *event.NetworkActivity:
		w.activity(e)
	case *event.DNSActivity:
		w.dns(e)
	case *event.HTTPActivity:
		w.http(e)
	case *event.DHCPActivity:
		w.dhcp(e)
	default:
		w.speak(e)
	}
}

// speak writes what a protocol says in messages of its own.
func (w *Writer) speak(e event.Event) {
	c := e.Tuple()
	f := w.flow(c)
	if f.speech == nil {
		f.speech = forge.NewSpeech(c.FlowID, dcerpc.Numbers)
		f.speech.Bulk = w.Bulk
	}
	list, ok := f.speech.Say(e)
	if !ok {
		w.left++
	}
	for _, x := range list {
		if c.Proto == event.ProtoUDP {
			w.datagram(f, dir(x.From), x.Bytes)
		} else {
			w.say(f, dir(x.From), x.Bytes)
		}
	}
}

// tick moves the clock; it never goes back, and no two frames share a moment.
func (w *Writer) tick(t time.Time) {
	if !t.After(w.now) {
		t = w.now.Add(time.Microsecond)
	}
	w.now = t
}

func (w *Writer) flow(c *event.Conn) *flow {
	f := w.flows[c.FlowID]
	if f == nil {
		f = &flow{Conn: *c, seq: [2]uint32{uint32(c.FlowID)*7919 + 1, uint32(c.FlowID)*104729 + 1}}
		w.flows[c.FlowID] = f
	}
	return f
}

func (w *Writer) activity(e *event.NetworkActivity) {
	if e.ARP != nil {
		w.arp(e)
		return
	}
	f := w.flow(&e.Conn)
	if e.Proto == event.ProtoICMP {
		w.icmp(f, e)
		return
	}
	if e.Proto == event.ProtoUDP {
		w.datagrams(f, e)
		return
	}
	switch e.Activity {
	case event.FlowOpen:
		w.segment(f, up, event.FlagSYN, nil)
		f.seq[up]++
		if e.State == "" { // neither refused nor unanswered
			w.greet(f)
		}
	case event.FlowRefuse:
		w.segment(f, down, event.FlagRST|event.FlagACK, nil)
		delete(w.flows, e.FlowID)
	case event.FlowFail:
		delete(w.flows, e.FlowID)
	case event.FlowTraffic:
		switch {
		case e.Interim:
			w.grow(f, e)
		case e.TLS != nil:
			w.hello(f, e.TLS)
		}
	default:
		w.end(f, e)
	}
}

// greet completes the handshake before the first word.
func (w *Writer) greet(f *flow) {
	if f.greeted {
		return
	}
	f.greeted = true
	w.segment(f, down, event.FlagSYN|event.FlagACK, nil)
	f.seq[down]++
	w.segment(f, up, event.FlagACK, nil)
}

// say sends bytes in segments; each direction acknowledges by what it says next.
func (w *Writer) say(f *flow, d dir, b []byte) {
	w.greet(f)
	for len(b) > 0 {
		n := min(len(b), 1400)
		w.segment(f, d, event.FlagACK|event.FlagPSH, b[:n])
		f.seq[d] += uint32(n)
		f.said[d] += uint64(n)
		b = b[n:]
	}
}

// end fills up what the flow carried, and closes it.
func (w *Writer) end(f *flow, e *event.NetworkActivity) {
	w.grow(f, e)
	if e.Activity == event.FlowReset {
		w.segment(f, up, event.FlagRST|event.FlagACK, nil)
	} else {
		w.segment(f, up, event.FlagFIN|event.FlagACK, nil)
		f.seq[up]++
		w.segment(f, down, event.FlagFIN|event.FlagACK, nil)
		f.seq[down]++
		w.segment(f, up, event.FlagACK, nil)
	}
	delete(w.flows, e.FlowID)
}

// grow says as much as the flow has carried until now.
func (w *Writer) grow(f *flow, e *event.NetworkActivity) {
	w.greet(f)
	for d, v := range []event.Volume{e.Orig, e.Resp} {
		if have := f.said[d]; v.Payload > have {
			w.fill(f, dir(d), e.App, v.Payload-have, packetsOf(v, e.End.Sub(e.Start)))
		}
	}
}

// packetsOf is in how many packets a volume is written: of a long conversation nearly as many as there were.
func packetsOf(v event.Volume, took time.Duration) uint64 {
	if took >= time.Minute {
		return min(max(v.Packets, 1), 200)
	}
	return min(max(v.Packets, 1), 8)
}

func (w *Writer) datagrams(f *flow, e *event.NetworkActivity) {
	if e.Activity == event.FlowOpen || e.Activity == event.FlowTraffic {
		return
	}
	if f.said[up] == 0 { // nothing else told what was in it
		w.datagram(f, up, w.plain(e.App, up, int(min(e.Orig.Payload, 1200))))
		if e.Resp.Payload > 0 {
			w.datagram(f, down, w.plain(e.App, down, int(min(e.Resp.Payload, 1200))))
		}
	}
	delete(w.flows, e.FlowID)
}
