package capture

import (
	"fmt"
	"os"
	"runtime"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// maxLanes bounds what capture.workers 0 chooses.
const maxLanes = 8

// Lanes is how many goroutines share the packets: Workers, or as many as there are cores.
func (c LiveConfig) Lanes() int {
	if c.Workers > 0 {
		return c.Workers
	}
	return min(runtime.GOMAXPROCS(0), maxLanes)
}

// blocksOf is what a lane of n has of a ring.
func (c LiveConfig) blocksOf(n int) int { return max(c.Blocks/n, 4) }

// OpenLanes opens cfg.Lanes() sources that share the packets of all interfaces: all packets between two hosts come from the same one,
// also fragments, and ICMP errors come where the packets go that they quote. Each source is for one goroutine.
func OpenLanes(cfg LiveConfig) ([]*Live, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("capture: %w", err)
	}
	n := cfg.Lanes()
	cfg.Blocks = cfg.blocksOf(n)
	more := &spares{namespace: cfg.Namespace}
	var all []*Live
	for i := range n {
		l, err := openLane(cfg, i, more)
		if err != nil {
			for _, l := range all {
				l.release()
			}
			return nil, err
		}
		all = append(all, l)
	}
	return all, nil
}

// group is the fan-out group of an interface, 0 where nothing is shared. Groups are of a network namespace, not of a process; one that
// returned has another index and so another group, for the old one lives until the last lane has left it.
func (c LiveConfig) group(iface, index int) int {
	if c.Fanout != 0 {
		return int(c.Fanout) + iface
	}
	if c.Lanes() > 1 {
		return (os.Getpid()*16+iface+index*977)%0xffff + 1
	}
	return 0
}

// share makes a socket one of those that share an interface's packets by pairs of hosts.
func share(fd, group int) error {
	v := group&0xffff | unix.PACKET_FANOUT_CBPF<<16
	if err := unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_FANOUT, v); err != nil {
		return fmt.Errorf("fanout group %d: %w", group, err)
	}
	raw, err := bpf.Assemble(pairHash())
	if err != nil {
		return err
	}
	if err := unix.SetsockoptSockFprog(fd, unix.SOL_PACKET, unix.PACKET_FANOUT_DATA, program(raw)); err != nil {
		return fmt.Errorf("fanout group %d: its program: %w", group, err)
	}
	return nil
}

// Where the kernel finds what stands above the link layer (linux/filter.h), whatever the direction of the packet.
const netOffset = 0xfff00000

// pairHash computes the same number for both directions between two hosts.
func pairHash() []bpf.Instruction {
	word := func(off uint32) bpf.Instruction { return bpf.LoadAbsolute{Off: netOffset + off, Size: 4} }
	mix := []bpf.Instruction{bpf.ALUOpConstant{Op: bpf.ALUOpMul, Val: 0x9e3779b1}, bpf.ALUOpConstant{Op: bpf.ALUOpShiftRight, Val: 16}, bpf.RetA{}}
	four := []bpf.Instruction{
		bpf.LoadAbsolute{Off: netOffset + 9, Size: 1}, bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: 1, SkipTrue: 11},
		// ICMP: what an "unreachable" quotes.
		bpf.LoadAbsolute{Off: netOffset, Size: 1}, bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: 15}, bpf.ALUOpConstant{Op: bpf.ALUOpShiftLeft, Val: 2}, bpf.TAX{},
		bpf.LoadIndirect{Off: netOffset, Size: 1}, bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: 3, SkipTrue: 5},
		bpf.LoadIndirect{Off: netOffset + 8 + 12, Size: 4}, bpf.StoreScratch{Src: bpf.RegA, N: 0},
		bpf.LoadIndirect{Off: netOffset + 8 + 16, Size: 4}, bpf.LoadScratch{Dst: bpf.RegX, N: 0}, bpf.Jump{Skip: 3},
		word(12), bpf.TAX{}, word(16),
		bpf.ALUOpX{Op: bpf.ALUOpAdd},
	}
	four = append(four, mix...)
	six := []bpf.Instruction{word(8)}
	for off := uint32(12); off < 40; off += 4 {
		six = append(six, bpf.TAX{}, word(off), bpf.ALUOpX{Op: bpf.ALUOpAdd})
	}
	six = append(six, mix...)
	list := []bpf.Instruction{bpf.LoadExtension{Num: bpf.ExtProto}, bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: 0x0800, SkipTrue: uint8(len(four))}}
	list = append(list, four...)
	list = append(list, bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: 0x86dd, SkipTrue: uint8(len(six))})
	list = append(list, six...)
	return append(list, bpf.RetConstant{Val: 0})
}

func program(raw []bpf.RawInstruction) *unix.SockFprog {
	code := make([]unix.SockFilter, len(raw))
	for i, r := range raw {
		code[i] = unix.SockFilter{Code: r.Op, Jt: r.Jt, Jf: r.Jf, K: r.K}
	}
	return &unix.SockFprog{Len: uint16(len(code)), Filter: &code[0]}
}

// attach lets the kernel hand over only what the filter takes; nil takes all.
func (f *Filter) attach(fd int, link Link) error {
	if f == nil {
		return nil
	}
	code := f.code
	if link == LinkRaw {
		code = f.bare
	}
	if err := unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, program(code)); err != nil {
		return fmt.Errorf("filter %q: %w", f.text, err)
	}
	return nil
}
