package l2tp

import (
	"encoding/binary"
	"net/netip"
	"strconv"

	"github.com/yagura-project/yagura/dissect/utf16le"
	"github.com/yagura-project/yagura/event"
)

// form is how an attribute's value is written.
type form int

const (
	text form = iota
	number
	address
	result // a code, perhaps one of an error and a text (RFC 2661 §4.4.2)
	wire   // the type of a pseudowire
)

// wanted are the attributes that are told (RFC 2661 §4.4, RFC 3931 §5.4). Challenges and what answers them are not.
var wanted = map[uint16]struct {
	name string
	form form
}{
	1: {"result", result}, 7: {"host_name", text}, 8: {"vendor", text}, 9: {"tunnel_id", number}, 14: {"session_id", number},
	21: {"called_number", text}, 22: {"calling_number", text}, 23: {"sub_address", text}, 30: {"proxy_user", text}, 60: {"router_id", address}, 61: {"tunnel_id", number},
	63: {"session_id", number}, 64: {"remote_session_id", number}, 66: {"remote_end", text}, 68: {"pseudowire", wire},
}

// wires are types of pseudowires (IANA, "MPLS Pseudowire Types").
var wires = map[uint64]string{1: "Frame Relay", 4: "Ethernet VLAN", 5: "Ethernet", 6: "HDLC", 7: "PPP", 11: "IP"}

const (
	hidden  = 0x40
	maxAVPs = 128
)

// attributes reads AVPs one behind the other (RFC 2661 §4.1): flags and length, vendor, attribute, value. What is hidden, or a vendor's, is passed over.
func attributes(e *event.AppActivity, b []byte) {
	for range maxAVPs {
		if len(b) < 6 {
			return
		}
		size := int(binary.BigEndian.Uint16(b) & 0x3ff)
		if size < 6 || size > len(b) {
			return
		}
		w, ok := wanted[binary.BigEndian.Uint16(b[4:])]
		if ok && b[0]&hidden == 0 && binary.BigEndian.Uint16(b[2:]) == 0 && e.Attr(w.name) == "" {
			add(e, w.name, w.form, b[6:size])
		}
		b = b[size:]
	}
}

func add(e *event.AppActivity, name string, f form, v []byte) {
	switch f {
	case text:
		e.Add(name, utf16le.OEM(v, event.MaxAttrValue))
	case number:
		if len(v) == 2 || len(v) == 4 {
			e.Add(name, strconv.FormatUint(value(v), 10))
		}
	case address:
		if ip, ok := netip.AddrFromSlice(v); ok && ip.Is4() {
			e.Add(name, ip.String())
		}
	case wire:
		if len(v) == 2 {
			e.Add(name, named(value(v)))
		}
	case result:
		results(e, name, v)
	}
}

func named(n uint64) string {
	if s := wires[n]; s != "" {
		return s
	}
	return strconv.FormatUint(n, 10)
}

// results reads why a tunnel or a call ends.
func results(e *event.AppActivity, name string, v []byte) {
	if len(v) < 2 {
		return
	}
	e.Add(name, strconv.FormatUint(value(v[:2]), 10))
	if len(v) >= 4 {
		e.Add("error", strconv.FormatUint(value(v[2:4]), 10))
		e.Add("message", utf16le.OEM(v[4:], event.MaxAttrValue))
	}
}

func value(v []byte) (n uint64) {
	for _, c := range v {
		n = n<<8 | uint64(c)
	}
	return n
}
