package nftables

import (
	"context"
	"encoding/binary"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/event"
)

// eyes is a small sensor on all interfaces of the router.
type eyes struct {
	fd     int
	mirror bool // as on a mirror port: nobody says what the router itself has sent on
}

func (w *town) eyes(t *testing.T, mirror bool) *eyes {
	t.Helper()
	e := &eyes{mirror: mirror}
	if err := w.At("r", func() (err error) {
		e.fd, err = unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, int(binary.NativeEndian.Uint16([]byte{0, unix.ETH_P_ALL})))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	_ = unix.SetsockoptInt(e.fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, 32<<20)
	if err := unix.SetsockoptInt(e.fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1); err != nil {
		t.Fatal(err)
	}
	_ = unix.SetsockoptTimeval(e.fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Usec: 50_000})
	return e
}

// watch hands every packet to see until the context ends.
func (e *eyes) watch(ctx context.Context, see func(event.Sighting)) {
	defer unix.Close(e.fd)
	buf, extra := make([]byte, 65536), make([]byte, 256)
	for ctx.Err() == nil {
		n, more, _, from, err := unix.Recvmsg(e.fd, buf, extra, 0)
		if err != nil {
			continue
		}
		s, ok := sighting(buf[:n])
		s.Time = stamp(extra[:more])
		if ll, isLL := from.(*unix.SockaddrLinklayer); ok && isLL {
			s.Outgoing = ll.Pkttype == unix.PACKET_OUTGOING && !e.mirror
			see(s)
		}
	}
}

// stamp is when the kernel had the packet (socket(7), SO_TIMESTAMPNS): what is read late on a busy machine passed before the cut.
func stamp(extra []byte) time.Time {
	messages, err := unix.ParseSocketControlMessage(extra)
	if err != nil || len(messages) != 1 || len(messages[0].Data) < 16 {
		return time.Now()
	}
	b := messages[0].Data
	return time.Unix(int64(binary.NativeEndian.Uint64(b)), int64(binary.NativeEndian.Uint64(b[8:])))
}

// sighting reads as much of a frame as the judgement needs.
func sighting(b []byte) (s event.Sighting, ok bool) {
	if len(b) < 34 {
		return s, false
	}
	copy(s.Dst.MAC[:], b[:6])
	copy(s.Src.MAC[:], b[6:12])
	l4, size := []byte(nil), 0
	switch binary.BigEndian.Uint16(b[12:]) {
	case unix.ETH_P_IP:
		s.Src.IP, s.Dst.IP = netip.AddrFrom4([4]byte(b[26:30])), netip.AddrFrom4([4]byte(b[30:34]))
		s.Proto, l4, size = event.Proto(b[23]), b[14+4*int(b[14]&15):], int(binary.BigEndian.Uint16(b[16:]))-20
	case unix.ETH_P_IPV6:
		if len(b) < 54 {
			return s, false
		}
		s.Src.IP, s.Dst.IP = netip.AddrFrom16([16]byte(b[22:38])), netip.AddrFrom16([16]byte(b[38:54]))
		s.Proto, l4, size = event.Proto(b[20]), b[54:], int(binary.BigEndian.Uint16(b[18:]))
	default:
		s.Proto = event.ProtoARP
		return s, true
	}
	switch {
	case s.Proto == event.ProtoTCP && len(l4) >= 20:
		s.Seq, s.Ack, s.Flags = binary.BigEndian.Uint32(l4[4:]), binary.BigEndian.Uint32(l4[8:]), l4[13]
		s.Payload = size - 4*int(l4[12]>>4)
		fallthrough
	case s.Proto == event.ProtoUDP && len(l4) >= 8:
		s.Src.Port, s.Dst.Port = binary.BigEndian.Uint16(l4), binary.BigEndian.Uint16(l4[2:])
	case len(l4) >= 2:
		s.Src.Port = uint16(l4[0])<<8 | uint16(l4[1])
	}
	return s, true
}

type all struct{}

func (all) Watch([]netip.Addr, []event.MAC) {}

