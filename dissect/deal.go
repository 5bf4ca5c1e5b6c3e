package dissect

import (
	"encoding/binary"
	"math"
	"unsafe"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect/decode"
)

// What a card says.
const (
	aPacket = iota // take the packet
	aClock         // a packet for another worker moved the clock
	aQuote         // another worker takes the packet, but it quotes one of yours
)

// card is a packet, as small as may be, half a cache line: it goes from one processor to another.
type card struct {
	data       *byte
	nanos      int64
	size, orig uint32
	place      uint16 // its number is that much above the round's first one
	link       capture.Link
	vlan       uint16
	kind       uint8
	outgoing   bool
}

// fetch has the packet brought from memory.
func (c *card) fetch() { capture.Fetch(unsafe.Slice(c.data, c.size)) }

// read makes the card's packet p; what p had of the interface's name stays.
func (c *card) read(p *capture.Packet, first uint64) {
	p.Data, p.Nanos, p.Number, p.OrigLen = unsafe.Slice(c.data, c.size), c.nanos, first+uint64(c.place), int(c.orig)
	p.Link, p.VLAN, p.Outgoing = c.link, c.vlan, c.outgoing
}

// hand is one worker's share of a round.
type hand struct {
	cards []card
	bytes []byte // what packets whose source does not keep them point into
	first uint64 // number of the first packet of the round
	upTo  uint64 // and of the last one
}

// fetchAhead is how many packets early a worker has one brought from memory.
const fetchAhead = 8

func (h *hand) clear() {
	if len(h.bytes) > 0 { // where they moved, older ones are let go of
		clear(h.cards)
	}
	h.cards, h.bytes = h.cards[:0], h.bytes[:0]
}

// dealer gives packets to workers: all of a pair of hosts to the same one. Which one does not change what is found.
type dealer struct {
	lanes  []*Lane
	rounds []chan *hand
	back   chan *hand
	hands  []*hand
	count  int    // packets in this round
	first  uint64 // number of its first one
	number uint64 // of the last packet
	now    int64
	tick   int64

	decoder *decode.Decoder // for what hides its pair: GRE, IP in IP, ICMP errors
	layers  decode.Layers
	home    [1 << 12]uint8 // worker of the pairs with this hash, from 1
	load    []uint64       // packets given
	ended   chan struct{}
}

func newDealer(lanes []*Lane) *dealer {
	d := &dealer{lanes: lanes, decoder: decode.NewDecoder(0), load: make([]uint64, len(lanes)),
		back: make(chan *hand, len(lanes)*(roundsAhead+2)), ended: make(chan struct{}, len(lanes))}
	for _, l := range lanes {
		rounds := make(chan *hand, roundsAhead)
		d.rounds = append(d.rounds, rounds)
		d.hands = append(d.hands, &hand{})
		go func() {
			defer func() { d.ended <- struct{}{} }()
			l.work(rounds, d.back)
		}()
	}
	return d
}

// packet gives one packet to its worker.
func (d *dealer) packet(p *capture.Packet) {
	if p.Number == 0 {
		p.Number = d.number + 1
	}
	if d.count > 0 && p.Number-d.first > math.MaxUint16 { // a filter left out many
		d.round()
	}
	if d.count == 0 {
		d.first = p.Number
	}
	d.number, d.now = p.Number, p.Nanos
	own, quoted := d.workers(p)
	if t := p.Nanos >> tickShift; t > d.tick || t < d.tick-clockSlack {
		d.tick = t
		d.tell(own)
	}
	d.give(own, aPacket, p)
	if quoted >= 0 && quoted != own {
		d.give(quoted, aQuote, p)
	}
	if d.count++; d.count >= roundPackets || len(d.hands[own].bytes) >= roundBytes {
		d.round()
	}
}

// clock says that it is now.
func (d *dealer) clock(now int64) {
	d.now = now
	d.tell(-1)
}

// tell gives the time to all workers but one.
func (d *dealer) tell(but int) {
	for i, h := range d.hands {
		if i != but {
			h.cards = append(h.cards, card{kind: aClock, place: uint16(d.number - d.first), nanos: d.now})
		}
	}
}

