package dcerpc

import (
	"encoding/binary"
	"net/netip"
	"strings"
)

// Tower is where the end point mapper says that an interface listens.
type Tower struct {
	UUID string
	Addr netip.AddrPort // TCP; the address is that of the answer, or unspecified
	Pipe string         // of SMB, when it is one
}

const maxTowers = 16

// mapRequest reads ept_map (C706 appendix O): an object, then the tower that is asked for.
func mapRequest(r *ndr, a args) {
	if t, ok := findTower(r.b); ok {
		if i := ByUUID(t.UUID); i != nil {
			a.put("interface", i.Name)
		}
		a.put("uuid", t.UUID)
		return
	}
	r.bad = true
}

// isMap tells whether a call is ept_map.
func (s *Session) isMap(c *call) bool {
	if c.opnum != 3 {
		return false
	}
	if ctx, ok := s.contexts.by[c.ctx]; ok {
		return ctx.iface != nil && ctx.iface.Name == "epmapper"
	}
	i := s.guess(c)
	return i != nil && i.Name == "epmapper"
}

// towers hands on the towers of an answer, and remembers the first as an argument of the call.
func (s *Session) towers(stub []byte, c *call) {
	for n := 0; n < maxTowers; n++ {
		t, rest, ok := nextTower(stub)
		if !ok {
			return
		}
		if s.Towers != nil {
			s.Towers(t)
		}
		stub = rest
	}
}

func findTower(b []byte) (Tower, bool) {
	t, _, ok := nextTower(b)
	return t, ok
}

// nextTower finds a tower by the beginning of its first two floors (C706 appendix L): a count of floors, then
// 19 bytes of left side that begin with 0x0d: UUID and version.
func nextTower(b []byte) (t Tower, rest []byte, ok bool) {
	for i := 0; i+5 < len(b); i++ {
		if b[i] >= 3 && b[i] <= 8 && b[i+1] == 0 && b[i+2] == 19 && b[i+3] == 0 && b[i+4] == 0x0d {
			if t, rest, ok = readTower(b[i:]); ok {
				return t, rest, true
			}
		}
	}
	return t, nil, false
}

func readTower(b []byte) (t Tower, rest []byte, ok bool) {
	floors := int(b[0])
	rest = b[2:]
	for f := range floors {
		left, right, after, fits := floor(rest)
		if !fits || len(left) == 0 {
			return t, nil, false
		}
		rest = after
		switch {
		case f == 0 && left[0] == 0x0d && len(left) == 19:
			t.UUID = formatUUID(left[1:], binary.LittleEndian)
		case left[0] == 0x07 && len(right) == 2: // TCP port, big-endian
			t.Addr = netip.AddrPortFrom(t.Addr.Addr(), binary.BigEndian.Uint16(right))
		case left[0] == 0x09 && len(right) == 4: // IPv4 address
			t.Addr = netip.AddrPortFrom(netip.AddrFrom4([4]byte(right)), t.Addr.Port())
		case left[0] == 0x0f: // named pipe
			t.Pipe = strings.TrimRight(string(right), "\x00")
		}
	}
	return t, rest, t.UUID != ""
}

// floor splits one floor: length and left side, length and right side.
func floor(b []byte) (left, right, rest []byte, ok bool) {
	if left, b, ok = counted(b); !ok {
		return nil, nil, nil, false
	}
	right, rest, ok = counted(b)
	return left, right, rest, ok
}

func counted(b []byte) (field, rest []byte, ok bool) {
	if len(b) < 2 {
		return nil, nil, false
	}
	n := int(binary.LittleEndian.Uint16(b))
	if n > len(b)-2 {
		return nil, nil, false
	}
	return b[2 : 2+n], b[2+n:], true
}
