package nftables

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"

	"github.com/google/nftables"
	"github.com/google/nftables/binaryutil"
	"github.com/google/nftables/expr"
	"github.com/google/nftables/userdata"
	"golang.org/x/sys/unix"

	"github.com/yagura-project/yagura/act"
)

const tableName = "yagura"

// Sets of the table.
const (
	set4   = "isolated4"
	set6   = "isolated6"
	setMAC = "isolated_mac"
)

// layout is everything in the table but the elements.
type layout struct {
	table  *nftables.Table
	sets   map[string]*nftables.Set
	chains []chain // the regular chain first: the others jump to it
	mark   string  // written on the first rule; tells an older layout from this one
}

type chain struct {
	def   nftables.Chain
	rules [][]expr.Any
}

func layoutOf(c Config, allow []act.Allow) layout {
	family := nftables.TableFamilyINet
	if c.Mode == "bridge" {
		family = nftables.TableFamilyBridge
	}
	l := layout{table: &nftables.Table{Name: tableName, Family: family}, sets: map[string]*nftables.Set{}}
	for name, kind := range map[string]nftables.SetDatatype{set4: nftables.TypeIPAddr, set6: nftables.TypeIP6Addr, setMAC: nftables.TypeEtherAddr,
		setNet4: nftables.TypeIPAddr, setNet6: nftables.TypeIP6Addr} {
		l.sets[name] = &nftables.Set{Table: l.table, Name: name, KeyType: kind, HasTimeout: true, Interval: key{set: name}.wide()}
	}
	w := writer{bridge: c.Mode == "bridge"}
	l.chains = []chain{l.cut(w, allow, toPeer), l.cut(w, allow, fromPeer)}
	if w.bridge {
		l.chains = append(l.chains, l.bridgeChains(w)...)
	} else {
		l.chains = append(l.chains, l.routerChains(w, allow)...)
	}
	sum := sha256.Sum256([]byte(fmt.Sprint("3", c.Mode, allow)))
	l.mark = "Yagura " + hex.EncodeToString(sum[:4])
	return l
}

// Where the packets of isolated machines end: what they say, and what is said to them.
const (
	chainSaid = "cut"
	chainTold = "cut_to"
)

// cut ends what goes in one direction, but for the exceptions: asking for an address (DHCP), speaking with what is
// allowed, and in a bridge finding that by ARP with its own address. The other direction of each would let an isolated
// machine hand out addresses, speak in the name of what is allowed, or poison its neighbours.
func (l layout) cut(w writer, allow []act.Allow, d direction) chain {
	c := chain{def: nftables.Chain{Name: chainSaid, Table: l.table}}
	dhcp4, dhcp6, arpPeer, arpOwn := [2]uint16{68, 67}, [2]uint16{546, 547}, uint32(24), uint32(14)
	if d == fromPeer {
		c.def.Name = chainTold
		dhcp4, dhcp6, arpPeer, arpOwn = [2]uint16{67, 68}, [2]uint16{547, 546}, 14, 24
	}
	accept := &expr.Verdict{Kind: expr.VerdictAccept}
	c.rules = append(c.rules, append(w.udp4(dhcp4[0], dhcp4[1]), accept), append(w.udp6(dhcp6[0], dhcp6[1]), accept))
	for _, a := range allow {
		c.rules = append(c.rules, append(w.peer(a, d), accept))
		if w.bridge && a.IP.Is4() {
			own := []expr.Any{network(arpOwn, 4), &expr.Lookup{SourceRegister: 1, SetName: set4, SetID: l.sets[set4].ID}}
			c.rules = append(c.rules, append(append(w.arp(a.IP, arpPeer), own...), accept))
		}
	}
	c.rules = append(c.rules, []expr.Any{&expr.Counter{}, &expr.Verdict{Kind: expr.VerdictDrop}})
	return c
}

// routerChains cut what a machine sends before anything else is asked (defragmented, but before
// connection tracking), and what is sent to it once its real address is known (after NAT).
func (l layout) routerChains(w writer, allow []act.Allow) []chain {
	from := append(l.addresses(w, 12, 8, chainSaid), l.jump(w.mac(6), setMAC, chainSaid))
	to := l.addresses(w, 16, 24, chainTold)
	pass, lead := l.leadChains(w, allow)
	through := to
	if lead != nil {
		through = append(slices.Clone(from), to...)
	}
	return append([]chain{
		l.base("prerouting", nftables.ChainHookPrerouting, -300, append(pass, from...)),
		l.base("forward", nftables.ChainHookForward, -300, through),
		l.base("output", nftables.ChainHookOutput, -300, to),
	}, lead...)
}

// bridgeChains cut frames between ports, to the bridge itself and from it.
func (l layout) bridgeChains(w writer) []chain {
	from := append([][]expr.Any{l.jump(w.mac(6), setMAC, chainSaid)}, l.addresses(w, 12, 8, chainSaid)...)
	to := append([][]expr.Any{l.jump(w.mac(0), setMAC, chainTold)}, l.addresses(w, 16, 24, chainTold)...)
	return []chain{
		l.base("forward", nftables.ChainHookForward, -200, append(append([][]expr.Any{}, from...), to...)),
		l.base("input", nftables.ChainHookInput, -200, from),
		l.base("output", nftables.ChainHookOutput, -200, to),
	}
}

func (l layout) base(name string, hook *nftables.ChainHook, priority int, rules [][]expr.Any) chain {
	accept := nftables.ChainPolicyAccept
	return chain{def: nftables.Chain{Name: name, Table: l.table, Type: nftables.ChainTypeFilter, Hooknum: hook,
		Priority: nftables.ChainPriorityRef(nftables.ChainPriority(priority)), Policy: &accept}, rules: rules}
}

