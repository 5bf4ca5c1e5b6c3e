package packets

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"

	"github.com/yagura-project/yagura/event"
)

// smbState is what one connection has agreed on so far.
type smbState struct {
	message uint64
	tree    uint32
	trees   map[string]uint32
	file    uint64
	path    string
	call    uint32
}

func wide(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func le16(v int) []byte    { return binary.LittleEndian.AppendUint16(nil, uint16(v)) }
func le32(v uint32) []byte { return binary.LittleEndian.AppendUint32(nil, v) }
func le64(v uint64) []byte { return binary.LittleEndian.AppendUint64(nil, v) }

// smb sends one request and its answer; answers of a second body follow a request without one.
func (w *Writer) smb(f *flow, command uint16, status uint32, ask, answer []byte) {
	s := f.smb
	s.message++
	head := func(flags, status uint32) []byte {
		return join([]byte("\xfeSMB"), le16(64), le16(1), le32(status), le16(int(command)), le16(31), le32(flags), le32(0), le64(s.message), le32(0xfeff), le32(s.tree), le64(0x4000000000011), make([]byte, 16))
	}
	for d, body := range [][]byte{ask, answer} {
		m := append(head(uint32(d), map[bool]uint32{true: status}[d == 1]), body...)
		w.say(f, dir(d), vector(4, m))
	}
}

// share writes one step of SMB, or one call of DCE/RPC over a pipe or over TCP.
func (w *Writer) share(e *event.SMBActivity) {
	f := w.flow(&e.Conn)
	if f.smb == nil {
		f.smb = &smbState{trees: map[string]uint32{}}
	}
	if e.RPC != nil {
		w.rpc(f, e)
		return
	}
	switch e.Command {
	case "negotiate":
		w.smb(f, 0, 0, join(le16(36), le16(2), le16(1), le16(0), le32(0x7f), make([]byte, 16), make([]byte, 8), le16(0x0210), le16(0x0302)),
			join(le16(65), le16(1), le16(0x0302), le16(0), make([]byte, 16), le32(0x7f), le32(8<<20), le32(8<<20), le32(8<<20), make([]byte, 16), le16(128), le16(0), le32(0)))
	case "session_setup":
		token := noise(f.FlowID, 40)
		w.smb(f, 1, e.Status, join(le16(25), []byte{0, 1}, le32(1), le32(0), le16(88), le16(len(token)), make([]byte, 8), token), join(le16(9), le16(0), le16(72), le16(0), []byte{0}))
	case "tree_connect":
		w.tree(f, e.Share)
	default:
		w.file(f, e)
	}
}

// tree connects to a share, where that has not been done yet.
func (w *Writer) tree(f *flow, share string) {
	s := f.smb
	if id, ok := s.trees[share]; ok {
		s.tree = id
		return
	}
	name := wide(share)
	s.tree = 0
	id := uint32(len(s.trees) + 1)
	kind := byte(1)
	if strings.HasSuffix(share, "IPC$") {
		kind = 2
	}
	s.trees[share] = id
	s.tree = id // the answer tells it; the request is read without
	w.smb(f, 3, 0, join(le16(9), le16(0), le16(72), le16(len(name)), name), join(le16(16), []byte{kind, 0}, le32(0x30), le32(0), le32(0x1f01ff)))
}

// open creates or opens a file or pipe, where it is not the one that is open.
func (w *Writer) open(f *flow, path string) {
	s := f.smb
	if s.path == path && s.file > 0 {
		return
	}
	s.file, s.path = s.message+100, path
	name := wide(path)
	w.smb(f, 5, 0, join(le16(57), []byte{0, 0}, le32(2), make([]byte, 16), le32(0x12019f), le32(0), le32(7), le32(3), le32(0x40), le16(120), le16(len(name)), le32(0), le32(0), name, pad(name)),
		join(le16(89), []byte{0, 0}, le32(1), make([]byte, 32), make([]byte, 16), le32(0), le32(0), s.id(), le32(0), le32(0)))
}

// pad: a body is never empty behind its fixed part.
func pad(name []byte) []byte {
	if len(name) == 0 {
		return []byte{0, 0}
	}
	return nil
}

func (s *smbState) id() []byte { return join(le64(s.file), le64(s.file)) }

func (w *Writer) file(f *flow, e *event.SMBActivity) {
	s := f.smb
	w.tree(f, e.Share)
	switch e.Command {
	case "create":
		s.path = ""
		w.open(f, e.Path)
	case "close":
		w.open(f, e.Path)
		w.smb(f, 6, 0, join(le16(24), le16(0), le32(0), s.id()), join(le16(60), le16(0), make([]byte, 56)))
		s.file, s.path = 0, ""
	case "read":
		w.open(f, e.Path)
		b := w.body(e.Bytes, "", e.File)
		w.smb(f, 8, 0, join(le16(49), []byte{80, 0}, le32(uint32(len(b))), le64(0), s.id(), le32(0), le32(0), le32(0), le16(0), le16(0), []byte{0}), join(le16(17), []byte{80, 0}, le32(uint32(len(b))), le32(0), le32(0), b))
	case "write":
		w.open(f, e.Path)
		b := w.body(e.Bytes, "", e.File)
		w.smb(f, 9, 0, join(le16(49), le16(112), le32(uint32(len(b))), le64(0), s.id(), le32(0), le32(0), le16(0), le16(0), le32(0), b), join(le16(17), le16(0), le32(uint32(len(b))), le32(0), le16(0), le16(0)))
	case "query_directory":
		w.open(f, strings.TrimSuffix(e.Path, `\*`))
		w.smb(f, 14, 0, join(le16(33), []byte{37, 0}, le32(0), s.id(), le16(96), le16(2), le32(65536), wide("*")), join(le16(9), le16(72), le32(8), make([]byte, 8)))
	case "rename", "delete":
		w.open(f, e.Path)
		class, info := byte(10), join([]byte{1, 0, 0, 0, 0, 0, 0, 0}, le64(0), le32(uint32(2*len(utf16.Encode([]rune(e.Target))))), wide(e.Target))
		if e.Command == "delete" {
			class, info = 13, []byte{1}
		}
		w.smb(f, 17, 0, join(le16(33), []byte{1, class}, le32(uint32(len(info))), le16(96), le16(0), le32(0), s.id(), info), le16(2))
	default:
		w.left++
	}
}
