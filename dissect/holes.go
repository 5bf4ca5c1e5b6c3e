package dissect

// How long bytes wait behind a hole in the stream: where the receiver has confirmed what is missing, it was lost to us only, and comes no more but
// by another way through the mirror; where the receiver is never heard, nobody knows. Where it is heard and confirms nothing, it waits, too: what
// is behind the hole has not reached its program.
const (
	holeLost    = int64(1e9) // ns
	holeUnheard = int64(5e9) // ns
)

// hole says why a flow waits no longer for what is missing; 0: it does.
type hole uint8

const (
	tooLate hole = 1 + iota
	crowded
)

// holes gathers the flows that have waited for too long, or hold too much while there is hardly any room.
func (a *Analyzer) holes(now int64) {
	a.pool.Late(now-holeLost, func(owner uint32) {
		f := a.table.at(owner)
		for d := range f.half {
			if due, ok := a.holeDue(f, Dir(d)); ok && due <= now {
				a.due = append(a.due, late{due, f, tooLate})
			}
		}
	})
	if a.pool.Crowded() {
		a.pool.Crowd(now, func(owner uint32) { a.due = append(a.due, late{now, a.table.at(owner), crowded}) })
	}
}

// holeDue is when the first hole of a direction is given up, if time alone tells.
func (a *Analyzer) holeDue(f *flow, d Dir) (due int64, ok bool) {
	since, lost, waits := f.half[d].Waits(a.pool)
	switch {
	case !waits:
		return 0, false
	case lost:
		return since + holeLost, true
	}
	return since + holeUnheard, f.packets[1-d] == 0
}

// relent goes on behind holes of a flow.
func (a *Analyzer) relent(f *flow, why hole) {
	defer a.survive()
	for d := range f.half {
		due, ok := a.holeDue(f, Dir(d))
		a.sink = sink{a, f, Dir(d)}
		switch _, _, waits := f.half[d].Waits(a.pool); {
		case !waits:
		case why == crowded:
			a.stats.Evicted++
			f.half[d].Flush(a.pool, &a.sink)
		case ok && due <= a.now:
			f.half[d].Relent(a.pool, a.now, &a.sink)
		}
	}
	a.showLate(f)
}
