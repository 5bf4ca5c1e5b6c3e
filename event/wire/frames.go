package wire

import (
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

// Frame tells of a frame as EVE does: its type, direction and length, and whether all of it was seen. An open one has no
// length yet.
func (f *Field) Frame() tree.Node {
	way := "toserver"
	if f.Dir == Resp {
		way = "toclient"
	}
	n := tree.Of("frame", tree.Str("type", frameTypes()[f.Buffer]), tree.Str("direction", way))
	if !f.Open {
		n.Add(tree.Num("length", int64(max(f.N, uint64(len(f.B))))))
	}
	n.Add(tree.Bool("complete", !f.Open && !f.Lost && f.N <= uint64(len(f.B))))
	return n
}