// chatter keeps every kind of conversation of the PC going: sessions of both families, datagrams, pings.
func (w *town) chatter(t *testing.T, pc, server machineIn) {
	t.Helper()
	quit := make(chan struct{})
	t.Cleanup(func() { close(quit) })
	for _, p := range [][2]netip.Addr{{pc.v4, server.v4}, {pc.v6, server.v6}} {
		talks := w.talk(t, pc, p[0], p[1])
		if !talks(10 * time.Second) {
			t.Fatalf("%s does not reach the server", p[0])
		}
		var u *net.UDPConn
		if err := w.At(pc.ns, func() (err error) {
			u, err = net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(p[1], 7000)))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = u.Close() })
		go func() {
			for {
				select {
				case <-quit:
					return
				case <-time.After(20 * time.Millisecond):
					talks(10 * time.Millisecond)
					_, _ = u.Write([]byte("x"))
				}
			}
		}()
	}
}

// The whole of it with real packets: what passes is cut, and seen to be cut, from the
// router's own view and from a mirror port.
func TestVerifiedWithRealPackets(t *testing.T) {
	for name, mirror := range map[string]bool{"on the router": false, "on a mirror port": true} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t, false)
			w.Echo(srv.ns, srv.v4, srv.v6)
			o := w.isolate(t, w.config(), mirror, pcA)
			if o.State != event.OrderVerified || len(o.StillSeen) != 0 {
				t.Errorf("%s, still seen %v", o.State, o.StillSeen)
			}
			t.Logf("silence after %d ms, verified after %v: %s", o.SilenceMS, o.VerifiedAt.Sub(o.Time), o.History[len(o.History)-1].Why.JA)
		})
	}
}

// What an order does not cover still passes, and is named: here the machine's IPv6, which the order does not know.
func TestPartialWithRealPackets(t *testing.T) {
	for name, mirror := range map[string]bool{"on the router": false, "on a mirror port": true} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t, false)
			w.Echo(srv.ns, srv.v4, srv.v6)
			c := w.config()
			c.ByMAC = false
			o := w.isolate(t, c, mirror, machineIn{ns: "a", v4: pcA.v4})
			if o.State != event.OrderPartial || len(o.StillSeen) == 0 {
				t.Fatalf("%s, still seen %v", o.State, o.StillSeen)
			}
			for _, s := range o.StillSeen {
				if !strings.Contains(s, srv.v6.String()) || !strings.Contains(s, "7000 (IPv6)") {
					t.Errorf("passes in spite of the isolation: %s", s)
				}
			}
		})
	}
}

// isolate runs one order of what is known of the PC to its verdict.
func (w *town) isolate(t *testing.T, c *Config, mirror bool, known machineIn) event.Order {
	t.Helper()
	h, err := Enforcer.Open(c, quietDeps())
	if err != nil {
		t.Fatal(err)
	}
	cfg := act.DefaultConfig()
	cfg.VerifyFor = 3 * time.Second
	ledger := acttest.NewLedger()
	m, err := act.NewManager(cfg, act.ManagerDeps{Log: slog.New(slog.DiscardHandler), Ledger: ledger, Hands: []act.Hand{h}, Watcher: all{}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	seen := make(chan struct{})
	e := w.eyes(t, mirror)
	go func() { e.watch(ctx, m.Sighting); close(seen) }()
	t.Cleanup(func() { cancel(); <-seen })
	w.chatter(t, pcA, srv)
	if err := m.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	o := event.Order{Header: event.Header{UID: "iso-1", Time: time.Now().UTC()}, State: event.OrderApproved, MAC: w.MAC(pcA.ns),
		Expires: time.Now().Add(time.Hour), History: []event.Transition{{To: event.OrderApproved}}}
	for _, a := range []netip.Addr{known.v4, known.v6} {
		if a.IsValid() {
			o.IPs = append(o.IPs, a)
		}
	}
	if err := ledger.PutOrder(ctx, o); err != nil {
		t.Fatal(err)
	}
	m.Kick()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		o, err = ledger.Order(ctx, "iso-1")
		if err != nil {
			t.Fatal(err)
		}
		switch o.State {
		case event.OrderVerified, event.OrderPartial, event.OrderIneffective, event.OrderFailed:
			return o
		}
	}
	t.Fatalf("no verdict: %s", o.State)
	return o
}
