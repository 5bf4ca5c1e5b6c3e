package openflow

import (
	"crypto/sha256"
	"encoding/binary"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/openflow/ofp"
)

// Cookies of Yagura's flows: the tag, and what is made of the order's UID.
const (
	cookieTag  = 0x594147 << 40 // "YAG"
	cookieMask = 0xffffff << 40
	cookieAll  = ^uint64(0)

	cookieShared = cookieTag     // Yagura's own tables
	cookieBase   = cookieTag | 1 // the last flow of a switch that has no other controller
)

// Steps of priority above Config.Priority, in table 0.
const (
	stepMAC    = 0 // what the machine sends and is sent, by hardware address
	stepUplink = 1 // … but not what comes in through an uplink: that address may be a router's
	stepNet    = 2 // the same by address, wherever it comes in
	stepTagged = 3 // what a quarantined machine tags by itself
	stepVLAN   = 4 // its way into the quarantine VLAN and back
)

// maxHard is the longest hard timeout that the protocol can say, in seconds (18 h); longer orders are renewed.
const maxHard = 65535

// linger is how many seconds longer Yagura's tables stay than the order that needs them.
const linger = 5

// slack is how far a remaining time may be off before a flow is set anew.
const slack = 2 * time.Second

// cookieOf is the same for the same order, on every switch and after every restart.
func cookieOf(order string) uint64 {
	sum := sha256.Sum256([]byte(order))
	low := binary.BigEndian.Uint64(sum[:8]) &^ cookieMask
	return cookieTag | max(low, 2)
}

// mark is the remark on a flow: whose it is, and until when.
func mark(t act.Target) string {
	return t.Order + " " + strconv.FormatInt(t.Until.Unix(), 10)
}

func parseMark(s string) (order string, until time.Time, ok bool) {
	i := strings.LastIndexByte(s, ' ')
	if i <= 0 {
		return "", until, false
	}
	n, err := strconv.ParseInt(s[i+1:], 10, 64)
	return s[:i], time.Unix(n, 0), err == nil
}

// seconds is the hard timeout for a remaining time: never longer, at least one second.
func seconds(left time.Duration) uint16 {
	return uint16(min(max(left/time.Second, 1), maxHard))
}

// site is what a flow must know about the switch that it is for.
type site struct {
	uplinks    []uint32 // the quarantine port is one of them
	quarantine uint32   // 0 = none
	remarks    bool     // it takes Open vSwitch's note action
}

// writer gathers the flows of one order.
type writer struct {
	base     ofp.Flow
	priority uint16
	out      []ofp.Flow
}

func (c *Config) writer(t act.Target, now time.Time, s site) *writer {
	w := &writer{priority: c.Priority, base: ofp.Flow{Cookie: cookieOf(t.Order), Hard: seconds(t.Until.Sub(now)), Flags: ofp.TellRemoved}}
	if s.remarks {
		w.base.Instructions.Apply = []ofp.Action{ofp.Remark(mark(t))}
	}
	return w
}

// add writes a flow in table 0; then comes after the remark.
func (w *writer) add(step uint16, then ofp.Instructions, m ...ofp.Field) {
	w.put(0, w.priority+step, then, m)
}

func (w *writer) put(table uint8, priority uint16, then ofp.Instructions, m ofp.Match) {
	f := w.base
	then.Apply = append(slices.Clone(f.Instructions.Apply), then.Apply...)
	f.Table, f.Priority, f.Match, f.Instructions = table, priority, m, then
	w.out = append(w.out, f)
}

// normal leaves a frame to the switch's own forwarding.
var normal = ofp.Instructions{Apply: []ofp.Action{ofp.Output(ofp.PortNormal)}}

// orderFlows are the flows of one order. port is where a machine that is moved to the quarantine VLAN was seen, 0 = not yet.
func (c *Config) orderFlows(t act.Target, allow []act.Allow, now time.Time, s site, port uint32) []ofp.Flow {
	w := c.writer(t, now, s)
	if c.moves(t) {
		return c.vlanFlows(w, t, s, port)
	}
	from, to := ofp.Instructions{Goto: c.Table}, ofp.Instructions{Goto: c.Table + 1}
	for _, p := range t.Nets {
		kind, src, dst := netFields(p)
		w.add(stepNet, from, kind, ofp.Net(src, p))
		w.add(stepNet, to, kind, ofp.Net(dst, p))
	}
	if !t.MAC.IsZero() {
		w.add(stepMAC, from, ofp.MAC(ofp.FieldEthSrc, t.MAC))
		w.toward(t, s, to)
	}
	for _, a := range c.resolvable(allow) {
		w.asks(t, c.Table, a)
	}
	return w.out
}

// toward cuts what is sent to the machine's hardware address. Where uplinks are known it is cut only as it comes in
// through them, and what comes from that address through them goes on: should the address be a router's, nothing of
// the router is cut.
func (w *writer) toward(t act.Target, s site, end ofp.Instructions) {
	src, dst := ofp.MAC(ofp.FieldEthSrc, t.MAC), ofp.MAC(ofp.FieldEthDst, t.MAC)
	if len(s.uplinks) == 0 {
		w.add(stepMAC, end, dst)
		return
	}
	for _, uplink := range s.uplinks {
		in := ofp.U32(ofp.FieldInPort, uplink)
		w.add(stepMAC, end, in, dst)
		w.add(stepUplink, normal, in, src)
	}
}

func netFields(p netip.Prefix) (kind ofp.Field, src, dst uint8) {
	if p.Addr().Is4() {
		return ofp.U16(ofp.FieldEthType, ofp.EthIPv4), ofp.FieldIPv4Src, ofp.FieldIPv4Dst
	}
	return ofp.U16(ofp.FieldEthType, ofp.EthIPv6), ofp.FieldIPv6Src, ofp.FieldIPv6Dst
}

// baseFlow makes the switch an ordinary one where nobody else's flow does.
func baseFlow() ofp.Flow {
	return ofp.Flow{Cookie: cookieBase, Instructions: normal}
}

// place is where a flow stands: two flows cannot have the same.
type place struct {
	table    uint8
	priority uint16
	match    string
}

func placeOf(f ofp.Flow) place { return place{f.Table, f.Priority, f.Match.Key()} }

// plain is what a flow does, without the remark.
func plain(in ofp.Instructions) string {
	var kept []ofp.Action
	for _, a := range in.Apply {
		if a.Note == "" {
			kept = append(kept, a)
		}
	}
	in.Apply = kept
	return in.Key()
}
