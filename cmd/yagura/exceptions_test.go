package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/capture/forge"
	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/detect/sample"
	"github.com/yagura-project/yagura/detect/sweep"
	"github.com/yagura-project/yagura/event"
)

// sweepFile is a sweep as a capture file.
func sweepFile(t *testing.T) string {
	t.Helper()
	list, err := sample.Attacks(sweep.Detector.Samples)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := pcapgo.NewWriterNanos(&b)
	if err := w.WriteFileHeader(65535, layers.LinkTypeEthernet); err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if s.Name != "attack-silent" {
			continue
		}
		frames, rest := forge.Packets(s.Events, nil)
		if len(rest) > 0 {
			t.Fatalf("%d events cannot be written", len(rest))
		}
		for _, f := range frames {
			if err := w.WritePacket(gopacket.CaptureInfo{Timestamp: f.Time, CaptureLength: len(f.Data), Length: len(f.Data)}, f.Data); err != nil {
				t.Fatal(err)
			}
		}
	}
	file := filepath.Join(t.TempDir(), "sweep.pcap")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// seen keeps the last state of each case.
type seen struct {
	mu    sync.Mutex
	cases map[string]event.Incident
}

func (s *seen) put(inc event.Incident) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cases[inc.UID] = inc
}

func (s *seen) any(is func(event.Incident) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, inc := range s.cases {
		if is(inc) {
			return true
		}
	}
	return false
}

func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s did not come", what)
		}
	}
}

// An exception that is written into the configuration of a running Yagura takes back, upon SIGHUP, what was found already;
// a list that is wrong leaves the old one in use.
func TestExceptionsUponSIGHUP(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "yagura.yaml")
	write := func(more string) {
		t.Helper()
		text := fmt.Sprintf("home: [10.0.0.0/8]\nstore: {dir: %s}\nconsole: {listen: \"127.0.0.1:0\"}\n%s", filepath.Join(dir, "data"), more)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("")
	cfg, err := loadConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	capfile, told := sweepFile(t), &seen{cases: map[string]event.Incident{}}
	r, err := newRiver(t.Context(), cfg, options{log: slog.New(slog.DiscardHandler), announce: func(console.First) {}, onCase: told.put,
		open: func() (capture.Source, error) { return capture.Open(capfile, nil) }})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := r.close(); err != nil {
			t.Error(err)
		}
	}()
	await(t, "the case", func() bool { return told.any(func(i event.Incident) bool { return i.State == event.IncidentNew }) })

	hup := func() {
		t.Helper()
		if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
	}
	write("detect: {exceptions: [{detector: sweep, device: 10.1.2.30, reason: 点検}]}\n") // nobody answers for it
	hup()
	if _, err := r.ReloadExceptions(); err == nil {
		t.Error("an exception without owner and end is accepted")
	}
	if told.any(func(i event.Incident) bool { return i.State == event.IncidentResolved }) {
		t.Error("a wrong list took something back")
	}

	write("detect: {exceptions: [{detector: sweep, device: 10.1.2.30, owner: 情報係, reason: 点検, expires: 2099-01-01T00:00:00Z}]}\n")
	hup()
	await(t, "the end of the case", func() bool {
		return told.any(func(i event.Incident) bool {
			return i.State == event.IncidentResolved && len(i.Findings) > 0 && i.Findings[0].Excepted.JA != ""
		})
	})
	kept, err := r.state.Findings(t.Context(), event.FindingFilter{Detector: "sweep", Limit: 10})
	if err != nil || len(kept) == 0 || kept[0].Excepted.JA == "" {
		t.Fatalf("what is kept: %d findings, %v", len(kept), err)
	}

	late := kept[0] // it was on its way when the exception came
	late.Excepted, late.Count, late.Severity = event.Text{}, late.Count*10, event.Critical
	r.cases.findings <- late
	behind := make(chan struct{})
	r.cases.marks <- func() { close(behind) }
	<-behind
	kept, err = r.state.Findings(t.Context(), event.FindingFilter{Detector: "sweep", Limit: 10})
	if err != nil || len(kept) == 0 || kept[0].Excepted.JA == "" || kept[0].Count != late.Count {
		t.Errorf("what is kept of a late one: %d findings, %v", len(kept), err)
	}
	if told.any(func(i event.Incident) bool { return i.State != event.IncidentResolved }) {
		t.Error("a late finding opened the case again")
	}
}