func (d *dealer) give(to int, kind uint8, p *capture.Packet) {
	h := d.hands[to]
	data := p.Data
	if !p.Kept {
		at := len(h.bytes)
		h.bytes = append(h.bytes, data...) // where it moves, the packets before keep the old array
		data = h.bytes[at:]
	}
	h.cards = append(h.cards, card{
		data: unsafe.SliceData(data), size: uint32(len(data)), nanos: p.Nanos, orig: uint32(min(p.OrigLen, math.MaxUint32)),
		place: uint16(p.Number - d.first), link: p.Link, vlan: p.VLAN, kind: kind, outgoing: p.Outgoing,
	})
	d.load[to]++
}

// round hands out what has been gathered; each worker gets something, so that it can tell how far it is.
func (d *dealer) round() {
	d.count = 0
	for i, h := range d.hands {
		h.first, h.upTo = d.first, d.number
		d.rounds[i] <- h
		select {
		case d.hands[i] = <-d.back:
		default:
			d.hands[i] = &hand{cards: make([]card, 0, roundPackets)}
		}
	}
}

// close ends the flows of all workers at the time of the last packet.
func (d *dealer) close() {
	d.tell(-1)
	d.round()
	for _, c := range d.rounds {
		close(c)
	}
	for range d.lanes {
		<-d.ended
	}
}

// workers says who takes a packet, and whose packet it quotes (an ICMP error); -1 = nobody's.
func (d *dealer) workers(p *capture.Packet) (own, quoted int) {
	if src, dst, ok := plain(p); ok {
		return d.worker(src + dst), -1
	}
	l := &d.layers
	_ = d.decoder.Decode(p, l) // whoever takes it counts what is wrong
	if l.Kind == decode.None || l.Kind == decode.ARP {
		return 0, -1
	}
	own, quoted = d.worker(addressHash(l.Src[:])+addressHash(l.Dst[:])), -1
	if l.Kind == decode.ICMP && !echo(l) {
		var q decode.Layers
		if decode.Quoted(l.Payload, &q) {
			quoted = d.worker(addressHash(q.Src[:]) + addressHash(q.Dst[:]))
		}
	}
	return own, quoted
}

// worker gives a pair, by its hash, to the one with the least to do when it is first seen.
func (d *dealer) worker(h uint64) int {
	h *= 0x9e3779b97f4a7c15
	home := &d.home[h>>52]
	if *home == 0 {
		least := 0
		for i, n := range d.load {
			if n < d.load[least] {
				least = i
			}
		}
		*home = uint8(least + 1)
	}
	return int(*home) - 1
}

// plain reads the addresses of an Ethernet frame with TCP, UDP or a fragment right above IP. What is within a tunnel over UDP
// goes where the tunnel goes, for the tunnel is a flow, too.
func plain(p *capture.Packet) (src, dst uint64, ok bool) {
	b := p.Data
	if p.Link != capture.LinkEthernet || len(b) < 14+40 {
		return 0, 0, false
	}
	typ, at := binary.BigEndian.Uint16(b[12:]), 14
	if typ == 0x8100 {
		typ, at = binary.BigEndian.Uint16(b[16:]), 18
	}
	b = b[at:]
	switch {
	case typ == 0x0800 && b[0] == 0x45:
		if binary.BigEndian.Uint16(b[6:])&0x3fff == 0 && b[9] != 6 && b[9] != 17 {
			return 0, 0, false
		}
		return addressHash4(b[12:]), addressHash4(b[16:]), true
	case typ == 0x86dd && len(b) >= 44 && (b[6] == 6 || b[6] == 17):
		return addressHash(b[8:24]), addressHash(b[24:40]), true
	}
	return 0, 0, false
}

func addressHash4(b []byte) uint64 {
	return addressHash64(0, 0xffff0000|uint64(binary.LittleEndian.Uint32(b))<<32)
}

// addressHash is that of an address of 16 bytes; IPv4 is mapped into it.
func addressHash(b []byte) uint64 {
	return addressHash64(binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:]))
}

func addressHash64(x, y uint64) uint64 {
	x = (x ^ y>>7 ^ y) * 0xbf58476d1ce4e5b9
	return x ^ x>>31
}

// quoted lets an ICMP error that another worker takes mark the flow that it is about.
func (a *Analyzer) quoted(p *capture.Packet) {
	defer a.survive()
	a.at.number = p.Number
	l := &a.layers
	if a.decoder.Decode(p, l) == nil && l.Kind == decode.ICMP && cites(l) {
		a.cited(l)
	}
}
