package live

import (
	"bytes"
	"time"
)

// writer is the state of the goroutine that writes.
type writer struct {
	o      *Output
	spare  []item
	buf    []byte
	next   time.Time // stats line
	silent time.Time // until when trouble is not logged again
	told   bool      // the last that was logged is that lines are lost
}

// batch encodes and writes all that waits.
func (w *writer) batch() {
	o := w.o
	o.mu.Lock()
	items := o.waiting
	o.waiting = w.spare[:0]
	reopen := o.reopen
	o.reopen = false
	o.mu.Unlock()
	if reopen {
		w.close()
	}
	for i := range items {
		if items[i].finding != nil {
			w.buf = o.enc.Finding(w.buf, items[i].finding)
		} else {
			w.buf = o.enc.Event(w.buf, items[i].event)
		}
		if len(w.buf) >= chunk {
			w.flush()
		}
	}
	clear(items) // lets go of the events
	w.spare = items
}

// statistics adds a stats line when it is time, or at the end.
func (w *writer) statistics(end bool) {
	o := w.o
	if o.stats == nil || o.cfg.Stats == 0 || !end && time.Now().Before(w.next) {
		return
	}
	w.next = time.Now().Add(o.cfg.Stats)
	w.buf = o.enc.Stats(w.buf, o.stats())
}

// flush writes what has been encoded.
func (w *writer) flush() {
	if len(w.buf) == 0 {
		return
	}
	o := w.o
	if o.sock != nil {
		o.sock.put(w.buf)
	}
	if o.file != nil {
		w.settle(o.file.write(w.buf), uint64(bytes.Count(w.buf, newline)))
		o.complain("eve: the file", o.file.trouble())
	}
	w.buf = w.buf[:0]
}

// settle counts what became of lines, and tells of trouble now and then.
func (w *writer) settle(err error, lines uint64) {
	o := w.o
	o.mu.Lock()
	before := o.fault
	o.fault = err
	if err == nil {
		o.count.Lines += lines
	} else {
		o.count.Lost += lines
	}
	o.mu.Unlock()
	switch {
	case err != nil && time.Now().After(w.silent):
		w.silent, w.told = time.Now().Add(grumble), true
		o.log.Error("eve: lines are lost", "file", o.cfg.File.Path, "error", err)
	case err == nil && before != nil && w.told: // on a disk with little room, short lines come and go
		w.told = false
		o.log.Info("eve: the file takes lines again", "file", o.cfg.File.Path)
	}
}

func (w *writer) close() {
	if w.o.file != nil {
		w.o.complain("eve: close", w.o.file.close())
	}
}
