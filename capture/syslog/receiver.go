package syslog

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Way is how a message came.
type Way byte

// Ways.
const (
	UDP Way = iota + 1
	TCP
	TLS
)

// String is udp, tcp or tls.
func (w Way) String() string { return [...]string{"", "udp", "tcp", "tls"}[min(w, TLS)] }

// Message is one message as received.
type Message struct {
	From     netip.Addr
	Way      Way
	Received time.Time // UTC
	Data     []byte    // without framing
}

// Receiver listens, refuses who is not registered, and keeps messages until they are judged. It is a service.Part.
type Receiver struct {
	cfg     Config
	dir     string
	log     *slog.Logger
	sources []known
	spool   *spool
	kept    *keeper
	counts  counts
	tlsConf *tls.Config
	packets []*net.UDPConn
	streams []net.Listener
	conns   map[net.Conn]bool
	mu      sync.Mutex
	stop    context.CancelFunc
	ended   sync.WaitGroup
}

// known is a source with its networks read.
type known struct {
	Source
	nets []netip.Prefix
}

// New makes an inert receiver that keeps its files below dir.
func New(cfg Config, dir string, log *slog.Logger) (*Receiver, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	r := &Receiver{cfg: cfg, dir: filepath.Join(dir, "syslog"), log: log, conns: map[net.Conn]bool{}}
	for _, s := range cfg.Sources {
		k := known{Source: s}
		for _, f := range s.From {
			n, err := network(f)
			if err != nil {
				return nil, err
			}
			k.nets = append(k.nets, n)
		}
		r.sources = append(r.sources, k)
	}
	r.counts.begin(cfg)
	if len(cfg.TLS) > 0 {
		var err error
		if r.tlsConf, err = cfg.tls(); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Name implements service.Part.
func (r *Receiver) Name() string { return "syslog" }

// Start opens the spool and listens.
func (r *Receiver) Start(context.Context) (err error) {
	if r.spool, err = openSpool(r.dir, int64(r.cfg.Spool)<<20); err != nil {
		return err
	}
	if r.kept, err = openKeeper(filepath.Join(r.dir, "malformed.jsonl"), int64(r.cfg.Malformed)<<20); err != nil {
		return err
	}
	if err := r.listen(); err != nil {
		return errors.Join(err, r.hangUp(), r.spool.close(), r.kept.close())
	}
	ctx, cancel := context.WithCancel(context.Background())
	r.stop = cancel
	for _, c := range r.packets {
		r.ended.Go(func() { r.datagrams(ctx, c) })
	}
	for i, l := range r.streams {
		way := TCP
		if i >= len(r.cfg.TCP) {
			way = TLS
		}
		r.ended.Go(func() { r.accept(ctx, l, way) })
	}
	r.ended.Go(func() { r.syncing(ctx) })
	return nil
}

func (r *Receiver) listen() error {
	for _, a := range r.cfg.UDP {
		c, err := r.openUDP(a)
		if err != nil {
			return fmt.Errorf("syslog udp %s: %w", a, err)
		}
		r.packets = append(r.packets, c)
	}
	for i, a := range slices.Concat(r.cfg.TCP, r.cfg.TLS) {
		l, err := net.Listen("tcp", a)
		if err != nil {
			return fmt.Errorf("syslog %s: %w", a, err)
		}
		if i >= len(r.cfg.TCP) {
			l = tls.NewListener(l, r.tlsConf)
		}
		r.streams = append(r.streams, l)
	}
	return nil
}

// hangUp closes all that is open.
func (r *Receiver) hangUp() (err error) {
	for _, c := range r.packets {
		err = errors.Join(err, c.Close())
	}
	for _, l := range r.streams {
		err = errors.Join(err, l.Close())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.conns {
		_ = c.Close()
	}
	return err
}

// Stop hangs up; what has come and is not judged stays on disk for the next start.
func (r *Receiver) Stop(context.Context) error {
	if r.stop == nil {
		return nil
	}
	r.stop()
	err := r.hangUp()
	r.ended.Wait()
	return errors.Join(err, r.spool.close(), r.kept.close())
}

// Addrs are the addresses listened on, in the order udp, tcp, tls.
func (r *Receiver) Addrs() (out []netip.AddrPort) {
	for _, c := range r.packets {
		out = append(out, c.LocalAddr().(*net.UDPAddr).AddrPort())
	}
	for _, l := range r.streams {
		out = append(out, l.Addr().(*net.TCPAddr).AddrPort())
	}
	return out
}

// Next gives up to limit messages in the order in which they came, and where they end. It waits until there is one.
func (r *Receiver) Next(ctx context.Context, limit int) ([]Message, Position, error) {
	return r.spool.take(ctx, limit)
}

// Judged says that all up to p has been judged and what came of it is kept.
func (r *Receiver) Judged(p Position) error { return r.spool.judged(p) }

// Source finds who sends from an address, and where a relay sends for several, under a host name.
func (r *Receiver) Source(from netip.Addr, host string) (Source, bool) {
	for _, k := range r.sources {
		if covers(k.nets, from) && (len(k.Hosts) == 0 || slices.ContainsFunc(k.Hosts, func(h string) bool { return sameHost(h, host) })) {
			return k.Source, true
		}
	}
	return Source{}, false
}

// registered reports whether an address may send at all.
func (r *Receiver) registered(from netip.Addr) bool {
	return slices.ContainsFunc(r.sources, func(k known) bool { return covers(k.nets, from) })
}

func covers(nets []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(nets, func(n netip.Prefix) bool { return n.Contains(a) })
}

// sameHost compares names with and without their domain.
func sameHost(want, got string) bool {
	if strings.EqualFold(want, got) {
		return true
	}
	first, _, _ := strings.Cut(got, ".")
	return !strings.Contains(want, ".") && strings.EqualFold(want, first)
}

func (r *Receiver) syncing(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		if err := r.spool.sync(); err != nil {
			r.log.Error("syslog messages could not be put onto the disk", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
