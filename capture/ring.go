package capture

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// ring is one socket with its mapped TPACKET_V3 blocks
// (https://docs.kernel.org/networking/packet_mmap.html).
type ring struct {
	fd       int
	name     string
	loopback bool
	link     Link
	mem      []byte
	size     int // of a block
	blocks   int
	block    int    // being read
	left     uint32 // packets in it not yet given; 0 = not ours
	off      uint32 // of the next one, from the block's start
	held     bool   // the block is ours and goes back before the next is taken
}

// Offsets in struct tpacket_block_desc, struct tpacket3_hdr and struct sockaddr_ll (linux/if_packet.h).
const (
	blkStatus, blkCount, blkFirst = 8, 12, 16
	pktNext, pktSec, pktNsec      = 0, 4, 8
	pktSnap, pktLen, pktStatus    = 12, 16, 20
	pktMAC, pktTCI                = 24, 32
	pktSize                       = 48 // header, then sockaddr_ll
	llType                        = 10
	statusVLAN                    = 1 << 4
)

func openRing(name string, number int, cfg LiveConfig) (*ring, error) {
	ifi, err := net.InterfaceByName(name)
	if err != nil {
		return nil, noInterface(name, err)
	}
	// Protocol 0: nothing is received until the ring stands and the socket is bound.
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, denied(name, err)
	}
	r := &ring{fd: fd, name: name, loopback: ifi.Flags&net.FlagLoopback != 0, link: LinkEthernet, size: cfg.BlockSize, blocks: cfg.Blocks}
	if err := r.set(ifi.Index, number, cfg); err != nil {
		r.close()
		return nil, denied(name, err)
	}
	return r, nil
}

func (r *ring) set(index, number int, cfg LiveConfig) error {
	if err := unix.SetsockoptInt(r.fd, unix.SOL_PACKET, unix.PACKET_VERSION, unix.TPACKET_V3); err != nil {
		return fmt.Errorf("PACKET_VERSION: %w", err)
	}
	const frame = 2048
	req := unix.TpacketReq3{
		Block_size: uint32(r.size), Block_nr: uint32(r.blocks),
		Frame_size: frame, Frame_nr: uint32(r.size / frame * r.blocks),
		Retire_blk_tov: uint32(cfg.Timeout.Milliseconds()),
	}
	if err := unix.SetsockoptTpacketReq3(r.fd, unix.SOL_PACKET, unix.PACKET_RX_RING, &req); err != nil {
		return fmt.Errorf("a ring of %d × %d bytes (lower capture.blocks?): %w", r.blocks, r.size, err)
	}
	if err := r.mapRing(); err != nil {
		return err
	}
	if cfg.Promiscuous {
		m := unix.PacketMreq{Ifindex: int32(index), Type: unix.PACKET_MR_PROMISC}
		if err := unix.SetsockoptPacketMreq(r.fd, unix.SOL_PACKET, unix.PACKET_ADD_MEMBERSHIP, &m); err != nil {
			return fmt.Errorf("promiscuous mode: %w", err)
		}
	}
	filter, err := ParseFilter(cfg.Filter)
	if err != nil {
		return err
	}
	// Bound without a protocol, the socket tells the kind of interface and receives nothing yet.
	if err := unix.Bind(r.fd, &unix.SockaddrLinklayer{Ifindex: index}); err != nil {
		return fmt.Errorf("bind: %w", err)
	}
	if sa, err := unix.Getsockname(r.fd); err == nil {
		if r.link, err = linkOf(sa); err != nil {
			return err
		}
	}
	if err := filter.attach(r.fd, r.link); err != nil {
		return err
	}
	if err := unix.Bind(r.fd, &unix.SockaddrLinklayer{Protocol: htons(unix.ETH_P_ALL), Ifindex: index}); err != nil {
		return fmt.Errorf("bind: %w", err)
	}
	if g := cfg.group(number, index); g != 0 {
		return share(r.fd, g)
	}
	return nil
}

func (r *ring) mapRing() (err error) {
	if r.mem, err = unix.Mmap(r.fd, 0, r.size*r.blocks, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED); err != nil {
		return fmt.Errorf("map the ring: %w", err)
	}
	return nil
}

