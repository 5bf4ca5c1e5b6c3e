// Package snmp reads SNMP of all versions (RFC 1157, RFC 3416, RFC 3412): what is asked of devices, and under which version.
package snmp

import (
	"errors"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/yagura-project/yagura/dissect"
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
	community []byte
	user      []byte
	pdu       int // 0 get-request … 8 report; -1 encrypted
	trap      int // generic-trap of version 1; -1 none
	oid       []byte
	agent     []byte
	security  int // model of version 3
	variables int
	list      cryptobyte.String // of the variables
}

// userModel is the security model of RFC 3414.
const userModel = 3

// Tags of PDUs.
const (
	contextPDU = asn1.Tag(0xa0)
	lastPDU    = 8
	longTag    = 0xbf
)

// read reads one message; ok is false when it is malformed.
func read(b []byte) (m message, ok bool) {
	s := cryptobyte.String(b)
	var outer cryptobyte.String
	var version int
	m.pdu, m.trap = -1, -1
	if !s.ReadASN1(&outer, asn1.SEQUENCE) || !outer.ReadASN1Integer(&version) || version < 0 || version > 3 || version == 2 {
		return m, false
	}
	if m.version = version + 1; version == 3 {
		m.version = 3
		return m, m.three(outer)
	}
	var community cryptobyte.String
	if !outer.ReadASN1(&community, asn1.OCTET_STRING) {
		return m, false
	}
	m.community = community
	return m, m.body(outer)
}

// body reads a PDU (RFC 3416 §3, RFC 1157 §4.1).
func (m *message) body(s cryptobyte.String) bool {
	var pdu, list, one cryptobyte.String
	var tag asn1.Tag
	if len(s) > 2 && s[0] == longTag && s[1] <= lastPDU { // the number of the PDU stands in a byte of its own (X.690 §8.1.2.4)
		s = append(cryptobyte.String{byte(contextPDU) | s[1]}, s[2:]...)
	}
	if !s.ReadAnyASN1(&pdu, &tag) || tag < contextPDU || tag > contextPDU+lastPDU {
		return false
	}
	if m.pdu = int(tag - contextPDU); m.pdu == 4 {
		return m.trapOne(pdu)
	}
	if !skip(&pdu, 3) || !pdu.ReadASN1(&list, asn1.SEQUENCE) {
		return false
	}
	m.list = list
	for list.ReadASN1(&one, asn1.SEQUENCE) {
		m.variables++
	}
	return true
}

// names are the identifiers of the variables with spaces between them, as many as an attribute has room for.
func (m *message) names() (out string) {
	list := m.list
	var one, oid cryptobyte.String
	for list.ReadASN1(&one, asn1.SEQUENCE) && one.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) {
		s := dotted(oid)
		if len(out)+1+len(s) > event.MaxAttrValue {
			break
		}
		out = strings.TrimLeft(out+" "+s, " ")
	}
	return out
}

// skip passes over n integers.
func skip(s *cryptobyte.String, n int) bool {
	for range n {
		if !s.SkipASN1(asn1.INTEGER) {
			return false
		}
	}
	return true
}

// trapOne reads Trap-PDU of version 1 (RFC 1157 §4.1.6).
func (m *message) trapOne(s cryptobyte.String) bool {
	const ipAddress = asn1.Tag(0x40)
	var oid, agent cryptobyte.String
	if !s.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) || !s.ReadASN1(&agent, ipAddress) || !s.ReadASN1Integer(&m.trap) {
		return false
	}
	m.oid, m.agent = oid, agent
	return true
}

// three reads a message of version 3 (RFC 3412 §6) up to where it is encrypted.
func (m *message) three(s cryptobyte.String) bool {
	var global, flags, params, scoped cryptobyte.String
	if !s.ReadASN1(&global, asn1.SEQUENCE) || !skip(&global, 2) ||
		!global.ReadASN1(&flags, asn1.OCTET_STRING) || !global.ReadASN1Integer(&m.security) || !s.ReadASN1(&params, asn1.OCTET_STRING) {
		return false
	}
	if m.security == userModel {
		var usm, user cryptobyte.String
		if !params.ReadASN1(&usm, asn1.SEQUENCE) || !usm.SkipASN1(asn1.OCTET_STRING) || !skip(&usm, 2) ||
			!usm.ReadASN1(&user, asn1.OCTET_STRING) {
			return false
		}
		m.user = user
	}
	if s.PeekASN1Tag(asn1.OCTET_STRING) {
		return true // encrypted
	}
	return s.ReadASN1(&scoped, asn1.SEQUENCE) && scoped.SkipASN1(asn1.OCTET_STRING) && scoped.SkipASN1(asn1.OCTET_STRING) && m.body(scoped)
}
