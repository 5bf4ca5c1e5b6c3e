package capture

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"golang.org/x/net/bpf"
)

// Registers of memory that a filter's opening fills, and where its values wait.
const (
	memType   = 15 // EtherType above VLAN tags
	memL3     = 14 // offset of the IP header
	memProto  = 13 // protocol above IP, 256 = none
	memL4     = 12 // offset of the ports, 0 = there are none (another protocol, a later fragment)
	memVLAN   = 11 // id of the outer tag, 4096 = none
	maxWaits  = 10 // values that wait for others
	noProto   = 256
	noVLAN    = 4096
	maxFilter = 4096 // instructions (BPF_MAXINSNS)
)

// Filter is a compiled capture filter: which packets the kernel hands over.
//
//	host ADDR, net CIDR, port N, portrange N-M     with src or dst before them where only one side counts
//	ip, ip6, arp, tcp, udp, icmp, icmp6, proto N   kinds of packets
//	vlan, vlan ID                                  with an 802.1Q tag
//	and, or, not, ( )                              also &&, ||, !
//
// What is left out is not seen at all: it is no drop, and no detector will know of it.
type Filter struct {
	text string
	code []bpf.RawInstruction
	bare []bpf.RawInstruction // for interfaces without a link header (tun, WireGuard)
}

// ParseFilter compiles text; "" is nil, which takes all. Errors name the column, from 1.
func ParseFilter(text string) (*Filter, error) {
	code, err := compiled(text, (*filterCode).open)
	if code == nil || err != nil {
		return nil, err
	}
	bare, err := compiled(text, (*filterCode).openBare)
	if err != nil {
		return nil, err
	}
	return &Filter{text, code, bare}, nil
}

// compiled is the program behind an opening; nil for no text.
func compiled(text string, open func(*filterCode)) ([]bpf.RawInstruction, error) {
	p := filterParser{text: text}
	p.next()
	if p.word == "" {
		return nil, nil
	}
	tree, err := p.or(0)
	if err == nil && p.word != "" {
		err = p.wrong("expected and, or, or the end")
	}
	if err != nil {
		return nil, err
	}
	c := filterCode{}
	open(&c)
	if err := tree.compile(&c, 0); err != nil {
		return nil, fmt.Errorf("filter: %w", err)
	}
	c.add(bpf.JumpIf{Cond: bpf.JumpEqual, Val: 0, SkipTrue: 1}, bpf.RetConstant{Val: 1 << 18}, bpf.RetConstant{Val: 0})
	if len(c.list) > maxFilter {
		return nil, fmt.Errorf("filter: it takes %d instructions, the kernel allows %d: name networks instead of hosts", len(c.list), maxFilter)
	}
	raw, err := bpf.Assemble(c.list)
	if err != nil {
		return nil, fmt.Errorf("filter: %w", err)
	}
	return raw, nil
}

// filterNode computes 0 or 1 into register A; depth registers of memory are in use.
type filterNode interface {
	compile(c *filterCode, depth int) error
}

type filterCode struct{ list []bpf.Instruction }

func (c *filterCode) add(i ...bpf.Instruction) { c.list = append(c.list, i...) }

func eq(v uint32, skipTrue, skipFalse uint8) bpf.JumpIf {
	return bpf.JumpIf{Cond: bpf.JumpEqual, Val: v, SkipTrue: skipTrue, SkipFalse: skipFalse}
}

// open finds out what stands where, for all tests together.
func (c *filterCode) open() {
	// The tag that the kernel took off, or one within the frame.
	c.add(bpf.LoadConstant{Dst: bpf.RegA, Val: noVLAN}, bpf.StoreScratch{Src: bpf.RegA, N: memVLAN},
		bpf.LoadExtension{Num: bpf.ExtVLANTagPresent}, eq(0, 3, 0),
		bpf.LoadExtension{Num: bpf.ExtVLANTag}, bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: 0xfff}, bpf.StoreScratch{Src: bpf.RegA, N: memVLAN})
	c.add(bpf.LoadConstant{Dst: bpf.RegX, Val: 14}, bpf.LoadAbsolute{Off: 12, Size: 2}, eq(0x8100, 1, 0), eq(0x88a8, 0, 7),
		bpf.LoadScratch{Dst: bpf.RegA, N: memVLAN}, eq(noVLAN, 0, 3),
		bpf.LoadAbsolute{Off: 14, Size: 2}, bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: 0xfff}, bpf.StoreScratch{Src: bpf.RegA, N: memVLAN},
		bpf.LoadConstant{Dst: bpf.RegX, Val: 18}, bpf.LoadAbsolute{Off: 16, Size: 2})
	c.above()
}

