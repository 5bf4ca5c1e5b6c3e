package ofp

import "encoding/binary"

// Commands of a FlowMod (7.3.4).
const (
	FlowAdd          = 0
	FlowDelete       = 3
	FlowDeleteStrict = 4
)

// TellRemoved asks for a FlowRemoved when the flow goes (OFPFF_SEND_FLOW_REM).
const TellRemoved = 1

// TableAll names every table in a delete and in a request.
const TableAll = 0xff

const (
	noBuffer = 0xffffffff
	anyGroup = 0xffffffff
)

// Flow is one entry of a flow table.
type Flow struct {
	Cookie       uint64
	Table        uint8
	Priority     uint16
	Idle, Hard   uint16 // seconds; 0 = never
	Flags        uint16
	Match        Match
	Instructions Instructions
}

// FlowMod adds or deletes flows (7.3.4). A delete concerns flows whose cookie equals Cookie in the bits of CookieMask.
type FlowMod struct {
	Command    uint8
	CookieMask uint64
	Flow
}

// Type is TypeFlowMod.
func (*FlowMod) Type() Type { return TypeFlowMod }

func (f *FlowMod) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, f.Cookie)
	b = binary.BigEndian.AppendUint64(b, f.CookieMask)
	b = append(b, f.Table, f.Command)
	for _, v := range []uint16{f.Idle, f.Hard, f.Priority} {
		b = binary.BigEndian.AppendUint16(b, v)
	}
	for _, v := range []uint32{noBuffer, PortAny, anyGroup} {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	b = binary.BigEndian.AppendUint16(b, f.Flags)
	b = append(b, 0, 0)
	return f.Instructions.append(f.Match.append(b))
}

func decodeFlowMod(c *cursor) (*FlowMod, error) {
	f := &FlowMod{}
	f.Cookie, f.CookieMask, f.Table, f.Command = c.u64(), c.u64(), c.u8(), c.u8()
	f.Idle, f.Hard, f.Priority = c.u16(), c.u16(), c.u16()
	c.skip(12)
	f.Flags = c.u16()
	c.skip(2)
	return f, f.decodeRest(c)
}

func (f *Flow) decodeRest(c *cursor) (err error) {
	if f.Match, err = decodeMatch(c); err == nil {
		f.Instructions, err = decodeInstructions(c)
	}
	return err
}

// FlowStats is a flow as the switch has it (7.3.5).
type FlowStats struct {
	Flow
	Seconds        uint32 // since it was added
	Packets, Bytes uint64
}

// Left is how many seconds remain until the hard timeout; 0 = it has none.
func (f *FlowStats) Left() uint32 {
	if f.Hard == 0 {
		return 0
	}
	if uint32(f.Hard) <= f.Seconds {
		return 1 // it is about to go
	}
	return uint32(f.Hard) - f.Seconds
}

func (f *FlowStats) append(b []byte) []byte {
	from := len(b)
	b = append(b, 0, 0, f.Table, 0)
	b = binary.BigEndian.AppendUint32(b, f.Seconds)
	b = binary.BigEndian.AppendUint32(b, 0)
	for _, v := range []uint16{f.Priority, f.Idle, f.Hard, f.Flags, 0, 0} {
		b = binary.BigEndian.AppendUint16(b, v)
	}
	for _, v := range []uint64{f.Cookie, f.Packets, f.Bytes} {
		b = binary.BigEndian.AppendUint64(b, v)
	}
	b = f.Instructions.append(f.Match.append(b))
	binary.BigEndian.PutUint16(b[from:], uint16(len(b)-from))
	return b
}

func decodeFlowStats(c *cursor) (FlowStats, error) {
	var f FlowStats
	n := int(c.u16())
	in := &cursor{b: c.take(n - 2)}
	f.Table = in.u8()
	in.skip(1)
	f.Seconds = in.u32()
	in.skip(4)
	f.Priority, f.Idle, f.Hard, f.Flags = in.u16(), in.u16(), in.u16(), in.u16()
	in.skip(4)
	f.Cookie, f.Packets, f.Bytes = in.u64(), in.u64(), in.u64()
	if c.short || in.short {
		return f, malformed("flow statistics of %d bytes", n)
	}
	return f, f.decodeRest(in)
}

// Reasons why a flow was removed (7.4.2).
const (
	RemovedIdle   = 0
	RemovedHard   = 1
	RemovedDelete = 2
)

// FlowRemoved tells that a flow is gone (7.4.2).
type FlowRemoved struct {
	Cookie         uint64
	Priority       uint16
	Reason, Table  uint8
	Seconds        uint32
	Idle, Hard     uint16
	Packets, Bytes uint64
	Match          Match
}

// Type is TypeFlowRemoved.
func (*FlowRemoved) Type() Type { return TypeFlowRemoved }

func (f *FlowRemoved) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, f.Cookie)
	b = binary.BigEndian.AppendUint16(b, f.Priority)
	b = append(b, f.Reason, f.Table)
	b = binary.BigEndian.AppendUint32(b, f.Seconds)
	b = binary.BigEndian.AppendUint32(b, 0)
	b = binary.BigEndian.AppendUint16(b, f.Idle)
	b = binary.BigEndian.AppendUint16(b, f.Hard)
	b = binary.BigEndian.AppendUint64(b, f.Packets)
	b = binary.BigEndian.AppendUint64(b, f.Bytes)
	return f.Match.append(b)
}

func decodeFlowRemoved(c *cursor) (*FlowRemoved, error) {
	f := &FlowRemoved{Cookie: c.u64(), Priority: c.u16(), Reason: c.u8(), Table: c.u8(), Seconds: c.u32()}
	c.skip(4)
	f.Idle, f.Hard, f.Packets, f.Bytes = c.u16(), c.u16(), c.u64(), c.u64()
	var err error
	f.Match, err = decodeMatch(c)
	return f, err
}

// PacketIn shows the controller a frame (7.4.1).
type PacketIn struct {
	Reason, Table uint8
	Cookie        uint64
	Match         Match // FieldInPort: where it came in
	Data          []byte
}

// Type is TypePacketIn.
func (*PacketIn) Type() Type { return TypePacketIn }

func (p *PacketIn) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, noBuffer)
	b = binary.BigEndian.AppendUint16(b, uint16(len(p.Data)))
	b = append(b, p.Reason, p.Table)
	b = binary.BigEndian.AppendUint64(b, p.Cookie)
	b = p.Match.append(b)
	return append(append(b, 0, 0), p.Data...)
}

func decodePacketIn(c *cursor) (*PacketIn, error) {
	c.skip(6)
	p := &PacketIn{Reason: c.u8(), Table: c.u8(), Cookie: c.u64()}
	var err error
	p.Match, err = decodeMatch(c)
	c.skip(2)
	p.Data = c.rest()
	return p, err
}
