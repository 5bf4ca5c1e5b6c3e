// Package snmp reads SNMP of all versions (RFC 1157, RFC 3416, RFC 3412): what is asked of devices, and under which version.
package snmp

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/ber"
	"github.com/yagura-project/yagura/event"
)

// Protocol is SNMP over UDP on any port.
var Protocol = dissect.Protocol{
	Name:      "snmp",
	Spec:      "RFC 1157, RFC 1901, RFC 3412, RFC 3414, RFC 3416",
	UDP:       []uint16{161, 162},
	Anywhere:  true,
	Probe:     probe,
	Datagrams: func(f *dissect.Flow) dissect.Datagrams { return &parser{f: f} },
}

var errMessage = errors.New("snmp: malformed message")

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if !udp || len(b) < 10 || b[0] != 0x30 {
		return dissect.No
	}
	if m, ok := read(b); !ok || m.version > 3 {
		return dissect.No
	}
	return dissect.Yes
}

// message is what is read of one.
type message struct {
	version   int // 1, 2 (2c), 3
	community elements
	user      elements
	pdu       int      // 0 get-request … 8 report; -1 encrypted
	status    int      // error-status of a response
	trap      int      // generic-trap of version 1; -1 none
	specific  int      // specific-trap, which counts where that is 6
	oid       elements // which trap it is
	agent     elements
	security  int      // model of version 3
	list      elements // of the variables
}

// userModel is the security model of RFC 3414.
const userModel = 3

// Tags (RFC 2578 §2, RFC 3416 §3).
const (
	objectID   = 0x06
	ipAddress  = 0x40
	contextPDU = 0xa0
	lastPDU    = 8
	longTag    = 0xbf
)

// Numbers of PDUs that are looked at (RFC 3416 §3).
const (
	response = 2
	setting  = 3
	trapOne  = 4
	inform   = 6
	report   = 8
)

// changes tells operations of which each is of interest from those that repeat: what is set, announced and reported.
func changes(pdu int) bool { return pdu == setting || pdu >= inform && pdu <= report }

// failures are the values of error-status (RFC 3416 §3).
var failures = [...]string{1: "too_big", 2: "no_such_name", 3: "bad_value", 4: "read_only", 5: "gen_err", 6: "no_access", 7: "wrong_type", 8: "wrong_length",
	9: "wrong_encoding", 10: "wrong_value", 11: "no_creation", 12: "inconsistent_value", 13: "resource_unavailable", 14: "commit_failed", 15: "undo_failed",
	16: "authorization_error", 17: "not_writable", 18: "inconsistent_name"}

// failure is why the agent refused, "" where it did not.
func (m *message) failure() string {
	switch {
	case m.status == 0:
		return ""
	case m.status > 0 && m.status < len(failures):
		return failures[m.status]
	}
	return strconv.Itoa(m.status)
}

// elements are what is left of a list. Lengths and numbers may be longer than they need be, as agents write them (RFC 1906 §8 (1)).
type elements []byte

// next takes the next element, which must have that tag.
func (s *elements) next(tag byte) (elements, bool) {
	e, rest, ok := ber.Next(*s)
	if !ok || e.Tag != tag {
		return nil, false
	}
	*s = rest
	return e.Body, true
}

// number takes an INTEGER.
func (s *elements) number() (int, bool) {
	b, ok := s.next(ber.Integer)
	return int(ber.Int(b)), ok && len(b) > 0 && len(b) <= 8
}

// skip passes over elements of these tags.
func (s *elements) skip(tags ...byte) bool {
	for _, tag := range tags {
		if _, ok := s.next(tag); !ok {
			return false
		}
	}
	return true
}

