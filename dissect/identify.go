package dissect

// Bounds of recognising a protocol.
const (
	probeBytes    = 64      // of one direction, then Maybe counts as No
	undecidedMax  = 2 << 10 // bytes of one direction after which no other answer is waited for
	triesWhole    = 1       // probes of a direction whose beginning was seen
	triesMid      = 8       // and where it was not: a message may begin at any segment
	triesDatagram = 4
)

// undecided looks at first bytes until a protocol recognises them or none does. They are kept only while
// one may still do so.
func (a *Analyzer) undecided(f *flow, d Dir, b []byte) {
	waiting := f.talk != nil && len(f.talk.pending[d]) > 0
	if waiting {
		if b = a.keep(f.talk, d, b); b == nil {
			a.stats.Evicted++
			a.deafen(f)
			return
		}
	}
	if f.talk == nil {
		if i := a.awaited(f, false); i >= 0 {
			a.start(f, i, d, b)
			return
		}
	}
	tries := uint8(triesWhole)
	if f.midstream || f.lost[d] > 0 {
		tries = triesMid
	}
	if f.tries[d] < tries {
		i, m := a.identify(f, d, b, false, false)
		if m == No && a.mayTurn && f.talk == nil {
			if j, turned := a.identify(f, 1-d, b, false, true); turned == Yes {
				f.turn()
				a.showEnd(f, a.now) // the inspector meets it anew
				i, m, d = j, Yes, 1-d
			}
		}
		switch {
		case m == Yes:
			if a.mayTurn && f.talk == nil {
				d = a.turned(f, i, d, b, false)
			}
			a.start(f, i, d, b)
			return
		case m == Maybe:
			if !waiting {
				a.keep(a.talkOf(f), d, b)
			}
			return
		}
		f.tries[d]++
	}
	if f.lost[d] == 0 {
		f.overhear(d, b)
	}
	f.lost[d] += uint32(len(b))
	if waiting {
		a.release(f.talk, d)
	}
	if f.tries[d] >= tries && (f.tries[1-d] >= tries || f.lost[d] > undecidedMax) {
		a.nobody(f)
		a.deafen(f)
	}
}

// identify asks the protocols of the port, then those that may be anywhere; turned takes the client for the server.
func (a *Analyzer) identify(f *flow, d Dir, b []byte, udp, turned bool) (int, Match) {
	best, at := No, -1
	client, server := f.ports()
	if turned {
		client, server = server, client
	}
	try := func(list []int, usual bool) {
		for _, i := range list {
			p := &a.protocols[i]
			if best == Yes || f.talk != nil && f.talk.isBanned(i) || udp && p.Datagrams == nil || !udp && p.Stream == nil {
				continue
			}
			m := a.probe(p, d, b, udp, server, usual)
			if m == Maybe && len(b) >= probeBytes {
				m = No
			}
			if m > best {
				best, at = m, i
			}
		}
	}
	if f.talk == nil || f.talk.hops == 0 {
		try(a.byPort.protocols[index(!udp)][server], true)
		if udp {
			try(a.byPort.protocols[0][client], true)
		}
	}
	if !udp || f.tries[d] < triesDatagram {
		try(a.byPort.anywhere, false)
	}
	return at, best
}

func (c *talk) isBanned(i int) bool { return c.banned[i/64%2]&(1<<(i%64)) != 0 }
func (c *talk) ban(i int)           { c.banned[i/64%2] |= 1 << (i % 64) }

func (a *Analyzer) probe(p *Protocol, d Dir, b []byte, udp bool, port uint16, usual bool) (m Match) {
	defer func() {
		if recover() != nil {
			a.stats.DecodeErrors++
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
func (a *Analyzer) start(f *flow, i int, d Dir, b []byte) {
	c := a.talkOf(f)
	a.began(f, i, d)
	f.opening = nil
	c.proto, c.eaten = i, false
	c.flow.app, c.flow.Now = "", a.time(a.now)
	f.app = a.protocols[i].Name
	if c.flow.carried != "" {
		f.app, c.flow.app = c.flow.carried, c.flow.carried
	}
	c.flow.protocol = a.protocols[i].Name
	if a.make(c, i) != nil {
		a.unparsed(f)
		return
	}
	var first [2][]byte
	for x := range first {
		first[x], c.pending[x] = c.pending[x], nil
		a.held -= cap(first[x])
	}
	first[d] = b
	for _, x := range [2]Dir{1 - d, d} {
		if n := f.lost[x]; n > 0 && c.stream != nil && !f.deaf {
			f.lost[x] = 0
			a.settle(f, c, x, a.callGap(c, x, int(n)), nil)
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