// linkOf tells apart interfaces without Ethernet headers (tun, WireGuard, tunnels of IP in IP, modems), by their type of hardware. Those
// of which no packet would be understood are an error.
func linkOf(sa unix.Sockaddr) (Link, error) {
	ll, ok := sa.(*unix.SockaddrLinklayer)
	if !ok {
		return LinkEthernet, nil
	}
	switch ll.Hatype {
	case unix.ARPHRD_NONE, unix.ARPHRD_PPP, unix.ARPHRD_RAWIP, unix.ARPHRD_TUNNEL, unix.ARPHRD_TUNNEL6, unix.ARPHRD_SIT:
		return LinkRaw, nil
	case unix.ARPHRD_IEEE80211, unix.ARPHRD_IEEE80211_PRISM, unix.ARPHRD_IEEE80211_RADIOTAP:
		return 0, errors.New("a wireless card in monitor mode gives encrypted frames of the radio; listen to the port of a switch, or behind the access point")
	case unix.ARPHRD_INFINIBAND, unix.ARPHRD_NETLINK, unix.ARPHRD_CAN, unix.ARPHRD_VSOCKMON:
		return 0, fmt.Errorf("it carries no Ethernet frames (hardware type %d); name another one", ll.Hatype)
	}
	return LinkEthernet, nil
}

func htons(v uint16) uint16 { return v<<8 | v>>8 }

func (r *ring) close() {
	if r.mem != nil {
		unix.Munmap(r.mem)
		r.mem = nil
	}
	unix.Close(r.fd)
}

func (r *ring) u32(off uint32) uint32 { return *(*uint32)(unsafe.Pointer(&r.mem[off])) }
func (r *ring) u16(off uint32) uint16 { return *(*uint16)(unsafe.Pointer(&r.mem[off])) }

// ready tells whether the ring has a packet, which stands at off then.
func (r *ring) ready() bool {
	for {
		for r.left == 0 {
			if !r.turnBlock() {
				return false
			}
		}
		if r.loopback && r.mem[r.off+pktSize+llType] == unix.PACKET_OUTGOING {
			r.pass() // on loopback each packet shows twice
			continue
		}
		return true
	}
}

// pass goes behind the packet.
func (r *ring) pass() {
	r.left--
	r.off += r.u32(r.off + pktNext)
}

// nanos is the time of the packet.
func (r *ring) nanos() int64 {
	return int64(r.u32(r.off+pktSec))*1e9 + int64(r.u32(r.off+pktNsec))
}

// take gives the packet.
func (r *ring) take(p *Packet) {
	h := r.off
	from := h + uint32(r.u16(h+pktMAC))
	*p = Packet{
		Nanos:    r.nanos(),
		Data:     r.mem[from : from+r.u32(h+pktSnap)],
		OrigLen:  int(r.u32(h + pktLen)),
		Link:     r.link,
		Iface:    r.name,
		Outgoing: r.mem[h+pktSize+llType] == unix.PACKET_OUTGOING,
	}
	if r.u32(h+pktStatus)&statusVLAN != 0 {
		p.VLAN = uint16(r.u32(h+pktTCI)) & 0xfff
	}
	r.pass()
}

// turnBlock gives the block that was read back to the kernel and takes the next, if it is filled.
func (r *ring) turnBlock() bool {
	base := uint32(r.block * r.size)
	if r.held {
		atomic.StoreUint32((*uint32)(unsafe.Pointer(&r.mem[base+blkStatus])), unix.TP_STATUS_KERNEL)
		r.held = false
		r.block = (r.block + 1) % r.blocks
		base = uint32(r.block * r.size)
	}
	if atomic.LoadUint32((*uint32)(unsafe.Pointer(&r.mem[base+blkStatus])))&unix.TP_STATUS_USER == 0 {
		return false
	}
	r.held = true
	r.left = r.u32(base + blkCount)
	r.off = base + r.u32(base+blkFirst)
	return true
}

// fault reads the socket's error: it has one when the interface went down or away.
func (r *ring) fault() bool {
	code, err := unix.GetsockoptInt(r.fd, unix.SOL_SOCKET, unix.SO_ERROR)
	return err == nil && code != 0
}

// gone reports whether the interface is there no longer, not even one that is down.
func (r *ring) gone() bool {
	sa, err := unix.Getsockname(r.fd)
	ll, ok := sa.(*unix.SockaddrLinklayer)
	return err == nil && ok && ll.Ifindex <= 0
}

func denied(name string, err error) error {
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) {
		return fmt.Errorf("capture: no permission to listen on %s: run as root, or once: "+
			"setcap cap_net_raw,cap_net_admin=eip /path/to/yagura (%w)", name, err)
	}
	return fmt.Errorf("capture: interface %s: %w", name, err)
}

func noInterface(name string, err error) error {
	var have []string
	all, listErr := net.Interfaces()
	for _, i := range all {
		have = append(have, i.Name)
	}
	if listErr != nil || len(have) == 0 {
		return fmt.Errorf("capture: no interface %s: %w", name, err)
	}
	return fmt.Errorf("capture: no interface %s; there are: %s", name, strings.Join(have, ", "))
}
