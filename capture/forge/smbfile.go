package forge

import (
	"strings"

	"github.com/yagura-project/yagura/event"
)

// fileStep is what is done to a file (MS-SMB2 §2.2.13 to §2.2.39).
func (s *Speech) fileStep(e *event.SMBActivity) bool {
	x := &s.smb
	if e.Share != "" {
		s.connect(e.Share, 0, true)
	}
	switch e.Command {
	case "create":
		x.path, x.file = "", 0
		s.open(e.Path, e.Pipe, e.Status)
	case "close":
		s.open(e.Path, e.Pipe, 0)
		if e.Bytes > 0 && !x.written && !e.Pipe {
			s.whole(e)
		}
		s.smb2(6, e.Status, join(le16(24), le16(0), le32(0), x.id()), join(le16(60), le16(0), make([]byte, 56)))
		x.file, x.path = 0, ""
	case "read":
		s.open(e.Path, e.Pipe, 0)
		b := s.body(e)
		s.smb2(8, e.Status, join(le16(49), []byte{80, 0}, le32(uint32(len(b))), le64(0), x.id(), le32(0), le32(0), le32(0), le16(0), le16(0), []byte{0}),
			join(le16(17), []byte{80, 0}, le32(uint32(len(b))), le32(0), le32(0), b))
	case "write":
		s.open(e.Path, e.Pipe, 0)
		x.written = true
		s.write(e.Status, 0, s.body(e))
	case "query_directory":
		s.open(strings.TrimSuffix(strings.TrimSuffix(e.Path, "*"), `\`), e.Pipe, 0)
		s.smb2(14, e.Status, join(le16(33), []byte{37, 0}, le32(0), x.id(), le16(96), le16(2), le32(65536), wide("*")), join(le16(9), le16(72), le32(8), make([]byte, 8)))
	case "rename", "delete":
		s.change(e)
	default:
		return false
	}
	return true
}

// write is a WRITE (MS-SMB2 §2.2.21).
func (s *Speech) write(status uint32, offset uint64, b []byte) {
	s.smb2(9, status, join(le16(49), le16(112), le32(uint32(len(b))), le64(offset), s.smb.id(), le32(0), le32(0), le16(0), le16(0), le32(0), b),
		join(le16(17), le16(0), le32(uint32(len(b))), le32(0), le16(0), le16(0)))
}

// whole writes a file of which only the end was told, as many blocks of it as are looked at.
func (s *Speech) whole(e *event.SMBActivity) {
	const block = 64 << 10
	part := *e
	for offset := uint64(0); offset < min(e.Bytes, 16*block); offset += block {
		part.Bytes = min(e.Bytes-offset, block)
		s.write(0, offset, s.body(&part))
		part.File = nil // only the first begins as its type does
	}
}

// change renames or deletes by SET_INFO (MS-FSCC §2.4.37, §2.4.11).
func (s *Speech) change(e *event.SMBActivity) {
	s.open(e.Path, false, 0)
	name := wide(e.Target)
	class, info := byte(10), join([]byte{1, 0, 0, 0, 0, 0, 0, 0}, le64(0), le32(uint32(len(name))), name)
	if e.Command == "delete" {
		class, info = 13, []byte{1}
	}
	s.smb2(17, e.Status, join(le16(33), []byte{1, class}, le32(uint32(len(info))), le16(96), le16(0), le32(0), s.smb.id(), info), le16(2))
	s.smb.path = ""
}

// body is what is read or written: noise where the event says so, else the beginning of its type and filling.
func (s *Speech) body(e *event.SMBActivity) []byte {
	n := min(e.Bytes, uint64(s.Bulk))
	dense := e.File != nil && Dense(e.File.Type)
	if e.Blocks > 0 {
		dense = 10*int(e.Dense) >= 7*int(e.Blocks)
	}
	b := content(nil, "", n)
	if dense {
		b = noise(n, s.seed+s.smb.message)
	}
	if e.File != nil {
		copy(b, beginnings[e.File.Type])
	}
	return b
}

// Dense reports whether content of a type looks like noise: packed, or encrypted ("").
func Dense(kind string) bool {
	return kind == "zip" || kind == "jpeg" || kind == "pdf" || kind == ""
}
