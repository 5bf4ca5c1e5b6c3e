package dissect

import (
	"github.com/yagura-project/yagura/dissect/decode"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Inspect shows all that rules look at to i; it must be called before the first packet.
func (a *Analyzer) Inspect(i wire.Inspector) {
	a.inspector = i
	a.settler, _ = i.(wire.Settler)
	a.hushed.by, _ = i.(wire.Husher)
}

// Tell passes on an event of the inspector's as if the analyzer had seen it itself: it gets the sensor's name, and its place
// among the others. It may only be called within a call of the inspector.
func (a *Analyzer) Tell(e event.Event) { a.emit(e) }

// Tx opens a transaction that rules look at, nil where nobody does. app is "" or, where it differs from the flow's, the
// application protocol of the transaction.
func (f *Flow) Tx(app string) *wire.Tx {
	f.txs++
	if f.inspector == nil {
		return nil
	}
	return f.room().Begin(f.txs-1, app)
}

// BriefTx is Tx for a message: its parser forgets it as soon as EndTx was called.
func (f *Flow) BriefTx() *wire.Tx {
	f.txs++
	if f.inspector == nil {
		return nil
	}
	return f.room().Brief(f.txs-1, "")
}

// LastTx is the number of the transaction that was opened last within the flow, whether or not somebody looks: from 0.
func (f *Flow) LastTx() uint64 { return max(f.txs, 1) - 1 }

func (f *Flow) room() *wire.Room {
	if f.shelf == nil {
		return nil
	}
	return &f.shelf.room
}

// Wants reports whether somebody looks at a buffer; what costs time to compute need not be put where it is false.
func (f *Flow) Wants(b wire.Buffer) bool { return f.inspector != nil && f.inspector.Wants(b) }

// Inspected reports whether rules look at this flow at all.
func (f *Flow) Inspected() bool { return f.inspector != nil }

// Show tells the rules that t has new fields, or that directions of it have ended.
func (f *Flow) Show(t *wire.Tx) {
	if t == nil || f.inspector == nil {
		return
	}
	if f.seen.App == "" {
		f.seen.App = f.ruleName()
	}
	f.inspector.Tx(f.seen, t)
}

// EndTx ends t in both directions and shows it for the last time, unless that was done. Once rules have looked, its memory is used again.
func (f *Flow) EndTx(t *wire.Tx) {
	if t == nil {
		return
	}
	if t.Done != [2]bool{true, true} {
		t.Done = [2]bool{true, true}
		f.Show(t)
	}
	if t.Tale != nil {
		t.Tale.Head().Tx = uint32(t.ID + 1)
	}
	f.shelf.lay(t)
}

// Odd tells rules of an anomaly that belongs to no transaction, as one of its own.
func (f *Flow) Odd(d Dir, name string) {
	t := f.Tx("")
	t.Event(d, name)
	f.EndTx(t)
}

// ruleName is the flow's protocol in the words of rules.
func (f *Flow) ruleName() string {
	if f.app != "" {
		return f.app
	}
	return f.protocol
}

// shown is the flow as the inspector sees it; nil without one.
func (a *Analyzer) shown(f *flow) *wire.Flow {
	if a.inspector == nil {
		return nil
	}
	if f.seen == nil {
		c := f.conn()
		f.seen = a.shelf.flow()
		*f.seen = wire.Flow{ID: f.id, Src: c.Src.IP, Dst: c.Dst.IP, SrcPort: c.Src.Port, DstPort: c.Dst.Port,
			Proto: uint8(c.Proto), VLAN: c.VLAN, First: f.first, Midstream: f.midstream}
	}
	return f.seen
}

// refresh brings what rules may ask of a flow up to date.
func (a *Analyzer) refresh(f *flow, w *wire.Flow) {
	w.Last, w.Packets, w.Bytes = f.last, f.packets, f.bytes
	if f.app != "" {
		w.App = f.app
	}
	if f.before != 0 {
		w.Was = a.handedOn(f)
	}
	w.AppFailed, w.Encrypted = f.deaf && f.app == "", f.encrypted
	if event.Proto(f.key.proto) != event.ProtoTCP {
		w.Established = f.packets[Orig] > 0 && f.packets[Resp] > 0
		return
	}
	w.Established = f.midstream || f.greeted && !f.greets // to rules the packet that completes the handshake is still part of it
	w.Window = f.window
	for d := range f.half {
		if f.half[d].Synced() && f.flags[d]&event.FlagSYN != 0 {
			w.StreamSize[d] = uint64(f.half[d].Next() - f.isn[d])
		} else {
			w.StreamSize[d] = f.payload[d]
		}
	}
}

// inspect ends a packet for the inspector; f is nil when it belongs to no flow.
func (a *Analyzer) inspect(l *decode.Layers, f *flow, d Dir, added bool) {
	if a.inspector == nil {
		return
	}
	var w *wire.Flow
	if f != nil {
		w = a.shown(f)
		a.refresh(f, w)
	}
	a.inspector.Packet(l, w, d, a.now, a.at.number, added)
	if w != nil {
		a.hushes(w)
	}
}

// watched reports whether the inspector looks at the bytes of a direction, though no parser may.
func (a *Analyzer) watched(f *flow, d Dir) bool {
	return a.inspector != nil && !f.encrypted && !a.shown(f).Enough[d]
}

// showStream shows bytes in order.
func (a *Analyzer) showStream(f *flow, d Dir, b []byte) {
	if a.watched(f, d) {
		w := a.shown(f)
		a.refresh(f, w)
		a.inspector.Stream(w, d, b)
	}
}

// showLate has rules look at what was shown without a packet.
func (a *Analyzer) showLate(f *flow) {
	if a.settler != nil && f.seen != nil {
		a.refresh(f, f.seen)
		a.settler.Settle(f.seen, a.now)
		a.hushes(f.seen)
	}
}

// showGap shows that bytes are lost.
func (a *Analyzer) showGap(f *flow, d Dir, n int) {
	if a.inspector != nil {
		a.inspector.Gap(a.shown(f), d, n)
	}
}

// showEnd shows the end of a flow.
func (a *Analyzer) showEnd(f *flow, at int64) {
	if a.inspector != nil && f.seen != nil {
		a.refresh(f, f.seen)
		a.inspector.Close(f.seen, at)
		if a.hushes(f.seen); f.seen.Hush != nil {
			a.hushed.over = append(a.hushed.over, f.id)
		}
		a.shelf.flowEnded(f.seen)
		f.seen = nil
	}
}

// Watch shows what a parser says of f to i; for parsers that run outside of an analyzer.
func (f *Flow) Watch(i wire.Inspector) {
	f.inspector, f.seen = i, &wire.Flow{Src: f.Conn.Src.IP, Dst: f.Conn.Dst.IP, SrcPort: f.Conn.Src.Port, DstPort: f.Conn.Dst.Port, Proto: uint8(f.Conn.Proto)}
}