// read reads one message; ok is false when it is malformed.
func read(b []byte) (m message, ok bool) {
	s := elements(b)
	m.pdu, m.trap = -1, -1
	outer, ok := s.next(ber.Sequence)
	if !ok {
		return m, false
	}
	version, ok := outer.number()
	if !ok || version < 0 || version > 3 || version == 2 {
		return m, false
	}
	if m.version = version + 1; version == 3 {
		m.version = 3
		return m, m.three(outer)
	}
	community, ok := outer.next(ber.OctetString)
	if !ok {
		return m, false
	}
	m.community = community
	return m, m.body(outer)
}

// body reads a PDU (RFC 3416 §3, RFC 1157 §4.1).
func (m *message) body(s elements) bool {
	if len(s) > 2 && s[0] == longTag && s[1] <= lastPDU { // the number of the PDU stands in a byte of its own (X.690 §8.1.2.4)
		s = append(elements{contextPDU | s[1]}, s[2:]...)
	}
	e, _, ok := ber.Next(s)
	if !ok || e.Tag < contextPDU || e.Tag > contextPDU+lastPDU {
		return false
	}
	pdu := elements(e.Body)
	if m.pdu = int(e.Tag - contextPDU); m.pdu == trapOne {
		return m.trapOne(pdu)
	}
	if !pdu.skip(ber.Integer) {
		return false
	}
	status, ok := pdu.number()
	if !ok || !pdu.skip(ber.Integer) {
		return false
	}
	if m.pdu == response {
		m.status = status
	}
	if m.list, ok = pdu.next(ber.Sequence); ok && m.pdu >= inform {
		m.oid = m.named()
	}
	return ok
}

// trapOID is snmpTrapOID.0, by which traps of version 2 say what they are (RFC 3416 §4.2.6).
var trapOID = []byte{0x2b, 6, 1, 6, 3, 1, 1, 4, 1, 0}

// named is the value of that variable, which is the second one; nil where it is not.
func (m *message) named() elements {
	list := m.list
	if _, ok := list.next(ber.Sequence); !ok {
		return nil
	}
	one, _ := list.next(ber.Sequence)
	if oid, ok := one.next(objectID); !ok || !bytes.Equal(oid, trapOID) {
		return nil
	}
	oid, _ := one.next(objectID)
	return oid
}

// names are the identifiers of the variables with spaces between them, as many as an attribute has room for.
func (m *message) names() (out string) {
	for list := m.list; ; {
		one, ok := list.next(ber.Sequence)
		oid, has := one.next(objectID)
		if !ok || !has {
			return out
		}
		s := dotted(oid)
		if len(out)+1+len(s) > event.MaxAttrValue {
			return out
		}
		out = strings.TrimLeft(out+" "+s, " ")
	}
}

// trapOne reads Trap-PDU of version 1 (RFC 1157 §4.1.6).
func (m *message) trapOne(s elements) bool {
	oid, ok := s.next(objectID)
	agent, has := s.next(ipAddress)
	trap, is := s.number()
	specific, says := s.number()
	if !ok || !has || !is || !says {
		return false
	}
	m.oid, m.agent, m.trap, m.specific = oid, agent, trap, specific
	return true
}

// three reads a message of version 3 (RFC 3412 §6) up to where it is encrypted.
func (m *message) three(s elements) bool {
	global, ok := s.next(ber.Sequence)
	if !ok || !global.skip(ber.Integer, ber.Integer, ber.OctetString) {
		return false
	}
	if m.security, ok = global.number(); !ok {
		return false
	}
	params, ok := s.next(ber.OctetString)
	if !ok {
		return false
	}
	if m.security == userModel {
		usm, ok := params.next(ber.Sequence)
		if !ok || !usm.skip(ber.OctetString, ber.Integer, ber.Integer) {
			return false
		}
		if m.user, ok = usm.next(ber.OctetString); !ok {
			return false
		}
	}
	if len(s) > 0 && s[0] == ber.OctetString {
		return true // encrypted
	}
	scoped, ok := s.next(ber.Sequence)
	return ok && scoped.skip(ber.OctetString, ber.OctetString) && m.body(scoped)
}
