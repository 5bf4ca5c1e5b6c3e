package dissect

// turned gives the side that sent the first bytes of a flow whose beginning was not seen, and makes the client the server where a protocol tells that the
// guess was wrong. Ports of which one alone is usual tell more.
func (a *Analyzer) turned(f *flow, i int, d Dir, b []byte, udp bool) Dir {
	if a.protocols[i].Sender == nil {
		return d
	}
	from, to, receiver := f.key.aPort, f.key.bPort, &f.key.b
	if f.origB == (d == Orig) {
		from, to, receiver = to, from, &f.key.a
	}
	if a.byPort.usual(!udp, from) != a.byPort.usual(!udp, to) || d == Orig && receiver.Group() {
		return d
	}
	if side, sure := a.sender(i, b, from, to); !sure || side == d {
		return d
	}
	f.turn()
	a.showEnd(f, a.now) // the inspector meets it anew
	return 1 - d
}

func (a *Analyzer) sender(i int, b []byte, from, to uint16) (d Dir, sure bool) {
	defer func() {
		if recover() != nil {
			a.stats.DecodeErrors++
			sure = false
		}
	}()
	return a.protocols[i].Sender(b, from, to)
}
