// Package ntlm reads the messages of NTLM authentication (MS-NLMP) wherever a protocol carries them.
package ntlm

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/yagura-project/yagura/dissect/utf16le"
)

// Type is the MessageType of MS-NLMP §2.2.1.
type Type uint32

// Messages of one logon, in order.
const (
	Negotiate    Type = 1
	Challenge    Type = 2
	Authenticate Type = 3
)

// Message is what the messages tell in the clear; a field is empty where its type does not carry it.
type Message struct {
	Type        Type
	Flags       uint32 // NegotiateFlags, MS-NLMP §2.2.2.5
	User        string // Authenticate; "" is an anonymous logon
	Domain      string // Authenticate: of the user; Negotiate: of the machine; Challenge: NetBIOS domain of the server
	Workstation string // Negotiate, Authenticate: the client's machine
	Server      string // Challenge: the server's NetBIOS name
	ServerDNS   string // Challenge: the server's DNS name
	NTLMv1      bool   // Authenticate: the response is of the old, weak form
	Version     Version
}

// Version is that of the sender's system (MS-NLMP §2.2.2.10); the zero Version was not told.
type Version struct {
	Major, Minor uint8
	Build        uint16
	Revision     uint8 // of NTLM
}

// String is "" for the zero Version.
func (v Version) String() string {
	if v == (Version{}) {
		return ""
	}
	return fmt.Sprintf("%d.%d build %d rev %d", v.Major, v.Minor, v.Build, v.Revision)
}

const (
	flagUnicode = 1
	flagVersion = 1 << 25
	maxName     = 512 // bytes of one name that are read
	maxSearch   = 4096
)

var signature = []byte("NTLMSSP\x00")

// Find looks for an NTLM message in a security token (raw or within SPNEGO, RFC 4178) and reads it.
func Find(token []byte) (Message, bool) {
	i := bytes.Index(token[:min(len(token), maxSearch)], signature)
	if i < 0 {
		return Message{}, false
	}
	return Parse(token[i:])
}

// Parse reads a message that starts at its signature. Names that lie outside of b are left empty.
func Parse(b []byte) (m Message, ok bool) {
	if len(b) < 12 || !bytes.HasPrefix(b, signature) {
		return m, false
	}
	m.Type = Type(binary.LittleEndian.Uint32(b[8:]))
	switch m.Type {
	case Negotiate: // MS-NLMP §2.2.1.1; its names are in the OEM code page
		m.Flags = u32(b, 12)
		m.Domain, m.Workstation = utf16le.OEM(field(b, 16), maxName), utf16le.OEM(field(b, 24), maxName)
	case Challenge: // §2.2.1.2
		m.Flags = u32(b, 20)
		m.Domain = m.name(b, 12)
		m.targetInfo(field(b, 40))
	case Authenticate: // §2.2.1.3
		m.Flags = u32(b, 60)
		m.Domain, m.User, m.Workstation = m.name(b, 28), m.name(b, 36), m.name(b, 44)
		if m.Flags&flagVersion != 0 && len(b) >= 72 {
			m.Version = Version{b[64], b[65], binary.LittleEndian.Uint16(b[66:]), b[71]}
		}
		m.NTLMv1 = len(field(b, 20)) == 24
	default:
		return m, false
	}
	return m, true
}

// Name is what the server of a Challenge calls itself: its DNS name, else its NetBIOS name.
func (m Message) Name() string {
	if m.ServerDNS != "" {
		return m.ServerDNS
	}
	return m.Server
}

// Anonymous reports a logon without a name.
func (m Message) Anonymous() bool { return m.Type == Authenticate && m.User == "" }

func (m *Message) name(b []byte, at int) string {
	if m.Flags&flagUnicode == 0 {
		return utf16le.OEM(field(b, at), maxName)
	}
	return utf16le.Text(field(b, at), maxName)
}

// targetInfo reads the AV_PAIRs of MS-NLMP §2.2.2.1.
func (m *Message) targetInfo(b []byte) {
	for n := 0; n < 16 && len(b) >= 4; n++ {
		id, size := binary.LittleEndian.Uint16(b), int(binary.LittleEndian.Uint16(b[2:]))
		if id == 0 || 4+size > len(b) {
			return
		}
		v := b[4 : 4+size]
		switch id {
		case 1:
			m.Server = utf16le.Text(v, maxName)
		case 2:
			m.Domain = utf16le.Text(v, maxName)
		case 3:
			m.ServerDNS = utf16le.Text(v, maxName)
		}
		b = b[4+size:]
	}
}

// field follows the length, allocated length and offset that stand at at (MS-NLMP §2.2, "Fields").
func field(b []byte, at int) []byte {
	if at+8 > len(b) {
		return nil
	}
	n, off := int(binary.LittleEndian.Uint16(b[at:])), u32(b, at+4)
	if uint64(off)+uint64(n) > uint64(len(b)) {
		return nil
	}
	return b[off : int(off)+n]
}

func u32(b []byte, at int) uint32 {
	if at+4 > len(b) {
		return 0
	}
	return binary.LittleEndian.Uint32(b[at:])
}

// Raw looks for the names of an Authenticate in a security token, as they are on the wire. found says that there is an NTLM
// message, ok that it could be read; user is nil when it is another one.
func Raw(token []byte) (user, domain []byte, found, ok bool) {
	i := bytes.Index(token[:min(len(token), maxSearch)], signature)
	if i < 0 {
		return nil, nil, false, false
	}
	b := token[i:]
	if len(b) < 12 {
		return nil, nil, true, false
	}
	switch Type(binary.LittleEndian.Uint32(b[8:])) {
	case Negotiate, Challenge:
		return nil, nil, true, true
	case Authenticate:
		if len(b) < 64 {
			return nil, nil, true, false
		}
		return append([]byte{}, field(b, 36)...), append([]byte{}, field(b, 28)...), true, true
	}
	return nil, nil, true, false
}
