package dissect

import (
	"encoding/binary"
	"time"

	"github.com/yagura-project/yagura/dissect/decode"
	"github.com/yagura-project/yagura/dissect/reassembly"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// key is a conversation whichever way its packets go: the lower endpoint is a.
type key struct {
	a, b         decode.Addr
	aPort, bPort uint16
	proto, vlan  uint16
}

// of makes k the key of a packet and tells whether b sent it. It is written, hashed and compared in the same words: bytes that were
// written in other pieces than they are read in make the processor wait.
func (k *key) of(l *decode.Layers, from, to uint16) (fromB bool) {
	x, y := &l.Src, &l.Dst
	if less(y, x) || *x == *y && to < from {
		x, y, from, to, fromB = y, x, to, from, true
	}
	put(&k.a, x)
	put(&k.b, y)
	k.aPort, k.bPort, k.proto, k.vlan = from, to, uint16(l.Proto), l.VLAN
	return fromB
}

func put(to, from *decode.Addr) {
	binary.LittleEndian.PutUint64(to[:], word(from[:]))
	binary.LittleEndian.PutUint64(to[8:], word(from[8:]))
}

// is reports whether both are the same.
func (k *key) is(o *key) bool {
	return word(k.a[:]) == word(o.a[:]) && word(k.a[8:]) == word(o.a[8:]) && word(k.b[:]) == word(o.b[:]) && word(k.b[8:]) == word(o.b[8:]) &&
		k.aPort == o.aPort && k.bPort == o.bPort && k.proto == o.proto && k.vlan == o.vlan
}

// flow is one conversation in the table.
type flow struct {
	key   key
	hash  uint64
	id    uint64
	first int64 // ns
	last  int64
	told  int64 // last NetworkActivity

	packets, bytes, payload [2]uint64 // by Dir
	frames                  [2]uint64 // bytes with link headers
	gaps                    uint64
	sealed                  uint64 // payload that is encrypted
	known                   uint64 // payload that was read before the parser gave up
	overlooked              uint64 // payload that was counted as not looked into
	half                    [2]reassembly.Half
	isn                     [2]uint32
	fin                     [2]uint32 // sequence number behind the FIN
	flags                   [2]uint8
	ttl                     [2][2]uint8 // least and most that packets still had
	window                  [2]uint16   // as last announced; only where an inspector looks
	tries                   [2]uint8    // probes of the first bytes
	lost                    [2]uint32   // bytes that went by before a protocol was found
	mac                     [2]event.MAC
	inner                   [2]uint16 // VLAN ids within the outer one
	icmp                    uint16    // type<<8 | code of the first packet
	answer                  uint16    // and of the first that came back
	failure                 uint16    // type<<8 | code of the last ICMP error about it; 0 none

	origB     bool // b opened it
	midstream bool
	ended     bool // its end was told; it only swallows what still comes
	deaf      bool // nobody reads its bytes
	gapped    [2]bool
	encrypted bool // they count as opaque
	unread    bool // the parser gave up
	refused   bool // ICMP says unreachable
	announced bool // its application was told
	greeted   bool // the handshake was completed
	greets    bool // by this packet, which carries nothing else
	finAcked  [2]bool
	finSeen   [2]bool
	alone     bool    // hardly a packet and no answer
	before    uint8   // 1 + the protocol that handed the flow on; 0 none
	reset     uint8   // 1 + Dir of the first valid RST
	asked     bool    // a SYN came within the open connection
	again     uint32  // its sequence number
	anew      *strict // what it tells of its sender, where an inspector looks
	rests     uint8   // 1 + the protocol whose parser is to be made anew; 0 none
	woken     bool    // it was
	txs       uint32  // transactions that it had opened

	early   early // what a SYN has said, until it is known who takes it
	app     string
	tls     *event.TLS
	talk    *talk
	opening *event.Opening // of an unknown protocol; nil where it is known or its beginning was not seen
	strict  *strict        // how its hosts see it; nil without an inspector, or when the beginning was not seen
	seen    *wire.Flow     // as the inspector sees it; nil without one

	index      uint32 // in the arena
	slot       uint16 // of the wheel, 1 + index; 0 = none
	prev, next uint32 // neighbours there; 1 + index
}

// dir is the direction of a packet that b sent, or not.
func (f *flow) dir(fromB bool) Dir {
	if fromB == f.origB {
		return Orig
	}
	return Resp
}

// turn makes the client the server: the guess about a flow without a beginning was wrong.
func (f *flow) turn() {
	f.origB = !f.origB
	swap(&f.packets)
	swap(&f.bytes)
	swap(&f.frames)
	swap(&f.payload)
	swap(&f.half)
	swap(&f.isn)
	swap(&f.fin)
	swap(&f.flags)
	swap(&f.ttl)
	swap(&f.window)
	swap(&f.tries)
	swap(&f.lost)
	swap(&f.mac)
	swap(&f.finAcked)
	swap(&f.finSeen)
	if f.reset != 0 {
		f.reset = 3 - f.reset
	}
}

func swap[T any](x *[2]T) { x[0], x[1] = x[1], x[0] }

// ports are the client's and the server's.
func (f *flow) ports() (client, server uint16) {
	if f.origB {
		return f.key.bPort, f.key.aPort
	}
	return f.key.aPort, f.key.bPort
}

// conn is the conversation in the words of events.
func (f *flow) conn() event.Conn {
	k := &f.key
	src := event.Endpoint{IP: k.a.IP(), Port: k.aPort, MAC: f.mac[Orig]}
	dst := event.Endpoint{IP: k.b.IP(), Port: k.bPort, MAC: f.mac[Resp]}
	if f.origB {
		src.IP, dst.IP = dst.IP, src.IP
		src.Port, dst.Port = dst.Port, src.Port
	}
	proto := event.Proto(k.proto)
	if proto == event.ProtoICMP || proto == event.ProtoICMPv6 {
		src.Port, dst.Port = f.icmp, 0
	}
	return event.Conn{Src: src, Dst: dst, Proto: proto, VLAN: k.vlan, Inner: f.inner, FlowID: f.id}
}

// state is Zeek's conn_state and the activity that ends the flow.
func (f *flow) state() (string, event.NetworkActivityID) {
	if f.refused && f.packets[Resp] == 0 {
		return "REJ", event.FlowRefuse
	}
	if event.Proto(f.key.proto) == event.ProtoTCP {
		return f.tcpState()
	}
	switch {
	case f.packets[Resp] == 0 && !f.midstream:
		return "S0", event.FlowFail
	case f.packets[Orig] == 0:
		return "SHR", event.FlowClose
	}
	return "SF", event.FlowClose
}

func (f *flow) tcpState() (string, event.NetworkActivityID) {
	o, r := f.flags[Orig], f.flags[Resp]
	switch {
	case o&event.FlagSYN == 0 && r&event.FlagSYN == 0:
		if f.reset != 0 {
			return "OTH", event.FlowReset
		}
		return "OTH", event.FlowClose
	case o&event.FlagSYN == 0 && f.packets[Orig] == 0: // only the answer was seen
		switch {
		case f.reset != 0:
			return "RSTRH", event.FlowReset
		case f.finSeen[Resp]:
			return "SHR", event.FlowClose
		}
		return "OTH", event.FlowClose
	case f.packets[Resp] == 0:
		switch {
		case f.reset != 0:
			return "RSTOS0", event.FlowFail
		case f.finSeen[Orig]:
			return "SH", event.FlowFail
		}
		return "S0", event.FlowFail
	case r&event.FlagSYN == 0 && f.reset == 1+uint8(Resp) && f.payload[Resp] == 0:
		return "REJ", event.FlowRefuse
	}
	return f.established()
}

func (f *flow) established() (string, event.NetworkActivityID) {
	switch {
	case f.reset == 1+uint8(Orig):
		return "RSTO", event.FlowReset
	case f.reset != 0:
		return "RSTR", event.FlowReset
	case f.finSeen[Orig] && f.finSeen[Resp]:
		return "SF", event.FlowClose
	case f.finSeen[Orig]:
		return "S2", event.FlowClose
	case f.finSeen[Resp]:
		return "S3", event.FlowClose
	}
	return "S1", event.FlowClose
}

// How long an ended flow swallows what still comes, and a half-closed one waits.
const (
	linger     = int64(5 * time.Second)
	lingerMid  = int64(time.Minute) // when nobody knows at what time it began
	halfClosed = int64(2 * time.Minute)
)

// patience is how long the flow may be silent.
func (a *Analyzer) patience(f *flow) int64 {
	switch {
	case f.ended:
		return linger
	case f.reset != 0 || f.finSeen[Orig] && f.finSeen[Resp]:
		if f.midstream {
			return lingerMid
		}
		return linger
	case event.Proto(f.key.proto) == event.ProtoTCP:
		switch {
		case f.packets[Resp] == 0 && !f.midstream:
			return int64(a.cfg.TCPAttempt)
		case f.finSeen[Orig] || f.finSeen[Resp]:
			return min(halfClosed, int64(a.cfg.TCPIdle))
		}
		return int64(a.cfg.TCPIdle)
	case event.Proto(f.key.proto) == event.ProtoICMP, event.Proto(f.key.proto) == event.ProtoICMPv6:
		return int64(a.cfg.ICMPIdle)
	}
	return int64(a.cfg.UDPIdle)
}
