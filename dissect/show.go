package dissect

import (
	"bytes"

	"github.com/yagura-project/yagura/dissect/decode"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Inspect shows all that rules look at to i; it must be called before the first packet.
func (a *Analyzer) Inspect(i wire.Inspector) {
	a.inspector = i
	a.settler, _ = i.(wire.Settler)
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

// FrameTx is a transaction for frames alone. It goes by the number of the one before, so that records have the same numbers
// whether or not a rule asks for frames.
func (f *Flow) FrameTx() *wire.Tx {
	if f.inspector == nil {
		return nil
	}
	t := f.room().Begin(f.LastTx(), "")
	t.Apart = true
	return t
}

// PutFrame adds bytes as they were sent, which the caller keeps, where a rule asks for such a frame; no bytes are no frame.
func (f *Flow) PutFrame(t *wire.Tx, id wire.Buffer, d Dir, b []byte) {
	if len(b) > 0 {
		f.PutPartFrame(t, id, d, b, len(b))
	}
}

// PutPartFrame is PutFrame for the beginning of a frame that has whole bytes, or none at all.
func (f *Flow) PutPartFrame(t *wire.Tx, id wire.Buffer, d Dir, b []byte, whole int) {
	if t != nil {
		f.PutKeptFrame(t, id, d, b, whole, f.At(b))
	}
}

// PutKeptFrame is PutPartFrame for bytes that the parser kept; at is what At said of the first of them.
func (f *Flow) PutKeptFrame(t *wire.Tx, id wire.Buffer, d Dir, b []byte, whole int, at int64) {
	if t == nil {
		return
	}
	n := f.frame(d)
	if !f.Wants(id) {
		return
	}
	if whole > len(b) {
		t.PutPart(id, d, bytes.Clone(b), whole)
	} else {
		t.Copy(id, d, b)
	}
	t.Mark(n, at)
}

// MarkFrame numbers the frame that was put last; at is what At said of its first byte.
func (f *Flow) MarkFrame(t *wire.Tx, d Dir, at int64) {
	if t != nil {
		t.Mark(f.frame(d), at)
	}
}

// frame is the number of the next frame of a direction. Of a stream the first is the stream itself, as in Suricata.
func (f *Flow) frame(d Dir) uint32 {
	if f.frames[d] == 0 && f.Conn.Proto == event.ProtoTCP {
		f.frames[d] = 1
	}
	f.frames[d]++
	return f.frames[d]
}

// At is where b begins in the stream, -1 where it is no part of what the parser reads at the moment.
func (f *Flow) At(b []byte) int64 {
	given, part := f.given[:cap(f.given)], b[:cap(b)]
	n := len(given) - len(part)
	if len(part) == 0 || n < 0 || n > len(f.given) || &given[len(given)-1] != &part[len(part)-1] {
		return -1
	}
	return f.since + int64(n)
}

// Frame is bytes as they were sent, under the name that rules have for them.
type Frame struct {
	ID wire.Buffer
	B  []byte // the caller's
}

// ShowFrames shows frames of one message in a transaction of their own, where a rule asks for any of them.
func (f *Flow) ShowFrames(d Dir, list ...Frame) {
	wanted := false
	for i := range list {
		wanted = wanted || len(list[i].B) > 0 && f.Wants(list[i].ID)
	}
	if !wanted {
		for i := range list {
			if len(list[i].B) > 0 {
				f.frame(d)
			}
		}
		return
	}
	t := f.FrameTx()
	for i := range list {
		f.PutFrame(t, list[i].ID, d, list[i].B)
	}
	f.EndTx(t)
}

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
	f.shelf.lay(t)
}

// shelf holds the memory of transactions: of those that have ended, until rules have looked at them for the last time. And
// that of flows, as the inspector saw them.
type shelf struct {
	room  wire.Room
	spent []*wire.Tx
	flows []*wire.Flow
}

// maxShelved bounds the flows that wait for the next ones.
const maxShelved = 1 << 12

// flow gives a flow that its taker overwrites.
func (s *shelf) flow() *wire.Flow {
	n := len(s.flows) - 1
	if n < 0 {
		return &wire.Flow{}
	}
	w := s.flows[n]
	s.flows = s.flows[:n]
	return w
}

// flowEnded takes back what the inspector let go of.
func (s *shelf) flowEnded(w *wire.Flow) {
	if w.Mine == nil && len(s.flows) < maxShelved {
		s.flows = append(s.flows, w)
	}
}

// lay takes a transaction that has ended. One that is laid twice within a packet has nothing to give the second time.
func (s *shelf) lay(t *wire.Tx) {
	if s != nil {
		s.spent = append(s.spent, t)
	}
}

// clear takes back what ended with the packet before.
func (s *shelf) clear() {
	for i, t := range s.spent {
		s.room.Recycle(t)
		s.spent[i] = nil
	}
	s.spent = s.spent[:0]
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
		a.shelf.flowEnded(f.seen)
		f.seen = nil
	}
}

// Watch shows what a parser says of f to i; for parsers that run outside of an analyzer.
func (f *Flow) Watch(i wire.Inspector) {
	f.inspector, f.seen = i, &wire.Flow{Src: f.Conn.Src.IP, Dst: f.Conn.Dst.IP, SrcPort: f.Conn.Src.Port, DstPort: f.Conn.Dst.Port, Proto: uint8(f.Conn.Proto)}
}
