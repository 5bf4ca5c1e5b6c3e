package nftables

import (
	"context"
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// What is left open for an isolated machine is no way out of a bridge: it cannot poison its neighbours in the name of
// what is allowed, hand out addresses, or speak from an allowed address.
func TestExceptionsAreNoWayOut(t *testing.T) {
	w := newTown(t, true)
	a, b := w.MAC("a"), w.MAC("b")
	d := quietDeps()
	d.Allow = []act.Allow{{IP: bridgS.v4, Port: 7000}}
	h := w.open(t, d)
	defer h.Close()
	tricks := map[string][]byte{
		"ARP as what is allowed":    frame(b, a, unix.ETH_P_ARP, arpReply(a, bridgS.v4, b, bridgB.v4)),
		"answers of a DHCP server":  frame(b, a, unix.ETH_P_IP, ipv4(unix.IPPROTO_UDP, bridgA.v4, bridgB.v4, 67, 68)),
		"from an allowed address":   frame(b, a, unix.ETH_P_IP, ipv4(unix.IPPROTO_TCP, bridgS.v4, bridgB.v4, 7000, 40000)),
		"ARP for what is not its":   frame(b, a, unix.ETH_P_ARP, arpReply(a, bridgB.v4, b, bridgS.v4)),
		"an ordinary datagram of A": frame(b, a, unix.ETH_P_IP, ipv4(unix.IPPROTO_UDP, bridgA.v4, bridgB.v4, 50000, 7000)),
	}
	for name, f := range tricks {
		if n := w.arrive(t, f, a); n == 0 {
			t.Fatalf("%s: does not arrive before the isolation: nothing would be shown", name)
		}
	}
	if _, err := h.Apply(context.Background(), targetOf("iso-1", bridgA, a)); err != nil {
		t.Fatal(err)
	}
	for name, f := range tricks {
		if n := w.arrive(t, f, a); n != 0 {
			t.Errorf("%s: %d of 5 frames arrived at a neighbour", name, n)
		}
	}
}

// arrive sends a frame five times from machine a and counts what of the same length and sender machine b sees.
func (w *town) arrive(t *testing.T, f []byte, from event.MAC) (n int) {
	t.Helper()
	out, in := w.packets(t, "a"), w.packets(t, "b")
	defer unix.Close(out)
	defer unix.Close(in)
	for range 5 {
		if _, err := unix.Write(out, f); err != nil {
			t.Fatal(err)
		}
	}
	buf := make([]byte, 2048)
	for end := time.Now().Add(300 * time.Millisecond); time.Now().Before(end); {
		size, _, err := unix.Recvfrom(in, buf, 0)
		if err == nil && size >= len(f) && event.MAC(buf[6:12]) == from && string(buf[12:len(f)]) == string(f[12:]) {
			n++
		}
	}
	return n
}

// packets opens a packet socket on a machine's cable.
func (w *town) packets(t *testing.T, ns string) (fd int) {
	t.Helper()
	if err := w.At(ns, func() (err error) {
		proto := binary.NativeEndian.Uint16([]byte{0, unix.ETH_P_ALL})
		if fd, err = unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, int(proto)); err != nil {
			return err
		}
		// eth0 is the second interface of each of these namespaces, after lo.
		link, err := unix.NewIfreq("eth0")
		if err != nil {
			return err
		}
		if err := unix.IoctlIfreq(fd, unix.SIOCGIFINDEX, link); err != nil {
			return err
		}
		return unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: proto, Ifindex: int(link.Uint32())})
	}); err != nil {
		t.Fatal(err)
	}
	_ = unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Usec: 20_000})
	return fd
}

func frame(dst, src event.MAC, kind uint16, payload []byte) []byte {
	f := append(append([]byte{}, dst[:]...), src[:]...)
	f = append(binary.BigEndian.AppendUint16(f, kind), payload...)
	for len(f) < 60 {
		f = append(f, 0)
	}
	return f
}

// arpReply is RFC 826: sender and target by hardware and protocol address.
func arpReply(sha event.MAC, spa netip.Addr, tha event.MAC, tpa netip.Addr) []byte {
	p := []byte{0, 1, 8, 0, 6, 4, 0, 2}
	p = append(append(p, sha[:]...), spa.AsSlice()...)
	return append(append(p, tha[:]...), tpa.AsSlice()...)
}

// ipv4 is a header (RFC 791) with its checksum, and ports.
func ipv4(proto byte, src, dst netip.Addr, sport, dport uint16) []byte {
	p := []byte{0x45, 0, 0, 46, 0, 0, 0, 0, 64, proto, 0, 0}
	p = append(append(p, src.AsSlice()...), dst.AsSlice()...)
	sum := uint32(0)
	for i := 0; i < len(p); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(p[i:]))
	}
	binary.BigEndian.PutUint16(p[10:], ^uint16(sum>>16+sum&0xffff))
	p = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(p, sport), dport)
	return append(p, make([]byte, 22)...)
}
