package openflow

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/yagura-project/yagura/act/openflow/ofp"
)

// serve takes switches that connect by themselves.
func (h *hand) serve(ctx context.Context, l net.Listener) {
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	room := make(chan struct{}, maxGuests)
	for {
		conn, err := l.Accept()
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			time.Sleep(firstWait)
			continue
		}
		select {
		case room <- struct{}{}:
		default:
			_ = conn.Close() // more strangers than switches
			continue
		}
		h.wait.Go(func() {
			defer func() { <-room }()
			if err := h.guest(ctx, conn); err != nil && ctx.Err() == nil && h.quiet.may() {
				h.deps.Log.Warn("a conversation that a switch began has ended", "from", conn.RemoteAddr().String(), "error", err)
			}
		})
	}
}

// maxGuests bounds the connections that are open at once beside those that Yagura opens.
const maxGuests = 256

func (h *hand) guest(ctx context.Context, conn net.Conn) error {
	greeting, cancel := context.WithTimeout(ctx, h.cfg.Timeout)
	defer cancel()
	l, err := greet(greeting, conn)
	if err != nil {
		return errors.Join(err, conn.Close())
	}
	s := h.expected(l.features.Datapath)
	if s == nil {
		return errors.Join(fmt.Errorf("a switch with the unknown datapath id %016x", l.features.Datapath), conn.Close())
	}
	s.mu.Lock()
	old := s.link
	s.mu.Unlock()
	if old != nil {
		alive, cancel := context.WithTimeout(ctx, time.Second)
		_, err := old.request(alive, ofp.Barrier{})
		cancel()
		if err == nil {
			return errors.Join(fmt.Errorf("switch %s is already here: two have the datapath id %016x", s.label(), l.features.Datapath), conn.Close())
		}
		old.end(errors.New("it has connected anew"))
	}
	err = h.converse(ctx, s, l)
	s.mu.Lock()
	mine := s.link == l || s.link == nil
	s.mu.Unlock()
	if mine {
		s.set(nil, site{}, nil, err)
	}
	return err
}

// expected is the configured switch that connects by itself under this datapath id.
func (h *hand) expected(datapath uint64) *station {
	for _, s := range h.stations {
		if want, err := parseDatapath(s.Datapath); err == nil && want == datapath && s.Address == "" {
			return s
		}
	}
	return nil
}
