package smb

import (
	"bytes"
	"encoding/binary"

	"github.com/yagura-project/yagura/event"
)

// words1 are commands of SMB 1 of which only alerts tell (MS-CIFS §2.2.2.1).
var words1 = map[byte]string{
	0x00: "create_directory", 0x01: "delete_directory", 0x02: "open", 0x03: "create", 0x05: "flush", 0x08: "query_information",
	0x09: "set_information", 0x0a: "read", 0x0b: "write", 0x10: "check_directory", com1Locking: "locking", 0x2b: "echo", 0x2d: "open_andx",
	0x34: "find_close2", com1Disconnect: "tree_disconnect", 0x80: "query_info_disk", com1NTTransact: "nt_trans", com1NTCancel: "nt_cancel",
}

const maxService = 16 // bytes of a kind of share; the longest is "LPT1:"

// offered1 reads the dialects of a negotiation (MS-CIFS §2.2.4.52.1).
func offered1(b []byte) *event.Greeting {
	g := &event.Greeting{}
	for len(b) > 1 && b[0] == 2 && len(g.Dialects) < maxDialects {
		name := cutAt(b[1:], 1)
		g.Dialects = append(g.Dialects, string(bytes.ToValidUTF8(name[:min(len(name), maxDialects)], nil)))
		b = b[min(len(b), 1+len(name)+1):]
	}
	return g
}

const extendedSecurity = 1 << 31 // CAP_EXTENDED_SECURITY, MS-SMB §2.2.4.5.2.1

// greeted1 adds the server's answer, which begins with its GUID where security is extended.
func (q *request) greeted1(k block) {
	if g := q.said.greeting; g != nil && k.u32(19)&extendedSecurity != 0 && len(k.data) >= 16 {
		g.ServerGUID = string(k.data[:16])
	}
}

// host1 reads system and program of the client behind what a log-on begins with.
func (q *request) host1(k block, at int) {
	h := q.hello()
	h.Client[0], at = k.text(at)
	h.Client[1], _ = k.text(at)
}

// answers1 reads those of the server: behind the token where security is extended (MS-SMB §2.2.4.6.2).
func (q *request) answers1(k block) {
	if h, at := q.said.hello, 0; h != nil && len(k.words) >= 6 {
		if len(k.words) == 8 {
			at = int(binary.LittleEndian.Uint16(k.words[6:]))
		}
		h.Server[0], at = k.text(at)
		h.Server[1], _ = k.text(at)
	}
}
