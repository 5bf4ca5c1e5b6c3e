package beacon

import (
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/detect"
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
	times []int64   // of the last calls, nanoseconds since 1970
	sizes []float32 // bytes sent
	total int
	first time.Time
	at    time.Time // of the call that was told last
	last  event.Conn
	name  string // what was seen in it
	http  *httpTraits
	tls   *tlsTraits
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
	s.at, s.last, s.name = at, *c, name
	if len(s.times) >= maxPolls {
		s.times = append(s.times[:0], s.times[1:]...)
		s.sizes = append(s.sizes[:0], s.sizes[1:]...)
	}
	i, t := len(s.times), at.UnixNano() // keep the order: answers of one second may overtake each other
	for i > 0 && s.times[i-1] > t {
		i--
	}
	s.times = append(s.times, t)
	s.sizes = append(s.sizes, float32(sent))
	copy(s.times[i+1:], s.times[i:])
	copy(s.sizes[i+1:], s.sizes[i:])
	s.times[i], s.sizes[i] = t, float32(sent)
}

// seen is the last call as evidence.
func (s *series) seen() event.Evidence {
	return event.Evidence{Time: s.at, Src: s.last.Src, Dst: s.last.Dst, FlowID: s.last.FlowID, Name: s.name}
}

// rhythm measures the calls on the time that the machine was on; where sized, calls whose size is not known are left out of it.
func (s *series) rhythm(hours *detect.Hours, sized bool) regularity {
	times, sizes := make([]time.Time, len(s.times)), make([]float64, 0, len(s.sizes))
	for i, t := range s.times {
		times[i] = time.Unix(0, t)
	}
	for _, x := range s.sizes {
		if x > 0 || !sized {
			sizes = append(sizes, float64(x))
		}
	}
	return measure(times, sizes, hours)
}

func (s *series) overHTTP() *httpTraits {
	if s.http == nil {
		s.http = &httpTraits{}
	}
	return s.http
}

func (s *series) overTLS() *tlsTraits {
	if s.tls == nil {
		s.tls = &tlsTraits{}
	}
	return s.tls
}

// due spares work: every call is judged at first, later when a fifth more have come.
func (s *series) due() bool {
	return s.total <= 16 || s.total%max(1, min(s.total, maxPolls)/10) == 0
}
