package snmp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// Objects that are set (RFC 4363 dot1qVlanStaticTable and dot1qPortVlanTable, RFC 2863 ifTable).
const (
	ifAdminStatus  = ".1.3.6.1.2.1.2.2.1.7"
	staticEgress   = ".1.3.6.1.2.1.17.7.1.4.3.1.2"
	staticUntagged = ".1.3.6.1.2.1.17.7.1.4.3.1.4"
	dot1qPvid      = ".1.3.6.1.2.1.17.7.1.4.5.1.1"

	adminUp   = 1
	adminDown = 2
)

// maxPort bounds bridge ports: a list of them has 512 bytes at most.
const maxPort = 4096

// member is a port's place in one VLAN.
type member struct {
	Egress   bool `json:"egress"`
	Untagged bool `json:"untagged"`
}

// state is what a switch has of one port.
type state struct {
	PVID  int            `json:"pvid,omitempty"`
	Admin int            `json:"admin,omitempty"`
	VLANs map[int]member `json:"vlans,omitempty"` // those that it is in
	Sizes map[int][2]int `json:"sizes,omitempty"` // bytes of the quarantine VLAN's egress and untagged lists: they may grow for the port
}

// vlans are the lists of all VLANs of a switch, as it has them.
type vlans struct{ egress, untagged map[int][]byte }

func readVLANs(ctx context.Context, a agent) (v vlans, err error) {
	if v.egress, err = lists(ctx, a, staticEgress); err != nil {
		return v, err
	}
	v.untagged, err = lists(ctx, a, staticUntagged)
	return v, err
}

func lists(ctx context.Context, a agent, oid string) (map[int][]byte, error) {
	col, err := a.walk(ctx, oid)
	if err != nil {
		return nil, err
	}
	out := map[int][]byte{}
	for index, v := range col {
		id, err := strconv.Atoi(index)
		b, ok := v.([]byte)
		if err == nil && ok && id >= 1 && id <= 4094 && len(b) <= maxPort/8 {
			out[id] = b
		}
	}
	return out, nil
}

// has reads a port's bit (PortList: the first port is the highest bit of the first octet).
func has(list []byte, port int) bool {
	i := (port - 1) / 8
	return i < len(list) && list[i]&(0x80>>((port-1)%8)) != 0
}

// with is the list with the port's bit set or cleared; a list that must grow grows.
func with(list []byte, port int, on bool) []byte {
	i := (port - 1) / 8
	out := slices.Clone(list)
	if on && i >= len(out) {
		out = append(out, make([]byte, i+1-len(out))...)
	}
	switch bit := byte(0x80 >> ((port - 1) % 8)); {
	case on:
		out[i] |= bit
	case i < len(out):
		out[i] &^= bit
	}
	return out
}

// of is the state of one port.
func (v vlans) of(port, pvid, admin int) state {
	s := state{PVID: pvid, Admin: admin, VLANs: map[int]member{}}
	for id := range v.egress {
		if m := (member{has(v.egress[id], port), has(v.untagged[id], port)}); m != (member{}) {
			s.VLANs[id] = m
		}
	}
	return s
}

// sizes are how long the lists of a VLAN are.
func (v vlans) sizes(id int) map[int][2]int {
	return map[int][2]int{id: {len(v.egress[id]), len(v.untagged[id])}}
}

// quarantined is the state that a port shall have.
func quarantined(before state, vlan int) state {
	return state{PVID: vlan, Admin: before.Admin, VLANs: map[int]member{vlan: {true, true}}}
}

func (s state) same(o state) bool {
	return s.PVID == o.PVID && s.Admin == o.Admin && maps.Equal(s.VLANs, o.VLANs)
}

// step is one change that must be made whole: its variables, and how a person would say it.
type step struct {
	vars []value
	says string
}

