package dissect

import (
	"hash/maphash"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect/decode"
	"github.com/yagura-project/yagura/dissect/reassembly"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Analyzer turns packets into events. Packet, Advance and Close belong to one goroutine; Stats and Watch may be
// called by any.
type Analyzer struct {
	cfg       Config
	out       func(event.Event)
	protocols []Protocol
	byPort    ports
	decoder   *decode.Decoder
	layers    decode.Layers
	table     table
	wheel     wheel
	pool      *reassembly.Pool
	hosts     hosts
	sink      sink
	arp       recent
	now       int64  // capture time of the last packet or Advance
	at        order  // where in the capture we are
	wire      uint64 // bytes of the packet at hand
	opened    uint64 // flows by the packet at hand
	due       []late
	talks     []*talk           // of flows that have ended, to be used again
	tellFor   func(event.Event) // emit
	lender    lender
	held      int  // bytes of half-read messages
	over      bool // the capture has ended
	mayTurn   bool // the flow at hand may find out that its client is the other side

	promises  *promises      // what services were said to listen where
	catchUp   func()         // Flow.catchUp
	inspector wire.Inspector // nil: nobody looks
	settler   wire.Settler   // the inspector, if it is one
	hushed    hush
	shelf     shelf
	segmentAt *decode.Layers // the segment that is being put in order
	noted     []wire.Event   // what is odd about the protocol of the flow at hand
	spares    []*strict
	earlySeed maphash.Seed
	alone     int // flows of which hardly a packet has come
	keptAll   int // room for bytes that wait to be confirmed
	rooms     rooms
	files     files
	expected  expected // conversations that were agreed on elsewhere
	watch     atomic.Pointer[watchlist]

	stats     event.SensorStats
	apps      [2]map[string]uint64 // ended flows by application, of all but UDP and of UDP
	vlans     map[uint16]event.VLANFlows
	vlanNews  bool
	mu        sync.Mutex // guards published
	published event.SensorStats
	untold    int   // packets since
	told      int64 // when; ns
}

// New makes an analyzer that tries protocols in their order and gives its events to emit.
func New(cfg Config, protocols []Protocol, emit func(event.Event)) *Analyzer {
	seed := cfg.Seed
	if seed == 0 {
		seed = rand.Uint64()
	}
	a := &Analyzer{
		cfg: cfg, out: emit, protocols: protocols,
		byPort:  newPorts(protocols),
		decoder: decode.NewDecoder(0),
		table:   newTable(seed),
		pool:    reassembly.NewPool(cfg.BufferBytes),
		apps:    [2]map[string]uint64{{}, {}}, promises: &promises{},
		files: files{hash: cfg.HashFiles}, earlySeed: maphash.MakeSeed(),
	}
	a.stats.Source = cfg.Sensor
	a.hosts, _ = newHosts(cfg) // Validate tells what is wrong
	a.decoder.Take(func(dst *decode.Addr) decode.Policy { return a.hosts.of(dst).fragments })
	a.tellFor = a.emit
	return a
}

// Stats shows what is publishEvery packets old, or a second and a few packets.
const (
	publishEvery = 1024
	publishSoon  = 16
	publishAfter = int64(time.Second)
)

// Packet takes the next packet. Nothing in it can make this panic: what does is counted and lost alone.
func (a *Analyzer) Packet(p *capture.Packet) {
	a.packet(p)
	a.letGo()
}

func (a *Analyzer) packet(p *capture.Packet) {
	defer a.survive()
	a.stats.Packets++
	a.wire = uint64(p.OrigLen)
	a.stats.Bytes += a.wire
	a.shelf.clear()
	a.number(p.Number)
	a.tick(p.Nanos)
	a.at.due, a.at.id = inPacket, 0
	if a.untold++; a.untold >= publishEvery || a.untold >= publishSoon && p.Nanos-a.told > publishAfter {
		a.publish()
	}
	l := &a.layers
	err := a.decoder.Decode(p, l)
	if err != nil {
		a.stats.DecodeErrors++
	}
	if w := a.watch.Load(); w != nil {
		w.look(p, l)
	}
	if outer := a.decoder.Outer(); len(outer) > 0 {
		a.carriers(outer, p.OrigLen-len(p.Data))
		a.wire = size(l, p.OrigLen-len(p.Data))
	}
	if a.cfg.Checksums && !decode.Sound(l) { // its receiver has thrown it away
		a.stats.DecodeErrors++
		a.inspect(l, nil, Orig, false)
		return
	}
	switch l.Kind {
	case decode.TCP:
		a.tcp(l)
	case decode.UDP:
		a.udp(l)
	case decode.ICMP:
		a.icmp(l)
	case decode.IP:
		if err == nil {
			a.other(l)
			break
		}
		a.inspect(l, nil, Orig, false) // of what is malformed no flow is made
	case decode.ARP:
		a.arpPacket(l)
		a.inspect(l, nil, Orig, false)
	default:
		a.inspect(l, nil, Orig, false)
	}
}

// carriers takes the packets of tunnels, whose flows are told beside those within, and fragments.
func (a *Analyzer) carriers(outer []decode.Layers, cut int) {
	for i := range outer {
		l := &outer[i]
		if i > 0 {
			a.wire = size(l, cut)
		}
		if l.Kind == decode.UDP {
			a.udp(l)
		} else {
			a.inspect(l, nil, Orig, false)
		}
	}
}

// size is what counts of a packet that stood in another one: the frame in it, or the datagram, put together where it came in pieces. cut is what
// the capture cut off.
func size(l *decode.Layers, cut int) uint64 {
	if !l.Whole && l.Link == uint16(capture.LinkEthernet) {
		return uint64(len(l.L2) + cut)
	}
	return uint64(l.IPLen)
}

// clock moves the analyzer to the time of packet n, which another one takes.
func (a *Analyzer) clock(n uint64, now int64) {
	defer a.survive()
	a.at = order{number: n}
	a.tick(now)
	a.letGo()
}

// survive keeps a fault in one packet from ending the sensor.
func (a *Analyzer) survive() {
	if r := recover(); r != nil {
		a.stats.DecodeErrors++
	}
}

// tick sets the capture clock.
func (a *Analyzer) tick(now int64) {
	a.now = now
	a.turn(now)
}

// Advance says that it is now while no packet came: what was silent for too long ends.
func (a *Analyzer) Advance(now time.Time) {
	defer a.survive()
	a.tick(now.UnixNano())
	a.letGo()
	a.publish()
}

// Close ends all flows, oldest first. The analyzer must not be used afterwards, but for Stats.
func (a *Analyzer) Close() {
	a.over = true
	var open []*flow
	for _, s := range a.table.slots {
		if s != 0 {
			open = append(open, a.table.at(uint32(s)-1))
		}
	}
	slices.SortFunc(open, func(x, y *flow) int {
		if x.id < y.id {
			return -1
		}
		return 1
	})
	a.at = order{number: math.MaxUint64}
	for _, f := range open {
		a.at.id = f.id
		a.endSafely(f, a.now)
		a.drop(f)
		a.letGo()
	}
	for len(a.files.joints) > 0 {
		a.files.joints.drop(0)
	}
	a.letGo()
	a.publish()
}

func (a *Analyzer) endSafely(f *flow, at int64) {
	defer a.survive()
	a.end(f, at)
}

// Stats is the state of the analyzer, about a second ago.
func (a *Analyzer) Stats() event.SensorStats {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.published
	s.ByApp, s.ByAppUDP = maps.Clone(s.ByApp), maps.Clone(s.ByAppUDP)
	return s
}

func (a *Analyzer) publish() {
	a.untold, a.told = 0, a.now
	s := a.stats
	s.Time = time.Unix(0, a.now).UTC()
	s.FlowsOpen = uint64(a.table.n)
	s.Evicted += a.decoder.Evicted()
	a.mu.Lock()
	defer a.mu.Unlock()
	s.Blind.VLANs = a.published.Blind.VLANs
	if a.vlanNews {
		s.Blind.VLANs, a.vlanNews = maps.Clone(a.vlans), false
	}
	s.ByApp, s.ByAppUDP = summed(a.published.ByApp, a.apps[0], a.apps[1]), summed(a.published.ByAppUDP, a.apps[1])
	clear(a.apps[0])
	clear(a.apps[1])
	a.published = s
}
