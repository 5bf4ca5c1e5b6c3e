// Package dnsmsg reads messages of DNS (RFC 1035, RFC 6891, RFC 9460) and of those that share its format: mDNS, LLMNR and NBNS.
package dnsmsg

import (
	"encoding/binary"
	"errors"
)

// Limits of one message; what is beyond them is not read.
const (
	MaxQuestions = 16
	MaxRecords   = 64 // of each section
)

// Errors of a message.
var (
	ErrShort = errors.New("DNS message ends early")
	ErrName  = errors.New("DNS name is malformed")
)

// HeaderLen is the length of the fixed header (RFC 1035 §4.1.1).
const HeaderLen = 12

// Message is one message; slices point into the bytes that were parsed.
type Message struct {
	ID             uint16
	Response       bool
	Opcode         uint8 // 0 query, 5 update; NBNS: 5 registration, 6 release
	AA, TC, RD, RA bool
	RCode          uint16 // with the extension of EDNS (RFC 6891 §6.1.3)
	Counts         [4]int // as the header says: questions, answers, authorities, additionals
	Questions      []Question
	Answers        []Record
	Authority      []Record
	Additional     []Record // without OPT
	EDNS           bool
	Truncated      bool // the message ended or broke before what Counts promised; what was whole is here
}

// Question is one entry of the question section.
type Question struct {
	Name  string // see Name
	Type  uint16
	Class uint16 // mDNS: the top bit asks for a unicast answer (RFC 6762 §5.4)
}

// Record is one resource record.
type Record struct {
	Name  string
	Type  uint16
	Class uint16 // mDNS: the top bit says cache-flush (RFC 6762 §10.2)
	TTL   uint32
	Data  []byte // RDATA as sent; names in it may be compressed
	Text  string // RDATA for people, at most 512 bytes, see text
}

// Parse reads a message. The header and the first question must be whole and
// sound, else an error is given; a break further on sets Truncated.
func Parse(b []byte) (Message, error) {
	var m Message
	err := (*Reader)(nil).parse(b, &m)
	return m, err
}

// parse reads b into m, whose lists are empty.
func (r *Reader) parse(b []byte, m *Message) error {
	if len(b) < HeaderLen {
		return ErrShort
	}
	flags := binary.BigEndian.Uint16(b[2:])
	m.ID = binary.BigEndian.Uint16(b)
	m.Response = flags&0x8000 != 0
	m.Opcode = uint8(flags >> 11 & 0xf)
	m.AA, m.TC, m.RD, m.RA = flags&0x400 != 0, flags&0x200 != 0, flags&0x100 != 0, flags&0x80 != 0
	m.RCode = flags & 0xf
	for i := range m.Counts {
		m.Counts[i] = int(binary.BigEndian.Uint16(b[4+2*i:]))
	}
	off, err := r.questions(m, b)
	if err != nil {
		if len(m.Questions) == 0 {
			return err
		}
		m.Truncated = true
		return nil
	}
	for i, list := range []*[]Record{&m.Answers, &m.Authority, &m.Additional} {
		if off = r.records(m, b, off, m.Counts[1+i], list); off < 0 {
			m.Truncated = true
			break
		}
	}
	return nil
}

func (r *Reader) questions(m *Message, b []byte) (off int, err error) {
	off = HeaderLen
	for i := range m.Counts[0] {
		var q Question
		if q.Name, off, err = r.name(b, off); err != nil {
			return off, err
		}
		if off+4 > len(b) {
			return off, ErrShort
		}
		if i == MaxQuestions {
			return off, ErrShort
		}
		q.Type, q.Class = binary.BigEndian.Uint16(b[off:]), binary.BigEndian.Uint16(b[off+2:])
		m.Questions = append(m.Questions, q)
		off += 4
	}
	return off, nil
}

// records reads one section and returns the offset behind it, -1 when it broke off.
func (r *Reader) records(m *Message, b []byte, off, count int, list *[]Record) int {
	for range count {
		x, next, err := r.record(b, off)
		if err != nil || len(*list) == MaxRecords {
			return -1
		}
		off = next
		if x.Type == TypeOPT {
			m.EDNS = true
			m.RCode |= uint16(x.TTL>>24) << 4
			continue
		}
		*list = append(*list, x)
	}
	return off
}

func (r *Reader) record(b []byte, off int) (x Record, next int, err error) {
	if x.Name, off, err = r.name(b, off); err != nil {
		return x, off, err
	}
	if off+10 > len(b) {
		return x, off, ErrShort
	}
	x.Type, x.Class = binary.BigEndian.Uint16(b[off:]), binary.BigEndian.Uint16(b[off+2:])
	x.TTL = binary.BigEndian.Uint32(b[off+4:])
	n := int(binary.BigEndian.Uint16(b[off+8:]))
	off += 10
	if off+n > len(b) {
		return x, off, ErrShort
	}
	x.Data = b[off : off+n]
	if x.Type != TypeOPT {
		x.Text = r.data(x.Type, b[:off+n], off)
	}
	return x, off + n, nil
}
