package dissect

import (
	"net/netip"
	"slices"
	"time"
)

// Bounds of files whose parts come by several messages; what waits counts towards maxHeldAll, too.
const (
	maxJoint  = 4 << 20         // bytes of one file: larger ones are not put together
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

// joint is a file that lacks parts.
type joint struct {
	key  jointKey
	have pieces
	held uint64 // bytes of have
	last int64  // when a byte came; ns of the capture's clock
	over bool   // whole, or given up
}

// joints are the files of an analyzer that lack parts, the one whose last part began first before the others.
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
	j := (*l)[i]
	heldAll.Add(-int64(j.held))
	j.have, j.held, j.over = nil, 0, true
	*l = slices.Delete(*l, i, i+1)
}

// Part is a part of a file that comes by several messages; nil is one that is not joined.
type Part struct {
	j  *joint
	f  *Flow
	at uint64 // of the next byte
}

// OpenPart begins a part, from byte at on, of the file called name that has size bytes. It is joined with other parts that
// one machine has from another, whatever their flows: nil where the file is too large for that.
func (f *Flow) OpenPart(name string, at, size uint64) *Part {
	if f.files == nil || size == 0 || size > maxJoint || at >= size {
		return nil
	}
	l := &f.files.joints
	now := f.Now.UnixNano()
	l.expire(now)
	key := jointKey{f.Conn.Src.IP, f.Conn.Dst.IP, name, size}
	i := slices.IndexFunc(*l, func(j *joint) bool { return j.key == key })
	if i < 0 {
		if len(*l) == maxJoints {
			f.AddEvicted(1)
			l.drop(0)
		}
		*l = append(*l, &joint{key: key})
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
	p.j.last = p.f.Now.UnixNano()
	n := p.j.have.insert(p.at, b[:min(uint64(len(b)), p.j.key.size-p.at)])
	p.at += uint64(len(b))
	p.j.held += uint64(n)
	heldAll.Add(int64(n))
	if l := &p.f.files.joints; len(p.j.have) > maxHoles || heldAll.Load() > maxHeldAll {
		p.f.AddEvicted(1)
		l.drop(slices.Index(*l, p.j))
	}
}

// Lost says that n bytes are missing here.
func (p *Part) Lost(n uint64) {
	if p != nil {
		p.at += min(n, maxJoint)
	}
}

// Whole gives all bytes of the file in order, once, when no part is missing any more; false before.
func (p *Part) Whole(take func(b []byte)) bool {
	if p == nil || p.j.over || p.j.held < p.j.key.size {
		return false
	}
	for i := range p.j.have {
		take(p.j.have[i].b)
	}
	l := &p.f.files.joints
	l.drop(slices.Index(*l, p.j))
	return true
}
