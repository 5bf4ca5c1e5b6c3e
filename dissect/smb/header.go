package smb

import "encoding/binary"

const (
	headLen       = 64 // MS-SMB2 §2.2.1
	fixedLen      = 48 // fixed part of a WRITE request; that of a READ response is shorter
	transformHead = 52 // §2.2.41
)

// Commands (MS-SMB2 §2.2.1.2).
const (
	cmdNegotiate      = 0
	cmdSessionSetup   = 1
	cmdLogoff         = 2
	cmdTreeConnect    = 3
	cmdTreeDisconnect = 4
	cmdCreate         = 5
	cmdClose          = 6
	cmdFlush          = 7
	cmdRead           = 8
	cmdWrite          = 9
	cmdLock           = 10
	cmdIoctl          = 11
	cmdCancel         = 12
	cmdEcho           = 13
	cmdQueryDirectory = 14
	cmdChangeNotify   = 15
	cmdQueryInfo      = 16
	cmdSetInfo        = 17
	cmdOther          = 0xffff // of SMB 1, without an equal
	maxCommand        = 18
)

// Header flags.
const (
	flagResponse = 0x01
	flagAsync    = 0x02
	flagRelated  = 0x04
)

// NTSTATUS values that change how an answer is read (MS-ERREF §2.3.1).
const (
	statusPending        = 0x00000103
	statusMoreProcessing = 0xc0000016
	statusOverflow       = 0x80000005
	severityError        = 0xc0000000
)

// header is the fixed head of a message.
type header struct {
	status  uint32 // in a request: channel sequence
	command uint16
	flags   uint32
	next    uint32
	id      uint64
	tree    uint32
	session uint64
}

func readHeader(b []byte) header {
	le := binary.LittleEndian
	h := header{
		status: le.Uint32(b[8:]), command: le.Uint16(b[12:]), flags: le.Uint32(b[16:]), next: le.Uint32(b[20:]),
		id: le.Uint64(b[24:]), session: le.Uint64(b[40:]),
	}
	if h.flags&flagAsync == 0 {
		h.tree = le.Uint32(b[36:])
	}
	return h
}

// ids are the numbers of session and share.
func (h *header) ids() treeKey { return treeKey{h.session, h.tree} }

// answeredBy takes the numbers of the answer: those of a new session or share come with it. One that comes late has none of a share.
func (q *request) answeredBy(m *header) {
	q.said.status, q.said.answered = m.status, true
	q.ids.session = m.session
	if m.flags&flagAsync == 0 {
		q.ids.tree = m.tree
	}
}

func (h *header) response() bool { return h.flags&flagResponse != 0 }

// failed tells whether an answer has the body of an error (MS-SMB2 §2.2.2).
func (h *header) failed() bool { return h.status&severityError == severityError }

// carriesData tells whether file data follows the fixed part.
func (h *header) carriesData() bool {
	return h.command == cmdWrite && !h.response() || h.command == cmdRead && h.response() && !h.failed()
}

// fileID is an SMB2_FILEID (MS-SMB2 §2.2.14.1).
type fileID [16]byte

// sameFile stands for the file of the message before in a compound (MS-SMB2 §3.2.4.1.4).
var sameFile = fileID{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

// body reads fields of a message by their offset from its fixed part; 0 beyond the end.
type body []byte // the whole message, header included

func (b body) u8(at int) uint8 {
	if at += headLen; at < len(b) {
		return b[at]
	}
	return 0
}

func (b body) u16(at int) uint16 {
	if at += headLen; at+2 <= len(b) {
		return binary.LittleEndian.Uint16(b[at:])
	}
	return 0
}

func (b body) u32(at int) uint32 {
	if at += headLen; at+4 <= len(b) {
		return binary.LittleEndian.Uint32(b[at:])
	}
	return 0
}

func (b body) u64(at int) uint64 { return uint64(b.u32(at)) | uint64(b.u32(at+4))<<32 }

func (b body) id(at int) (id fileID) {
	if at += headLen; at+16 <= len(b) {
		copy(id[:], b[at:])
	}
	return id
}

// at is the part of n bytes at an offset from the header, cut to what is there.
func (b body) at(offset, n uint32) []byte {
	if offset < headLen || int64(offset) > int64(len(b)) {
		return nil
	}
	return b[offset:min(int64(offset)+int64(n), int64(len(b)))]
}
