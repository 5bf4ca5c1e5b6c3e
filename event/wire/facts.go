package wire

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/event/tree"
)

// What an alert tells of its transaction is bounded.
const (
	maxFacts     = 32
	maxFactValue = 512 // bytes
)

// fact is where EVE has the value of a buffer: names from the outside in with full stops between them. A name with [] is a list,
// whose members are objects where another name follows.
type fact struct {
	path  string
	back  string            // of the server's side where that differs, "-" for nowhere
	words map[uint64]string // of a number that EVE has as a word
	show  func(f *Field) string
	count func(f *Field) (int64, bool)
	digit bool   // of bytes: written as a number where they are one
	word  string // with digit: where else they stand, as a text
}

// Facts tells what a transaction of an application protocol held, in the shape that EVE has for it. Long values are cut. It is nil for a
// transaction without any.
func Facts(t *Tx, app string) []tree.Node {
	if t == nil {
		return nil
	}
	if t.App != "" {
		app = t.App
	}
	var root tree.Node
	var times map[Buffer]int
	told, secret := 0, false
	for i := range t.Fields {
		f := &t.Fields[i]
		if f.Buffer == FTPCommand {
			secret = strings.EqualFold(string(f.B), "PASS")
		}
		where, ok := facts()[f.Buffer]
		if !ok || told == maxFacts || secret && f.Buffer == FTPCommandData {
			continue
		}
		path := where.at(f, app)
		value, ok := where.value(f)
		if !ok || path == "" {
			continue
		}
		if times == nil {
			times = map[Buffer]int{}
		}
		told++
		put(&root, path, times[f.Buffer], value)
		times[f.Buffer]++
	}
	for i := range root.In {
		switch in := &root.In[i]; in.Name {
		case "dns":
			dnsHead(in, t)
		case "http":
			if app == "http2" || app == "doh2" {
				in.Add(tree.Str("version", "2"))
			}
		}
	}
	if app == "ldap" {
		if n, ok := ldapFacts(t); ok {
			root.Add(n)
		}
	}
	if files := fileFacts(t); len(files.In) > 0 {
		root.Add(files)
	}
	return t.said(root.In)
}

// said puts what the transaction's parser tells of it before what its fields do, which stay out where they have the same names.
func (t *Tx) said(in []tree.Node) []tree.Node {
	if len(t.Said.In) == 0 {
		return in
	}
	whole := tree.Of(t.Said.Name, slices.Clone(t.Said.In)...)
	from := member(&tree.Node{In: in}, whole.Name)
	if from == nil {
		return append(in, whole)
	}
	for _, m := range from.In {
		if member(&whole, m.Name) == nil {
			whole.Add(m)
		}
	}
	*from = whole
	return in
}

// at is the path of a value.
func (w *fact) at(f *Field, app string) string {
	path := w.path
	if f.Dir == Resp && w.back != "" {
		path = w.back
	}
	if _, ok := whole(f.B); w.digit && !ok {
		path = w.word
	}
	if rest, ok := strings.CutPrefix(path, "dcerpc."); ok && app == "smb" {
		return "smb.dcerpc." + strings.TrimPrefix(rest, "req.")
	}
	if rest, ok := strings.CutPrefix(path, "tls."); ok && app == "quic" {
		if rest == "version" { // QUIC has its own
			return ""
		}
		return "quic." + rest
	}
	return strings.TrimPrefix(path, "-")
}

// value is what is written of a field, without a name; false for nothing.
func (w *fact) value(f *Field) (tree.Node, bool) {
	switch {
	case w.count != nil:
		n, ok := w.count(f)
		return tree.Num("", n), ok
	case w.show != nil:
		s := w.show(f)
		return tree.Str("", s), s != ""
	case w.words != nil:
		word := w.words[f.N]
		return tree.Str("", word), word != ""
	case numeric(f.Buffer):
		return tree.Num("", int64(f.N)), true
	}
	if n, ok := whole(f.B); w.digit && ok {
		return tree.Num("", n), true
	}
	return tree.Str("", string(f.B[:min(len(f.B), maxFactValue)])), len(f.B) > 0
}

// whole is the number that bytes are, written as one without zeros before it.
func whole(b []byte) (int64, bool) {
	n, err := strconv.ParseUint(string(b), 10, 31)
	return int64(n), err == nil && b[0] != '0'
}

func numeric(b Buffer) bool {
	for _, d := range groups[b>>8] {
		if d.ID == b {
			return d.Number
		}
	}
	return false
}

// put sets the value at a path, in the n-th object where that is a list of them; what is there already stays.
func put(at *tree.Node, path string, n int, value tree.Node) {
	name, rest, deeper := strings.Cut(path, ".")
	name, many := strings.CutSuffix(name, "[]")
	in := member(at, name)
	switch {
	case in == nil && !deeper && !many:
		value.Name = name
		at.Add(value)
	case in == nil:
		kind := tree.Object
		if many {
			kind = tree.List
		}
		at.Add(tree.Node{Name: name, Kind: kind})
		in = &at.In[len(at.In)-1]
		fallthrough
	default:
		within(in, rest, n, value, deeper, many)
	}
}

func within(in *tree.Node, rest string, n int, value tree.Node, deeper, many bool) {
	switch {
	case many && deeper:
		for len(in.In) <= n {
			in.Add(tree.Of(""))
		}
		put(&in.In[n], rest, 0, value)
	case many && in.Kind == tree.List:
		in.Add(value)
	case deeper && in.Kind == tree.Object:
		put(in, rest, n, value)
	}
}

func member(of *tree.Node, name string) *tree.Node {
	for i := range of.In {
		if of.In[i].Name == name {
			return &of.In[i]
		}
	}
	return nil
}

// dnsHead says first what kind of message it was.
func dnsHead(n *tree.Node, t *Tx) {
	kind := "request"
	for i := range t.Fields {
		if f := &t.Fields[i]; f.Dir == Resp && f.Buffer >= baseDNS && f.Buffer < baseSMB {
			kind = "response"
		}
	}
	n.In = append([]tree.Node{tree.Num("version", 3), tree.Str("type", kind)}, n.In...)
}

// colons are bytes as pairs of digits.
func colons(f *Field) string {
	var out []byte
	for i, c := range f.B[:min(len(f.B), maxFactValue/3)] {
		if i > 0 {
			out = append(out, ':')
		}
		out = hex.AppendEncode(out, []byte{c})
	}
	return string(out)
}

// ifaceUUID is the interface of a request in text (C706 appendix A).
func ifaceUUID(f *Field) string {
	if len(f.B) != IfaceLen {
		return ""
	}
	h := hex.EncodeToString(f.B[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
