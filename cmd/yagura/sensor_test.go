package main

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/capture"
)

// port is an interface as a test wants it.
type port struct{ is capture.Stats }

func (p *port) Next(*capture.Packet) error { return io.EOF }
func (p *port) Stats() capture.Stats       { return p.is }
func (p *port) Close() error               { return nil }

// TestSensorSaysWhatItDoesNotHear tells of an interface that is gone, and of a mirror that ended; of the silence meanwhile nothing is believed.
func TestSensorSaysWhatItDoesNotHear(t *testing.T) {
	a, b := &port{capture.Stats{Packets: 5}}, &port{capture.Stats{Packets: 7}}
	s := &sensor{log: slog.New(slog.DiscardHandler), interfaces: 2}
	if s.problem() != "" || s.silent(time.Now()) != "" {
		t.Error("before the start")
	}
	s.live.Store(&[]capture.Source{a, b})
	if p := s.pulse(); s.problem() != "" || p.Packets != 12 || !p.Since.IsZero() {
		t.Errorf("%q, %+v", s.problem(), p)
	}
	a.is.Gone, b.is.Gone = []string{"eth1"}, []string{"eth1"}
	if p := s.problem(); !strings.Contains(p, "eth1。残りの口") || strings.Contains(p, "起動し直して") {
		t.Error(p)
	}
	if p := s.pulse(); time.Since(p.Since) > time.Minute {
		t.Errorf("%+v", p)
	}
	a.is.Gone, a.is.Stuck = []string{"eth1", "eth2"}, true
	if p := s.problem(); !strings.Contains(p, "eth1、eth2。線と口を確かめ、櫓を起動し直して") {
		t.Error(p)
	}
	s.heard.Store(time.Now().Add(-time.Hour).Unix())
	if p := s.silent(time.Now()); !strings.Contains(p, "通信が来ていません") {
		t.Error(p)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { s.lookAfter(ctx); close(ended) }()
	for t.Context().Err() == nil && s.silent(time.Now()) != "" {
		time.Sleep(10 * time.Millisecond)
	}
	cancel()
	<-ended
}
