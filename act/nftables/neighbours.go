package nftables

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/cidr"
)

// targetKeys are the elements of a target, and what has to be said about them.
type targetKeys struct {
	keys []key
	wide []netip.Prefix // whole ranges, none of which overlap
	note string
}

// place is what the firewall knows of its own surroundings.
type place struct {
	own      []netip.Addr
	ownMACs  []event.MAC
	attached []netip.Prefix // networks on its own interfaces
	near     []neighbour
}

type neighbour struct {
	ip   netip.Addr
	mac  event.MAC
	live bool // confirmed lately
}

func (h *hand) route(families ...int) (*netlink.Handle, error) {
	if h.ns != nil {
		return netlink.NewHandleAt(netns.NsHandle(h.ns.Fd()), families...)
	}
	return netlink.NewHandle(families...)
}

func (h *hand) look() (place, error) {
	var p place
	nl, err := h.route(unix.NETLINK_ROUTE)
	if err != nil {
		return p, fmt.Errorf("nftables: look at the interfaces: %w", err)
	}
	defer nl.Close()
	links, err := nl.LinkList()
	if err != nil {
		return p, fmt.Errorf("nftables: list the interfaces: %w", err)
	}
	for _, l := range links {
		if m := macOf(l.Attrs().HardwareAddr); !m.IsZero() {
			p.ownMACs = append(p.ownMACs, m)
		}
	}
	addrs, err := nl.AddrList(nil, netlink.FAMILY_ALL)
	if err != nil {
		return p, fmt.Errorf("nftables: list the own addresses: %w", err)
	}
	for _, a := range addrs {
		ip, ok := netip.AddrFromSlice(a.IP)
		if !ok || ip.Unmap().IsLoopback() {
			continue
		}
		ones, _ := a.Mask.Size()
		p.own = append(p.own, ip.Unmap())
		p.attached = append(p.attached, netip.PrefixFrom(ip.Unmap(), ones).Masked())
	}
	neighs, err := nl.NeighList(0, netlink.FAMILY_ALL)
	if err != nil {
		return p, fmt.Errorf("nftables: list the neighbours: %w", err)
	}
	for _, n := range neighs {
		ip, ok := netip.AddrFromSlice(n.IP)
		if m := macOf(n.HardwareAddr); ok && !m.IsZero() {
			live := n.State&(netlink.NUD_REACHABLE|netlink.NUD_DELAY|netlink.NUD_PROBE|netlink.NUD_PERMANENT) != 0
			p.near = append(p.near, neighbour{ip.Unmap(), m, live})
		}
	}
	return p, nil
}

func macOf(b []byte) event.MAC {
	if len(b) != 6 {
		return event.MAC{}
	}
	return event.MAC(b)
}

// resolve turns a target into elements: its addresses, its hardware address where
// that is surely its own, and the further IPv6 addresses its neighbour entries show.
func (h *hand) resolve(t act.Target) (targetKeys, error) {
	p, err := h.look()
	if err != nil {
		return targetKeys{}, err
	}
	var out targetKeys
	for _, n := range t.Nets {
		if !n.IsSingleIP() {
			out.take(n, p.own)
			continue
		}
		if slices.Contains(p.own, n.Addr().Unmap()) {
			return out, &act.Refused{Enforcer: h.Name(), Text: ownText(n.Addr().String())}
		}
		out.keys = append(out.keys, keyOf(n.Addr()))
	}
	if t.MAC.IsZero() || !h.cfg.ByMAC {
		return out, h.nothing(t, out)
	}
	if slices.Contains(p.ownMACs, t.MAC) {
		return out, &act.Refused{Enforcer: h.Name(), Text: ownText(t.MAC.String())}
	}
	if why := h.doubtful(p, t); why != "" {
		out.note = why
		return out, h.nothing(t, out)
	}
	out.keys = append(out.keys, key{setMAC, string(t.MAC[:])})
	for _, n := range p.near {
		k := keyOf(n.ip)
		if n.mac != t.MAC || !n.ip.Is6() || slices.Contains(out.keys, k) || h.protected(n.ip) {
			continue
		}
		out.keys = append(out.keys, k)
		out.note = join(out.note, "also "+n.ip.String()+", seen at its hardware address")
	}
	return out, nil
}

// take adds a range, without the firewall's own addresses: cutting those would cut the firewall.
func (k *targetKeys) take(p netip.Prefix, own []netip.Addr) {
	p = cidr.Unmapped(p).Masked()
	for _, a := range own {
		if p.Contains(a) {
			k.note = join(k.note, "not "+a.String()+", this firewall's own address")
		}
	}
	holes := slices.Clone(k.wide)
	for _, a := range own {
		holes = append(holes, cidr.Single(a))
	}
	k.wide = append(k.wide, cidr.Carve([]netip.Prefix{p}, holes)...)
}

func (h *hand) protected(a netip.Addr) bool {
	if h.deps.Protects == nil {
		return false
	}
	_, hit := h.deps.Protects([]netip.Prefix{netip.PrefixFrom(a, a.BitLen())}, event.MAC{}, "", nil)
	return hit
}

func (h *hand) nothing(t act.Target, out targetKeys) error {
	if len(out.keys)+len(out.wide) > 0 {
		return nil
	}
	return &act.Refused{Enforcer: h.Name(), Text: event.Text{
		JA: "この装置につながる端末ではなく、機器番号だけでは切り離せません",
		EN: "it is not on a segment of this firewall; its hardware address alone does not cut it",
	}}
}

// doubtful says why frames with the target's MAC may be another machine's: behind
// a further router everybody has that router's MAC. A bridge sees the frames themselves.
func (h *hand) doubtful(p place, t act.Target) string {
	if h.lay.bridged() {
		return ""
	}
	onSegment := len(t.Nets) == 0
	for _, n := range t.Nets {
		a := n.Addr()
		if a.IsLinkLocalUnicast() {
			continue
		}
		onSegment = onSegment || slices.ContainsFunc(p.attached, func(net netip.Prefix) bool { return net.Contains(a) })
		for _, x := range p.near {
			if x.ip == a && x.mac != t.MAC && x.live {
				return fmt.Sprintf("not by hardware address: %s answers as %s", a, x.mac)
			}
		}
	}
	if !onSegment {
		return "not by hardware address: the machine is behind another router"
	}
	for _, x := range p.near {
		mine := slices.ContainsFunc(t.Nets, func(n netip.Prefix) bool { return n.Addr() == x.ip })
		if x.mac == t.MAC && x.live && x.ip.Is4() && !mine {
			return fmt.Sprintf("not by hardware address: %s has the same one", x.ip)
		}
	}
	return ""
}

func keyOf(a netip.Addr) key {
	a = a.Unmap()
	if a.Is4() {
		return key{set4, string(a.AsSlice())}
	}
	return key{set6, string(a.AsSlice())}
}

func ownText(what string) event.Text {
	return event.Text{JA: what + " はこの装置自身のアドレスです", EN: what + " is this firewall's own address"}
}
