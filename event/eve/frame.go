package eve

import (
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/tree"
	"github.com/yagura-project/yagura/event/wire"
)

// Wants asks for frames, too, where they are told of.
func (w *watcher) Wants(b wire.Buffer) bool {
	return w.kinds.Frames && b.IsFrame() || w.Inspector.Wants(b)
}

// frames tells of each frame once, when it does not grow any more.
func (w *watcher) frames(f *wire.Flow, t *wire.Tx) {
	over := t.Done[wire.Orig] && t.Done[wire.Resp]
	for ; t.Framed < len(t.Fields); t.Framed++ {
		x := &t.Fields[t.Framed]
		if !x.Buffer.IsFrame() {
			continue
		}
		if x.Open && !over {
			return
		}
		c := w.of(f, x.Dir, "", "", f.Last).Conn
		if x.Dir == wire.Resp { // a record has the client first
			c.Src, c.Dst = c.Dst, c.Src
		}
		body := t.Frame(t.Framed, true)
		if !t.Apart {
			body.Add(tree.Num("tx_id", int64(t.ID)))
		}
		r := &event.Record{Header: event.Header{Time: time.Unix(0, f.Last).UTC()}, Conn: c, Protocol: "frame", App: t.App, Body: body, Back: x.Dir == wire.Resp}
		if r.App == "" {
			r.App = f.App
		}
		w.tell(r)
	}
}
