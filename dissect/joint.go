package dissect

import (
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/dissect/truetype"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Bounds of files whose parts come by several messages, beside those of Offsets.
const (
	maxJoints = 64              // files of an analyzer that lack parts
	jointWait = 5 * time.Minute // without another byte
)

// jointKey says which file a part belongs to. Parts from other machines are never joined: one must not complete what
// another one's answers say.
type jointKey struct {
	client, server netip.Addr
	of             string
	size           uint64
}

// joint is a file that lacks parts. What comes in order is hashed and forgotten, but for its first bytes; what comes too
// early waits.
type joint struct {
	key   jointKey
	in    Offsets
	file  *File  // takes the bytes in order; nil: first are all
	first []byte // of them, keep at most
	keep  int
	last  int64 // when a byte came; ns of the capture's clock
	over  bool  // whole, or given up
}

func newJoint(f *Flow, key jointKey, keep int) *joint {
	j := &joint{key: key, keep: keep}
	own := &Flow{files: f.files} // those that bring the parts may be gone before the last one
	j.in.File = &File{flow: own, a: &event.FileActivity{}, field: -1, judged: true, body: j}
	if uint64(keep) < key.size {
		j.file = &File{flow: f, a: &event.FileActivity{Header: f.Head(), Conn: f.Conn, Activity: event.FileRead}, field: -1}
		j.file.take(true)
	}
	return j
}

// Data implements wire.FileBody: it takes what is in order.
func (j *joint) Data(b []byte) {
	if n := min(len(b), j.keep-len(j.first)); n > 0 {
		j.first = append(j.first, b[:n]...)
		heldAll.Add(int64(n))
	}
	if j.file != nil {
		j.file.Write(b)
	}
}

// Lost implements wire.FileBody.
func (j *joint) Lost(n uint64) {
	if j.file != nil {
		j.file.Lost(n)
	}
}

// End implements wire.FileBody; Offsets are never closed here.
func (j *joint) End(*event.FileActivity, bool) {}

// giveUp forgets all bytes.
func (j *joint) giveUp() {
	for _, p := range j.in.held {
		j.in.count(-len(p.b))
	}
	heldAll.Add(-int64(len(j.first)))
	if j.file != nil {
		j.file.abandon()
	}
	j.in.held, j.first, j.file, j.over = nil, nil, nil, true
}

// joints are the files of an analyzer that lack parts, the one whose last part began first before the others. What was given
// up stays among them until no part of it comes any more, or it begins anew.
type joints []*joint

// expire drops the files to which nothing has come for jointWait; now is ns of the capture's clock, which may be set back.
func (l *joints) expire(now int64) {
	for i := len(*l) - 1; i >= 0; i-- {
		j := (*l)[i]
		if j.last = min(j.last, now); now-j.last > int64(jointWait) {
			l.drop(i)
		}
	}
}

// drop forgets the file at index i and gives its memory back.
func (l *joints) drop(i int) {
	(*l)[i].giveUp()
	*l = slices.Delete(*l, i, i+1)
}

// Part is a part of a file that comes by several messages; nil is one that is not joined.
type Part struct {
	j  *joint
	f  *Flow
	at uint64 // of the next byte
}

// OpenPart begins a part, from byte at on, of the file called name that has size bytes. It is joined with other parts that
// one machine has from another, whatever their flows, as long as no more than a few MiB come before what is missing. keep is
// how many of the file's first bytes Whole gives; where these are all, nothing else is made of them.
func (f *Flow) OpenPart(name string, at, size uint64, keep int) *Part {
	if f.files == nil || at >= size {
		return nil
	}
	l, now := &f.files.joints, f.Now.UnixNano()
	l.expire(now)
	key := jointKey{f.Conn.Src.IP, f.Conn.Dst.IP, name, size}
	i := slices.IndexFunc(*l, func(j *joint) bool { return j.key == key })
	if i >= 0 && at == 0 && (*l)[i].over {
		l.drop(i)
		i = -1
	}
	if i < 0 {
		if len(*l) == maxJoints {
			f.AddEvicted(1)
			l.drop(0)
		}
		*l = append(*l, newJoint(f, key, keep))
		i = len(*l) - 1
	}
	j := (*l)[i]
	*l = append(slices.Delete(*l, i, i+1), j)
	j.last = now
	return &Part{j: j, f: f, at: at}
}

// Write takes the next bytes; b is not kept.
func (p *Part) Write(b []byte) {
	if p == nil || p.j.over || p.at >= p.j.key.size {
		return
	}
	j := p.j
	j.last = p.f.Now.UnixNano()
	if j.file != nil {
		j.file.flow = p.f
	}
	j.in.Write(p.at, b[:min(uint64(len(b)), j.key.size-p.at)])
	p.at += uint64(len(b))
	if j.in.File.lost || heldAll.Load() > maxHeldAll {
		p.f.AddEvicted(1)
		j.giveUp()
	}
}

// Lost says that n bytes are missing here.
func (p *Part) Lost(n uint64) {
	if p != nil {
		p.at += min(n, p.j.key.size)
	}
}

// Whole gives the first bytes of the file, once, when no part is missing any more; false before.
func (p *Part) Whole() (first []byte, ok bool) {
	if p == nil || p.j.over || p.j.in.Next < p.j.key.size {
		return nil, false
	}
	j, l := p.j, &p.f.files.joints
	heldAll.Add(-int64(len(j.first)))
	j.over = true
	i := slices.Index(*l, j)
	*l = slices.Delete(*l, i, i+1)
	return j.first, true
}

// File is the whole file, which has taken all its bytes and is to be closed, as part of transaction t, which may be nil; rules see
// its first bytes, limit at most. nil where all bytes are those that Whole gave.
func (p *Part) File(t *wire.Tx, d Dir, name string, limit int) *File {
	x := p.j.file
	if x == nil {
		return nil
	}
	x.belong(p.f, t, d, name)
	x.limit = limit
	if x.seen != nil {
		x.describe(p.j.first[:min(len(p.j.first), truetype.Need)])
		x.show(p.j.first)
		x.seen.Size = x.a.File.Size
	}
	return x
}
