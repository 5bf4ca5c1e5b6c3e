package packets

import (
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/dissect/dcerpc"
	"github.com/yagura-project/yagura/event"
)

// rpc writes one call of DCE/RPC with its answer; the first of an interface is preceded by a bind (C706 chapter 12).
func (w *Writer) rpc(f *flow, e *event.SMBActivity) {
	r, s := e.RPC, f.smb
	known := dcerpc.ByName(r.Interface)
	if known == nil {
		w.left++
		return
	}
	over := func(ask, answer []byte) {
		w.say(f, up, ask)
		w.say(f, down, answer)
	}
	if e.Path != "" {
		w.tree(f, ipc(e.Share))
		w.open(f, strings.TrimPrefix(e.Path, `\`))
		over = func(ask, answer []byte) { w.transceive(f, ask, answer) }
	}
	bound := "rpc\x00" + r.Interface + "\x00" + e.Path
	if s.trees[bound] == 0 {
		s.trees[bound] = 1 << 20 // no tree: it says that the bind was sent
		s.call++
		syntax := join(uuid(known.UUID), le16(1), le16(0))
		ndr := join(uuid("8a885d04-1ceb-11c9-9fe8-08002b104860"), le32(2))
		over(pdu(11, s.call, join(le16(4280), le16(4280), le32(0), []byte{1, 0, 0, 0}, le16(0), []byte{1, 0}, syntax, ndr)),
			pdu(12, s.call, join(le16(4280), le16(4280), le32(0x1234), le16(4), []byte("135\x00"), le16(0), []byte{1, 0, 0, 0}, le16(0), le16(0), ndr)))
	}
	s.call++
	over(pdu(0, s.call, join(le32(uint32(r.StubIn)), le16(0), le16(int(r.Opnum)), make([]byte, r.StubIn))),
		pdu(2, s.call, join(le32(uint32(r.StubOut)), le16(0), []byte{0, 0}, make([]byte, r.StubOut))))
}

// pdu is a connection-oriented PDU in one fragment, little-endian.
func pdu(kind byte, call uint32, body []byte) []byte {
	return join([]byte{5, 0, kind, 3, 0x10, 0, 0, 0}, le16(16+len(body)), le16(0), le32(call), body)
}

// transceive is FSCTL_PIPE_TRANSCEIVE (MS-SMB2 §2.2.31, MS-FSCC §2.3.55).
func (w *Writer) transceive(f *flow, ask, answer []byte) {
	id := f.smb.id()
	w.smb(f, 11, 0, join(le16(57), le16(0), le32(0x0011c017), id, le32(120), le32(uint32(len(ask))), le32(0), le32(0), le32(0), le32(4280), le32(1), le32(0), ask),
		join(le16(49), le16(0), le32(0x0011c017), id, le32(112), le32(0), le32(112), le32(uint32(len(answer))), le32(0), le32(0), answer))
}

func ipc(share string) string {
	server, _, _ := strings.Cut(strings.TrimPrefix(share, `\\`), `\`)
	return `\\` + server + `\IPC$`
}

// uuid is the wire form: the first three fields are little-endian.
func uuid(s string) []byte {
	h := strings.ReplaceAll(s, "-", "")
	b := make([]byte, 16)
	for i := range b {
		v, err := strconv.ParseUint(h[2*i:2*i+2], 16, 8)
		if err != nil {
			return b
		}
		b[i] = byte(v)
	}
	for _, p := range [][2]int{{0, 3}, {1, 2}, {4, 5}, {6, 7}} {
		b[p[0]], b[p[1]] = b[p[1]], b[p[0]]
	}
	return b
}
