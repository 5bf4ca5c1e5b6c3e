package dissect

import (
	"errors"
	"math"
)

// maxFaults is how many malformed datagrams in a row a flow may have: then each must look like its protocol before it is read. The flow is
// not given up, or who talks nonsense first would not be heard.
const maxFaults = 16

// recognise looks for the protocol of a UDP flow in one of its datagrams.
func (a *Analyzer) recognise(f *flow, d Dir, b []byte) {
	i, m := -1, Yes
	if f.talk == nil {
		i = a.awaited(f, true)
	}
	if i < 0 {
		i, m = a.identify(f, d, b, true, false)
	}
	if m != Yes {
		if f.tries[d] = min(f.tries[d]+1, triesDatagram); f.tries[d] == triesDatagram {
			f.deaf = !a.spokenAt(f)
		}
		return
	}
	if f.talk == nil && f.packets == [2]uint64{} {
		a.turned(f, i, d, b, true)
	}
	c := a.talkOf(f)
	c.proto = i
	f.app = a.protocols[i].Name
	c.flow.protocol = f.app
	if a.makeGrams(c, i) != nil {
		a.unparsed(f)
	}
}

// spokenAt tells whether a protocol is usual at one of a flow's ports: these are asked of each datagram until one says yes.
func (a *Analyzer) spokenAt(f *flow) bool {
	client, server := f.ports()
	list := a.byPort.protocols[0]
	return len(list[server])+len(list[client]) > 0
}

func (a *Analyzer) makeGrams(c *talk, i int) (err error) {
	defer a.rescue(&err)
	c.flow.Now = a.time(a.now)
	c.grams = a.protocols[i].Datagrams(&c.flow)
	return nil
}

// datagram gives one datagram to the parser of its flow.
func (a *Analyzer) datagram(f *flow, d Dir, b []byte) {
	if f.rests > 0 {
		a.wake(f)
	}
	if f.talk == nil || f.talk.grams == nil {
		if f.packets[Orig]+f.packets[Resp] > 1 { // the first one was looked at already
			a.recognise(f, d, b)
		}
		if f.talk == nil || f.talk.grams == nil {
			return
		}
	}
	c := f.talk
	c.flow.Now = a.time(a.now)
	c.heard[d] = true
	if c.faults >= maxFaults && !a.resembles(f, c, d, b) {
		return
	}
	switch err := a.callGram(c, d, b); {
	case err == nil:
		c.eaten = true
		a.recovers(f, c, len(b))
	case errors.Is(err, ErrDone), errors.Is(err, ErrOpaque):
		f.encrypted = errors.Is(err, ErrOpaque)
		a.deafen(f)
	case errors.Is(err, ErrNotMine) && !c.eaten:
		c.ban(c.proto)
		a.closeParser(c)
		f.app = ""
	case errors.Is(err, errPanic):
		a.unparsed(f)
	default: // a datagram only loses itself
		a.stats.DecodeErrors++
		if c.faults = min(c.faults+1, maxFaults); c.faults == maxFaults && !f.unread {
			a.unreadable(f)
		}
	}
	a.news(f, c)
	a.rest(f, c)
}

// rest lets go of a parser that has nothing to remember once both sides have spoken: most conversations of DNS are one question
// with its answer, and then only wait for their time-out. Where more is said it is made anew, once and for good.
func (a *Analyzer) rest(f *flow, c *talk) {
	if f.woken || f.deaf || c.grams == nil || c.heard != [2]bool{true, true} || c.proto >= math.MaxUint8 || !a.protocols[c.proto].Forgetful {
		return
	}
	if c.faults > 0 || c.hops > 0 || c.banned != [2]uint64{} || c.flow.carried != "" || c.flow.about != nil || c.flow.txs > math.MaxUint32 {
		return
	}
	a.closeParser(c)
	f.rests, f.txs, f.talk = uint8(1+c.proto), uint32(c.flow.txs), nil
	a.shelve(c)
}

// wake makes that parser anew.
func (a *Analyzer) wake(f *flow) {
	c := a.talkOf(f)
	c.proto, c.eaten, c.heard = int(f.rests)-1, true, [2]bool{true, true}
	c.flow.protocol, c.flow.txs = a.protocols[c.proto].Name, uint64(f.txs)
	f.rests, f.woken = 0, true
	if a.makeGrams(c, c.proto) != nil {
		a.unparsed(f)
	}
}

// resembles tells whether a datagram looks like one of its flow's protocol.
func (a *Analyzer) resembles(f *flow, c *talk, d Dir, b []byte) bool {
	_, server := f.ports()
	return a.probe(&a.protocols[c.proto], d, b, true, server, true) == Yes
}

// recovers notes that the last of n bytes could be read.
func (a *Analyzer) recovers(f *flow, c *talk, n int) {
	if f.unread {
		f.known += uint64(n)
	}
	c.faults = 0
}

func (a *Analyzer) callGram(c *talk, d Dir, b []byte) (err error) {
	defer a.rescue(&err)
	return c.grams.Datagram(d, b)
}
