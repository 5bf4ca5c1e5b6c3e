package squid

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// The kernel's socket diagnostics, sock_diag(7), linux/inet_diag.h.
const (
	sockDiagByFamily = 20
	sockDestroy      = 21
	established      = 1 << 1 // TCP_ESTABLISHED as a set
	idAt, idSize     = 4, 48  // struct inet_diag_sockid within inet_diag_msg
	requestSize      = 8 + idSize
)

// connection is one TCP connection as the kernel names it.
type connection struct {
	family        byte
	id            []byte // inet_diag_sockid with its cookie: exactly this connection, no later one of the same ports
	local, remote netip.AddrPort
}

// endTunnels ends the established connections of the addresses to the proxy's port and names them. The proxy
// sees each as if the machine had hung up.
func (h *hand) endTunnels(es []entry) (ended []string, err error) {
	err = h.in(func() error {
		c, err := netlink.Dial(unix.NETLINK_INET_DIAG, nil)
		if err != nil {
			return err
		}
		defer c.Close()
		var errs []error
		for _, family := range []byte{unix.AF_INET, unix.AF_INET6} { // a proxy that listens on [::] has IPv4 there, too
			found, err := connections(c, family)
			errs = append(errs, err)
			for _, x := range found {
				if x.local.Port() != h.port() || !covers(es, x.remote.Addr()) {
					continue
				}
				if err := x.destroy(c); err != nil {
					errs = append(errs, fmt.Errorf("end %s: %w (CAP_NET_ADMIN is needed)", x.remote, err))
					continue
				}
				ended = append(ended, fmt.Sprintf("src %s dst %s", x.local, x.remote))
			}
		}
		return errors.Join(errs...)
	})
	if err != nil {
		err = fmt.Errorf("squid: standing tunnels: %w", err)
	}
	return ended, err
}

func request(family byte, states uint32, id []byte) []byte {
	b := make([]byte, requestSize)
	b[0], b[1] = family, unix.IPPROTO_TCP
	binary.NativeEndian.PutUint32(b[4:], states)
	copy(b[8:], id)
	return b
}

func connections(c *netlink.Conn, family byte) ([]connection, error) {
	answers, err := c.Execute(netlink.Message{Header: netlink.Header{Type: sockDiagByFamily, Flags: netlink.Request | netlink.Dump},
		Data: request(family, established, nil)})
	if err != nil {
		return nil, fmt.Errorf("list the connections: %w", err)
	}
	var out []connection
	for _, m := range answers {
		if x, ok := readConnection(m.Data); ok {
			out = append(out, x)
		}
	}
	return out, nil
}

func readConnection(b []byte) (connection, bool) {
	if len(b) < idAt+idSize {
		return connection{}, false
	}
	id := b[idAt : idAt+idSize]
	x := connection{family: b[0], id: id}
	address := func(at int) netip.Addr {
		if x.family == unix.AF_INET {
			return netip.AddrFrom4([4]byte(id[at : at+4]))
		}
		return netip.AddrFrom16([16]byte(id[at : at+16])).Unmap()
	}
	x.local = netip.AddrPortFrom(address(4), binary.BigEndian.Uint16(id))
	x.remote = netip.AddrPortFrom(address(20), binary.BigEndian.Uint16(id[2:]))
	return x, x.family == unix.AF_INET || x.family == unix.AF_INET6
}

func (x connection) destroy(c *netlink.Conn) error {
	_, err := c.Execute(netlink.Message{Header: netlink.Header{Type: sockDestroy, Flags: netlink.Request | netlink.Acknowledge},
		Data: request(x.family, 1<<12-1, x.id)})
	if errors.Is(err, unix.ENOENT) {
		return nil // it ended by itself
	}
	return err
}
