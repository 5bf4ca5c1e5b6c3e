package forge

import (
	"strings"

	"github.com/yagura-project/yagura/event"
)

// maxEntries is how many entries of an answer are written at most.
const maxEntries = 5000

// ldap is a search and its end (RFC 4511 §4.5); the filter is sent as one of presence where it has no simple shape.
func (s *Speech) ldap(e *event.LDAPActivity) bool {
	if e.Operation != "search" {
		return false
	}
	scope := map[string]byte{"base": 0, "one": 1, "sub": 2}[e.Scope]
	attrs := make([][]byte, 0, len(e.Attributes))
	for _, a := range e.Attributes {
		attrs = append(attrs, octets([]byte(a)))
	}
	id := integer(int(max(e.MessageID, 1)))
	search := der(0x63, octets([]byte(e.DN)), der(10, []byte{scope}), der(10, []byte{0}), integer(int(e.SizeLimit)), integer(0), der(1, []byte{0}), filter(e.Filter), der(0x30, attrs...))
	var controls []byte
	if e.Paged {
		controls = ctx(0, der(0x30, octets([]byte("1.2.840.113556.1.4.319")), octets(der(0x30, integer(1000), octets(nil)))))
	}
	s.say(client, der(0x30, id, search, controls))
	if !e.Answered {
		return true
	}
	var answer []byte
	n := min(e.Entries, maxEntries)
	size := uint64(60)
	if n > 0 {
		size = min(max(size, e.Bytes/uint64(n)), 1200)
	}
	for range n {
		value := der(0x30, octets([]byte("description")), der(0x31, octets(content(nil, "", size-50))))
		answer = append(answer, der(0x30, id, der(0x64, octets([]byte("CN=x,"+e.DN)), der(0x30, value)))...)
	}
	s.say(server, append(answer, der(0x30, id, der(0x65, der(10, []byte{byte(e.Result)}), octets(nil), octets(nil)))...))
	return true
}

// filter encodes a filter (RFC 4515): and, or, not, presence, equality, extensible matches.
func filter(f string) []byte {
	out, _ := filterAt(f)
	return out
}

func filterAt(f string) (out []byte, rest string) {
	f = strings.TrimPrefix(f, "(")
	tags := map[byte]byte{'&': 0xa0, '|': 0xa1, '!': 0xa2}
	if tag, ok := tags[(f + " ")[0]]; ok {
		var parts [][]byte
		for f = f[1:]; strings.HasPrefix(f, "("); {
			var p []byte
			p, f = filterAt(f)
			parts = append(parts, p)
		}
		return der(tag, parts...), strings.TrimPrefix(f, ")")
	}
	item, rest, _ := strings.Cut(f, ")")
	return filterItem(item), rest
}

func filterItem(item string) []byte {
	name, value, _ := strings.Cut(item, "=")
	attribute, rule, extensible := strings.Cut(strings.TrimSuffix(name, ":"), ":")
	switch {
	case extensible:
		return der(0xa9, der(0x81, []byte(rule)), der(0x82, []byte(attribute)), der(0x83, []byte(value)))
	case value == "*" || value == "":
		return der(0x87, []byte(name))
	}
	return der(0xa3, octets([]byte(name)), octets([]byte(value)))
}

// rdp is the request and the answer that begin a session (MS-RDPBCGR §2.2.1.1).
func (s *Speech) rdp(e *event.RDPActivity) bool {
	switch e.Step {
	case event.RDPRequest:
		cookie := []byte("Cookie: mstshash=" + e.Cookie + "\r\n")
		s.tpkt(client, join([]byte{0xe0, 0, 0, 0, 0, 0}, cookie, []byte{1, 0, 8, 0, byte(e.Requested), 0, 0, 0}))
	case event.RDPResponse:
		s.tpkt(server, []byte{0xd0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, byte(e.Selected), 0, 0, 0})
	default:
		return false
	}
	return true
}

// tpkt is a packet of X.224 over TCP (RFC 1006).
func (s *Speech) tpkt(from int, x []byte) {
	s.say(from, join([]byte{3, 0, 0, byte(len(x) + 5)}, []byte{byte(len(x))}, x))
}
