package dissect

import (
	"errors"
	"fmt"
)

// Bounds of recognising a protocol.
const (
	probeBytes    = 64      // of one direction, then Maybe counts as No
	undecidedMax  = 2 << 10 // bytes kept of one direction until a protocol is found
	triesWhole    = 1       // probes of a direction whose beginning was seen
	triesMid      = 8       // and where it was not: a message may begin at any segment
	triesDatagram = 4
	keepBuffer    = 16 << 10 // a larger buffer is given back when it is empty
	maxHops       = 4        // times that a flow may be handed to another protocol
)

// talk is what is said in one flow, and the parser that reads it.
type talk struct {
	flow    Flow
	proto   int // index of the protocol, -1 = not known
	stream  Stream
	grams   Datagrams
	pending [2][]byte
	lost    [2]int    // bytes that went by before a protocol was found
	banned  [2]uint64 // protocols that said ErrNotMine, by index
	eaten   bool      // the parser has consumed something
	heard   [2]bool   // the parser has been given bytes of this direction
	hops    int       // times the flow was handed on: usual ports no longer count
}

// errPanic stands for a panic within a parser.
var errPanic = errors.New("parser panicked")

func (a *Analyzer) newTalk(f *flow) *talk {
	c := &talk{proto: -1}
	c.flow = Flow{Conn: f.conn(), Midstream: f.midstream, Emit: a.emit, promises: &a.promises}
	f.talk = c
	return c
}

// deliver takes bytes of one direction in order.
func (a *Analyzer) deliver(f *flow, d Dir, b []byte) {
	f.payload[d] += uint64(len(b))
	if f.deaf {
		if f.encrypted {
			a.stats.OpaqueBytes += uint64(len(b))
		}
		return
	}
	c := f.talk
	if c == nil {
		c = a.newTalk(f)
	}
	if c.stream != nil {
		a.feed(f, c, d, b)
	} else {
		a.undecided(f, c, d, b)
	}
	a.news(f, c)
}

// undecided keeps first bytes until a protocol recognises them or none does.
func (a *Analyzer) undecided(f *flow, c *talk, d Dir, b []byte) {
	if len(c.pending[d])+len(b) <= undecidedMax {
		if b = a.keep(c, d, b); b == nil {
			a.stats.Evicted++
			a.deafen(f, c)
			return
		}
	} else {
		c.lost[d] += len(c.pending[d])
		a.release(c, d)
	}
	tries := uint8(triesWhole)
	if f.midstream || c.lost[d] > 0 {
		tries = triesMid
	}
	if f.tries[d] < tries {
		switch i, m := a.identify(f, c, d, b, false); {
		case m == Yes:
			a.start(f, c, i, d, b)
			return
		case m == Maybe:
			return
		}
		f.tries[d]++
	}
	if f.tries[d] >= tries && (f.tries[1-d] >= tries || c.lost[d] > undecidedMax) {
		a.deafen(f, c)
		return
	}
	if len(c.pending[d]) == 0 {
		c.lost[d] += len(b)
	}
	if f.midstream && len(c.pending[d]) > 0 { // the next try starts at the next segment
		c.lost[d] += len(c.pending[d])
		a.release(c, d)
	}
}

// identify asks the protocols of the port, then those that may be anywhere.
func (a *Analyzer) identify(f *flow, c *talk, d Dir, b []byte, udp bool) (int, Match) {
	port, best, at := c.flow.Conn.Dst.Port, No, -1
	try := func(i int, usual bool) bool {
		p := &a.protocols[i]
		if c.banned[i/64%2]&(1<<(i%64)) != 0 || udp && p.Datagrams == nil || !udp && p.Stream == nil {
			return false
		}
		m := a.probe(p, d, b, udp, port, usual)
		if m == Maybe && len(b) >= probeBytes {
			m = No
		}
		if m > best {
			best, at = m, i
		}
		return m == Yes
	}
	if c.hops == 0 {
		for _, i := range a.byPort.protocols[index(!udp)][port] {
			if try(i, true) {
				return at, best
			}
		}
		if udp {
			for _, i := range a.byPort.protocols[0][c.flow.Conn.Src.Port] {
				if try(i, true) {
					return at, best
				}
			}
		}
	}
	for _, i := range a.byPort.anywhere {
		if try(i, false) {
			break
		}
	}
	return at, best
}

func (a *Analyzer) probe(p *Protocol, d Dir, b []byte, udp bool, port uint16, usual bool) (m Match) {
	defer func() {
		if recover() != nil {
			m = No
		}
	}()
	if p.Probe == nil {
		if usual {
			return Yes
		}
		return No
	}
	return p.Probe(d, b, udp, port)
}

