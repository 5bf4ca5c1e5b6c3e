package syslog

import (
	"maps"
	"net"
	"net/netip"
	"sync"
	"time"
)

// Stats counts what came, and what became of it.
type Stats struct {
	Received      map[string]uint64      `json:"received"`       // messages on disk, by way: udp, tcp, tls
	Refused       uint64                 `json:"refused"`        // datagrams and connections of senders that are not registered
	RefusedFrom   map[string]uint64      `json:"refused_from"`   // of which by address, the first 64
	Malformed     uint64                 `json:"malformed"`      // messages that could not be read; kept in a file
	Lost          uint64                 `json:"lost"`           // datagrams for want of room, and what was being read when Yagura stopped
	KernelDrops   uint64                 `json:"kernel_drops"`   // datagrams that the kernel lost for want of room, as far as later ones told
	Crowded       uint64                 `json:"crowded"`        // connections beyond the limit
	Handshakes    uint64                 `json:"tls_failures"`   // connections that could not begin TLS
	Connections   int                    `json:"connections"`    // open now
	Backlog       int64                  `json:"backlog_bytes"`  // received and not judged yet
	ReceiveBuffer int                    `json:"receive_buffer"` // of udp, bytes; 0 without udp
	Sources       map[string]SourceStats `json:"sources"`        // by name
}

// SourceStats counts one source.
type SourceStats struct {
	Title    string        `json:"title,omitempty"`
	Messages uint64        `json:"messages"`
	Bad      uint64        `json:"malformed"`
	Nameless uint64        `json:"without_machine"` // alerts that name no machine
	Last     time.Time     `json:"last,omitzero"`
	Skew     time.Duration `json:"clock_skew"` // of its last message: how far its clock is ahead of ours
	Skewed   bool          `json:"skewed"`     // further than configured
}

// maxRefused is how many refused addresses are told apart.
const maxRefused = 64

type counts struct {
	mu      sync.Mutex
	s       Stats
	drops   map[*net.UDPConn]uint32
	trouble time.Time
}

func (c *counts) begin(cfg Config) {
	c.s = Stats{Received: map[string]uint64{}, RefusedFrom: map[string]uint64{}, Sources: map[string]SourceStats{}}
	c.drops = map[*net.UDPConn]uint32{}
	for _, s := range cfg.Sources {
		c.s.Sources[s.Name] = SourceStats{Title: s.Title}
	}
}

func (c *counts) do(f func(*Stats)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(&c.s)
}

func (c *counts) receive(w Way, n int) { c.do(func(s *Stats) { s.Received[w.String()] += uint64(n) }) }
func (c *counts) lose(n int)           { c.do(func(s *Stats) { s.Lost += uint64(n) }) }
func (c *counts) crowd()               { c.do(func(s *Stats) { s.Crowded++ }) }
func (c *counts) shake()               { c.do(func(s *Stats) { s.Handshakes++ }) }
func (c *counts) buffer(n int)         { c.do(func(s *Stats) { s.ReceiveBuffer = n }) }

func (c *counts) refuse(from netip.Addr) {
	c.do(func(s *Stats) {
		s.Refused++
		if _, ok := s.RefusedFrom[from.String()]; ok || len(s.RefusedFrom) < maxRefused {
			s.RefusedFrom[from.String()]++
		}
	})
}

// kernel takes the socket's count of drops, which only grows and may wrap.
func (c *counts) kernel(conn *net.UDPConn, n uint32) {
	c.do(func(s *Stats) {
		s.KernelDrops += uint64(n - c.drops[conn])
		c.drops[conn] = n
	})
}

// Stats is a copy of the counters.
func (r *Receiver) Stats() Stats {
	r.mu.Lock()
	open := len(r.conns)
	r.mu.Unlock()
	r.counts.mu.Lock()
	s := r.counts.s
	s.Received, s.RefusedFrom, s.Sources = maps.Clone(s.Received), maps.Clone(s.RefusedFrom), maps.Clone(s.Sources)
	r.counts.mu.Unlock()
	s.Connections = open
	if r.spool != nil {
		s.Backlog = r.spool.backlog()
	}
	return s
}

// Heard counts a message of a source that was read: reported is its sender's clock (zero: it says none), named whether it
// names a machine.
func (r *Receiver) Heard(source string, m Message, reported time.Time, named bool) {
	r.counts.do(func(s *Stats) {
		x := s.Sources[source]
		x.Messages++
		x.Last = m.Received
		if !named {
			x.Nameless++
		}
		if !reported.IsZero() {
			x.Skew = reported.Sub(m.Received).Round(time.Millisecond)
			x.Skewed = x.Skew.Abs() > r.cfg.ClockSkew
		}
		s.Sources[source] = x
	})
}

// Malformed counts a message that could not be read and keeps it with the reason.
func (r *Receiver) Malformed(m Message, why string) { r.malformed("", m, why) }

// MalformedOf is Malformed for a message whose source is known.
func (r *Receiver) MalformedOf(source string, m Message, why string) { r.malformed(source, m, why) }

func (r *Receiver) malformed(source string, m Message, why string) {
	r.counts.do(func(s *Stats) {
		s.Malformed++
		if x, ok := s.Sources[source]; ok {
			x.Bad++
			s.Sources[source] = x
		}
	})
	if err := r.kept.keep(source, m, why); err != nil {
		r.troubled(err)
	}
}

// troubled logs what goes wrong with the disk, once a minute.
func (r *Receiver) troubled(err error) {
	r.counts.mu.Lock()
	again := time.Since(r.counts.trouble) > time.Minute
	if again {
		r.counts.trouble = time.Now()
	}
	r.counts.mu.Unlock()
	if again {
		r.log.Error("syslog messages cannot be kept; tcp and tls senders wait, udp is lost", "error", err)
	}
}
