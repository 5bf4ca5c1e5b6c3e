package flowtest

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/gopacket/gopacket/layers"

	"github.com/yagura-project/yagura/dissect"
)

// maxHeld is how many segments wait for a hole before it counts as lost.
const maxHeld = 64

type flow struct {
	w         *world
	client    netip.AddrPort
	f         *dissect.Flow
	datagrams dissect.Datagrams
	stream    dissect.Stream
	judged    bool
	ended     bool
	half      [2]half
}

// half is one direction of a TCP flow.
type half struct {
	started bool
	next    uint32
	held    map[uint32][]byte
	pending []byte
}

func (f *flow) datagram(dir dissect.Dir, b []byte) {
	if !f.judged {
		f.judged = true
		if p := f.choose(dir, b, true); p != nil {
			f.datagrams = p.Datagrams(f.f)
		}
	}
	if f.datagrams != nil {
		if err := f.datagrams.Datagram(dir, b); err != nil {
			f.fail(err)
		}
	}
}

// choose asks the protocols of the port, then those that run anywhere.
func (f *flow) choose(dir dissect.Dir, b []byte, udp bool) *dissect.Protocol {
	port := f.f.Conn.Dst.Port
	for i, p := range f.w.protocols {
		ports, speaks := p.TCP, p.Stream != nil
		if udp {
			ports, speaks = p.UDP, p.Datagrams != nil
		}
		usual := p.Anywhere
		for _, q := range ports {
			usual = usual || q == port
		}
		if speaks && usual && (p.Probe == nil || p.Probe(dir, b, udp, port) == dissect.Yes) {
			return &f.w.protocols[i]
		}
	}
	return nil
}

func (f *flow) segment(dir dissect.Dir, t *layers.TCP) {
	h := &f.half[dir]
	seq := t.Seq
	if t.SYN {
		seq++
	}
	if !h.started {
		h.started, h.next, h.held = true, seq, map[uint32][]byte{}
	}
	if len(t.Payload) > 0 && int32(seq+uint32(len(t.Payload))-h.next) > 0 {
		if old := h.held[seq]; len(old) < len(t.Payload) {
			h.held[seq] = append([]byte(nil), t.Payload...)
		}
	}
	f.drain(dir)
	for len(h.held) > maxHeld {
		f.skip(dir)
	}
}

// drain gives on what is in order.
func (f *flow) drain(dir dissect.Dir) {
	h := &f.half[dir]
	for again := true; again; {
		again = false
		for seq, b := range h.held {
			off := int32(h.next - seq)
			if off < 0 {
				continue
			}
			delete(h.held, seq)
			if int(off) < len(b) {
				h.next += uint32(len(b)) - uint32(off)
				f.give(dir, b[off:])
			}
			again = true
			break
		}
	}
}

// skip jumps over a hole to the nearest held segment.
func (f *flow) skip(dir dissect.Dir) {
	h := &f.half[dir]
	best := int32(1<<31 - 1)
	for seq := range h.held {
		best = min(best, int32(seq-h.next))
	}
	h.next += uint32(best)
	lost := int(best) + len(h.pending) // what was left over goes, too
	h.pending = nil
	if f.stream != nil && !f.ended {
		if err := f.stream.Gap(dir, lost); err != nil {
			f.fail(err)
		}
	}
	f.drain(dir)
}

func (f *flow) give(dir dissect.Dir, b []byte) {
	h := &f.half[dir]
	h.pending = append(h.pending, b...)
	if f.stream == nil && !f.ended {
		p := f.choose(dir, h.pending, false)
		if p == nil {
			return
		}
		f.f.SetApp(p.Name)
		f.stream = p.Stream(f.f)
	}
	if f.ended || f.stream == nil {
		h.pending = nil
		return
	}
	n, err := f.stream.Data(dir, h.pending)
	if n < 0 || n > len(h.pending) {
		err = fmt.Errorf("consumed %d of %d bytes", n, len(h.pending))
		n = len(h.pending)
	}
	h.pending = h.pending[n:]
	if err == nil && len(h.pending) > dissect.MaxPending {
		err = errors.New("more than MaxPending bytes left over")
	}
	if err != nil {
		f.fail(err)
	}
}

// fail ends a stream; a datagram only loses itself.
func (f *flow) fail(err error) {
	if !errors.Is(err, dissect.ErrDone) && !errors.Is(err, dissect.ErrOpaque) && !errors.Is(err, dissect.ErrNext) {
		f.w.res.Errors = append(f.w.res.Errors, fmt.Errorf("%v → %v: %w", f.f.Conn.Src, f.f.Conn.Dst, err))
	}
	if f.stream != nil && !f.ended {
		f.ended = true
		f.stream.Close()
	}
}

func (f *flow) end() {
	for dir := range f.half {
		for len(f.half[dir].held) > 0 {
			f.skip(dissect.Dir(dir))
		}
	}
	if f.stream != nil && !f.ended {
		f.stream.Close()
	}
	if f.datagrams != nil {
		f.datagrams.Close()
	}
}
