package forge

import (
	"encoding/binary"

	"github.com/yagura-project/yagura/event"
)

// Speech writes what the events of one conversation tell, message by message, in the bytes of their protocol: Kerberos,
// LDAP, SMB 2 with NTLM, DCE/RPC over it or over TCP, RDP, SSH, FTP, SMTP, IRC and Stratum.
type Speech struct {
	Bulk  int // most bytes of one file's content; > 0
	calls Calls
	seed  uint64 // of what is encrypted
	out   []Said
	smb   smbState
	asked map[string]bool // answers of Kerberos whose request was written
}

// Calls finds the UUID of an interface of DCE/RPC and the number of one of its operations, by their names; nil finds none.
type Calls func(iface, operation string) (uuid string, opnum uint16, ok bool)

// Said is one message of the client (0) or the server (1).
type Said struct {
	From  int
	Bytes []byte
}

// NewSpeech is a conversation of which nothing has been said; seed makes what is encrypted in it.
func NewSpeech(seed uint64, calls Calls) *Speech {
	return &Speech{Bulk: 64 << 10, calls: calls, seed: seed, smb: smbState{trees: map[string]uint32{}}, asked: map[string]bool{}}
}

// Say gives the messages that e tells of; ok is false where its protocol, or this one of it, cannot be written.
func (s *Speech) Say(e event.Event) (list []Said, ok bool) {
	s.out = nil
	switch e := e.(type) {
	case *event.Authentication:
		ok = s.authentication(e)
	case *event.SMBActivity:
		ok = s.share(e)
	case *event.LDAPActivity:
		ok = s.ldap(e)
	case *event.RDPActivity:
		ok = s.rdp(e)
	case *event.AppActivity:
		ok = s.app(e)
	case *event.SSHActivity:
		ok = s.ssh(e)
	case *event.FTPActivity:
		ok = s.ftp(e)
	case *event.EmailActivity:
		ok = s.mail(e)
	case *event.DNSActivity:
		ok = s.dnsOverTCP(e)
	}
	return s.out, ok
}

// dnsOverTCP is one message behind its length (RFC 1035 §4.2.2).
func (s *Speech) dnsOverTCP(e *event.DNSActivity) bool {
	if e.Proto != event.ProtoTCP {
		return false
	}
	from := client
	if e.Activity == event.DNSResponse {
		from = server
		if q := *e; !s.asked[e.Query] {
			q.Activity, q.Answers, q.RCode, q.Bytes = event.DNSQuery, nil, "", 0
			if b, ok := dnsMessage(&q); ok {
				s.say(client, counted(2, b))
			}
		}
	}
	s.asked[e.Query] = true
	b, ok := dnsMessage(e)
	if ok {
		s.say(from, counted(2, b))
	}
	return ok
}

func (s *Speech) say(from int, b []byte) { s.out = append(s.out, Said{from, b}) }

func le16(v int) []byte    { return binary.LittleEndian.AppendUint16(nil, uint16(v)) }
func le32(v uint32) []byte { return binary.LittleEndian.AppendUint32(nil, v) }
func le64(v uint64) []byte { return binary.LittleEndian.AppendUint64(nil, v) }
func be32(v uint32) []byte { return binary.BigEndian.AppendUint32(nil, v) }
