package ofp

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Hello opens the conversation (7.5.1). Versions are those that the sender speaks.
type Hello struct {
	Versions uint32 // bit n = wire version n; 0 = only the header's version counts
}

// Type is TypeHello.
func (*Hello) Type() Type { return TypeHello }

func (h *Hello) append(b []byte) []byte {
	if h.Versions == 0 {
		return b
	}
	b = append(b, 0, 1, 0, 8) // OFPHET_VERSIONBITMAP
	return binary.BigEndian.AppendUint32(b, h.Versions)
}

// Speaks13 reports whether both sides can agree on 1.3: by the bitmap where there is one, else by the header (7.5.1).
func (h *Hello) Speaks13(header uint8) bool {
	if h.Versions != 0 {
		return h.Versions&(1<<Version) != 0
	}
	return header >= Version
}

func decodeHello(c *cursor) (*Hello, error) {
	h := &Hello{}
	for len(c.b) >= 4 {
		kind, n := c.u16(), int(c.u16())
		if n < 4 {
			return h, malformed("a hello element of %d bytes", n)
		}
		body := &cursor{b: c.take(n - 4)}
		if kind == 1 && len(body.b) >= 4 {
			h.Versions = body.u32()
		}
		c.take(min((8-n%8)%8, len(c.b)))
	}
	return h, nil
}

// Error is the switch's refusal (7.4.4).
type Error struct {
	Kind, Code uint16
	Data       []byte // the first bytes of what it refuses
}

// Type is TypeError.
func (*Error) Type() Type { return TypeError }

func (e *Error) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint16(b, e.Kind)
	return append(binary.BigEndian.AppendUint16(b, e.Code), e.Data...)
}

func decodeError(c *cursor) (*Error, error) {
	return &Error{Kind: c.u16(), Code: c.u16(), Data: bytes.Clone(c.rest())}, nil
}

// Kinds of errors that a controller of flows meets (7.4.4).
var errorKinds = map[uint16]string{0: "hello failed", 1: "bad request", 2: "bad action", 3: "bad instruction", 4: "bad match",
	5: "flow-mod failed", 6: "group-mod failed", 8: "table-mod failed", 13: "table features failed", 0xffff: "experimenter"}

// Reasons of a failed flow-mod (7.4.4).
var flowModReasons = map[uint16]string{0: "unknown", 1: "the table is full", 2: "bad table", 3: "overlap", 4: "not permitted", 5: "bad timeout", 6: "bad command", 7: "bad flags"}

// Error is the refusal in words, with its numbers.
func (e *Error) Error() string {
	kind, known := errorKinds[e.Kind]
	if !known {
		kind = "error"
	}
	if reason, known := flowModReasons[e.Code]; known && e.Kind == 5 {
		kind += ", " + reason
	}
	return fmt.Sprintf("the switch refuses: %s (type %d, code %d)", kind, e.Kind, e.Code)
}

// Echo asks whether the other side lives, or answers that (7.5.2, 7.5.3).
type Echo struct {
	Reply bool
	Data  []byte
}

// Type tells question from answer.
func (e *Echo) Type() Type {
	if e.Reply {
		return TypeEchoReply
	}
	return TypeEchoRequest
}

func (e *Echo) append(b []byte) []byte { return append(b, e.Data...) }

// FeaturesRequest asks who the switch is (7.3.1).
type FeaturesRequest struct{}

// Type is TypeFeaturesRequest.
func (FeaturesRequest) Type() Type             { return TypeFeaturesRequest }
func (FeaturesRequest) append(b []byte) []byte { return b }

// Features say who the switch is (7.3.1).
type Features struct {
	Datapath     uint64
	Buffers      uint32
	Tables       uint8
	Auxiliary    uint8
	Capabilities uint32
}

// Type is TypeFeaturesReply.
func (*Features) Type() Type { return TypeFeaturesReply }

func (f *Features) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, f.Datapath)
	b = binary.BigEndian.AppendUint32(b, f.Buffers)
	b = append(b, f.Tables, f.Auxiliary, 0, 0)
	b = binary.BigEndian.AppendUint32(b, f.Capabilities)
	return append(b, 0, 0, 0, 0)
}

func decodeFeatures(c *cursor) (*Features, error) {
	f := &Features{Datapath: c.u64(), Buffers: c.u32(), Tables: c.u8(), Auxiliary: c.u8()}
	c.skip(2)
	f.Capabilities = c.u32()
	c.skip(4)
	return f, nil
}

// ConfigRequest asks for the switch's Config (7.3.2).
type ConfigRequest struct{}

// Type is TypeConfigRequest.
func (ConfigRequest) Type() Type             { return TypeConfigRequest }
func (ConfigRequest) append(b []byte) []byte { return b }

// Config is how the switch treats fragments, and how much of a frame it shows the controller (7.3.2). Open vSwitch
// tells a controller that it has not called itself nothing unasked until that has set a MissLen.
type Config struct {
	Set     bool // to the switch; else it is an answer
	Flags   uint16
	MissLen uint16
}

// Type tells order from answer.
func (c *Config) Type() Type {
	if c.Set {
		return TypeSetConfig
	}
	return TypeConfigReply
}

func (c *Config) append(b []byte) []byte {
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, c.Flags), c.MissLen)
}

// Barrier asks for an answer once everything before it is done (7.3.8). What is done in the tables may take
// effect on packets a little later.
type Barrier struct{}

// Type is TypeBarrierRequest.
func (Barrier) Type() Type             { return TypeBarrierRequest }
func (Barrier) append(b []byte) []byte { return b }
