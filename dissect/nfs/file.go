package nfs

import (
	"time"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// open finds the file that data belong to, or begins it. Each is a transaction of its own.
func (t *talk) open(c *call, write bool, offset uint64) *file {
	k := fileKey{c.handle, write}
	if x := t.files[k]; x != nil {
		if x.committed.IsZero() {
			return x
		}
		t.commits--
		if x.committed = (time.Time{}); offset > 0 || x.o.Next == 0 {
			return x
		}
		t.endFile(k, true) // it is written anew
	}
	if len(t.fileAge) >= maxFiles {
		t.f.AddEvicted(1)
		t.endOldest()
	}
	name, known := t.names[c.handle]
	x := &file{key: k, name: name, call: *c}
	d := dissect.Resp
	if write {
		d = dissect.Orig
	}
	x.tx = t.f.Tx("nfs")
	x.call.tx = nil
	t.showCall(x.tx, &x.call)
	x.o = &dissect.Offsets{File: t.f.OpenFile(x.tx, d, name)}
	if !known && offset > 0 {
		x.o.Starts(offset)
	}
	t.files[k] = x
	t.fileAge = append(t.fileAge, k)
	return x
}

// commit notes that the client had the server keep what it wrote: at the end, or now and then in a large file. Nothing closes files in
// version 3, so that a large one is over when it rests.
func (t *talk) commit(k fileKey) {
	x := t.files[k]
	switch {
	case x == nil:
		return
	case x.o.Next < commitLarge:
		t.endFile(k, true)
		return
	case x.committed.IsZero():
		t.commits++
	}
	x.committed = t.f.Now
}

// settled ends files that were committed and not written since.
func (t *talk) settled() {
	for i := 0; i < len(t.fileAge) && t.commits > 0; {
		x := t.files[t.fileAge[i]]
		if x.committed.IsZero() || t.f.Now.Sub(x.committed) < commitRest {
			i++
			continue
		}
		t.endFile(x.key, true)
	}
}

// endOldest ends the file that was begun first.
func (t *talk) endOldest() {
	k := t.fileAge[0]
	t.endFile(k, !t.files[k].committed.IsZero())
}

// data takes file data at an offset.
func (t *talk) data(x *file, offset uint64, b []byte) {
	if x == nil {
		return
	}
	x.o.Write(offset, b)
	if n := 1 + len(x.o.File.Shown()); x.tx != nil && n != x.shown {
		x.shown = n
		t.f.Show(x.tx)
	}
}

// endFile closes a file; whole says that its end was seen.
func (t *talk) endFile(k fileKey, whole bool) {
	x := t.files[k]
	if x == nil {
		return
	}
	delete(t.files, k)
	if !x.committed.IsZero() {
		t.commits--
	}
	for i, a := range t.fileAge {
		if a == k {
			t.fileAge = append(t.fileAge[:i:i], t.fileAge[i+1:]...)
			break
		}
	}
	if x.ends {
		whole = x.o.Next >= x.size
	}
	out := *x.o.Close(whole && !(k.write && x.o.Again))
	t.f.EndTx(x.tx)
	if out.Size == 0 {
		return
	}
	e := t.event(&x.call)
	e.Path, e.Bytes, e.File, e.Answered = x.name, out.Size, &out, true
	t.f.Emit(e)
}

// showCall shows a call to rules.
func (t *talk) showCall(tx *wire.Tx, c *call) {
	if tx == nil {
		return
	}
	tx.PutNumber(wire.NFSVersion, dissect.Orig, uint64(c.vers))
	tx.PutNumber(wire.NFSProcedure, dissect.Orig, uint64(c.number()))
	if n, ok := wire.NFSWord(c.vers, c.number()); ok {
		tx.PutNumber(wire.NFSName, dissect.Orig, n)
	}
}

// show opens a transaction for a call that is not one of data.
func (t *talk) show(c *call) {
	if c.prog != progNFS {
		return
	}
	if c.tx = t.f.Tx("nfs"); c.tx == nil {
		return
	}
	c.tx.Ask = &asked{t, c}
	t.showCall(c.tx, c)
	t.f.Show(c.tx)
}

// odd shows that a message cannot be read.
func (t *talk) odd(d dissect.Dir) {
	if tx := t.f.Tx("nfs"); tx != nil {
		tx.Event(d, "nfs.malformed_data")
		t.f.EndTx(tx)
	}
}
