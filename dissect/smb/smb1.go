package smb

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/utf16le"
)

// Commands of SMB 1 (MS-CIFS §2.2.2.1).
const (
	com1Close         = 0x04
	com1Delete        = 0x06
	com1Rename        = 0x07
	com1Transaction   = 0x25
	com1TransSecond   = 0x26
	com1Read          = 0x2e
	com1Write         = 0x2f
	com1Trans2        = 0x32
	com1Trans2Second  = 0x33
	com1Disconnect    = 0x71
	com1Negotiate     = 0x72
	com1Session       = 0x73
	com1Logoff        = 0x74
	com1Tree          = 0x75
	com1NTTransact    = 0xa0
	com1NTTransSecond = 0xa1
	com1Create        = 0xa2
	com1NTRename      = 0xa5
	com1None          = 0xff
)

const (
	head1Len  = 32 // MS-CIFS §2.2.3.1
	maxChain  = 8  // commands of one message
	maxOpen1  = 128
	flags1Ans = 0x80
	flags2Uni = 0x8000
	flags2NT  = 0x4000
)

// conn1 is what a connection that speaks SMB 1 keeps beside its sessions, trees and files, which it shares with SMB 2.
type conn1 struct {
	c     *conn
	open  map[uint32][]*pending1 // by process and multiplex id
	age   []uint32
	kinds map[uint32]primary1 // the last primary transaction of a process and multiplex id
	odd   map[string]bool     // what was already reported
}

// primary1 is the beginning of a transaction; of one through a pipe the rest is read, too.
type primary1 struct {
	command byte
	pipe    *file
}

// pending1 is one command that waits for its answer.
type pending1 struct {
	command byte
	q       *request
}

// message1 is one message of SMB 1.
type message1 struct {
	b                  []byte
	command            byte
	status, dos        uint32 // as NTSTATUS; as an error of DOS where it came as one
	flags2             uint16
	tid, pid, uid, mid uint16
	response           bool
}

// block is the parameter words and data bytes of one command.
type block struct {
	m     *message1
	words []byte
	data  []byte // what follows the byte count
	at    int    // offset of data in the message
}

// message1 reads one message of SMB 1. A negotiation may still lead to SMB 2.
func (c *conn) message1(d dissect.Dir, b []byte) {
	if len(b) < head1Len+3 {
		return
	}
	le := binary.LittleEndian
	m := &message1{
		b: b, command: b[4], status: le.Uint32(b[5:]), flags2: le.Uint16(b[10:]), response: b[9]&flags1Ans != 0,
		tid: le.Uint16(b[24:]), pid: le.Uint16(b[26:]), uid: le.Uint16(b[28:]), mid: le.Uint16(b[30:]),
	}
	if c.v1 == nil {
		c.v1 = &conn1{c: c, open: map[uint32][]*pending1{}, kinds: map[uint32]primary1{}, odd: map[string]bool{}}
	}
	c.reversed = false
	if m.command != com1Locking { // a server breaks locks by a request of its own, MS-CIFS §2.2.4.32
		c.wrongWay(d, m.response)
	}
	if m.response {
		if m.flags2&flags2NT == 0 {
			if s := fromDOS(m.status); s != m.status {
				m.status, m.dos = s, m.status
			}
		}
		c.v1.answer(m)
		return
	}
	c.v1.request(m)
}

// fromDOS is the NTSTATUS of an error as DOS has them: class, and code above 16 bits (MS-CIFS §2.2.2.4). Some servers tell one of NT
// without saying so.
func fromDOS(status uint32) uint32 {
	if class := status & 0xffff; class == 0 || class > 0xff || status>>30 != 0 {
		return status
	}
	switch status {
	case 0x00ea0001: // more data
		return statusOverflow
	case 0x00020002, 0x08bf0002, 0x08c10002: // password, account has expired, must not log on here
		return 0xc000006d
	case 0x00020001, 0x00030001: // no such file, no such path
		return 0xc0000034
	case 0x00050001, 0x00040002: // access
		return 0xc0000022
	}
	return 0xc0000001
}

func (m *message1) key() uint32 { return uint32(m.pid)<<16 | uint32(m.mid) }

// block reads the command at an offset: word count, words, byte count, bytes.
func (m *message1) block(at int) (k block, ok bool) {
	if at < head1Len || at >= len(m.b) {
		return k, false
	}
	words := at + 1 + 2*int(m.b[at])
	if words > len(m.b) {
		return k, false
	}
	k = block{m: m, words: m.b[at+1 : words], at: min(words+2, len(m.b))}
	k.data = m.b[k.at:]
	if words+2 <= len(m.b) {
		n := int(binary.LittleEndian.Uint16(m.b[words:]))
		k.data = k.data[:min(n, len(k.data))]
	}
	return k, true
}

// each walks a chain of AndX commands (MS-CIFS §2.2.3.4).
func (m *message1) each(fn func(command byte, k block)) {
	command, at := m.command, head1Len
	for range maxChain {
		k, ok := m.block(at)
		if !ok {
			return
		}
		fn(command, k)
		if !andX(command) || len(k.words) < 4 || k.words[0] == com1None {
			return
		}
		next := int(k.u16(2))
		if next <= at {
			return
		}
		command, at = k.words[0], next
	}
}

func andX(command byte) bool {
	switch command {
	case com1Session, com1Logoff, com1Tree, com1Create, com1Read, com1Write, 0x24, 0x2d:
		return true
	}
	return false
}

func (k *block) u8(at int) byte {
	if at < len(k.words) {
		return k.words[at]
	}
	return 0
}

func (k *block) u16(at int) uint16 {
	if at+2 <= len(k.words) {
		return binary.LittleEndian.Uint16(k.words[at:])
	}
	return 0
}

func (k *block) u32(at int) uint32 {
	if at+4 <= len(k.words) {
		return binary.LittleEndian.Uint32(k.words[at:])
	}
	return 0
}

// part is n bytes at an offset from the header.
func (k *block) part(offset, n int) []byte {
	if offset < head1Len || offset > len(k.m.b) || n < 0 {
		return nil
	}
	return k.m.b[offset:min(offset+n, len(k.m.b))]
}

// text reads the string at an offset within data and tells where it ends. UTF-16 is aligned to the header.
func (k *block) text(from int) (s string, end int) {
	if from > len(k.data) {
		return "", len(k.data)
	}
	if k.m.flags2&flags2Uni == 0 {
		for end = from; end < len(k.data) && k.data[end] != 0; end++ {
		}
		return utf16le.OEM(k.data[from:end], maxName), end + 1
	}
	from += (k.at + from) & 1
	for end = from; end+1 < len(k.data) && k.data[end]|k.data[end+1] != 0; end += 2 {
	}
	return utf16le.Text(k.data[min(from, len(k.data)):min(end, len(k.data))], maxName), end + 2
}
