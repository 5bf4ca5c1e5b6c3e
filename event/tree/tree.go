// Package tree holds values within values by name, for what protocols say in shapes of their own.
package tree

// Kind says what a node holds.
type Kind uint8

// Kinds.
const (
	Object Kind = iota // In, by their names
	List               // In, in order; names do not matter
	Text               // S
	Number             // N
	Truth              // N is 0 or 1
)

// Node is one value. It must not change once it is part of an event.
type Node struct {
	Name string
	S    string
	N    int64
	In   []Node
	Kind Kind
}

// Of makes an object.
func Of(name string, in ...Node) Node { return Node{Name: name, Kind: Object, In: in} }

// All makes a list.
func All(name string, in ...Node) Node { return Node{Name: name, Kind: List, In: in} }

// Str makes a text.
func Str(name, s string) Node { return Node{Name: name, Kind: Text, S: s} }

// Num makes a number.
func Num[T ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32](name string, n T) Node {
	return Node{Name: name, Kind: Number, N: int64(n)}
}

// Bool makes a truth.
func Bool(name string, v bool) Node {
	n := Node{Name: name, Kind: Truth}
	if v {
		n.N = 1
	}
	return n
}

// Add appends to an object or a list.
func (n *Node) Add(in ...Node) { n.In = append(n.In, in...) }
