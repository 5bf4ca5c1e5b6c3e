package ofp

import (
	"encoding/binary"
	"strings"
)

// Reserved ports (7.2.1).
const (
	PortInPort     = 0xfffffff8
	PortNormal     = 0xfffffffa
	PortController = 0xfffffffd
	PortLocal      = 0xfffffffe
	PortAny        = 0xffffffff
)

// Types of actions and instructions (7.2.5, 7.2.4).
const (
	actionOutput       = 0
	actionPushVLAN     = 17
	actionPopVLAN      = 18
	actionSetField     = 25
	actionExperimenter = 0xffff

	instructionGoto  = 1
	instructionApply = 4
)

// nicira is the experimenter number of Open vSwitch's own actions, subtypeNote that of its remark, which does nothing.
const (
	nicira      = 0x00002320
	subtypeNote = 8
)

// maxNote is how long a remark may be: its action ends within 16 bits of length, its flow within a frame.
const maxNote = 1024

// Action is one thing that is done to a frame. Exactly what Kind says is valid.
type Action struct {
	Kind   uint16
	Port   uint32 // output
	MaxLen uint16 // output to the controller: bytes of the frame that it is shown
	Ether  uint16 // push VLAN: 0x8100
	Field  Field  // set field
	Note   string // Open vSwitch's remark; trailing zero bytes are cut off
	Other  string // the body, after type and length, of all other actions
}

// Output sends the frame out of a port.
func Output(port uint32) Action { return Action{Kind: actionOutput, Port: port} }

// ToController shows the first bytes of the frame to the controller.
func ToController(bytes uint16) Action {
	return Action{Kind: actionOutput, Port: PortController, MaxLen: bytes}
}

// PushVLAN puts an empty 802.1Q tag on; a set field of FieldVLAN must follow.
func PushVLAN() Action { return Action{Kind: actionPushVLAN, Ether: EthVLAN} }

// PopVLAN takes the outer tag off.
func PopVLAN() Action { return Action{Kind: actionPopVLAN} }

// SetVLAN gives the tag its number, 1 to 4094.
func SetVLAN(id uint16) Action {
	return Action{Kind: actionSetField, Field: U16(FieldVLAN, VLANPresent|id)}
}

// Remark does nothing to the frame and says something to whoever reads the flow, at most 1,024 bytes. Only Open vSwitch knows it.
func Remark(text string) Action {
	return Action{Kind: actionExperimenter, Note: text[:min(len(text), maxNote)]}
}

func (a Action) append(b []byte) []byte {
	from := len(b)
	b = binary.BigEndian.AppendUint32(b, uint32(a.Kind)<<16)
	switch {
	case a.Kind == actionOutput:
		b = binary.BigEndian.AppendUint32(b, a.Port)
		b = binary.BigEndian.AppendUint16(b, a.MaxLen)
		b = append(b, 0, 0, 0, 0, 0, 0)
	case a.Kind == actionPushVLAN:
		b = binary.BigEndian.AppendUint16(b, a.Ether)
		b = append(b, 0, 0)
	case a.Kind == actionPopVLAN:
		b = append(b, 0, 0, 0, 0)
	case a.Kind == actionSetField:
		b = a.Field.append(b)
	case a.Kind == actionExperimenter && a.Other == "":
		b = binary.BigEndian.AppendUint32(b, nicira)
		b = binary.BigEndian.AppendUint16(b, subtypeNote)
		b = append(b, a.Note...)
	default:
		b = append(b, a.Other...)
	}
	b = pad(b, from)
	binary.BigEndian.PutUint16(b[from+2:], uint16(len(b)-from))
	return b
}

func decodeActions(c *cursor) ([]Action, error) {
	var out []Action
	for len(c.b) > 0 {
		kind, n := c.u16(), int(c.u16())
		body := &cursor{b: c.take(n - 4)}
		if c.short || n%8 != 0 {
			return nil, malformed("an action of type %d has %d bytes", kind, n)
		}
		a, err := decodeAction(kind, body)
		if err != nil {
			return nil, err
		}
		if body.short {
			return nil, malformed("an action of type %d ends early", kind)
		}
		out = append(out, a)
	}
	return out, nil
}

func decodeAction(kind uint16, c *cursor) (a Action, err error) {
	a.Kind = kind
	whole := string(c.b)
	switch kind {
	case actionOutput:
		a.Port, a.MaxLen = c.u32(), c.u16()
	case actionPushVLAN:
		a.Ether = c.u16()
	case actionPopVLAN:
	case actionSetField:
		a.Field, err = decodeField(c)
	case actionExperimenter:
		if c.u32() == nicira && c.u16() == subtypeNote {
			a.Note = strings.TrimRight(string(c.rest()), "\x00")
			return a, nil
		}
		a.Other = whole
	default:
		a.Other = whole
	}
	return a, err
}

// Instructions are what happens to a frame that a flow matches: Apply at once, then on to table Goto; with
// neither it is dropped.
type Instructions struct {
	Apply []Action
	Goto  uint8   // 0 = nowhere: no flow can go back to the first table
	Other []Other // instructions that this package does not read
}

// Other is an instruction with its type and its body.
type Other struct {
	Kind uint16
	Body string
}

func (in Instructions) append(b []byte) []byte {
	if len(in.Apply) > 0 {
		from := len(b)
		b = append(b, 0, instructionApply, 0, 0, 0, 0, 0, 0)
		for _, a := range in.Apply {
			b = a.append(b)
		}
		binary.BigEndian.PutUint16(b[from+2:], uint16(len(b)-from))
	}
	for _, o := range in.Other {
		b = binary.BigEndian.AppendUint16(b, o.Kind)
		b = binary.BigEndian.AppendUint16(b, uint16(4+len(o.Body)))
		b = append(b, o.Body...)
	}
	if in.Goto != 0 {
		b = append(b, 0, instructionGoto, 0, 8, in.Goto, 0, 0, 0)
	}
	return b
}

// Key is equal for equal instructions.
func (in Instructions) Key() string { return string(in.append(nil)) }

// Note is the first remark among the actions.
func (in Instructions) Note() string {
	for _, a := range in.Apply {
		if a.Kind == actionExperimenter && a.Note != "" {
			return a.Note
		}
	}
	return ""
}

func decodeInstructions(c *cursor) (in Instructions, err error) {
	for len(c.b) > 0 && err == nil {
		kind, n := c.u16(), int(c.u16())
		body := &cursor{b: c.take(n - 4)}
		if c.short || n%8 != 0 {
			return in, malformed("an instruction of type %d has %d bytes", kind, n)
		}
		switch kind {
		case instructionGoto:
			in.Goto = body.u8()
		case instructionApply:
			body.skip(4)
			var more []Action
			more, err = decodeActions(body)
			in.Apply = append(in.Apply, more...)
		default:
			in.Other = append(in.Other, Other{kind, string(body.rest())})
		}
		if err == nil && body.short {
			err = malformed("an instruction of type %d ends early", kind)
		}
	}
	return in, err
}
