package switches

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// Columns that are read: SNMPv2-MIB, IF-MIB (RFC 2863), BRIDGE-MIB (RFC 4188), Q-BRIDGE-MIB (RFC 4363),
// IP-MIB (RFC 4293) and LLDP-MIB (IEEE 802.1AB).
const (
	sysName          = ".1.3.6.1.2.1.1.5.0"
	ifName           = ".1.3.6.1.2.1.31.1.1.1.1"
	ifDescr          = ".1.3.6.1.2.1.2.2.1.2"
	basePortIfIndex  = ".1.3.6.1.2.1.17.1.4.1.2"
	dot1dFdbPort     = ".1.3.6.1.2.1.17.4.3.1.2"
	dot1qFdbPort     = ".1.3.6.1.2.1.17.7.1.2.2.1.2"
	dot1qFdbStatus   = ".1.3.6.1.2.1.17.7.1.2.2.1.3"
	ipToPhysical     = ".1.3.6.1.2.1.4.35.1.4"
	ipToMedia        = ".1.3.6.1.2.1.4.22.1.2"
	lldpRemCapabs    = ".1.0.8802.1.1.2.1.4.1.1.12"
	lldpLocPortID    = ".1.0.8802.1.1.2.1.3.7.1.3"
	lldpLocPortSub   = ".1.0.8802.1.1.2.1.3.7.1.2"
	statusSelf       = 4 // dot1qTpFdbStatus: the switch's own address
	subtypeInterface = 5 // LldpPortIdSubtype interfaceName
)

// Tables are what one switch says, made ready for look-ups.
type Tables struct {
	Name   string
	Ports  map[int]string           // bridge port → name of the interface
	Where  map[event.MAC]int        // learnt address → bridge port
	Many   map[int]int              // bridge port → how many addresses it has
	Uplink map[int]bool             // bridge ports behind which LLDP knows a switch or router
	Holds  map[netip.Addr]event.MAC // of the address resolution tables
}

// raw is one column: index below it → value.
type raw map[string]any

// read makes tables of the columns; get walks one and bounds it.
func read(get func(oid string) (raw, error)) (t Tables, err error) {
	t = Tables{Ports: map[int]string{}, Where: map[event.MAC]int{}, Many: map[int]int{}, Uplink: map[int]bool{}, Holds: map[netip.Addr]event.MAC{}}
	cols := map[string]raw{}
	for _, oid := range []string{ifName, ifDescr, basePortIfIndex, dot1qFdbPort, dot1qFdbStatus, dot1dFdbPort, ipToPhysical, ipToMedia, lldpRemCapabs, lldpLocPortID, lldpLocPortSub} {
		if cols[oid], err = get(oid); err != nil {
			return t, err
		}
	}
	for index, v := range cols[basePortIfIndex] {
		port, _ := strconv.Atoi(index)
		t.Ports[port] = interfaceName(cols, strconv.Itoa(number(v)))
	}
	t.addresses(cols)
	t.neighbours(cols)
	t.resolution(cols)
	return t, nil
}

func interfaceName(cols map[string]raw, ifIndex string) string {
	for _, c := range []string{ifName, ifDescr} {
		if s := words(cols[c][ifIndex]); s != "" {
			return s
		}
	}
	return "ifIndex " + ifIndex
}

// addresses reads the forwarding database: that of VLANs, where the switch has none the plain one.
func (t *Tables) addresses(cols map[string]raw) {
	fdb, plain := cols[dot1qFdbPort], false
	if len(fdb) == 0 {
		fdb, plain = cols[dot1dFdbPort], true
	}
	on := map[int]map[event.MAC]bool{}
	for index, v := range fdb {
		if !plain && number(cols[dot1qFdbStatus][index]) == statusSelf {
			continue
		}
		mac, ok := macOf(index)
		port := number(v)
		if !ok || port == 0 || mac.Multicast() {
			continue
		}
		if on[port] == nil {
			on[port] = map[event.MAC]bool{}
		}
		on[port][mac] = true
	}
	for port, macs := range on {
		t.Many[port] = len(macs)
		for mac := range macs {
			if old, twice := t.Where[mac]; twice && len(on[old]) <= len(macs) {
				continue // in two VLANs: the port with fewer addresses is nearer
			}
			t.Where[mac] = port
		}
	}
}

// neighbours finds ports behind which a bridge or a router says that it stands; a telephone passes one PC on.
func (t *Tables) neighbours(cols map[string]raw) {
	for index, v := range cols[lldpRemCapabs] {
		parts := strings.Split(index, ".")
		bits, _ := v.([]byte)
		if len(parts) != 3 || len(bits) == 0 {
			continue
		}
		// LldpSystemCapabilitiesMap: other(0) repeater(1) bridge(2) wlan(3) router(4) telephone(5)
		if bits[0]&0x38 == 0 || bits[0]&0x04 != 0 {
			continue
		}
		if port, ok := t.localPort(parts[1], cols); ok {
			t.Uplink[port] = true
		}
	}
}

// localPort is the bridge port of an LLDP port number: by the name of its interface, else the same number.
func (t *Tables) localPort(num string, cols map[string]raw) (int, bool) {
	if number(cols[lldpLocPortSub][num]) == subtypeInterface {
		name := words(cols[lldpLocPortID][num])
		for port, n := range t.Ports {
			if n == name {
				return port, true
			}
		}
	}
	port, err := strconv.Atoi(num)
	_, known := t.Ports[port]
	return port, err == nil && known
}

// resolution reads which addresses the router resolved to which Ethernet address.
func (t *Tables) resolution(cols map[string]raw) {
	for index, v := range cols[ipToMedia] {
		if parts := strings.SplitN(index, ".", 2); len(parts) == 2 {
			t.resolve(parts[1], v)
		}
	}
	for index, v := range cols[ipToPhysical] { // ifIndex, type (1 IPv4, 2 IPv6), length, bytes
		parts := strings.Split(index, ".")
		if len(parts) < 4 {
			continue
		}
		b, ok := octets(parts[3:])
		if ip, valid := netip.AddrFromSlice(b); ok && valid {
			t.resolve(ip.String(), v)
		}
	}
}

func (t *Tables) resolve(text string, v any) {
	ip, err := netip.ParseAddr(text)
	b, _ := v.([]byte)
	if err == nil && len(b) == 6 && event.MAC(b) != (event.MAC{}) {
		t.Holds[ip.Unmap()] = event.MAC(b)
	}
}

// macOf is the address at the end of an index.
func macOf(index string) (m event.MAC, ok bool) {
	parts := strings.Split(index, ".")
	if len(parts) < 6 {
		return m, false
	}
	b, ok := octets(parts[len(parts)-6:])
	if ok {
		m = event.MAC(b)
	}
	return m, ok
}

func octets(parts []string) ([]byte, bool) {
	out := make([]byte, len(parts))
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 8)
		if err != nil {
			return nil, false
		}
		out[i] = byte(n)
	}
	return out, true
}

func number(v any) int {
	switch n := v.(type) {
	case int:
		return n
	case uint:
		return int(n)
	case uint32:
		return int(n)
	case uint64:
		return int(min(n, 1<<31))
	}
	return 0
}

func words(v any) string {
	b, _ := v.([]byte)
	return strings.TrimSpace(strings.ToValidUTF8(string(b[:min(len(b), 64)]), "?"))
}