// addresses sends what has its address, at these places of the two headers, in one of the sets to a chain of cut.
func (l layout) addresses(w writer, at4, at6 uint32, chain string) [][]expr.Any {
	return [][]expr.Any{
		l.jump(w.addr4(at4), set4, chain), l.jump(w.addr6(at6), set6, chain),
		l.jump(w.addr4(at4), setNet4, chain), l.jump(w.addr6(at6), setNet6, chain),
	}
}

// jump sends what is in the set to a chain of cut; the counter is the evidence.
func (l layout) jump(match []expr.Any, set, chain string) []expr.Any {
	return append(match, &expr.Lookup{SourceRegister: 1, SetName: set, SetID: l.sets[set].ID},
		&expr.Counter{}, &expr.Verdict{Kind: expr.VerdictJump, Chain: chain})
}

// add puts the whole layout into a batch; withTable false rebuilds only the rules, and adds the sets that are named.
func (l layout) add(conn *nftables.Conn, withTable bool, sets []string) error {
	if withTable {
		conn.AddTable(l.table)
	}
	for _, name := range sets {
		if err := conn.AddSet(l.sets[name], nil); err != nil {
			return fmt.Errorf("set %s: %w", name, err)
		}
	}
	for i := range l.chains {
		conn.AddChain(&l.chains[i].def)
		if !withTable {
			conn.FlushChain(&l.chains[i].def)
		}
	}
	for i := range l.chains {
		for n, rule := range l.chains[i].rules {
			r := &nftables.Rule{Table: l.table, Chain: &l.chains[i].def, Exprs: rule}
			if i == 0 && n == 0 {
				r.UserData = userdata.AppendString(nil, userdata.TypeComment, l.mark)
			}
			conn.AddRule(r)
		}
	}
	return nil
}

// writer spells matches for one family of tables; each loads register 1 last.
type writer struct{ bridge bool }

type direction int

const (
	toPeer direction = iota
	fromPeer
)

func (w writer) family(ip6 bool) []expr.Any {
	if w.bridge {
		kind := uint16(unix.ETH_P_IP)
		if ip6 {
			kind = unix.ETH_P_IPV6
		}
		return []expr.Any{&expr.Meta{Key: expr.MetaKeyPROTOCOL, Register: 1}, equal(binaryutil.BigEndian.PutUint16(kind))}
	}
	proto := byte(unix.NFPROTO_IPV4)
	if ip6 {
		proto = unix.NFPROTO_IPV6
	}
	return []expr.Any{&expr.Meta{Key: expr.MetaKeyNFPROTO, Register: 1}, equal([]byte{proto})}
}

func (w writer) addr4(offset uint32) []expr.Any {
	return append(w.family(false), network(offset, 4))
}

func (w writer) addr6(offset uint32) []expr.Any {
	return append(w.family(true), network(offset, 16))
}

func (w writer) mac(offset uint32) []expr.Any {
	load := &expr.Payload{DestRegister: 1, Base: expr.PayloadBaseLLHeader, Offset: offset, Len: 6}
	if w.bridge {
		return []expr.Any{load}
	}
	return []expr.Any{&expr.Meta{Key: expr.MetaKeyIIFTYPE, Register: 1},
		equal(binaryutil.NativeEndian.PutUint16(unix.ARPHRD_ETHER)), load}
}

func (w writer) udp4(sport, dport uint16) []expr.Any { return w.udp(false, sport, dport) }
func (w writer) udp6(sport, dport uint16) []expr.Any { return w.udp(true, sport, dport) }

func (w writer) udp(ip6 bool, sport, dport uint16) []expr.Any {
	return append(w.family(ip6),
		&expr.Meta{Key: expr.MetaKeyL4PROTO, Register: 1}, equal([]byte{unix.IPPROTO_UDP}),
		transport(0), equal(binaryutil.BigEndian.PutUint16(sport)),
		transport(2), equal(binaryutil.BigEndian.PutUint16(dport)))
}

// peer matches what goes to, or comes from, something that may still be reached.
func (w writer) peer(a act.Allow, d direction) []expr.Any {
	src, dst, length := uint32(12), uint32(16), uint32(4)
	if a.IP.Is6() {
		src, dst, length = 8, 24, 16
	}
	addr, port := dst, uint32(2)
	if d == fromPeer {
		addr, port = src, 0
	}
	out := append(w.family(a.IP.Is6()), network(addr, length), equal(a.IP.AsSlice()))
	if a.Port != 0 {
		proto := byte(unix.IPPROTO_TCP)
		if a.UDP {
			proto = unix.IPPROTO_UDP
		}
		out = append(out, &expr.Meta{Key: expr.MetaKeyL4PROTO, Register: 1}, equal([]byte{proto}),
			transport(port), equal(binaryutil.BigEndian.PutUint16(a.Port)))
	}
	return out
}

// arp matches ARP from (14) or to (24) an address (RFC 826, Ethernet and IPv4).
func (w writer) arp(a netip.Addr, offset uint32) []expr.Any {
	return []expr.Any{&expr.Meta{Key: expr.MetaKeyPROTOCOL, Register: 1}, equal(binaryutil.BigEndian.PutUint16(unix.ETH_P_ARP)),
		network(offset, 4), equal(a.AsSlice())}
}

func equal(b []byte) *expr.Cmp { return &expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: b} }

func network(offset, length uint32) *expr.Payload {
	return &expr.Payload{DestRegister: 1, Base: expr.PayloadBaseNetworkHeader, Offset: offset, Len: length}
}

func transport(offset uint32) *expr.Payload {
	return &expr.Payload{DestRegister: 1, Base: expr.PayloadBaseTransportHeader, Offset: offset, Len: 2}
}
