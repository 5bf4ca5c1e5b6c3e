package snmp

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Objects that are read: SNMPv2-MIB, IF-MIB (RFC 2863), BRIDGE-MIB (RFC 4188), Q-BRIDGE-MIB (RFC 4363), LLDP-MIB (IEEE 802.1AB).
const (
	sysUpTime       = ".1.3.6.1.2.1.1.3.0"
	ifDescr         = ".1.3.6.1.2.1.2.2.1.2"
	ifName          = ".1.3.6.1.2.1.31.1.1.1.1"
	basePortIfIndex = ".1.3.6.1.2.1.17.1.4.1.2"
	dot1dFdbPort    = ".1.3.6.1.2.1.17.4.3.1.2"
	dot1dFdbStatus  = ".1.3.6.1.2.1.17.4.3.1.3"
	dot1qFdbPort    = ".1.3.6.1.2.1.17.7.1.2.2.1.2"
	dot1qFdbStatus  = ".1.3.6.1.2.1.17.7.1.2.2.1.3"
	lldpRemCapabs   = ".1.0.8802.1.1.2.1.4.1.1.12"
	lldpLocPortID   = ".1.0.8802.1.1.2.1.3.7.1.3"
	lldpLocPortSub  = ".1.0.8802.1.1.2.1.3.7.1.2"

	statusSelf       = 4 // dot1qTpFdbStatus and dot1dTpFdbStatus: the switch's own address
	subtypeInterface = 5 // LldpPortIdSubtype: interfaceName
)

// place is one bridge port.
type place struct {
	port    int // bridge port
	ifIndex int
	name    string
	macs    []event.MAC
	uplink  string // why it is one; empty = none
}

// tables are what a switch says of its ports and of the machines behind them.
type tables struct {
	at     time.Time
	ports  map[int]*place
	where  map[event.MAC]int
	fdbOID map[event.MAC]string // the row that told it, to be asked again
}

// readTables asks a switch for them.
func readTables(ctx context.Context, a agent, s Switch) (*tables, error) {
	cols := map[string]column{}
	for _, oid := range []string{basePortIfIndex, ifName, dot1qFdbPort, dot1qFdbStatus, lldpRemCapabs, lldpLocPortID, lldpLocPortSub} {
		c, err := a.walk(ctx, oid)
		if err != nil {
			return nil, err
		}
		cols[oid] = c
	}
	if len(cols[dot1qFdbPort]) == 0 { // a switch without VLANs in its table
		for _, oid := range []string{dot1dFdbPort, dot1dFdbStatus} {
			c, err := a.walk(ctx, oid)
			if err != nil {
				return nil, err
			}
			cols[oid] = c
		}
	}
	if len(cols[ifName]) == 0 {
		c, err := a.walk(ctx, ifDescr)
		if err != nil {
			return nil, err
		}
		cols[ifName] = c
	}
	return newTables(cols, s), nil
}

func newTables(cols map[string]column, s Switch) *tables {
	t := &tables{ports: map[int]*place{}, where: map[event.MAC]int{}, fdbOID: map[event.MAC]string{}}
	for index, v := range cols[basePortIfIndex] {
		port, err := strconv.Atoi(index)
		ifIndex, ok := number(v)
		if err != nil || !ok || port < 1 || port > maxPort || ifIndex < 1 {
			continue
		}
		p := &place{port: port, ifIndex: ifIndex, name: words(cols[ifName][strconv.Itoa(ifIndex)])}
		if p.name == "" {
			p.name = "ifIndex " + strconv.Itoa(ifIndex)
		}
		if slices.Contains(s.Uplinks, p.name) {
			p.uplink = "settings"
		}
		t.ports[port] = p
	}
	t.learnt(cols[dot1qFdbPort], cols[dot1qFdbStatus], dot1qFdbPort)
	t.learnt(cols[dot1dFdbPort], cols[dot1dFdbStatus], dot1dFdbPort)
	t.neighbours(cols)
	return t
}

// learnt takes a forwarding table. A machine in several VLANs is where fewest others are.
func (t *tables) learnt(fdb, status column, oid string) {
	rows := map[event.MAC]map[int]string{}
	for index, v := range fdb {
		if st, ok := number(status[index]); ok && st == statusSelf {
			continue
		}
		mac, ok := macOf(index)
		port, isPort := number(v)
		p := t.ports[port]
		if !ok || !isPort || p == nil || mac.Multicast() || mac.IsZero() {
			continue
		}
		if rows[mac] == nil {
			rows[mac] = map[int]string{}
		}
		if rows[mac][port] == "" {
			p.macs = append(p.macs, mac)
		}
		rows[mac][port] = oid + "." + index
	}
	for mac, at := range rows {
		for port, row := range at {
			old, twice := t.where[mac]
			if twice && (len(t.ports[old].macs) < len(t.ports[port].macs) || len(t.ports[old].macs) == len(t.ports[port].macs) && old < port) {
				continue
			}
			t.where[mac], t.fdbOID[mac] = port, row
		}
	}
	for _, p := range t.ports {
		slices.SortFunc(p.macs, func(a, b event.MAC) int { return slices.Compare(a[:], b[:]) })
	}
}

// neighbours finds ports behind which a bridge or router says that it stands; a telephone passes one PC on.
func (t *tables) neighbours(cols map[string]column) {
	for index, v := range cols[lldpRemCapabs] {
		parts := strings.Split(index, ".")
		bits, _ := v.([]byte)
		// LldpSystemCapabilitiesMap: other(0) repeater(1) bridge(2) wlan(3) router(4) telephone(5)
		if len(parts) != 3 || len(bits) == 0 || bits[0]&0x38 == 0 || bits[0]&0x04 != 0 {
			continue
		}
		name := ""
		if sub, ok := number(cols[lldpLocPortSub][parts[1]]); ok && sub == subtypeInterface {
			name = words(cols[lldpLocPortID][parts[1]])
		}
		num, _ := strconv.Atoi(parts[1])
		for _, p := range t.ports {
			if name != "" && p.name == name || p.port == num || p.ifIndex == num { // in doubt, both: an uplink must not be missed
				p.uplink = "LLDP"
			}
		}
	}
}

func macOf(index string) (m event.MAC, ok bool) {
	parts := strings.Split(index, ".")
	if len(parts) < 6 {
		return m, false
	}
	for i, p := range parts[len(parts)-6:] {
		n, err := strconv.ParseUint(p, 10, 8)
		if err != nil {
			return m, false
		}
		m[i] = byte(n)
	}
	return m, true
}

func number(v any) (int, bool) {
	switch n := v.(type) {
	case int:
		return n, true
	case uint:
		return int(min(n, 1<<31)), true
	case uint32:
		return int(n), true
	case uint64:
		return int(min(n, 1<<31)), true
	}
	return 0, false
}

// words makes a foreign text fit for a line.
func words(v any) string {
	b, _ := v.([]byte)
	s := strings.ToValidUTF8(string(b[:min(len(b), 64)]), "?")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, s))
}
