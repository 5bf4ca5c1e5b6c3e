package otheralert

import (
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// party is one side of an alert.
type party struct {
	event.Endpoint
	host string
}

// target is the machine that an alert is about, and its other side.
type target struct {
	machine, peer party
	guessed       bool // both sides are inside and the product names neither
	named         bool // by the product itself
}

// machine says which side is the machine to act on; ok is false where no inside machine is named.
func (n *instance) machine(a *event.OtherAlert, which string) (t target, ok bool) {
	src, dst := party{a.Src, a.SrcHost}, party{a.Dst, a.DstHost}
	marked := party{a.Interested, a.InterestedHost}
	switch {
	case which == Source:
		return target{machine: src, peer: dst}, n.inside(src)
	case which == Destination:
		return target{machine: dst, peer: src}, n.inside(dst)
	case n.inside(marked):
		t := target{machine: marked, peer: party{Endpoint: a.Peer}, named: true}
		if !t.peer.IP.IsValid() {
			t.peer = dst
			if dst.IP == marked.IP {
				t.peer = src
			}
		}
		if marked.host == "" && marked.IP == src.IP {
			t.machine.host = src.host
		} else if marked.host == "" && marked.IP == dst.IP {
			t.machine.host = dst.host
		}
		return t, true
	case which == Interested:
		return t, false
	case n.inside(src):
		return target{machine: src, peer: dst, guessed: n.inside(dst)}, true
	}
	return target{machine: dst, peer: src}, n.inside(dst)
}

// inside holds for an inside address; a side without one counts by its Ethernet address or its name.
func (n *instance) inside(p party) bool {
	if p.IP.IsValid() {
		return n.deps.Home(p.IP)
	}
	return !p.MAC.IsZero() || p.host != "" && !strings.Contains(p.host, "/")
}

// hosts is what Assets may know beside: the machine of a name.
type hosts interface {
	DeviceByName(name string, at time.Time) (event.Device, bool)
}

// device is the machine for the engine to complete. An Ethernet address counts only where there is no other: behind a
// router products log the router's. Where the name in the alert is another machine's by now, that doubt is written down.
func (n *instance) device(a *event.OtherAlert, p party) event.Device {
	switch {
	case p.IP.IsValid():
		d := n.deps.Assets.Device(p.IP, a.Time)
		if p.host == "" || d.Hostname == "" || short(d.Hostname) == short(p.host) {
			return detect.Device(p.Endpoint)
		}
		d.Confidence = doubtful
		d.Unsure = event.Text{JA: "警報は「" + plain(p.host) + "」と書いていますが、このアドレスは今「" + d.Hostname + "」のものです",
			EN: "the alert says “" + plain(p.host) + "”, but the address is now that of “" + d.Hostname + "”"}
		return d
	case !p.MAC.IsZero():
		return event.Device{MAC: p.MAC}
	}
	if h, ok := n.deps.Assets.(hosts); ok {
		if d, known := h.DeviceByName(p.host, a.Time); known {
			return d
		}
	}
	return event.Device{UID: "host:" + short(p.host), Hostname: p.host}
}

// doubtful is the confidence in a machine whose names contradict each other; below event.Sure nothing is automatic.
const doubtful = 40

func short(host string) string {
	name, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(host)), ".")
	return name
}
