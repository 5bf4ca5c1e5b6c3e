package forge

import (
	"strings"

	"github.com/yagura-project/yagura/event"
)

// Status of SMB answers (MS-ERREF §2.3.1).
const (
	moreProcessing = 0xc0000016
	logonFailure   = 0xc000006d
)

// logon is a SESSION_SETUP with NTLM (MS-NLMP) or a ticket (RFC 4121 §4.1).
func (s *Speech) logon(e *event.Authentication) bool {
	status := uint32(0)
	if !e.Success {
		status = logonFailure
	}
	switch e.Message {
	case "NTLM-AUTH":
		s.ntlm(e.Domain, e.User, e.Workstation, e.Server, status)
	case "AP-REQ":
		t := event.Ticket{Service: e.Service, EType: e.TicketEType, Print: s.seed}
		s.negotiate()
		s.setup(status, join([]byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02, 0x01, 0x00}, apRequest(e.Domain, t)), nil)
		s.smb.loggedOn = status == 0
	default:
		return false
	}
	return true
}

// ntlm is the whole exchange: what can you, prove it, here.
func (s *Speech) ntlm(domain, user, workstation, server string, status uint32) {
	const unicode = 0xa2898205
	s.negotiate()
	if server == "" {
		server = "SERVER"
	}
	pair := func(id int, v string) []byte { return join(le16(id), le16(2*len([]rune(v))), wide(v)) }
	info := join(pair(1, server), pair(2, domain), pair(3, server), le32(0))
	s.setup(moreProcessing, join([]byte("NTLMSSP\x00"), le32(1), le32(unicode), make([]byte, 24)),
		join([]byte("NTLMSSP\x00"), le32(2), fieldsOf(56, 0, wide(domain)), le32(unicode), noise(8, s.seed), make([]byte, 8), fieldsOf(56, len(wide(domain)), info), make([]byte, 8), wide(domain), info))
	parts := [][]byte{noise(24, s.seed), noise(120, s.seed+1), wide(domain), wide(user), wide(workstation), nil}
	head, at := join([]byte("NTLMSSP\x00"), le32(3)), 72
	for _, p := range parts {
		head = join(head, fieldsOf(at, 0, p))
		at += len(p)
	}
	s.setup(status, join(head, le32(unicode), make([]byte, 8), join(parts...)), nil)
	s.smb.loggedOn = status == 0
}

// fieldsOf is a length, an allocated length and an offset (MS-NLMP §2.2).
func fieldsOf(from, offset int, b []byte) []byte {
	return join(le16(len(b)), le16(len(b)), le32(uint32(from+offset)))
}

// setup is one round of SESSION_SETUP (MS-SMB2 §2.2.5).
func (s *Speech) setup(status uint32, token, answer []byte) {
	s.smb2(1, status, join(le16(25), []byte{0, 1}, le32(1), le32(0), le16(88), le16(len(token)), make([]byte, 8), token),
		join(le16(9), le16(0), le16(72), le16(len(answer)), answer, []byte{0}))
}

// ensure logs on as the user that an event names, where nobody has.
func (s *Speech) ensure(user string) {
	if s.smb.loggedOn {
		return
	}
	domain, name, both := strings.Cut(user, `\`)
	if !both {
		domain, name = "", user
	}
	s.ntlm(domain, name, "", "", 0)
}
