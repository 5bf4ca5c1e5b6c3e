package dissect

import (
	"github.com/yagura-project/yagura/dissect/truetype"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Bounds of what rules may look at of files; what is beyond is only hashed and given to the sink.
const (
	fileLimit  = 1 << 20  // of one file, unless File.Limit says otherwise
	filesLimit = 64 << 20 // of all files that are open at a time
)

// files is what all files of an analyzer have in common.
type files struct {
	sink wire.FileSink // nil: nobody takes content
	hash string        // Config.HashFiles
	kept int           // bytes shown to rules, of open files

	joints joints
}

// Files gives the content of all files that pass by to sink; it must be called before the first packet. All are hashed then.
func (a *Analyzer) Files(sink wire.FileSink) { a.files.sink = sink }

// File is content passing by in one direction of a flow. Its bytes are hashed as configured, shown to rules up to
// a limit, given to the FileSink, and forgotten.
type File struct {
	flow   *Flow
	a      *event.FileActivity
	seen   *wire.File // nil: no rule looks
	tx     *wire.Tx
	dir    Dir
	field  int // of FileData
	limit  int // of it
	kept   int
	grow   bool
	head   []byte // first bytes, until the type is told
	judged bool
	lost   bool
	part   *event.Part // nil: it is the file itself
	sums   digests
	body   wire.FileBody
	told   *event.File // after Close
	by     wire.Teller // nil: nobody tells
}

// OpenFile begins a file that is sent in direction d as part of transaction t, which may be nil; name is as the protocol gives it,
// "" where it does not.
func (f *Flow) OpenFile(t *wire.Tx, d Dir, name string) *File {
	if f.files == nil { // a parser on its own, without an analyzer
		f.files = &files{hash: HashHarmful}
	}
	x := &File{a: &event.FileActivity{}, limit: fileLimit, field: -1}
	x.belong(f, t, d, name)
	x.take(t != nil)
	return x
}

// By says who tells what carries the file, where it ends.
func (x *File) By(t wire.Teller) { x.by = t }

// belong makes the file part of a flow and of transaction t.
func (x *File) belong(f *Flow, t *wire.Tx, d Dir, name string) {
	f.lastFile++
	x.flow, x.tx, x.dir = f, t, d
	a := x.a
	a.Header, a.Conn, a.App, a.File.Name = f.Head(), f.Conn, f.fileApp(t), baseName(name)
	if a.Activity = event.FileCreate; d == Resp {
		a.Activity = event.FileRead
	}
	if t != nil {
		a.TxID, a.Tx = t.ID, uint32(t.ID+1)
		x.seen = &wire.File{ID: f.lastFile, Type: a.File.Type}
		x.field = t.Begin(wire.FileData, d)
		t.Of(x.field, x.seen)
		x.grow = f.Wants(wire.FileData)
	}
	x.name(name)
}

// take begins what is made of the bytes; rules says that rules may look.
func (x *File) take(rules bool) {
	x.hashes(rules)
	if sink := x.flow.files.sink; sink != nil {
		x.body = sink.Open(x.a)
	}
}

func (f *Flow) fileApp(t *wire.Tx) string {
	if t != nil && t.App != "" {
		return t.App
	}
	return f.ruleName()
}

// Limit bounds what rules may look at, in bytes; it must be called before Write.
func (x *File) Limit(n int) { x.limit = n }

// As says what happens to the file, where that is not as its direction tells: event.FileCreate or event.FileRead.
func (x *File) As(activity int) { x.a.Activity = activity }

// Part says that this is a part of the file, from byte n on: it cannot be hashed.
func (x *File) Part(n uint64) {
	x.part = &event.Part{Start: n}
	x.a.Start, x.sums = n, digests{}
}

// Size is how many bytes have come.
func (x *File) Size() uint64 { return x.a.File.Size }

// Type is the true type, "" while it is not known.
func (x *File) Type() string { return x.a.File.Type }

// Rename says that the name has become known.
func (x *File) Rename(name string) {
	x.a.File.Name = baseName(name)
	x.name(name)
}

func (x *File) name(name string) {
	if x.seen != nil && name != "" {
		x.seen.Name = name
		x.tx.PutString(wire.FileName, x.dir, name)
		x.tx.Of(len(x.tx.Fields)-1, x.seen)
	}
}

// Write takes the next bytes; b is not kept.
func (x *File) Write(b []byte) {
	if x.told != nil || len(b) == 0 {
		return
	}
	x.a.File.Size += uint64(len(b))
	x.sums.write(b)
	if !x.judged {
		x.look(b)
	}
	if x.seen != nil {
		x.show(b)
	}
	if x.body != nil {
		x.body.Data(b)
	}
}

// look gathers the first bytes until the type can be told.
func (x *File) look(b []byte) {
	if len(x.head) == 0 && len(b) >= truetype.Need {
		x.judge(b[:truetype.Need], b)
		return
	}
	n := min(len(b), truetype.Need-len(x.head))
	x.head = append(x.head, b[:n]...)
	if len(x.head) == truetype.Need {
		x.judge(x.head, x.head, b[n:])
	}
}

// judge tells the type from the first bytes; so is all that has come, in pieces.
func (x *File) judge(first []byte, so ...[]byte) {
	x.judged = true
	x.a.File.Type = truetype.Of(first)
	if x.seen != nil {
		x.seen.Type = x.a.File.Type
		x.describe(first)
	}
	x.head = nil
	if x.flow.files.hash != HashHarmful || !harmful[x.a.File.Type] || x.lost || x.part != nil {
		return
	}
	x.sums.catchUp(so)
}

// describe tells rules what the file is that begins with these bytes.
func (x *File) describe(first []byte) {
	if len(first) == 0 || !x.flow.Wants(wire.FileMagic) {
		return
	}
	x.seen.Magic = truetype.Describe(x.seen.Type, first)
	x.tx.PutString(wire.FileMagic, x.dir, x.seen.Magic)
	x.tx.Of(len(x.tx.Fields)-1, x.seen)
}

// show lets rules look at b as far as the limits allow.
func (x *File) show(b []byte) {
	x.seen.Size += uint64(len(b))
	if !x.grow {
		return
	}
	n := min(len(b), x.limit-x.kept, filesLimit-x.flow.files.kept)
	if n <= 0 {
		return
	}
	x.kept += n
	x.flow.files.kept += n
	x.tx.Grow(x.field, b[:n], x.limit)
}

// WantsFiles reports whether somebody looks at whole files of transaction t, beyond what is told of all.
func (f *Flow) WantsFiles(t *wire.Tx) bool {
	if f.files != nil && (f.files.sink != nil || f.files.hash == HashAll) {
		return true
	}
	return t != nil && (f.Wants(wire.FileData) || f.Wants(wire.FileMD5) || f.Wants(wire.FileSHA1) || f.Wants(wire.FileSHA256))
}

// Name is how the file is called.
func (x *File) Name() string { return x.a.File.Name }

// Full reports that nobody looks at further bytes.
func (x *File) Full() bool {
	return x.judged && x.body == nil && x.sums == digests{} && (!x.grow || x.kept >= x.limit)
}

// Shown is what rules see of the content so far; nil where they do not look.
func (x *File) Shown() []byte {
	if x.seen == nil || !x.grow {
		return nil
	}
	return x.tx.Bytes(x.field)
}

// Counted says that the content has n bytes on the wire, of which only some were given to Write, decoded.
func (x *File) Counted(n uint64) {
	x.sums = digests{}
	x.a.File.Size = n
}

// Tx is the transaction that the file belongs to; nil where no rule looks.
func (x *File) Tx() *wire.Tx { return x.tx }
