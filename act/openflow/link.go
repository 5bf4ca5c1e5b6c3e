package openflow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/yagura-project/yagura/act/openflow/ofp"
)

// Bounds of one conversation, against a switch that is ill or hostile.
const (
	maxFlows   = 1 << 17         // flows that one answer may list
	maxParts   = 1 << 14         // messages that one answer may have
	maxRefused = 16              // refusals of one change that are kept
	echoEvery  = 5 * time.Second // how often a silent switch is asked whether it lives
	echoLost   = 3               // so many silences end the conversation
	inbox      = 256             // what a switch tells by itself and nobody has read yet
)

// link is one conversation with one switch. One request is under way at a time.
type link struct {
	conn     net.Conn
	features ofp.Features
	told     chan ofp.Message // FlowRemoved and PacketIn; what does not fit is dropped
	asked    chan *ofp.Packet // echoes to be answered

	turn sync.Mutex // held for one request
	pen  sync.Mutex // held for one written message; never by the reader, or both sides could wait for each other
	mu   sync.Mutex // everything below
	xid  uint32
	ask  *request
	mute int // echoes without an answer
	lost uint64
	err  error

	requests int // sent so far
	dead     chan struct{}
}

var errGone = errors.New("the conversation with the switch has ended")

// greet agrees on version 1.3 and learns who the switch is (7.5.1, 7.3.1).
func greet(ctx context.Context, conn net.Conn) (*link, error) {
	l := &link{conn: conn, told: make(chan ofp.Message, inbox), asked: make(chan *ofp.Packet, 4), dead: make(chan struct{}), xid: 16}
	if end, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(end)
	}
	if err := l.send(1, &ofp.Hello{Versions: 1 << ofp.Version}); err != nil {
		return nil, err
	}
	p, err := l.next()
	if err != nil {
		return nil, err
	}
	if hello, ok := p.Message.(*ofp.Hello); !ok || !hello.Speaks13(p.Version) {
		return nil, fmt.Errorf("it does not speak OpenFlow 1.3 (ovs-vsctl set bridge BRIDGE protocols=OpenFlow13): %T version %d", p.Message, p.Version)
	}
	if err := l.send(2, ofp.FeaturesRequest{}); err != nil {
		return nil, err
	}
	for range maxParts { // it may chatter before it answers
		if p, err = l.next(); err != nil {
			return nil, err
		}
		switch m := p.Message.(type) {
		case *ofp.Echo:
			err = l.send(p.XID, &ofp.Echo{Reply: true, Data: m.Data})
		case *ofp.Error:
			if p.XID <= 2 {
				err = m
			}
		case *ofp.Features:
			l.features = *m
			return l, conn.SetDeadline(time.Time{})
		}
		if err != nil {
			return nil, err
		}
	}
	return nil, errors.New("it does not say who it is")
}

func (l *link) next() (ofp.Packet, error) {
	frame, err := ofp.Read(l.conn)
	if err != nil {
		return ofp.Packet{}, err
	}
	return ofp.Decode(frame)
}

// send writes one message; a switch that does not take it in time is given up.
func (l *link) send(xid uint32, m ofp.Message) error {
	frame, err := ofp.Encode(xid, m)
	if err != nil {
		return err
	}
	_, err = l.conn.Write(frame)
	return err
}

// run reads until the conversation ends, and says why.
func (l *link) run() error {
	stop := make(chan struct{})
	go l.beat(stop)
	var err error
	for err == nil {
		var p ofp.Packet
		if p, err = l.next(); err == nil {
			err = l.take(p)
		}
	}
	close(stop)
	l.end(err)
	return err
}

// end says why before it closes, so that whoever is writing meanwhile learns the reason.
func (l *link) end(err error) {
	l.mu.Lock()
	if l.err == nil {
		l.err = fmt.Errorf("%w: %w", errGone, err)
		close(l.dead)
	}
	l.mu.Unlock()
	_ = l.conn.Close()
}

// beat asks a silent switch whether it lives.
func (l *link) beat(stop <-chan struct{}) {
	tick := time.NewTicker(echoEvery)
	defer tick.Stop()
	for {
		err := error(nil)
		select {
		case <-stop:
			return
		case p := <-l.asked:
			err = l.write(time.Now().Add(echoEvery), p.XID, &ofp.Echo{Reply: true, Data: p.Message.(*ofp.Echo).Data})
		case <-tick.C:
			l.mu.Lock()
			l.mute++
			if l.mute > echoLost {
				err = errGone
			}
			l.mu.Unlock()
			if err == nil {
				err = l.write(time.Now().Add(echoEvery), 3, &ofp.Echo{})
			}
		}
		if err != nil {
			_ = l.conn.Close()
			return
		}
	}
}

// write sends with a deadline.
func (l *link) write(by time.Time, xid uint32, m ofp.Message) error {
	l.pen.Lock()
	defer l.pen.Unlock()
	_ = l.conn.SetWriteDeadline(by)
	err := l.send(xid, m)
	if err == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return cmp.Or(l.err, err)
}

// take sorts one message from the switch; an error ends the conversation.
func (l *link) take(p ofp.Packet) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mute = 0
	switch m := p.Message.(type) {
	case *ofp.Echo:
		if !m.Reply {
			select {
			case l.asked <- &p:
			default: // it asks faster than it reads
			}
		}
		return nil
	case *ofp.FlowRemoved, *ofp.PacketIn:
		select {
		case l.told <- m:
		default:
			l.lost++
		}
		return nil
	}
	r := l.ask
	if r == nil || p.XID-r.first > r.last-r.first {
		return nil // an answer to nothing that is still waited for
	}
	over, err := r.take(p)
	if over {
		l.ask = nil
		close(r.done)
	}
	return err
}
