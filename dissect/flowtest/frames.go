package flowtest

import (
	"bytes"
	"encoding/base64"
	"testing"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/tree"
	"github.com/yagura-project/yagura/event/wire"
)

// Frames holds the place of each frame of a capture's streams against the bytes that went by; it gives how many there were, by protocol and type.
func Frames(t *testing.T, file string, protocols ...dissect.Protocol) map[string]int {
	t.Helper()
	return frames(t, read(t, file), protocols)
}

// FramesOf is Frames for a conversation.
func FramesOf(t *testing.T, port uint16, says []Say, protocols ...dissect.Protocol) map[string]int {
	t.Helper()
	return frames(t, conversation(port, false, says, 100), protocols)
}

func frames(t *testing.T, packets []capture.Packet, protocols []dissect.Protocol) map[string]int {
	t.Helper()
	w := &framed{t: t, streams: map[uint64]*[2][]byte{}, seen: map[string]int{}}
	a := dissect.New(dissect.DefaultConfig(), protocols, func(event.Event) {})
	a.Inspect(w)
	for i := range packets {
		a.Packet(&packets[i])
	}
	a.Close()
	return w.seen
}

// framed holds the frames of streams against the bytes that went by.
type framed struct {
	eager
	t       *testing.T
	streams map[uint64]*[2][]byte
	seen    map[string]int // frames, by protocol and type
}

func (w *framed) Stream(f *wire.Flow, d dissect.Dir, b []byte) {
	s := w.streams[f.ID]
	if s == nil {
		s = &[2][]byte{}
		w.streams[f.ID] = s
	}
	s[d] = append(s[d], b...)
}

func (w *framed) Tx(f *wire.Flow, t *wire.Tx) {
	if t.Done != [2]bool{true, true} || event.Proto(f.Proto) != event.ProtoTCP {
		return
	}
	for i := range t.Fields {
		if x := &t.Fields[i]; x.Buffer.IsFrame() {
			w.frame(f, t, i, x.Dir)
		}
	}
}

func (w *framed) frame(f *wire.Flow, t *wire.Tx, i int, d dissect.Dir) {
	n := t.Frame(i, true)
	kind := f.App + " " + part(&n, "type").S
	at := part(&n, "stream_offset")
	if at == nil {
		w.t.Errorf("%s: where it begins is not told", kind)
		return
	}
	w.seen[kind]++
	b, _ := base64.StdEncoding.DecodeString(part(&n, "payload").S)
	if s := w.streams[f.ID]; s == nil || int(at.N) > len(s[d]) || !bytes.HasPrefix(s[d][at.N:], b) {
		w.t.Errorf("%s: other bytes stand at %d", kind, at.N)
	}
}

// part is what a node has under a name; nil where it has nothing.
func part(n *tree.Node, name string) *tree.Node {
	for i := range n.In {
		if n.In[i].Name == name {
			return &n.In[i]
		}
	}
	return nil
}
