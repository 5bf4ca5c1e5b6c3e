package dissect

// keep appends b to what is pending of d and returns all of it; nil when there is no room.
func (a *Analyzer) keep(c *talk, d Dir, b []byte) []byte {
	old := c.pending[d]
	if !a.mayHold(len(old)+len(b), len(b)) {
		return nil
	}
	now := append(old, b...)
	a.held += cap(now) - cap(old)
	c.pending[d] = now
	return now
}

// leave makes rest what is pending of d; rest may be the end of it. It reports whether there was room.
func (a *Analyzer) leave(c *talk, d Dir, rest []byte) bool {
	old := c.pending[d]
	switch {
	case len(rest) == 0:
		if cap(old) > keepBuffer {
			a.release(c, d)
		} else {
			c.pending[d] = old[:0]
		}
		return true
	case !a.mayHold(len(rest), len(rest)):
		return false
	}
	now := append(old[:0], rest...)
	a.held += cap(now) - cap(old)
	c.pending[d] = now
	return true
}

// mayHold tells whether there is room for more bytes of n in all. Half of it is for those that hold little: a few that hold much must not end
// the reading of all others.
func (a *Analyzer) mayHold(n, more int) bool {
	limit := a.cfg.BufferBytes
	if n > keepBuffer {
		limit /= 2
	}
	return n <= MaxPending && a.held+more <= limit
}

// release gives the buffer of d back.
func (a *Analyzer) release(c *talk, d Dir) {
	a.held -= cap(c.pending[d])
	c.pending[d] = nil
}

func (a *Analyzer) talkOf(f *flow) *talk {
	if f.talk == nil {
		var c *talk
		if n := len(a.talks); n > 0 {
			c, a.talks = a.talks[n-1], a.talks[:n-1]
		} else {
			c = &talk{}
		}
		*c = talk{proto: -1, flow: Flow{Conn: f.conn(), Midstream: f.midstream, Emit: a.tellFor, promises: a.promises, catchUp: a.catchUp, files: &a.files, expected: &a.expected,
			inspector: a.inspector, detail: a.cfg.Detail, shelf: &a.shelf, lender: &a.lender, seen: a.shown(f)}}
		f.talk = c
	}
	return f.talk
}

// maxTalks bounds the talks that wait for the next flow.
const maxTalks = 1 << 12
