package ofp

import (
	"encoding/binary"
	"strings"
)

// Kinds of multipart messages (7.3.5).
const (
	PartDescription = 0
	PartFlows       = 1
	PartPorts       = 13
)

// MultipartRequest asks for a description, flows or ports (7.3.5). The fields after Kind are for PartFlows.
type MultipartRequest struct {
	Kind               uint16
	Table              uint8 // TableAll
	Cookie, CookieMask uint64
	Match              Match
}

// Type is TypeMultipartRequest.
func (*MultipartRequest) Type() Type { return TypeMultipartRequest }

func (r *MultipartRequest) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint16(b, r.Kind)
	b = append(b, 0, 0, 0, 0, 0, 0)
	if r.Kind != PartFlows {
		return b
	}
	b = append(b, r.Table, 0, 0, 0)
	b = binary.BigEndian.AppendUint32(b, PortAny)
	b = binary.BigEndian.AppendUint32(b, anyGroup)
	b = append(b, 0, 0, 0, 0)
	b = binary.BigEndian.AppendUint64(b, r.Cookie)
	b = binary.BigEndian.AppendUint64(b, r.CookieMask)
	return r.Match.append(b)
}

// Multipart is one part of an answer (7.3.5); More says that others follow.
type Multipart struct {
	Kind        uint16
	More        bool
	Description Description // PartDescription
	Flows       []FlowStats // PartFlows
	Ports       []Port      // PartPorts
	Other       []byte      // all other kinds
}

// Type is TypeMultipartReply.
func (*Multipart) Type() Type { return TypeMultipartReply }

func (m *Multipart) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint16(b, m.Kind)
	more := byte(0)
	if m.More {
		more = 1
	}
	b = append(b, 0, more, 0, 0, 0, 0)
	switch m.Kind {
	case PartDescription:
		d := m.Description
		for _, s := range []struct {
			text string
			size int
		}{{d.Maker, 256}, {d.Hardware, 256}, {d.Software, 256}, {d.Serial, 32}, {d.Datapath, 256}} {
			b = appendText(b, s.text, s.size)
		}
	case PartFlows:
		for i := range m.Flows {
			b = m.Flows[i].append(b)
		}
	case PartPorts:
		for _, p := range m.Ports {
			b = p.append(b)
		}
	default:
		b = append(b, m.Other...)
	}
	return b
}

func decodeMultipart(c *cursor) (*Multipart, error) {
	m := &Multipart{Kind: c.u16(), More: c.u16()&1 != 0}
	c.skip(4)
	var err error
	switch m.Kind {
	case PartDescription:
		d := &m.Description
		d.Maker, d.Hardware, d.Software, d.Serial, d.Datapath = c.text(256), c.text(256), c.text(256), c.text(32), c.text(256)
	case PartFlows:
		for len(c.b) > 0 && err == nil {
			var f FlowStats
			if f, err = decodeFlowStats(c); err == nil {
				m.Flows = append(m.Flows, f)
			}
		}
	case PartPorts:
		for len(c.b) > 0 && err == nil {
			p := decodePort(c)
			if c.short {
				return m, malformed("a port ends early")
			}
			m.Ports = append(m.Ports, p)
		}
	default:
		m.Other = c.rest()
	}
	return m, err
}

// Description is what the switch says about itself (7.3.5).
type Description struct{ Maker, Hardware, Software, Serial, Datapath string }

// Port is a port of the switch (7.2.1).
type Port struct {
	Number uint32
	MAC    [6]byte
	Name   string
	State  uint32
}

const portLen = 64

func (p Port) append(b []byte) []byte {
	from := len(b)
	b = binary.BigEndian.AppendUint32(b, p.Number)
	b = append(b, 0, 0, 0, 0)
	b = append(append(b, p.MAC[:]...), 0, 0)
	b = appendText(b, p.Name, 16)
	b = binary.BigEndian.AppendUint32(b, 0)
	b = binary.BigEndian.AppendUint32(b, p.State)
	return append(b, make([]byte, from+portLen-len(b))...)
}

func decodePort(c *cursor) Port {
	in := &cursor{b: c.take(portLen)}
	p := Port{Number: in.u32()}
	in.skip(4)
	copy(p.MAC[:], in.take(6))
	in.skip(2)
	p.Name = in.text(16)
	in.skip(4)
	p.State = in.u32()
	return p
}

// PortStatus tells that a port came, went or changed (7.4.3).
type PortStatus struct {
	Reason uint8 // 0 added, 1 deleted, 2 changed
	Port   Port
}

// Type is TypePortStatus.
func (*PortStatus) Type() Type { return TypePortStatus }

func (s *PortStatus) append(b []byte) []byte {
	return s.Port.append(append(b, s.Reason, 0, 0, 0, 0, 0, 0, 0))
}

func decodePortStatus(c *cursor) (*PortStatus, error) {
	s := &PortStatus{Reason: c.u8()}
	c.skip(7)
	s.Port = decodePort(c)
	return s, nil
}

func appendText(b []byte, text string, size int) []byte {
	field := make([]byte, size)
	copy(field[:size-1], text)
	return append(b, field...)
}

// text is a field of size bytes that a zero byte ends.
func (c *cursor) text(size int) string {
	s, _, _ := strings.Cut(string(c.take(size)), "\x00")
	return s
}
