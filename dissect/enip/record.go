package enip

import (
	"bytes"
	"encoding/binary"
	"strconv"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/tree"
)

// maxWaiting bounds the requests that wait for their answers; the oldest one is told without.
const maxWaiting = 16

// request is one that waits for its answer, which has its command and the context that its sender chose (CIP Volume 2 §2-3.1).
type request struct {
	command uint16
	context [8]byte
	said    tree.Node
}

// tell records a message: a request with its answer, or alone where none comes. It gives the message with its request, for alerts.
func (p *parser) tell(dir dissect.Dir, b []byte, said tree.Node) tree.Node {
	r := request{command: binary.LittleEndian.Uint16(b), said: said}
	copy(r.context[:], b[12:])
	if dir == dissect.Orig {
		if len(p.waiting) == maxWaiting {
			p.record(tree.Of("enip", p.waiting[0].said))
			p.waiting = append(p.waiting[:0], p.waiting[1:]...)
		}
		p.waiting = append(p.waiting, r)
		return tree.Of("enip", said)
	}
	whole := tree.Of("enip")
	for i, w := range p.waiting {
		if w.command == r.command && w.context == r.context {
			whole.Add(w.said)
			p.waiting = append(p.waiting[:i], p.waiting[i+1:]...)
			break
		}
	}
	whole.Add(said)
	p.record(whole)
	return whole
}

func (p *parser) record(body tree.Node) {
	if p.f.Detailed() {
		p.f.Record("enip", dissect.Orig, body)
	}
}

// said begins what is told of a message.
func said(dir dissect.Dir, b []byte) tree.Node {
	command := binary.LittleEndian.Uint16(b)
	if dir == dissect.Orig {
		return tree.Of("request", tree.Str("command", commands[command]))
	}
	status := binary.LittleEndian.Uint32(b[8:])
	return tree.Of("response", tree.Str("command", commands[command]), tree.Str("status", named(statuses, status)))
}

// named is the name of a number, or else its digits.
func named[T ~uint8 | ~uint16 | ~uint32](names map[T]string, n T) string {
	if name := names[n]; name != "" {
		return name
	}
	return strconv.FormatUint(uint64(n), 10)
}

// commands of CIP Volume 2 §2-3.2.
var commands = map[uint16]string{0: "nop", listServices: "list_services", listIdentity: "list_identity", listInterfaces: "list_interfaces",
	register: "register_session", 0x66: "unregister_session", sendRR: "send_rr_data", sendUnit: "send_unit_data", 0x72: "indicate_status", 0x73: "cancel"}

// statuses of CIP Volume 2 §2-3.5.
var statuses = map[uint32]string{0: "success", 1: "invalid_cmd", 2: "no_resources", 3: "invalid_data", 0x64: "invalid_session", 0x65: "invalid_length",
	0x69: "unsupported_prot_rev", 0x6a: "encap_header_error"}

// vendors that are met often; others are told by number.
var vendors = map[uint16]string{1: "Rockwell Automation/Allen-Bradley", 40: "WAGO Corporation", 47: "OMRON Corporation", 90: "HMS Industrial Networks AB",
	161: "Mitsubishi Electric Corporation", 283: "Hilscher GmbH"}

// devices are some profiles (CIP Volume 1 §6).
var devices = map[uint16]string{2: "AC Drive", 7: "General Purpose Discrete I/O", 0x0c: "Communications Adapter", 0x0e: "Programmable Logic Controller", 0x18: "Human-Machine Interface"}

// services are the common ones of CIP Volume 1 appendix A, and those of the connection manager and of tags.
var services = map[byte]string{1: "Get Attributes All", 2: "Set Attributes All", getAttributeList: "Get Attribute List", setAttributeList: "Set Attribute List", 5: "Reset",
	6: "Start", 7: "Stop", 8: "Create", 9: "Delete", manyServices: "Multiple Service Packet", 0x0d: "Apply Attributes", 0x0e: "Get Attribute Single",
	0x10: "Set Attribute Single", 0x11: "Find Next Object Instance", 0x15: "Restore", 0x16: "Save", 0x17: "No Operation", 0x4c: "Read Tag", 0x4d: "Write Tag",
	0x4e: "Forward Close", 0x52: "Unconnected Send", 0x54: "Forward Open", 0x55: "Get Instance Attribute List"}

// classes of objects (CIP Volume 1 §5).
var classes = map[uint32]string{1: "Identity", 2: "Message Router", 3: "DeviceNet", 4: "Assembly", 5: "Connection", 6: "Connection Manager", 0x0f: "Parameter", 0x37: "File",
	0x6b: "Symbol", 0x6c: "Template", 0xf5: "TCP/IP Interface", 0xf6: "Ethernet Link"}

// identified is an identity item that is long enough, with its name (CIP Volume 2 §2-4.2.3).
func identified(d, name []byte) tree.Node {
	u16 := func(at int) uint16 { return binary.LittleEndian.Uint16(d[at:]) }
	return tree.Of("identity", tree.Num("protocol_version", u16(0)), tree.Str("vendor_id", named(vendors, u16(18))), tree.Str("device_type", named(devices, u16(20))),
		tree.Num("product_code", u16(22)), tree.Str("revision", strconv.Itoa(int(d[24]))+"."+strconv.Itoa(int(d[25]))), tree.Num("status", u16(26)),
		tree.Num("serial", binary.LittleEndian.Uint32(d[28:])), tree.Str("product_name", text(name)))
}

// text is what can be printed.
func text(b []byte) string {
	return string(bytes.ToValidUTF8(bytes.TrimRight(b, "\x00"), []byte("\uFFFD")))
}
