package smb

import (
	"errors"
	"slices"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/dcerpc"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

var errNoise = errors.New("smb: no message found")

// Bounds of one connection; beyond them the oldest is given up, and emitted where it was open.
const (
	maxSessions = 256 // a terminal server has those of all its users on one connection
	maxTrees    = 512
	maxFiles    = 1024
	maxGoing    = 2 * maxFiles // contents of files
	maxRequests = 512
	maxPipes    = 16 // files of which an RPC association is read
	maxName     = 2048
)

// conn is one TCP connection.
type conn struct {
	f        *dissect.Flow
	half     [2]half
	seen     bool // something was consumed
	reversed bool // the side taken for the client answers
	dialect  string
	server   string // as the last NTLM challenge named it

	sessions   map[uint64]*session
	trees      map[treeKey]*tree
	sessionAge []uint64  // oldest first
	treeAge    []treeKey // oldest first
	nobody     session   // stands for each that is not known
	nowhere    tree
	files      map[fileID]*file
	fileAge    []fileID // oldest first
	requests   map[uint64]*request
	age        []uint64 // oldest first
	crowd      dissect.Crowd
	going      []going // oldest first
	pipes      int
	opaque     opaque
	took       uint64 // bytes of compressed messages
	gave       uint64 // bytes that came out of them
	v1         *conn1
	told       map[string]bool // what rules were told of once
	maxRead    uint32          // as agreed on, 0 not known
	maxWrite   uint32
	framed     bool // a rule looks at frames
}

type session struct {
	user  string                // DOMAIN\user
	logon *event.Authentication // waits for the final status
}

type treeKey struct {
	session uint64
	tree    uint32
}

// tree is a connected share; the zero tree is one whose connection was missed.
type tree struct {
	share string
	pipe  bool
}

// file is an open file or pipe, or one whose opening was missed.
type file struct {
	id            fileID
	tree          *tree
	user          string
	path          string
	pipe          bool
	deletes       bool   // is deleted when it is closed
	raw           string // path as sent
	version       uint64 // of the protocol, as rules count: 1 or 2
	read, written content
	rpc           *dcerpc.Session
	notRPC        bool
}

// request waits for its answer.
type request struct {
	command uint16
	session *session
	tree    *tree
	file    *file
	about   *file  // of a request that has no file above: what the next of the compound may mean
	path    string // asked for: share, name, pattern, new name
	offset  uint64
	length  uint32
	verb    string   // what a set_info does
	control uint32   // of an ioctl
	kept    bool     // is in the table
	tx      *wire.Tx // what rules see, nil when it has none
	version uint64
	share   []byte // path of a share as rules see it
	guid    string // of the client, with a negotiation
	ids     treeKey
	said    said
}

// said is what records and alerts tell of a request beside what it is about.
type said struct {
	c           *conn  // where an alert may ask
	word        string // of the command, where commands has none
	status, dos uint32
	answered    bool
	old         bool  // of SMB 1
	disposition uint8 // as in event.SMBActivity
	folder      bool
	shareType   uint8
	greeting    *event.Greeting
	hello       *event.SMBHello
	service     [2]string
}

func newConn(f *dissect.Flow) *conn {
	return &conn{
		f: f, framed: wantsFrames(f), sessions: map[uint64]*session{}, trees: map[treeKey]*tree{},
		files: map[fileID]*file{}, requests: map[uint64]*request{},
	}
}

// file finds an open file, or begins one whose opening was missed.
func (c *conn) file(id fileID, q *request) *file {
	f := c.files[id]
	if f == nil {
		f = &file{id: id, tree: q.tree, user: q.session.user, pipe: q.tree.pipe, version: 2}
		if id[15] == 1 && c.v1 != nil {
			f.version = 1
		}
		c.keepFile(f)
	}
	return f
}

func (c *conn) keepFile(f *file) {
	if len(c.fileAge) >= maxFiles {
		c.f.AddEvicted(1)
		oldest := c.files[c.fileAge[0]]
		c.dropFile(oldest)
		c.endFile(oldest)
	}
	switch old := c.files[f.id]; {
	case old == nil:
		c.fileAge = append(c.fileAge, f.id)
	case old != f: // its handle was closed while nobody looked
		c.endFile(old)
	}
	c.files[f.id] = f
}

func (c *conn) dropFile(f *file) {
	if f == nil || c.files[f.id] != f {
		return
	}
	delete(c.files, f.id)
	for i, id := range c.fileAge {
		if id == f.id {
			c.fileAge = slices.Delete(c.fileAge, i, i+1)
			return
		}
	}
}

// keep puts a request into the table.
func (c *conn) keep(id uint64, q *request) {
	if old := c.take(id); old != nil {
		c.unanswered(old)
	}
	if len(c.age) >= maxRequests {
		c.f.AddEvicted(1)
		c.unanswered(c.take(c.age[0]))
	}
	if q.kept = true; c.crowd.Asked() {
		c.odd(dissect.Orig, "smb.too_many_transactions")
	}
	c.requests[id] = q
	c.age = append(c.age, id)
}

// take removes a request from the table; nil when it is not there.
func (c *conn) take(id uint64) *request {
	q := c.requests[id]
	if q == nil {
		return nil
	}
	delete(c.requests, id)
	for i, a := range c.age {
		if a == id {
			c.age = slices.Delete(c.age, i, i+1)
			break
		}
	}
	return q
}

// Close emits what is still open.
func (c *conn) Close() {
	for _, id := range c.age {
		c.unanswered(c.requests[id])
	}
	c.requests, c.age = nil, nil
	for _, id := range c.fileAge {
		c.endFile(c.files[id])
	}
	c.files, c.fileAge = nil, nil
	c.endAll()
	c.endSessions()
	c.closeOpaque()
	for d := range c.half {
		if h := &c.half[d]; h.packed != nil {
			c.dropPacked(h)
		}
	}
	if c.v1 != nil {
		c.v1.close()
	}
}
