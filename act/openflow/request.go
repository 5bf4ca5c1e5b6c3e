package openflow

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/yagura-project/yagura/act/openflow/ofp"
)

// request is what is being waited for: the answers to messages first to last.
type request struct {
	first, last uint32
	flows       []ofp.FlowStats
	ports       []ofp.Port
	about       ofp.Description
	config      ofp.Config
	parts       int
	refused     []error
	done        chan struct{}
}

// take adds an answer; over says that it was the last.
func (r *request) take(p ofp.Packet) (over bool, err error) {
	switch m := p.Message.(type) {
	case *ofp.Error:
		if len(r.refused) < maxRefused {
			r.refused = append(r.refused, m)
		}
		return p.XID == r.last, nil
	case *ofp.Config:
		r.config = *m
	case *ofp.Multipart:
		r.parts++
		r.flows, r.ports = append(r.flows, m.Flows...), append(r.ports, m.Ports...)
		if m.Kind == ofp.PartDescription {
			r.about = m.Description
		}
		if r.parts > maxParts || len(r.flows) > maxFlows || len(r.ports) > maxFlows {
			return false, fmt.Errorf("an answer of more than %d flows in %d parts: this is no switch for Yagura", len(r.flows)-1, r.parts)
		}
		return !m.More && p.XID == r.last, nil
	}
	return p.XID == r.last, nil
}

// request sends messages, of which the last is answered when all are done, and waits for that.
func (l *link) request(ctx context.Context, messages ...ofp.Message) (*request, error) {
	l.turn.Lock()
	defer l.turn.Unlock()
	by, ok := ctx.Deadline()
	if !ok {
		by = time.Now().Add(time.Minute)
	}
	l.mu.Lock()
	r := &request{first: l.xid + 1, last: l.xid + uint32(len(messages)), done: make(chan struct{})}
	l.xid, l.ask, l.requests = r.last, r, l.requests+1
	err := l.err
	l.mu.Unlock()
	for i, m := range messages {
		if err == nil {
			err = l.write(by, r.first+uint32(i), m)
		}
	}
	if err != nil {
		l.end(err) // half a message may be on the wire
		return nil, err
	}
	select {
	case <-r.done:
		return r, nil
	case <-l.dead:
		return nil, l.err
	case <-ctx.Done():
		l.mu.Lock()
		l.ask = nil
		l.mu.Unlock()
		return nil, fmt.Errorf("the switch does not answer: %w", ctx.Err())
	}
}

// change sends flow-mods and waits until the switch has done them all.
func (l *link) change(ctx context.Context, mods []*ofp.FlowMod) error {
	if len(mods) == 0 {
		return nil
	}
	var messages []ofp.Message
	for _, m := range mods {
		messages = append(messages, m)
	}
	r, err := l.request(ctx, append(messages, ofp.Barrier{})...)
	if err != nil {
		return err
	}
	return errors.Join(r.refused...)
}

// flows reads the flows of every table whose cookie equals cookie in the bits of mask.
func (l *link) flows(ctx context.Context, cookie, mask uint64) ([]ofp.FlowStats, error) {
	r, err := l.request(ctx, &ofp.MultipartRequest{Kind: ofp.PartFlows, Table: ofp.TableAll, Cookie: cookie, CookieMask: mask})
	if err != nil {
		return nil, err
	}
	return r.flows, errors.Join(r.refused...)
}

// listen asks the switch to tell what it ends by itself, and what it is to show; how it treats fragments stays as it is.
func (l *link) listen(ctx context.Context) error {
	r, err := l.request(ctx, ofp.ConfigRequest{})
	if err != nil {
		return err
	}
	_, err = l.request(ctx, &ofp.Config{Set: true, Flags: r.config.Flags, MissLen: 128}, ofp.Barrier{})
	return err
}
