// Package ldap reads LDAP (RFC 4511) over TCP and CLDAP over UDP: who binds, what is searched and changed, and what comes back.
//
// Passwords are not kept.
package ldap

import (
	"encoding/binary"
	"errors"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/ber"
)

// Protocol is LDAP with a directory; 3268 is the global catalogue of Active Directory.
var Protocol = dissect.Protocol{
	Name:      "ldap",
	Spec:      "RFC 4511, RFC 4513, RFC 4515, RFC 2696, MS-ADTS §3.1.1.3 and §6.3.3",
	TCP:       []uint16{389, 3268},
	UDP:       []uint16{389},
	Anywhere:  true,
	Probe:     probe,
	Stream:    func(f *dissect.Flow) dissect.Stream { return newStream(f) },
	Datagrams: func(f *dissect.Flow) dissect.Datagrams { return newDatagrams(f) },
}

// errMessage says that bytes are no message of LDAP.
var errMessage = errors.New("ldap: malformed message")

// probe wants a message. On the usual ports it may also be a buffer of a security layer, where the beginning was missed.
func probe(_ dissect.Dir, b []byte, udp bool, port uint16) dissect.Match {
	if len(b) > 0 && b[0] == 0 && !udp && (port == 389 || port == 3268) {
		return secured(b)
	}
	return begins(b)
}

// secured wants the length of a buffer (RFC 4422 §3.7) and a token of Kerberos or NTLM.
func secured(b []byte) dissect.Match {
	if len(b) < 20 {
		return dissect.Maybe
	}
	if size := binary.BigEndian.Uint32(b); size >= 16 && size <= maxWrap && (sealed(b[4:]) || inside(b[4:]) != nil) {
		return dissect.Yes
	}
	return dissect.No
}

// begins wants an LDAPMessage: a SEQUENCE of a message id and an operation (RFC 4511 §4.1.1).
func begins(b []byte) dissect.Match {
	if len(b) > 0 && b[0] != ber.Sequence {
		return dissect.No
	}
	head, size, more, bad := ber.Head(b)
	switch {
	case more:
		return dissect.Maybe
	case bad || size < 5:
		return dissect.No
	}
	b = b[head:]
	if len(b) > 0 && b[0] != ber.Integer || len(b) > 1 && (b[1] < 1 || b[1] > 5) {
		return dissect.No
	}
	if len(b) < 2 || len(b) < 3+int(b[1]) {
		return dissect.Maybe
	}
	if operations[b[2+int(b[1])]] == nil {
		return dissect.No
	}
	return dissect.Yes
}