// openBare is open where packets begin with IP.
func (c *filterCode) openBare() {
	c.add(bpf.LoadConstant{Dst: bpf.RegA, Val: noVLAN}, bpf.StoreScratch{Src: bpf.RegA, N: memVLAN}, bpf.LoadConstant{Dst: bpf.RegX, Val: 0},
		bpf.LoadAbsolute{Off: 0, Size: 1}, bpf.ALUOpConstant{Op: bpf.ALUOpShiftRight, Val: 4},
		eq(4, 0, 2), bpf.LoadConstant{Dst: bpf.RegA, Val: 0x0800}, bpf.Jump{Skip: 2},
		eq(6, 0, 1), bpf.LoadConstant{Dst: bpf.RegA, Val: 0x86dd})
	c.above()
}

// above finds out what stands above the link layer; register A has the EtherType, X where it begins.
func (c *filterCode) above() {
	c.add(bpf.StoreScratch{Src: bpf.RegA, N: memType}, bpf.StoreScratch{Src: bpf.RegX, N: memL3})
	// Protocol and ports.
	c.add(bpf.LoadConstant{Dst: bpf.RegA, Val: 0}, bpf.StoreScratch{Src: bpf.RegA, N: memL4},
		bpf.LoadConstant{Dst: bpf.RegA, Val: noProto}, bpf.StoreScratch{Src: bpf.RegA, N: memProto},
		bpf.LoadScratch{Dst: bpf.RegA, N: memType})
	four := []bpf.Instruction{
		bpf.LoadIndirect{Off: 9, Size: 1}, bpf.StoreScratch{Src: bpf.RegA, N: memProto},
		bpf.LoadIndirect{Off: 6, Size: 2}, bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: 0x1fff, SkipTrue: 5},
		bpf.LoadIndirect{Off: 0, Size: 1}, bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: 15}, bpf.ALUOpConstant{Op: bpf.ALUOpShiftLeft, Val: 2},
		bpf.ALUOpX{Op: bpf.ALUOpAdd}, bpf.StoreScratch{Src: bpf.RegA, N: memL4}, bpf.Jump{Skip: 6},
	}
	six := []bpf.Instruction{
		bpf.LoadIndirect{Off: 6, Size: 1}, bpf.StoreScratch{Src: bpf.RegA, N: memProto},
		bpf.TXA{}, bpf.ALUOpConstant{Op: bpf.ALUOpAdd, Val: 40}, bpf.StoreScratch{Src: bpf.RegA, N: memL4},
	}
	c.add(eq(0x0800, 0, uint8(len(four))))
	c.add(four...)
	c.add(eq(0x86dd, 0, uint8(len(six))))
	c.add(six...)
	// Only TCP, UDP and SCTP have ports.
	c.add(bpf.LoadScratch{Dst: bpf.RegA, N: memProto}, eq(6, 4, 0), eq(17, 3, 0), eq(132, 2, 0),
		bpf.LoadConstant{Dst: bpf.RegA, Val: 0}, bpf.StoreScratch{Src: bpf.RegA, N: memL4})
}

// filterTest is instructions that jump to their end by toYes or toNo, and makes 1 or 0 of it.
type filterTest struct{ list []bpf.Instruction }

// Pseudo skips within a test.
const (
	toYes = 254
	toNo  = 253
)

func (t filterTest) compile(c *filterCode, _ int) error {
	n := len(t.list)
	for i, x := range t.list {
		if j, ok := x.(bpf.JumpIf); ok {
			fix := func(skip uint8) uint8 {
				switch skip {
				case toNo:
					return uint8(n - i - 1)
				case toYes:
					return uint8(n - i + 1)
				}
				return skip
			}
			j.SkipTrue, j.SkipFalse = fix(j.SkipTrue), fix(j.SkipFalse)
			t.list[i] = j
		}
	}
	c.add(t.list...)
	c.add(bpf.LoadConstant{Dst: bpf.RegA, Val: 0}, bpf.Jump{Skip: 1}, bpf.LoadConstant{Dst: bpf.RegA, Val: 1})
	return nil
}

// filterPair is and, or.
type filterPair struct {
	op   bpf.ALUOp
	a, b filterNode
}

