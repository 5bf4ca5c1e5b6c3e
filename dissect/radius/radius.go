// Package radius reads RADIUS (RFC 2865, RFC 2866) between switches and the server that lets people in: who logged on, with which machine, at which port.
package radius

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"strconv"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// Protocol is RADIUS over UDP. Passwords are never read.
var Protocol = dissect.Protocol{
	Name:      "radius",
	Spec:      "RFC 2865, RFC 2866, RFC 2868, RFC 2869, RFC 3162, RFC 5176, RFC 6911",
	UDP:       []uint16{1812, 1813, 1645, 1646, 3799},
	Probe:     probe,
	Datagrams: func(f *dissect.Flow) dissect.Datagrams { return &parser{f: f} },
}

// codes are those of RFC 2865 §4, RFC 2866 §4 and RFC 5176 §2.3.
var codes = [46]bool{1: true, 2: true, 3: true, 4: true, 5: true, 11: true, 12: true, 13: true, 40: true, 41: true, 42: true, 43: true, 44: true, 45: true}

// operations are the codes that are told of.
var operations = map[byte]string{1: "access_request", 2: "access_accept", 3: "access_reject", 4: "accounting_request", 40: "disconnect_request", 41: "disconnect_ack",
	42: "disconnect_nak", 43: "coa_request", 44: "coa_ack", 45: "coa_nak"}

// verdicts are the answers among them, with the request that they are to.
var verdicts = map[byte]byte{2: 1, 3: 1, 41: 40, 42: 40, 44: 43, 45: 43}

const header = 20

var errMessage = errors.New("radius: malformed message")

func probe(_ dissect.Dir, b []byte, udp bool, _ uint16) dissect.Match {
	if !udp || len(b) < header || int(b[0]) >= len(codes) || !codes[b[0]] {
		return dissect.No
	}
	if size := int(binary.BigEndian.Uint16(b[2:])); size < header || size > len(b) {
		return dissect.No
	}
	return dissect.Yes
}

type parser struct {
	f     *dissect.Flow
	asked map[[2]byte][]event.Attr // of the requests, by code and identifier
}

// Datagram reads one message and tells of it. What a switch repeats for the same session is told again: it confirms it.
func (p *parser) Datagram(dir dissect.Dir, b []byte) error {
	if probe(dir, b, true, 0) != dissect.Yes {
		return errMessage
	}
	op := operations[b[0]]
	if op == "" {
		return nil
	}
	e := &event.AppActivity{Header: p.f.Head(), Conn: p.f.Conn, Protocol: "radius", Operation: op}
	e.Back = verdicts[b[0]] != 0
	attributes(e, b[header:binary.BigEndian.Uint16(b[2:])])
	p.pair(e, b[0], b[1])
	p.f.Emit(e)
	return nil
}

// pair gives a verdict what its request said of whom it is about, for a refusal names nobody: they have the same identifier (RFC 2865 §3). A
// repeated answer finds the request, too; the next one by that number takes its place.
func (p *parser) pair(e *event.AppActivity, code, id byte) {
	asked := verdicts[code]
	if asked == 0 {
		if code != 4 {
			if p.asked == nil {
				p.asked = map[[2]byte][]event.Attr{}
			}
			p.asked[[2]byte{code, id}] = e.Attrs
		}
		return
	}
	for _, a := range p.asked[[2]byte{asked, id}] {
		if e.Attr(a.Name) == "" {
			e.Add(a.Name, a.Value)
		}
	}
}

// Close implements dissect.Datagrams; nothing is open.
func (p *parser) Close() {}

// kind is how an attribute is written (RFC 2865 §5).
type kind int

const (
	text kind = iota
	number
	address
	tagged // text, perhaps behind a byte that says which tunnel it is about (RFC 2868 §3.6)
)

// wanted are the attributes that are told; RFC 2865 §5, RFC 2866 §5, RFC 2868 §3, RFC 2869 §5, RFC 3162 §2, RFC 5176 §3 and RFC 6911 §3 number them.
var wanted = map[byte]struct {
	name string
	kind kind
}{
	1: {"user_name", text}, 4: {"nas_ip_address", address}, 5: {"nas_port", number}, 8: {"framed_ip_address", address}, 30: {"called_station_id", text},
	18: {"reply_message", text}, 31: {"calling_station_id", text}, 32: {"nas_identifier", text}, 40: {"acct_status_type", number}, 44: {"acct_session_id", text}, 81: {"vlan", tagged},
	87: {"nas_port_id", text}, 95: {"nas_ipv6_address", address}, 101: {"error_cause", number}, 168: {"framed_ipv6_address", address},
}

// statusTypes are the values of Acct-Status-Type (RFC 2866 §5.1).
var statusTypes = map[uint32]string{1: "start", 2: "stop", 3: "interim_update", 7: "accounting_on", 8: "accounting_off"}

// attributes reads type, length and value after each other; a broken one ends the list.
func attributes(e *event.AppActivity, b []byte) {
	for len(b) >= 2 {
		size := int(b[1])
		if size < 2 || size > len(b) {
			return
		}
		if w, ok := wanted[b[0]]; ok && e.Attr(w.name) == "" {
			e.Add(w.name, value(b[0], w.kind, b[2:size]))
		}
		b = b[size:]
	}
}

func value(typ byte, k kind, v []byte) string {
	switch {
	case k == tagged && len(v) > 0 && v[0] < ' ':
		return dissect.Text(string(v[1:]), "?")
	case k == text, k == tagged:
		return dissect.Text(string(v), "?")
	case k == address:
		if ip, ok := netip.AddrFromSlice(v); ok {
			return ip.String()
		}
		return ""
	case len(v) != 4:
		return ""
	}
	n := binary.BigEndian.Uint32(v)
	if name := statusTypes[n]; typ == 40 && name != "" {
		return name
	}
	return strconv.FormatUint(uint64(n), 10)
}
