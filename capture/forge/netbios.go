package forge

import (
	"encoding/binary"
	"net/netip"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// Types and operations of the NetBIOS name service (RFC 1002 §4.2).
const (
	typeNB           = 0x20
	opRegistration   = 5
	broadcastPointer = 0xc00c // to the name of the question
)

// netbiosName is the first-level encoding of a name (RFC 1001 §14.1): two letters a byte, padded by spaces; suffix 0x20, a file server.
func netbiosName(name string) []byte {
	padded := strings.ToUpper(name) + strings.Repeat(" ", 15)
	out := []byte{32}
	for _, c := range []byte(padded[:15] + "\x20") {
		out = append(out, 'A'+c>>4, 'A'+c&15)
	}
	return append(out, 0)
}

// NetBIOS is one message of the NetBIOS name service: a question, an answer, or a machine that registers its own name.
func NetBIOS(e *event.DNSActivity) []byte {
	name := netbiosName(e.Query)
	h := make([]byte, 12)
	binary.BigEndian.PutUint16(h, e.TxID)
	switch {
	case e.Activity == event.DNSResponse:
		flags := uint16(0x8580)
		if e.RCode == "NXDOMAIN" {
			flags |= 3
		}
		binary.BigEndian.PutUint16(h[2:], flags)
		binary.BigEndian.PutUint16(h[6:], 1)
		return join(h, name, netbiosRecord(e.Answers))
	case e.Op == "registration":
		binary.BigEndian.PutUint16(h[2:], opRegistration<<11|0x0110)
		binary.BigEndian.PutUint16(h[4:], 1)
		binary.BigEndian.PutUint16(h[10:], 1)
		return join(h, name, []byte{0, typeNB, 0, 1}, []byte{broadcastPointer >> 8, broadcastPointer & 0xff}, netbiosRecord(e.Answers))
	}
	binary.BigEndian.PutUint16(h[2:], 0x0110)
	binary.BigEndian.PutUint16(h[4:], 1)
	return join(h, name, []byte{0, typeNB, 0, 1})
}

// netbiosRecord is what stands behind the name: type, class, time to live, and the addresses with their flags.
func netbiosRecord(answers []event.DNSAnswer) []byte {
	var data []byte
	ttl := uint32(300)
	for _, a := range answers {
		if ip, err := netip.ParseAddr(a.Data); err == nil && ip.Is4() {
			b := ip.As4()
			data = append(append(data, 0, 0), b[:]...)
			ttl = a.TTL
		}
	}
	return join([]byte{0, typeNB, 0, 1}, be32(ttl), []byte{byte(len(data) >> 8), byte(len(data))}, data)
}
