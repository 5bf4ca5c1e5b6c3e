// Package ofp writes and reads those messages of the OpenFlow 1.3 switch protocol that an isolation needs.
//
// Section numbers are those of the OpenFlow Switch Specification 1.3.5 (ONF TS-023). Everything is big-endian.
// A switch may be hostile: no input makes Decode panic, keep more than a small multiple of the frame's own bytes
// (64 KiB at most) or run longer than it takes to read them once. What this package does not know is kept as raw
// bytes where it can be stepped over, and is an error where it cannot.
package ofp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Version is the protocol version on the wire, 1.3.
const Version = 4

// Header and frame sizes in bytes (7.1).
const (
	HeaderLen = 8
	MaxLen    = 65535
)

// Type is the kind of a message (7.1).
type Type uint8

// Types of messages.
const (
	TypeHello            Type = 0
	TypeError            Type = 1
	TypeEchoRequest      Type = 2
	TypeEchoReply        Type = 3
	TypeFeaturesRequest  Type = 5
	TypeFeaturesReply    Type = 6
	TypeConfigRequest    Type = 7
	TypeConfigReply      Type = 8
	TypeSetConfig        Type = 9
	TypePacketIn         Type = 10
	TypeFlowRemoved      Type = 11
	TypePortStatus       Type = 12
	TypeFlowMod          Type = 14
	TypeMultipartRequest Type = 18
	TypeMultipartReply   Type = 19
	TypeBarrierRequest   Type = 20
	TypeBarrierReply     Type = 21
)

// Message is the body of one message.
type Message interface {
	Type() Type
	append(b []byte) []byte // the body after the header
}

// Packet is one message with its header's facts.
type Packet struct {
	Version uint8 // the sender's; only in Hello may it differ from Version
	XID     uint32
	Message Message
}

// ErrMalformed is wrapped by every error of Decode and Read about what the peer sent.
var ErrMalformed = errors.New("malformed OpenFlow message")

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}

// Encode gives the frame of a message; it fails only when the message is longer than a frame may be.
func Encode(xid uint32, m Message) ([]byte, error) {
	b := binary.BigEndian.AppendUint32([]byte{Version, byte(m.Type()), 0, 0}, xid)
	b = m.append(b)
	if len(b) > MaxLen {
		return nil, fmt.Errorf("an OpenFlow message of %d bytes: %d is the most", len(b), MaxLen)
	}
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)))
	return b, nil
}

// Read takes one whole frame from r, at most MaxLen bytes. The error is io.EOF only between frames.
func Read(r io.Reader) ([]byte, error) {
	head := make([]byte, HeaderLen)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint16(head[2:]))
	if n < HeaderLen {
		return nil, malformed("its length field says %d, the header alone has %d", n, HeaderLen)
	}
	frame := make([]byte, n)
	copy(frame, head)
	if _, err := io.ReadFull(r, frame[HeaderLen:]); err != nil {
		return nil, fmt.Errorf("inside a message of %d bytes: %w", n, noEOF(err))
	}
	return frame, nil
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// Decode reads one whole frame. Messages of other types come as *Raw.
func Decode(frame []byte) (Packet, error) {
	if len(frame) < HeaderLen {
		return Packet{}, malformed("%d bytes are no header", len(frame))
	}
	p := Packet{Version: frame[0], XID: binary.BigEndian.Uint32(frame[4:])}
	kind := Type(frame[1])
	if n := int(binary.BigEndian.Uint16(frame[2:])); n != len(frame) {
		return p, malformed("its length field says %d, it has %d bytes", n, len(frame))
	}
	if p.Version != Version && kind != TypeHello && kind != TypeError {
		return p, malformed("version %d after 1.3 was agreed on", p.Version)
	}
	var err error
	p.Message, err = decodeBody(kind, &cursor{b: frame[HeaderLen:]})
	return p, err
}

func decodeBody(kind Type, c *cursor) (m Message, err error) {
	switch kind {
	case TypeHello:
		m, err = decodeHello(c)
	case TypeError:
		m, err = decodeError(c)
	case TypeEchoRequest:
		m = &Echo{Data: c.rest()}
	case TypeEchoReply:
		m = &Echo{Reply: true, Data: c.rest()}
	case TypeFeaturesReply:
		m, err = decodeFeatures(c)
	case TypeConfigReply, TypeSetConfig:
		m = &Config{Set: kind == TypeSetConfig, Flags: c.u16(), MissLen: c.u16()}
	case TypePacketIn:
		m, err = decodePacketIn(c)
	case TypeFlowRemoved:
		m, err = decodeFlowRemoved(c)
	case TypePortStatus:
		m, err = decodePortStatus(c)
	case TypeFlowMod:
		m, err = decodeFlowMod(c)
	case TypeMultipartReply:
		m, err = decodeMultipart(c)
	default:
		m = &Raw{Kind: kind, Body: c.rest()}
	}
	if err == nil && c.short {
		err = malformed("a message of type %d ends early", kind)
	}
	return m, err
}

// Raw is a message whose body this package does not read.
type Raw struct {
	Kind Type
	Body []byte
}

// Type is the message's own.
func (r *Raw) Type() Type             { return r.Kind }
func (r *Raw) append(b []byte) []byte { return append(b, r.Body...) }

// cursor steps through foreign bytes; once short, it gives zeros and stays short.
type cursor struct {
	b     []byte
	short bool
}

func (c *cursor) take(n int) []byte {
	if n < 0 || n > len(c.b) {
		c.short, c.b = true, nil
		return nil
	}
	out := c.b[:n:n]
	c.b = c.b[n:]
	return out
}

func (c *cursor) rest() []byte { return c.take(len(c.b)) }
func (c *cursor) skip(n int)   { c.take(n) }

func (c *cursor) u8() uint8 {
	if b := c.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (c *cursor) u16() uint16 {
	if b := c.take(2); b != nil {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

func (c *cursor) u32() uint32 {
	if b := c.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

func (c *cursor) u64() uint64 {
	if b := c.take(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

// pad adds zeros up to a multiple of 8 since from.
func pad(b []byte, from int) []byte {
	for (len(b)-from)%8 != 0 {
		b = append(b, 0)
	}
	return b
}
