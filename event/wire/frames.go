package wire

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"
	"sync"

	"github.com/yagura-project/yagura/event/tree"
)

// framePrefix begins the names of buffers that show bytes as they were sent.
const framePrefix = "frame:"

// frameTypes are the names that EVE has for frames, by buffer: without the protocol where the rule's header says that.
var frameTypes = sync.OnceValue(func() map[Buffer]string {
	types := map[Buffer]string{}
	for _, d := range Descriptions() {
		name, ok := strings.CutPrefix(d.Name, framePrefix)
		if !ok {
			continue
		}
		if app, rest, _ := strings.Cut(name, "."); slices.Contains(d.Apps, app) {
			name = rest
		}
		types[d.ID] = name
	}
	return types
})

// IsFrame reports whether a buffer shows bytes as they were sent.
func (b Buffer) IsFrame() bool { return frameTypes()[b] != "" }

// mark is where a frame stands.
type mark struct {
	field int
	id    uint32 // number within its flow and direction, from 1
	at    int64  // where it begins in the stream, -1: not known
}

// Mark says where the frame that was put last stands: its number within flow and direction, and its beginning in the stream, -1 where that is not known.
func (t *Tx) Mark(id uint32, at int64) {
	if t != nil {
		t.marks = append(t.marks, mark{len(t.Fields) - 1, id, at})
	}
}

// maxFramed bounds the bytes of a frame that EVE has.
const maxFramed = 4 << 10

// Frame tells of field i as EVE does of a frame: its type, direction and length, and whether all of it was seen; where they are known its number and its
// place in the stream, and where content is asked for its bytes. An open one has no length yet.
func (t *Tx) Frame(i int, content bool) tree.Node {
	f := &t.Fields[i]
	way := "toserver"
	if f.Dir == Resp {
		way = "toclient"
	}
	n := tree.Of("frame", tree.Str("type", frameTypes()[f.Buffer]))
	at := slices.IndexFunc(t.marks, func(m mark) bool { return m.field == i })
	if at >= 0 {
		n.Add(tree.Num("id", t.marks[at].id))
	}
	n.Add(tree.Str("direction", way))
	if at >= 0 && t.marks[at].at >= 0 {
		n.Add(tree.Num("stream_offset", t.marks[at].at))
	}
	if !f.Open {
		n.Add(tree.Num("length", int64(max(f.N, uint64(len(f.B))))))
	}
	n.Add(tree.Bool("complete", !f.Open && !f.Lost && f.N <= uint64(len(f.B))))
	if b := f.B[:min(len(f.B), maxFramed)]; content && len(b) > 0 {
		n.Add(tree.Str("payload", base64.StdEncoding.EncodeToString(b)), tree.Str("payload_printable", printable(b)))
	}
	return n
}

// printable is bytes as text; what cannot be printed becomes a full stop.
func printable(b []byte) string {
	out := bytes.Clone(b)
	for i, c := range out {
		if (c < ' ' || c > '~') && c != '\r' && c != '\n' && c != '\t' {
			out[i] = '.'
		}
	}
	return string(out)
}
