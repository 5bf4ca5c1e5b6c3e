package arp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"github.com/yagura-project/yagura/event"
)

// wire is a raw socket on one interface: what it hears are ARP and ICMPv6 alone.
type wire struct {
	name  string
	fd    int
	index int
	own   event.MAC
	ips   []netip.Addr // the interface's own
	sent  atomic.Int64
}

func openWire(name string) (w *wire, err error) {
	i, err := net.InterfaceByName(name)
	if err != nil {
		return nil, err
	}
	if len(i.HardwareAddr) != 6 {
		return nil, errors.New("it is no Ethernet interface")
	}
	w = &wire{name: name, index: i.Index, own: event.MAC(i.HardwareAddr)}
	addrs, err := i.Addrs()
	if err != nil {
		return nil, err
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok {
			if ip, ok := netip.AddrFromSlice(n.IP); ok {
				w.ips = append(w.ips, ip.Unmap())
			}
		}
	}
	proto := binary.NativeEndian.Uint16([]byte{0, unix.ETH_P_ALL})
	if w.fd, err = unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0); err != nil {
		return nil, fmt.Errorf("raw socket: %w (CAP_NET_RAW is needed)", err)
	}
	if err = w.prepare(proto); err != nil {
		return nil, errors.Join(err, unix.Close(w.fd))
	}
	return w, nil
}

// prepare lets through what is read, hears all multicast (solicited-node groups), and wakes now and then.
func (w *wire) prepare(proto uint16) error {
	program, err := bpf.Assemble([]bpf.Instruction{
		bpf.LoadAbsolute{Off: 12, Size: 2},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: typeARP, SkipTrue: 3},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: typeIPv6, SkipTrue: 3},
		bpf.LoadAbsolute{Off: etherSize + 6, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: nextICMPv6, SkipTrue: 1},
		bpf.RetConstant{Val: 2048},
		bpf.RetConstant{Val: 0},
	})
	if err != nil {
		return err
	}
	filter := make([]unix.SockFilter, len(program))
	for i, p := range program {
		filter[i] = unix.SockFilter{Code: p.Op, Jt: p.Jt, Jf: p.Jf, K: p.K}
	}
	patience := unix.NsecToTimeval(int64(200 * time.Millisecond))
	return errors.Join(
		unix.SetsockoptSockFprog(w.fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}),
		unix.SetsockoptInt(w.fd, unix.SOL_SOCKET, unix.SO_RCVBUF, 1<<20),
		unix.SetsockoptTimeval(w.fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &patience),
		unix.SetsockoptPacketMreq(w.fd, unix.SOL_PACKET, unix.PACKET_ADD_MEMBERSHIP, &unix.PacketMreq{Ifindex: int32(w.index), Type: unix.PACKET_MR_ALLMULTI}),
		unix.Bind(w.fd, &unix.SockaddrLinklayer{Protocol: proto, Ifindex: w.index}),
	)
}

// next gives a frame, or none after a while. The interface may be down for a time.
func (w *wire) next(b []byte) []byte {
	n, _, err := unix.Recvfrom(w.fd, b, 0)
	if err != nil {
		if !errors.Is(err, unix.EAGAIN) && !errors.Is(err, unix.EINTR) {
			time.Sleep(50 * time.Millisecond)
		}
		return nil
	}
	return b[:n]
}

func (w *wire) send(frame []byte) error {
	w.sent.Add(1)
	to := &unix.SockaddrLinklayer{Ifindex: w.index, Halen: 6, Addr: [8]byte(frame[:8])}
	err := unix.Sendto(w.fd, frame, 0, to)
	if errors.Is(err, unix.ENETDOWN) { // that may be the news of a moment ago, which the socket tells once
		err = unix.Sendto(w.fd, frame, 0, to)
	}
	return err
}

func (w *wire) close() error { return unix.Close(w.fd) }

// source is the own address to ask from: of the same kind, else none.
func (w *wire) source(want func(netip.Addr) bool) (netip.Addr, bool) {
	for _, a := range w.ips {
		if want(a) {
			return a, true
		}
	}
	return netip.Addr{}, false
}

// forwards reports that this machine would pass on what it draws: then nothing is cut.
func (w *wire) forwards() (bool, error) {
	for _, family := range []string{"ipv4", "ipv6"} {
		text, err := os.ReadFile(filepath.Join("/proc/sys/net", family, "conf", w.name, "forwarding"))
		if errors.Is(err, os.ErrNotExist) {
			continue // without IPv6
		}
		if err != nil || strings.TrimSpace(string(text)) != "0" {
			return true, err
		}
	}
	return false, nil
}
