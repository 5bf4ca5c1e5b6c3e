package dissect

import (
	"errors"
	"fmt"
	"math"

	"github.com/yagura-project/yagura/event/wire"
)

// Bounds of one flow's parsers.
const (
	keepBuffer = 16 << 10 // a larger buffer is given back when it is empty
	maxHops    = 4        // times that a flow may be handed to another protocol
)

// talk is what is said in one flow, and the parser that reads it.
type talk struct {
	flow    Flow
	proto   int // index of the protocol, -1 = not known
	stream  Stream
	grams   Datagrams
	pending [2][]byte
	banned  [2]uint64 // protocols that said ErrNotMine, by index
	faults  int       // malformed datagrams
	eaten   bool      // the parser has consumed something
	heard   [2]bool   // the parser has been given bytes of this direction
	read    [2]int64  // bytes of the stream before those that the parser has not consumed
	hops    int       // times the flow was handed on: usual ports no longer count
}

// errPanic stands for a panic within a parser.
var errPanic = errors.New("parser panicked")

// deliver takes bytes of one direction in order.
func (a *Analyzer) deliver(f *flow, d Dir, b []byte) {
	f.payload[d] += uint64(len(b))
	a.stats.PayloadBytes += uint64(len(b))
	a.showStream(f, d, b)
	if f.deaf {
		a.talked(f, d, len(b))
		if f.encrypted {
			a.opaque(f, uint64(len(b)))
		}
		if f.wants(d) {
			f.overhear(d, b)
		}
		return
	}
	c := f.talk
	if c == nil || c.stream == nil {
		a.undecided(f, d, b)
	} else {
		a.feed(f, c, d, b)
	}
	if f.talk != nil {
		a.news(f, f.talk)
	}
}

// rescue turns a panic of a parser into an error of its flow.
func (a *Analyzer) rescue(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: %v", errPanic, r)
	}
}

// feed gives the parser what it left over and what is new.
func (a *Analyzer) feed(f *flow, c *talk, d Dir, b []byte) {
	c.flow.Now = a.time(a.now)
	if len(c.pending[d]) > 0 {
		if b = a.keep(c, d, b); b == nil {
			a.stats.Evicted++
			a.unparsed(f)
			return
		}
	}
	if !c.heard[d] {
		if c.heard[1-d] {
			a.answers(f, c, d, b)
		}
		c.heard[d] = true
	}
	n, err := a.call(c, d, b)
	if n < 0 || n > len(b) {
		n, err = len(b), fmt.Errorf("consumed %d of %d bytes", n, len(b))
	}
	c.eaten = c.eaten || n > 0
	a.settle(f, c, d, err, b[n:])
}

func (a *Analyzer) call(c *talk, d Dir, b []byte) (n int, err error) {
	defer a.rescue(&err)
	c.flow.given, c.flow.since = b, c.read[d]
	n, err = c.stream.Data(d, b)
	c.flow.given = nil
	c.read[d] += int64(n)
	return n, err
}

func (a *Analyzer) callGap(c *talk, d Dir, n int) (err error) {
	defer a.rescue(&err)
	c.read[d] += int64(n)
	return c.stream.Gap(d, n)
}

// settle does what the parser's answer asks for; rest is what it has not consumed of d.
func (a *Analyzer) settle(f *flow, c *talk, d Dir, err error, rest []byte) {
	switch {
	case err == nil:
		if !a.leave(c, d, rest) {
			a.stats.Evicted++
			a.unparsed(f)
		}
	case errors.Is(err, ErrDone), errors.Is(err, ErrOpaque):
		f.encrypted = errors.Is(err, ErrOpaque)
		if f.encrypted {
			a.opaque(f, uint64(len(rest)))
		}
		a.deafen(f)
	case errors.Is(err, ErrNext) && c.hops < maxHops:
		c.hops++
		if f.before == 0 && c.proto >= 0 && c.proto < math.MaxUint8 {
			f.before = uint8(1 + c.proto)
		}
		a.again(f, c, d, rest)
	case errors.Is(err, ErrNotMine) && !c.eaten:
		if c.hops > 0 && !a.owesTLS(f) {
			a.note(wire.AppUnexpected)
		}
		f.app = ""
		c.ban(c.proto)
		a.again(f, c, d, rest)
	default:
		a.unparsed(f)
	}
}

