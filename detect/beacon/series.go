package beacon

import (
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/event"
)

// channel is over what a machine calls home.
type channel uint8

const (
	viaHTTP channel = iota
	viaTLS
	viaTCP
	viaQUIC
)

// key is one destination of one machine: by name where it has one that was looked up, else by address.
type key struct {
	src  netip.Addr
	dst  netip.Addr
	name string
	port uint16
	via  channel
}

// maxPolls bounds the calls remembered for one destination: a day at one a
// minute is seen through its last 200, an hourly beacon through four weeks.
const maxPolls = 200

// series is what one machine said to one destination so far.
type series struct {
	times []time.Time
	sizes []float64 // bytes sent
	total int
	first time.Time
	last  event.Conn
	seen  event.Evidence
	http  httpTraits
	tls   tlsTraits
	tcp   tcpTraits
	told  int // calls when it was last told
	level event.Severity
}

// add remembers one call.
func (s *series) add(at time.Time, sent uint64, c *event.Conn, name string) {
	if s.total == 0 {
		s.first = at
	}
	s.total++
	s.last = *c
	s.seen = event.Evidence{Time: at, Src: c.Src, Dst: c.Dst, FlowID: c.FlowID, Name: name}
	if len(s.times) >= maxPolls {
		s.times = append(s.times[:0], s.times[1:]...)
		s.sizes = append(s.sizes[:0], s.sizes[1:]...)
	}
	i := len(s.times) // keep the order: answers of one second may overtake each other
	for i > 0 && s.times[i-1].After(at) {
		i--
	}
	s.times = append(s.times, at)
	s.sizes = append(s.sizes, float64(sent))
	copy(s.times[i+1:], s.times[i:])
	copy(s.sizes[i+1:], s.sizes[i:])
	s.times[i], s.sizes[i] = at, float64(sent)
}

// due spares work: every call is judged at first, later when a fifth more have come.
func (s *series) due() bool {
	return s.total <= 16 || s.total%max(1, min(s.total, maxPolls)/10) == 0
}
