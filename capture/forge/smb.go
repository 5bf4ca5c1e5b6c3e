package forge

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"

	"github.com/yagura-project/yagura/event"
)

// smbState is what one connection has agreed on so far.
type smbState struct {
	message  uint64
	greeted  bool // a dialect was agreed on
	loggedOn bool
	tree     uint32
	trees    map[string]uint32
	file     uint64
	path     string
	pipe     bool // the file that is open is a pipe
	written  bool // something was written to it
	call     uint32
	bound    map[string]bool // interfaces for which a bind was sent, with their pipe
}

// wide is UTF-16 as Windows sends it.
func wide(s string) (b []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// smb2 sends one request and its answer (MS-SMB2 §2.2.1); answer nil: none comes.
func (s *Speech) smb2(command uint16, status uint32, ask, answer []byte) {
	s.smb.message++
	s.say(client, counted(4, append(s.head(command, 0, 0), ask...)))
	if answer == nil {
		return
	}
	if status != 0 && status != moreProcessing {
		answer = join(le16(9), le16(0), le32(0), []byte{0}) // an ERROR response (§2.2.2)
	}
	s.say(server, counted(4, append(s.head(command, 1, status), answer...)))
}

// head is the header of a message (MS-SMB2 §2.2.1.2).
func (s *Speech) head(command uint16, flags, status uint32) []byte {
	x := &s.smb
	return join([]byte("\xfeSMB"), le16(64), le16(1), le32(status), le16(int(command)), le16(31), le32(flags), le32(0), le64(x.message), le32(0xfeff), le32(x.tree), le64(0x4000000000011), make([]byte, 16))
}

// negotiate agrees on a dialect, once.
func (s *Speech) negotiate() {
	if s.smb.greeted {
		return
	}
	s.smb.greeted = true
	s.smb2(0, 0, join(le16(36), le16(2), le16(1), le16(0), le32(0x7f), make([]byte, 16), make([]byte, 8), le16(0x0210), le16(0x0302)),
		join(le16(65), le16(1), le16(0x0302), le16(0), make([]byte, 16), le32(0x7f), le32(8<<20), le32(8<<20), le32(8<<20), make([]byte, 16), le16(128), le16(0), le32(0)))
}

// share is one step of SMB, or one call of DCE/RPC over a pipe or over TCP.
func (s *Speech) share(e *event.SMBActivity) bool {
	if e.RPC != nil {
		return s.rpc(e)
	}
	if e.Odd != "" || e.Dialect == "1.0" {
		return false
	}
	if e.Encrypted {
		s.smb3(e)
		return true
	}
	s.negotiate()
	switch e.Command {
	case "negotiate":
		return true
	case "session_setup":
		if !s.smb.loggedOn && e.Status == 0 {
			s.ensure(e.User)
		}
		return true
	case "tree_connect":
		s.ensure(e.User)
		s.connect(e.Share, e.Status, e.Answered)
		return true
	}
	s.ensure(e.User)
	return s.fileStep(e)
}

// smb3 is a message within a TRANSFORM_HEADER (MS-SMB2 §2.2.41).
func (s *Speech) smb3(e *event.SMBActivity) {
	s.negotiate()
	s.ensure(e.User)
	n := min(max(e.Bytes, 200), uint64(s.Bulk))
	b := noise(n, s.seed+n)
	s.say(client, counted(4, join([]byte("\xfdSMB"), noise(32, s.seed), le32(uint32(n)), le16(0), le16(1), le64(0x4000000000011), b)))
}

// connect is TREE_CONNECT (MS-SMB2 §2.2.9), where that has not been done yet.
func (s *Speech) connect(share string, status uint32, answered bool) {
	x := &s.smb
	if id, ok := x.trees[share]; ok {
		x.tree = id
		return
	}
	name := wide(share)
	x.tree = 0
	kind := byte(1)
	if strings.HasSuffix(strings.ToUpper(share), "IPC$") {
		kind = 2
	}
	id := uint32(len(x.trees) + 1)
	ask := join(le16(9), le16(0), le16(72), le16(len(name)), name)
	answer := join(le16(16), []byte{kind, 0}, le32(0x30), le32(0), le32(0x1f01ff))
	if !answered {
		answer = nil
	}
	x.tree = id // the answer tells it; the request is read without
	s.smb2(3, status, ask, answer)
	if status == 0 && answered {
		x.trees[share] = id
	}
}

// open creates or opens a file or pipe, where it is not the one that is open.
func (s *Speech) open(path string, pipe bool, status uint32) {
	x := &s.smb
	if x.path == path && x.pipe == pipe && x.file > 0 {
		return
	}
	x.file, x.path, x.pipe, x.written = x.message+100, path, pipe, false
	name := wide(path)
	s.smb2(5, status, join(le16(57), []byte{0, 0}, le32(2), make([]byte, 16), le32(0x12019f), le32(0), le32(7), le32(3), le32(0x40), le16(120), le16(len(name)), le32(0), le32(0), padded(name)),
		join(le16(89), []byte{0, 0}, le32(1), make([]byte, 32), make([]byte, 16), le32(0), le32(0), x.id(), le32(0), le32(0)))
	if status != 0 {
		x.file, x.path = 0, ""
	}
}

// padded: a body is never empty behind its fixed part.
func padded(name []byte) []byte {
	if len(name) == 0 {
		return []byte{0, 0}
	}
	return name
}

func (x *smbState) id() []byte { return join(le64(x.file), le64(x.file)) }
