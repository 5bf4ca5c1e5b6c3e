package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/capture/forge"
	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/event"
)

// quiet is a source that gives frames, and then only the time that goes by, for a few seconds: the flow must not be over.
type quiet struct {
	frames []forge.Frame
	clock  time.Time
	until  time.Time
	closed chan struct{}
}

func (s *quiet) Next(p *capture.Packet) error {
	select {
	case <-s.closed:
		return capture.ErrClosed
	default:
	}
	if len(s.frames) > 0 {
		f := s.frames[0]
		s.frames, s.clock, s.until = s.frames[1:], f.Time, f.Time.Add(4*time.Second)
		*p = capture.Packet{Nanos: f.Time.UnixNano(), Data: f.Data, OrigLen: len(f.Data), Link: capture.LinkEthernet}
		return nil
	}
	if s.clock.Before(s.until) {
		s.clock = s.clock.Add(100 * time.Millisecond)
	}
	p.Nanos = s.clock.UnixNano()
	time.Sleep(time.Millisecond) // a ring that is polled
	return capture.ErrIdle
}

func (s *quiet) Stats() capture.Stats { return capture.Stats{} }

func (s *quiet) Close() error {
	close(s.closed)
	return nil
}

// holed is a long answer of which the mirror has lost a segment that the client confirmed; nothing follows, and it does not end.
func holed() (out []forge.Frame) {
	c := &event.Conn{Proto: event.ProtoTCP, Src: event.Endpoint{IP: netip.MustParseAddr("10.1.2.30"), Port: 40000}, Dst: event.Endpoint{IP: netip.MustParseAddr("203.0.113.9"), Port: 80}}
	says := []forge.Said{{From: 0, Bytes: []byte("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")}, {From: 1, Bytes: []byte("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nfirst")},
		{From: 1, Bytes: []byte("lost to the mirror")}, {From: 1, Bytes: []byte("what stands behind it")}, {From: 0, Bytes: []byte("end")}}
	for _, f := range forge.Conversation(c, time.Now().UTC(), says) {
		switch {
		case bytes.Contains(f.Data, []byte("lost to")):
		case bytes.HasSuffix(f.Data, []byte("end")):
			return out
		default:
			out = append(out, f)
		}
	}
	return nil
}

// TestAlertBehindAHole: bytes behind a hole are looked at once they have waited for long enough, though neither a packet comes nor the end
// of the flow; that stands in the output of the running yagura, whose looking for anomalies hands it on.
func TestAlertBehindAHole(t *testing.T) {
	dir := t.TempDir()
	rules := filepath.Join(dir, "local.rules")
	if err := os.WriteFile(rules, []byte(`alert tcp any any -> any any (msg:"behind"; flow:to_client; content:"stands behind it"; sid:1000001;)`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := defaultConfig()
	cfg.Store.Dir, cfg.Console.Listen = filepath.Join(dir, "data"), "127.0.0.1:0"
	cfg.Signature.Files, cfg.Eve.File.Path = []string{rules}, filepath.Join(dir, "eve.json")
	source := &quiet{frames: holed(), closed: make(chan struct{})}
	if len(source.frames) == 0 {
		t.Fatal("nothing was lost")
	}
	o := options{log: slog.New(slog.DiscardHandler), open: func() (capture.Source, error) { return source, nil }, announce: func(console.First) {}}
	r, err := newRiver(t.Context(), cfg, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	var text []byte
	for end := time.Now().Add(patience); !bytes.Contains(text, []byte(`"signature_id":1000001`)); time.Sleep(10 * time.Millisecond) {
		if text, err = os.ReadFile(cfg.Eve.File.Path); time.Now().After(end) {
			t.Error("no alert came while the flow went on", err)
			break
		}
	}
	if bytes.Contains(text, []byte(`"event_type":"flow"`)) {
		t.Error("the flow had ended")
	}
	for line := range bytes.Lines(text) {
		var l struct {
			Source string `json:"pkt_src"`
			Type   string `json:"event_type"`
		}
		if err := json.Unmarshal(line, &l); err == nil && l.Type == "alert" && l.Source != "stream (flow timeout)" {
			t.Errorf("from %q, though there was no packet", l.Source)
		}
	}
	if err := r.close(); err != nil {
		t.Fatal(err)
	}
}
