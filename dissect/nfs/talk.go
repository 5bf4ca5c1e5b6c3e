package nfs

import (
	"time"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Bounds of one flow; beyond them the oldest is given up.
const (
	maxCalls = 256
	maxFiles = 256
	maxNames = 4096

	commitRest  = 5 * time.Second // after which a large file that was committed is taken to be whole
	commitLarge = 1 << 20         // bytes; smaller ones are not committed before their end
)

// talk follows calls and their answers.
type talk struct {
	f        *dissect.Flow
	calls    map[uint32]*call
	age      []uint32
	files    map[fileKey]*file
	fileAge  []fileKey
	commits  int               // files that were committed
	names    map[string]string // by file handle
	nameAge  []string
	reversed bool
	known    bool // a call of a known program came by
	framed   bool // a rule looks at frames
	cut      cut  // of the message that is being read
}

// call waits for its answer.
type call struct {
	dir              dissect.Dir
	xid              uint32
	prog, vers, proc uint32
	auth, machine    string
	uid, gid         uint32
	sealed           bool   // by RPCSEC_GSS
	wrapped          bool   // protected against changes by RPCSEC_GSS
	handle           string // of the file or folder that it is about
	name, target     string
	offset           uint64
	op               uint32 // of version 4: the operation that matters
	tx               *wire.Tx
	told             bool // an event comes with its answer
}

// fileKey is one direction of one file.
type fileKey struct {
	handle string
	write  bool
}

// file is being read or written.
type file struct {
	key   fileKey
	name  string
	o     *dissect.Offsets
	tx    *wire.Tx
	call  call // the first
	size  uint64
	ends  bool // its size is known
	shown int  // bytes that rules were shown last, 1 + their number

	committed time.Time // when the client had it kept last; zero: it wrote since
}

func newTalk(f *dissect.Flow) talk {
	return talk{f: f, framed: framed(f), calls: map[uint32]*call{}, files: map[fileKey]*file{}, names: map[string]string{}}
}

func (t *talk) conn() event.Conn {
	c := t.f.Conn
	if t.reversed && t.f.Midstream {
		c.Src, c.Dst = c.Dst, c.Src
	}
	return c
}

// keep waits for the answer to a call.
func (t *talk) keep(c *call) {
	if t.commits > 0 {
		t.settled()
	}
	if old := t.take(c.xid); old != nil {
		t.finish(old, 0, false)
	}
	if len(t.age) >= maxCalls {
		t.f.AddEvicted(1)
		oldest := t.take(t.age[0])
		oldest.tx.Event(dissect.Orig, "nfs.too_many_transactions")
		t.finish(oldest, 0, false)
	}
	t.calls[c.xid] = c
	t.age = append(t.age, c.xid)
}

func (t *talk) take(xid uint32) *call {
	c := t.calls[xid]
	if c == nil {
		return nil
	}
	delete(t.calls, xid)
	for i, a := range t.age {
		if a == xid {
			t.age = append(t.age[:i:i], t.age[i+1:]...)
			break
		}
	}
	return c
}

// learn remembers the name of a file handle.
func (t *talk) learn(handle []byte, name string) {
	if len(handle) == 0 || name == "" {
		return
	}
	h := string(handle)
	if _, known := t.names[h]; !known {
		if len(t.nameAge) >= maxNames {
			delete(t.names, t.nameAge[0])
			t.nameAge = t.nameAge[1:]
		}
		t.nameAge = append(t.nameAge, h)
	}
	t.names[h] = name
}

// finish tells of a call that is over.
func (t *talk) finish(c *call, status uint32, answered bool) {
	if !c.told {
		t.f.EndTx(c.tx)
		c.tx = nil
		return
	}
	e := t.event(c)
	e.Status, e.Answered = status, answered
	e.Path, e.Target = c.name, c.target
	if c.tx != nil {
		c.tx.Tale = e
	}
	t.f.EndTx(c.tx)
	c.tx = nil
	t.f.Emit(e)
}

var activities = map[string]int{
	"CREATE": event.NFSCreate, "MKDIR": event.NFSCreate, "SYMLINK": event.NFSCreate, "MKNOD": event.NFSCreate, "LINK": event.NFSCreate,
	"REMOVE": event.NFSDelete, "RMDIR": event.NFSDelete, "RENAME": event.NFSRename, "READ": event.NFSRead, "WRITE": event.NFSUpload,
	"OPEN": event.NFSOpen, "MNT": event.NFSMount, "UMNT": event.NFSMount, "EXPORT": event.NFSMount,
}

func (t *talk) event(c *call) *event.NFSActivity {
	name := c.procedure()
	return &event.NFSActivity{Header: t.f.Head(), Conn: t.conn(), Activity: activities[name], Version: c.vers, Procedure: name,
		Machine: c.machine, UID: c.uid, GID: c.gid, Auth: c.auth, XID: c.xid}
}

// procedure is the call's name in capitals.
func (c *call) procedure() string {
	if c.prog == progMount {
		return mountNames[c.proc]
	}
	return wire.NFSProcedureName(c.vers, c.number())
}

// number is the procedure, of version 4 the operation that matters.
func (c *call) number() uint32 {
	if c.vers == 4 && c.op != 0 {
		return c.op
	}
	return c.proc
}

// Close tells of what is open.
func (t *talk) Close() {
	for len(t.age) > 0 {
		t.finish(t.take(t.age[0]), 0, false)
	}
	for len(t.fileAge) > 0 {
		t.endOldest()
	}
}