func (p filterPair) compile(c *filterCode, depth int) error {
	if depth >= maxWaits {
		return fmt.Errorf("more than %d brackets within each other", maxWaits)
	}
	if err := p.a.compile(c, depth); err != nil {
		return err
	}
	c.add(bpf.StoreScratch{Src: bpf.RegA, N: depth})
	if err := p.b.compile(c, depth+1); err != nil {
		return err
	}
	c.add(bpf.LoadScratch{Dst: bpf.RegX, N: depth}, bpf.ALUOpX{Op: p.op})
	return nil
}

type filterNot struct{ of filterNode }

func (n filterNot) compile(c *filterCode, depth int) error {
	err := n.of.compile(c, depth)
	c.add(bpf.ALUOpConstant{Op: bpf.ALUOpXor, Val: 1})
	return err
}

// equals tests a register of memory for one of several values.
func equals(mem int, values ...uint32) filterTest {
	t := filterTest{[]bpf.Instruction{bpf.LoadScratch{Dst: bpf.RegA, N: mem}}}
	for i, v := range values {
		j := bpf.JumpIf{Cond: bpf.JumpEqual, Val: v, SkipTrue: toYes}
		if i == len(values)-1 {
			j.SkipFalse = toNo
		}
		t.list = append(t.list, j)
	}
	return t
}

// sides says which ends of a packet are meant.
type sides struct{ src, dst bool }

func (s sides) offsets(src, dst uint32) (out []uint32) {
	if s.src {
		out = append(out, src)
	}
	if s.dst {
		out = append(out, dst)
	}
	return out
}

// portTest holds ports against a range.
func portTest(s sides, from, to uint16) filterTest {
	list := []bpf.Instruction{bpf.LoadScratch{Dst: bpf.RegX, N: memL4}, bpf.TXA{}, bpf.JumpIf{Cond: bpf.JumpEqual, Val: 0, SkipTrue: toNo}}
	offsets := s.offsets(0, 2)
	for i, off := range offsets {
		miss := uint8(1) // over the second comparison, to the next side
		if i == len(offsets)-1 {
			miss = toNo
		}
		second := bpf.JumpIf{Cond: bpf.JumpGreaterThan, Val: uint32(to), SkipFalse: toYes}
		if i == len(offsets)-1 {
			second.SkipTrue = toNo
		}
		list = append(list, bpf.LoadIndirect{Off: off, Size: 2}, bpf.JumpIf{Cond: bpf.JumpGreaterOrEqual, Val: uint32(from), SkipFalse: miss}, second)
	}
	return filterTest{list}
}

// netTest holds addresses of IP and ARP against a network.
func netTest(s sides, n netip.Prefix) filterNode {
	addr := n.Masked().Addr()
	if addr.Is4() {
		v := binary.BigEndian.Uint32(addr.AsSlice())
		mask := uint32(0xffffffff)
		if n.Bits() < 32 {
			mask = ^(mask >> n.Bits())
		}
		ip := filterPair{bpf.ALUOpAnd, equals(memType, 0x0800), words(s.offsets(12, 16), []uint32{v}, []uint32{mask})}
		arp := filterPair{bpf.ALUOpAnd, equals(memType, 0x0806), words(s.offsets(14, 24), []uint32{v}, []uint32{mask})}
		return filterPair{bpf.ALUOpOr, ip, arp}
	}
	b := addr.As16()
	var v, mask []uint32
	for i := range 4 {
		v = append(v, binary.BigEndian.Uint32(b[4*i:]))
		bits := min(max(n.Bits()-32*i, 0), 32)
		mask = append(mask, uint32(^(uint64(0xffffffff) >> bits)))
	}
	return filterPair{bpf.ALUOpAnd, equals(memType, 0x86dd), words(s.offsets(8, 24), v, mask)}
}

// words compares masked words at one of the offsets from the IP header. A network of 0 bits fits always.
func words(offsets, v, mask []uint32) filterTest {
	list := []bpf.Instruction{bpf.LoadScratch{Dst: bpf.RegX, N: memL3}}
	for i, off := range offsets {
		last := i == len(offsets)-1
		for w := range v {
			rest := uint8(3*(len(v)-w) - 3)
			j := bpf.JumpIf{Cond: bpf.JumpEqual, Val: v[w] & mask[w], SkipFalse: rest}
			if last {
				j.SkipFalse = toNo
			}
			if w == len(v)-1 {
				j.SkipTrue = toYes
			}
			list = append(list, bpf.LoadIndirect{Off: off + uint32(4*w), Size: 4}, bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: mask[w]}, j)
		}
	}
	return filterTest{list}
}