// again looks for another protocol in what is left.
func (a *Analyzer) again(f *flow, c *talk, d Dir, rest []byte) {
	a.closeParser(c)
	c.proto = -1
	if a.appoint(f, c, d, rest) {
		return
	}
	f.tries = [2]uint8{}
	if !a.leave(c, d, rest) {
		a.deafen(f)
		return
	}
	for _, x := range [2]Dir{1 - d, d} {
		if b := c.pending[x]; len(b) > 0 && c.stream == nil && !f.deaf {
			c.pending[x] = nil
			a.held -= cap(b)
			a.undecided(f, x, b)
		}
	}
}

// news looks at what the parser told about the flow.
func (a *Analyzer) news(f *flow, c *talk) {
	if c.flow.app != "" {
		f.app = c.flow.app
	}
	if n := c.flow.opaque; n > 0 {
		a.opaque(f, n)
		c.flow.opaque = 0
	}
	a.stats.Evicted += c.flow.evicted
	c.flow.evicted = 0
	switch {
	case c.flow.tls != f.tls && c.flow.tls != nil:
		f.tls = c.flow.tls
		a.tell(f)
	case !f.announced && f.app != "" && (c.heard[Resp] || f.deaf):
		a.tell(f)
	}
}

// gap tells the parser of bytes that are lost.
func (a *Analyzer) gap(f *flow, d Dir, n int) {
	f.gaps += uint64(n)
	f.gapped[d] = true
	a.stats.GapBytes += uint64(n)
	if a.segmentAt != nil && !f.midstream {
		a.segmentAt.Events = append(a.segmentAt.Events, wire.StreamReassemblySeqGap)
	}
	a.showGap(f, d, n)
	c := f.talk
	if f.deaf {
		return
	}
	if c == nil || c.stream == nil {
		f.lost[d] = max(f.lost[d], 1)
	}
	if c == nil {
		return
	}
	n += len(c.pending[d])
	a.release(c, d)
	if c.stream == nil {
		return
	}
	c.flow.Now = a.time(a.now)
	a.settle(f, c, d, a.callGap(c, d, n), nil)
}

// unparsed gives the flow up.
func (a *Analyzer) unparsed(f *flow) {
	a.unreadable(f)
	a.deafen(f)
}

// unreadable counts a flow whose bytes are no longer known to be read.
func (a *Analyzer) unreadable(f *flow) {
	if !f.unread {
		a.stats.Unparsed++
	}
	f.unread = true
	f.known = f.payload[Orig] + f.payload[Resp]
}

// deafen ends the parser and stops reading; the flow is only counted from here on.
func (a *Analyzer) deafen(f *flow) {
	f.deaf = true
	if f.talk != nil {
		a.closeParser(f.talk)
		a.release(f.talk, Orig)
		a.release(f.talk, Resp)
	}
}

// allCame reports whether all has come that was sent in direction d, to the FIN, or to the RST of a sender that has nothing more to say.
func (f *flow) allCame(d Dir) bool {
	if f.finSeen[d] {
		return !before(f.half[d].Next(), f.fin[d]-1)
	}
	return f.reset == 1+uint8(d) && !before(f.half[d].Next(), f.fin[d])
}

// hush ends the parser at the end of its flow.
func (a *Analyzer) hush(f *flow) {
	c := f.talk
	if c == nil {
		f.deaf = f.deaf || f.rests > 0
		return
	}
	if !f.deaf {
		for d := range c.flow.unended {
			c.flow.unended[d] = !f.allCame(Dir(d))
		}
		a.deafen(f)
	}
	if c.flow.tls != nil {
		f.tls = c.flow.tls
	}
	if c.flow.app != "" {
		f.app = c.flow.app
	}
	a.opaque(f, c.flow.opaque)
	c.flow.opaque = 0
	heldAll.Add(int64(-c.flow.held)) // of a parser that ended by a panic
	c.flow.held = 0
	f.txs, f.talk = uint32(min(c.flow.txs, math.MaxUint32)), nil
	a.shelve(c)
}

// shelve keeps a talk for the next flow.
func (a *Analyzer) shelve(c *talk) {
	if len(a.talks) < maxTalks {
		a.talks = append(a.talks, c)
	}
}

func (a *Analyzer) closeParser(c *talk) {
	if c.stream == nil && c.grams == nil {
		return
	}
	c.flow.Now = a.time(a.now)
	if a.callClose(c) != nil {
		a.stats.Unparsed++
	}
	c.stream, c.grams = nil, nil
}

func (a *Analyzer) callClose(c *talk) (err error) {
	defer a.rescue(&err)
	if c.stream != nil {
		c.stream.Close()
	} else {
		c.grams.Close()
	}
	return nil
}
