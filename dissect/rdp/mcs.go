package rdp

import (
	"bytes"
	"encoding/binary"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/ber"
	"github.com/yagura-project/yagura/dissect/utf16le"
	"github.com/yagura-project/yagura/event"
)

// Blocks of user data (MS-RDPBCGR §2.2.1.3.1).
const (
	csCore     = 0xc001
	csNet      = 0xc003
	scSecurity = 0x0c02
	maxBlocks  = 16
	maxChans   = 31 // §2.2.1.3.4
)

// connect reads MCS Connect Initial or Response (T.125 §7): their user data stand behind the key of the conference.
func (s *stream) connect(d dissect.Dir, b []byte) error {
	switch {
	case len(b) > 2 && b[0] == 0x7f && b[1] == 0x65:
		s.e.Client, s.e.Channels = nil, nil
		blocks(userData(b), "Duca", s.clientBlock)
		s.tell(d, event.RDPConnect)
	case len(b) > 2 && b[0] == 0x7f && b[1] == 0x66:
		blocks(userData(b), "McDn", s.serverBlock)
		s.tell(d, event.RDPAccept)
	default:
		return s.done()
	}
	return nil
}

// userData is the last element of a message (T.125 §7): those before, as the names of domains, are the sender's to choose and may look like what
// is looked for. Of a message that is not sound it is all of it.
func userData(b []byte) []byte {
	whole, _, ok := ber.Cut(b[1:]) // behind the first byte of a tag of two
	for rest := whole.Body; ok && len(rest) > 0; {
		var e ber.Element
		if e, rest, ok = ber.Cut(rest); ok && len(rest) == 0 {
			return e.Body
		}
	}
	return b
}

// blocks walks the blocks behind the H.221 key and their length in PER (T.124 §8.7).
func blocks(b []byte, key string, fn func(kind uint16, b []byte)) {
	i := bytes.Index(b, []byte(key))
	if i < 0 || len(b) < i+len(key)+2 {
		return
	}
	if b = b[i+len(key):]; b[0]&0x80 != 0 {
		b = b[2:]
	} else {
		b = b[1:]
	}
	for range maxBlocks {
		if len(b) < 4 {
			return
		}
		kind, size := binary.LittleEndian.Uint16(b), int(binary.LittleEndian.Uint16(b[2:]))
		if size < 4 || size > len(b) {
			return
		}
		fn(kind, b[4:size])
		b = b[size:]
	}
}

func (s *stream) clientBlock(kind uint16, b []byte) {
	switch kind {
	case csCore:
		s.e.Client = core(b)
	case csNet:
		if len(b) < 4 {
			return
		}
		for b = b[4:]; len(b) >= 12 && len(s.e.Channels) < maxChans; b = b[12:] {
			s.e.Channels = append(s.e.Channels, utf16le.OEM(b[:8], 8))
		}
	}
}

// serverBlock looks at whether RDP encrypts by itself (§2.2.1.4.3).
func (s *stream) serverBlock(kind uint16, b []byte) {
	if kind == scSecurity && len(b) >= 8 {
		s.sealed = binary.LittleEndian.Uint32(b[4:]) != 0
	}
}

// core reads TS_UD_CS_CORE (§2.2.1.3.2); what stands behind the IME's name may be missing.
func core(b []byte) *event.RDPClient {
	const fixed = 128
	if len(b) < fixed {
		return nil
	}
	le := binary.LittleEndian
	c := &event.RDPClient{
		Version: le.Uint32(b), Width: le.Uint16(b[4:]), Height: le.Uint16(b[6:]), Keyboard: le.Uint32(b[12:]), Build: le.Uint32(b[16:]),
		Name: utf16le.Text(b[20:52], 32), KeyboardType: le.Uint32(b[52:]), KeyboardSub: le.Uint32(b[56:]), FunctionKeys: le.Uint32(b[60:]),
		IME: utf16le.Text(b[64:128], 64),
	}
	u16 := func(at int) uint16 {
		if at+2 > len(b) {
			return 0
		}
		return le.Uint16(b[at:])
	}
	c.ColorDepth = map[uint16]uint16{0xca00: 4, 0xca01: 8, 0xca02: 15, 0xca03: 16, 0xca04: 24}[u16(128)]
	if high := u16(136); high != 0 {
		c.ColorDepth = high
	}
	c.ProductID, c.Early = u16(130), u16(140)
	if len(b) >= 142+64 {
		c.ID = utf16le.Text(b[142:142+64], 64)
	}
	return c
}