// start makes the parser and gives it what has come so far, the other direction first.
func (a *Analyzer) start(f *flow, c *talk, i int, d Dir, b []byte) {
	c.proto, c.eaten = i, false
	c.flow.app, c.flow.Now = "", a.time(a.now)
	f.app = a.protocols[i].Name
	if a.make(c, i) != nil {
		a.unparsed(f, c)
		return
	}
	var first [2][]byte
	for x := range first {
		first[x], c.pending[x] = c.pending[x], nil
		a.held -= cap(first[x])
	}
	if len(first[d]) == 0 {
		first[d] = b
	}
	for _, x := range [2]Dir{1 - d, d} {
		if n := c.lost[x]; n > 0 && c.stream != nil && !f.deaf {
			c.lost[x] = 0
			a.settle(f, c, x, a.callGap(c, x, n), nil)
		}
		if len(first[x]) > 0 && c.stream != nil && !f.deaf {
			a.feed(f, c, x, first[x])
		}
	}
}

func (a *Analyzer) make(c *talk, i int) (err error) {
	defer a.rescue(&err)
	c.stream = a.protocols[i].Stream(&c.flow)
	return nil
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
			a.unparsed(f, c)
			return
		}
	}
	c.heard[d] = true
	n, err := a.call(c, d, b)
	if n < 0 || n > len(b) {
		n, err = len(b), fmt.Errorf("consumed %d of %d bytes", n, len(b))
	}
	c.eaten = c.eaten || n > 0
	a.settle(f, c, d, err, b[n:])
}

func (a *Analyzer) call(c *talk, d Dir, b []byte) (n int, err error) {
	defer a.rescue(&err)
	return c.stream.Data(d, b)
}

func (a *Analyzer) callGap(c *talk, d Dir, n int) (err error) {
	defer a.rescue(&err)
	return c.stream.Gap(d, n)
}

// settle does what the parser's answer asks for; rest is what it has not consumed of d.
func (a *Analyzer) settle(f *flow, c *talk, d Dir, err error, rest []byte) {
	switch {
	case err == nil:
		if !a.leave(c, d, rest) {
			a.stats.Evicted++
			a.unparsed(f, c)
		}
	case errors.Is(err, ErrDone), errors.Is(err, ErrOpaque):
		f.encrypted = errors.Is(err, ErrOpaque)
		if f.encrypted {
			a.stats.OpaqueBytes += uint64(len(rest))
		}
		a.deafen(f, c)
	case errors.Is(err, ErrNext) && c.hops < maxHops:
		c.hops++
		a.again(f, c, d, rest)
	case errors.Is(err, ErrNotMine) && !c.eaten:
		f.app = ""
		c.banned[c.proto/64%2] |= 1 << (c.proto % 64)
		a.again(f, c, d, rest)
	default:
		a.unparsed(f, c)
	}
}

// again looks for another protocol in what is left.
func (a *Analyzer) again(f *flow, c *talk, d Dir, rest []byte) {
	a.closeParser(f, c)
	c.proto = -1
	f.tries = [2]uint8{}
	if !a.leave(c, d, rest) {
		a.deafen(f, c)
		return
	}
	for _, x := range [2]Dir{1 - d, d} {
		if b := c.pending[x]; len(b) > 0 && c.stream == nil && !f.deaf {
			c.pending[x] = nil
			a.held -= cap(b)
			a.undecided(f, c, x, b)
		}
	}
}

// news looks at what the parser told about the flow.
func (a *Analyzer) news(f *flow, c *talk) {
	if c.flow.app != "" {
		f.app = c.flow.app
	}
	if n := c.flow.opaque; n > 0 {
		a.stats.OpaqueBytes += n
		c.flow.opaque = 0
	}
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
	a.stats.GapBytes += uint64(n)
	c := f.talk
	if c == nil || f.deaf {
		return
	}
	n += len(c.pending[d])
	a.release(c, d)
	if c.stream == nil {
		c.lost[d] += n
		return
	}
	c.flow.Now = a.time(a.now)
	a.settle(f, c, d, a.callGap(c, d, n), nil)
}

// unparsed gives the flow up.
func (a *Analyzer) unparsed(f *flow, c *talk) {
	a.stats.Unparsed++
	a.deafen(f, c)
}

// deafen ends the parser and stops reading; the flow is only counted from here on.
func (a *Analyzer) deafen(f *flow, c *talk) {
	a.closeParser(f, c)
	a.release(c, Orig)
	a.release(c, Resp)
	f.deaf = true
}

// hush ends the parser at the end of its flow.
func (a *Analyzer) hush(f *flow) {
	c := f.talk
	if c == nil {
		return
	}
	if !f.deaf {
		a.deafen(f, c)
	}
	if c.flow.tls != nil {
		f.tls = c.flow.tls
	}
	if c.flow.app != "" {
		f.app = c.flow.app
	}
	a.stats.OpaqueBytes += c.flow.opaque
	c.flow.opaque = 0
	f.talk = nil
}

func (a *Analyzer) closeParser(f *flow, c *talk) {
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
