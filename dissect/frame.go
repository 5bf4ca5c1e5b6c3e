package dissect

import (
	"bytes"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

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
