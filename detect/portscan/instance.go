package portscan

import (
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// technique is how ports are tried.
type technique uint8

const (
	connect technique = iota // SYN
	stealth                  // FIN, NULL, Xmas: no ordinary client sends these first
	udp
	ack // bare ACK or FIN and ACK, to nothing that was opened: it maps what a firewall lets through
)

func (t technique) behaviour() string {
	return [...]string{"scan.port", "scan.stealth", "scan.port_udp", "scan.stealth"}[t]
}

type key struct {
	src, dst netip.Addr
	how      technique
}

// maxPorts bounds the ports remembered for one pair.
const maxPorts = 4096

// try is the last attempt on one port.
type try struct {
	at     time.Time
	result result
}

type result uint8

const (
	open     result = iota // asked, outcome not known yet
	answered               // a service answered
	failed                 // refused, reset at once, or silent
)

type state struct {
	ports detect.Few[uint16, try]
	told  int // ports at the last finding of this burst
	begun time.Time
}

type instance struct {
	cfg   Config
	deps  detect.Deps
	pairs *detect.Table[key, state]
	slow  *detect.Table[key, slowly]
}

// Advance implements detect.Instance.
func (n *instance) Advance(now time.Time, _ detect.Emit) {
	n.pairs.Expire(now)
	n.slow.Expire(now)
}

// Stats implements detect.Instance.
func (n *instance) Stats() detect.Stats { return detect.SumStats(n.pairs.Stats(), n.slow.Stats()) }

// Observe counts the ports of each pair of machines.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	a, ok := e.(*event.NetworkActivity)
	if !ok || a.ARP != nil || a.Dst.Port == 0 || a.Dst.IP.IsMulticast() {
		return
	}
	how, ok := techniqueOf(a)
	if !ok {
		return
	}
	r, ok := resultOf(a)
	if !ok {
		return
	}
	s, isNew := n.pairs.Touch(key{a.Src.IP, a.Dst.IP, how}, a.Time)
	if isNew {
		s.begun = a.Time
	}
	if s.ports.Len() < maxPorts || r != open {
		s.ports.Put(a.Dst.Port, try{a.Time, r})
	}
	n.judge(a, how, s, emit)
	n.patient(a, how, r, s, emit)
}

// techniqueOf sorts an attempt; ok is false for what cannot be one.
func techniqueOf(a *event.NetworkActivity) (technique, bool) {
	if a.Proto == event.ProtoUDP {
		// Answers whose question was not seen, and traceroute (33434–33534), are no scan.
		return udp, a.Src.Port >= 1024 && (a.Dst.Port < 33434 || a.Dst.Port > 33534)
	}
	if a.Proto != event.ProtoTCP {
		return 0, false
	}
	switch a.FlagsOrig {
	case 0, event.FlagFIN, event.FlagFIN | event.FlagPSH | event.FlagURG:
		return stealth, a.Orig.Payload == 0 && a.Orig.Packets > 0
	case event.FlagACK, event.FlagACK | event.FlagFIN:
		return ack, a.Orig.Payload+a.Resp.Payload == 0 && a.Orig.Packets <= 4 && a.Resp.Packets <= 4
	}
	return connect, a.FlagsOrig&event.FlagSYN != 0 || !a.Midstream
}

func resultOf(a *event.NetworkActivity) (result, bool) {
	switch a.Activity {
	case event.FlowOpen:
		return open, true
	case event.FlowFail, event.FlowRefuse:
		return failed, true
	case event.FlowTraffic, event.FlowClose, event.FlowReset:
		if a.Resp.Payload > 0 || a.Orig.Payload > 0 && a.Proto == event.ProtoTCP {
			return answered, true
		}
		if a.Proto == event.ProtoUDP && a.Resp.Packets == 0 && a.Activity == event.FlowClose {
			return failed, true
		}
		return open, a.Activity != event.FlowTraffic // connected and left without a word
	}
	return open, false
}

// count tells, within the window, how many ports were tried, how many failed and how many answered.
func (s *state) count(from time.Time) (tried, bad, good int) {
	s.ports.Keep(func(_ uint16, t try) bool {
		if t.at.Before(from) {
			return false
		}
		tried++
		switch t.result {
		case failed:
			bad++
		case answered:
			good++
		}
		return true
	})
	return tried, bad, good
}

// judge looks only when the number of ports has grown by a sixteenth, so that a scan stays cheap.
func (n *instance) judge(a *event.NetworkActivity, how technique, s *state, emit detect.Emit) {
	least := n.cfg.Refused
	if s.ports.Len() < least || s.told > 0 && s.ports.Len() < s.told+max(1, s.told/16) {
		return
	}
	tried, bad, good := s.count(a.Time.Add(-n.cfg.Window))
	if s.told > tried {
		s.told = 0 // the burst is over; what follows is another
	}
	if good*5 > tried || !n.enough(how, tried, bad) || tried < nextStep(s.told) {
		return
	}
	if n.deps.HasRole(a.Src.IP, a.Time, n.cfg.Exempt...) {
		return
	}
	n.tell(a, how, s, tried, bad, emit)
	s.told = tried
}

func (n *instance) enough(how technique, tried, bad int) bool {
	switch how {
	case stealth:
		return tried >= n.cfg.Refused
	case ack: // a sensor that just began sees such of every open connection, to a few ports
		return tried >= n.cfg.Acks
	case udp:
		return bad >= 2*n.cfg.Refused || tried >= n.cfg.Ports
	}
	return bad >= n.cfg.Refused && 2*bad >= tried || tried >= n.cfg.Ports
}

// nextStep is the size at which a scan is told again: 5, 15, 50, 500, 5000.
func nextStep(told int) int {
	for _, s := range []int{5, 15, 50, 500, maxPorts} {
		if told < s {
			return min(s, max(told+1, 3))
		}
	}
	return told * 10
}
