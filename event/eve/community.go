package eve

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"net/netip"

	"github.com/yagura-project/yagura/event"
)

// communities makes Community IDs (version 1) and keeps those of the flows last seen.
type communities struct {
	kept [1024]struct {
		flow uint64
		text [communityLen]byte
	}
}

const communityLen = 30 // "1:" and 20 bytes in base64

// append writes the quoted id of a conversation.
func (s *communities) append(b []byte, c *event.Conn, seed uint16) []byte {
	k := &s.kept[c.FlowID&1023]
	if c.FlowID == 0 || k.flow != c.FlowID {
		k.flow = c.FlowID
		k.text = communityID(c, seed)
	}
	b = append(b, '"')
	b = append(b, k.text[:]...)
	return append(b, '"')
}

// communityID follows the specification of Community ID flow hashing, version 1.
func communityID(c *event.Conn, seed uint16) (text [communityLen]byte) {
	src, dst := c.Src.IP, c.Dst.IP
	sport, dport, oneWay := c.Src.Port, c.Dst.Port, false
	if c.Proto == event.ProtoICMP || c.Proto == event.ProtoICMPv6 {
		sport, dport, oneWay = icmpPorts(c)
	}
	if order := src.Compare(dst); !oneWay && (order > 0 || order == 0 && sport > dport) {
		src, dst, sport, dport = dst, src, dport, sport
	}
	var room [2 + 16 + 16 + 2 + 4]byte
	m := binary.BigEndian.AppendUint16(room[:0], seed)
	m = appendAddr(appendAddr(m, src), dst)
	m = append(m, byte(c.Proto), 0)
	if hasPorts(c.Proto) || c.Proto == event.ProtoICMP || c.Proto == event.ProtoICMPv6 {
		m = binary.BigEndian.AppendUint16(m, sport)
		m = binary.BigEndian.AppendUint16(m, dport)
	}
	sum := sha1.Sum(m)
	copy(text[:], "1:")
	base64.StdEncoding.Encode(text[2:], sum[:])
	return text
}

func appendAddr(b []byte, a netip.Addr) []byte {
	if a.Is4() {
		x := a.As4()
		return append(b, x[:]...)
	}
	x := a.As16()
	return append(b, x[:]...)
}

// icmpPorts stand type and its answer where ports would be; messages without an answer go one way.
func icmpPorts(c *event.Conn) (src, dst uint16, oneWay bool) {
	kind, code := c.Src.Port>>8, c.Src.Port&0xff
	answers := icmpAnswers
	if c.Proto == event.ProtoICMPv6 {
		answers = icmp6Answers
	}
	if answer, ok := answers[kind]; ok {
		return kind, answer, false
	}
	return kind, code, true
}

var (
	icmpAnswers  = map[uint16]uint16{0: 8, 8: 0, 9: 10, 10: 9, 13: 14, 14: 13, 15: 16, 16: 15, 17: 18, 18: 17}
	icmp6Answers = map[uint16]uint16{128: 129, 129: 128, 130: 131, 131: 130, 133: 134, 134: 133, 135: 136, 136: 135, 139: 140, 140: 139, 144: 145, 145: 144}
)