// steps lead from what a switch has to what a port shall have: first into the new VLANs, then its PVID, then out of the
// others, so that it is never in none while it is still meant to be somewhere.
func (v vlans) steps(p place, now, want state) (out []step) {
	ids := slices.Sorted(maps.Keys(v.egress))
	change := func(id int) {
		m := want.VLANs[id]
		if m == now.VLANs[id] {
			return
		}
		egress, untagged := with(v.egress[id], p.port, m.Egress), with(v.untagged[id], p.port, m.Untagged)
		if size, known := want.Sizes[id]; known {
			egress, untagged = trim(egress, size[0]), trim(untagged, size[1])
		}
		out = append(out, step{says: fmt.Sprintf("VLAN %d: %s %s", id, p.name, m), vars: []value{
			{staticEgress + "." + strconv.Itoa(id), egress}, {staticUntagged + "." + strconv.Itoa(id), untagged}}})
	}
	for _, id := range ids {
		if want.VLANs[id].Egress {
			change(id)
		}
	}
	if now.PVID != want.PVID && want.PVID != 0 {
		out = append(out, step{says: fmt.Sprintf("PVID of %s = %d", p.name, want.PVID),
			vars: []value{{dot1qPvid + "." + strconv.Itoa(p.port), uint32(want.PVID)}}})
	}
	for _, id := range ids {
		if !want.VLANs[id].Egress {
			change(id)
		}
	}
	if now.Admin != want.Admin && want.Admin != 0 {
		out = append(out, step{says: fmt.Sprintf("ifAdminStatus of %s = %d", p.name, want.Admin),
			vars: []value{{ifAdminStatus + "." + strconv.Itoa(p.ifIndex), want.Admin}}})
	}
	return out
}

func (m member) String() string {
	switch {
	case m.Untagged:
		return "untagged"
	case m.Egress:
		return "tagged"
	}
	return "not in it"
}

// read is what the switch has of a port now.
func readPort(ctx context.Context, a agent, p place, action string) (state, vlans, error) {
	admin := ifAdminStatus + "." + strconv.Itoa(p.ifIndex)
	if action == shuts {
		got, err := a.get(ctx, admin)
		if err != nil {
			return state{}, vlans{}, err
		}
		n, ok := number(got[0].any)
		if !ok {
			return state{}, vlans{}, fmt.Errorf("%s has no ifAdminStatus", p.name)
		}
		return state{Admin: n}, vlans{}, nil
	}
	got, err := a.get(ctx, dot1qPvid+"."+strconv.Itoa(p.port))
	if err != nil {
		return state{}, vlans{}, err
	}
	pvid, ok := number(got[0].any)
	if !ok {
		return state{}, vlans{}, fmt.Errorf("%s has no dot1qPvid: its VLANs cannot be set by Q-BRIDGE-MIB", p.name)
	}
	v, err := readVLANs(ctx, a)
	return v.of(p.port, pvid, 0), v, err
}

// rounds is how often the way to a state is gone: some switches move a port by themselves when its PVID changes.
const rounds = 3

// bring makes a port what it shall be, and reads it back. done are the steps that were taken.
func bring(ctx context.Context, a agent, p place, action string, want func(now state, v vlans) (state, error)) (done []string, err error) {
	for range rounds {
		now, v, err := readPort(ctx, a, p, action)
		if err != nil {
			return done, err
		}
		goal, err := want(now, v)
		if err != nil {
			return done, err
		}
		steps := v.steps(p, now, goal)
		if len(steps) == 0 {
			if !now.same(goal) {
				return done, fmt.Errorf("%s cannot become %+v: it is %+v", p.name, goal, now)
			}
			return done, nil
		}
		said, err := take(ctx, a, steps)
		done = append(done, said...)
		if err != nil {
			return done, err
		}
	}
	return done, fmt.Errorf("%s is still not as it was set, after %d times: it was read back", p.name, rounds)
}

// take sends the steps in one request, which a switch must do whole or not at all (RFC 3416 §4.2.5); where it will not,
// one after the other.
func take(ctx context.Context, a agent, steps []step) (said []string, err error) {
	var all []value
	for _, s := range steps {
		all = append(all, s.vars...)
		said = append(said, s.says)
	}
	var no *refused
	if len(all) <= maxVars {
		if err = a.set(ctx, all...); err == nil || !errors.As(err, &no) {
			return said, err
		}
	}
	said = said[:0]
	for _, s := range steps {
		said = append(said, s.says)
		if err := a.set(ctx, s.vars...); err != nil {
			return said, err
		}
	}
	return said, nil
}

// trim gives a list its old length where only zeros follow.
func trim(list []byte, length int) []byte {
	if len(list) > length && len(bytes.Trim(list[length:], "\x00")) == 0 {
		return list[:length]
	}
	return list
}

// String is for receipts: PVID 10, VLAN 10 untagged, 20 tagged.
func (s state) String() string {
	if s.PVID == 0 {
		return fmt.Sprintf("ifAdminStatus %d", s.Admin)
	}
	out := fmt.Sprintf("PVID %d", s.PVID)
	for _, id := range slices.Sorted(maps.Keys(s.VLANs)) {
		out += fmt.Sprintf(", VLAN %d %s", id, s.VLANs[id])
	}
	return out
}
