package probing

import (
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

type pair struct{ src, dst netip.Addr }

// kind is one way to see how a system answers.
type kind uint8

const (
	none   kind = iota
	empty       // TCP without flags
	clash       // SYN together with FIN
	lights      // FIN, PSH and URG
	coded       // an echo with a code other than 0
	bare        // an ACK to nothing
	run         // SYNs to one open port that are never carried on
	kinds
)

// runLength is how many SYNs to one port, answered and dropped, are a run.
const runLength = 5

type state struct {
	seen   [kinds]time.Time
	syn    uint16 // port of the present run
	syns   int
	protos map[event.Proto]time.Time
	toldOS bool
	told   int // protocols
}

type instance struct {
	cfg   Config
	deps  detect.Deps
	pairs *detect.Table[pair, state]
}

// Advance implements detect.Instance.
func (n *instance) Advance(now time.Time, _ detect.Emit) { n.pairs.Expire(now) }

// Stats implements detect.Instance.
func (n *instance) Stats() detect.Stats { return n.pairs.Stats() }

// Observe sorts flows that ended, and first packets of protocols other than TCP and UDP.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	a, ok := e.(*event.NetworkActivity)
	if !ok || a.ARP != nil || a.Dst.IP.IsMulticast() || !a.Dst.IP.IsValid() {
		return
	}
	switch k := kindOf(a); {
	case k != none:
		n.probe(a, k, emit)
	case a.Proto != event.ProtoTCP && a.Proto != event.ProtoUDP && a.Proto != event.ProtoICMPv6 && a.Activity == event.FlowOpen:
		n.protocol(a, emit)
	}
}

// kindOf is the kind of probe that a flow was.
func kindOf(a *event.NetworkActivity) kind {
	switch a.Proto {
	case event.ProtoICMP:
		if a.Activity == event.FlowOpen && a.Src.Port>>8 == 8 && a.Src.Port&0xff != 0 {
			return coded
		}
	case event.ProtoTCP:
		if a.Activity.Ended() && a.Orig.Payload+a.Resp.Payload == 0 && a.Orig.Packets > 0 {
			return flags(a)
		}
	}
	return none
}

func flags(a *event.NetworkActivity) kind {
	switch f := a.FlagsOrig; {
	case f == 0:
		return empty
	case f&(event.FlagSYN|event.FlagFIN) == event.FlagSYN|event.FlagFIN && f&event.FlagACK == 0:
		return clash
	case f == event.FlagFIN|event.FlagPSH|event.FlagURG:
		return lights
	case f == event.FlagACK:
		return bare
	case f&^event.FlagRST == event.FlagSYN && a.FlagsResp&event.FlagSYN != 0:
		return run
	}
	return none
}

func (n *instance) probe(a *event.NetworkActivity, k kind, emit detect.Emit) {
	s, _ := n.pairs.Touch(pair{a.Src.IP, a.Dst.IP}, a.Time)
	if k == run {
		if s.syn != a.Dst.Port {
			s.syn, s.syns = a.Dst.Port, 0
		}
		if s.syns++; s.syns < runLength {
			return
		}
	}
	s.seen[k] = a.Time
	count, telling := 0, false
	for i, at := range s.seen {
		if !at.IsZero() && a.Time.Sub(at) <= n.cfg.Window {
			count++
			telling = telling || kind(i) < bare
		}
	}
	if count < n.cfg.Kinds || !telling || s.toldOS {
		return
	}
	s.toldOS = true
	n.tell(a, "scan.os_fp", count, n.cfg.Kinds, "kinds",
		detect.Say("%s が %s に、%d種類のふつうでない問いかけを送り、機器の種類を探りました。", "%s probed what %s is with %d kinds of unusual packets.", a.Src.IP, a.Dst.IP, count), emit)
}

// maxProtos bounds the protocols remembered for one pair; there are 256.
const maxProtos = 256

func (n *instance) protocol(a *event.NetworkActivity, emit detect.Emit) {
	s, _ := n.pairs.Touch(pair{a.Src.IP, a.Dst.IP}, a.Time)
	if s.protos == nil {
		s.protos = map[event.Proto]time.Time{}
	}
	if len(s.protos) < maxProtos {
		s.protos[a.Proto] = a.Time
	}
	if len(s.protos) < n.cfg.Protocols || len(s.protos) < 4*s.told {
		return
	}
	for p, at := range s.protos {
		if a.Time.Sub(at) > n.cfg.Window {
			delete(s.protos, p)
		}
	}
	count := len(s.protos)
	if count < n.cfg.Protocols || count < 4*s.told {
		return
	}
	s.told = count
	n.tell(a, "scan.protocol", count, n.cfg.Protocols, "protocols",
		detect.Say("%s が %s に、IPの上の通信方式を%d種類試しました。", "%s tried %[3]d protocols over IP on %[2]s.", a.Src.IP, a.Dst.IP, count), emit)
}

func (n *instance) tell(a *event.NetworkActivity, behaviour string, count, least int, unit string, sum event.Text, emit detect.Emit) {
	device, peer, ok := n.deps.Actor(&a.Conn)
	if !ok || n.deps.HasRole(a.Src.IP, a.Time, n.cfg.Exempt...) {
		return
	}
	f := event.Finding{
		Behaviour: behaviour, Severity: event.Medium, Confidence: 75, Weight: 0.3,
		Device: detect.Device(device), Peers: []event.Endpoint{{IP: peer.IP}}, Subject: a.Dst.IP.String(), Summary: sum,
		Reasons:  []event.Reason{detect.Because(unit, float64(count), float64(least), unit, detect.Say("%d種類が確認されました。", "%d kinds were seen.", count))},
		Evidence: []event.Evidence{detect.Seen(a.Time, &a.Conn, "")},
	}
	f.Time = a.Time
	if !n.deps.Home(a.Src.IP) {
		f.Severity, f.Weight = event.Low, 0.1
	}
	emit(f)
}
