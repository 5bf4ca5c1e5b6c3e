package main

import (
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/japanese"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/capture/syslog"
	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/event"
)

// listening is a river to which other products may send from this machine.
func listening(t *testing.T, dir string, change func(*config)) *river {
	t.Helper()
	cfg := defaultConfig()
	cfg.Store.Dir, cfg.Console.Listen = filepath.Join(dir, "data"), "127.0.0.1:0"
	cfg.Syslog.UDP, cfg.Syslog.TCP = []string{"127.0.0.1:0"}, []string{"127.0.0.1:0"}
	cfg.Syslog.Sources = []syslog.Source{
		{Name: "ddi", Title: "振る舞い検知", From: []string{"127.0.0.1"}, Hosts: []string{"ddi01"}, Format: "tmef"},
		{Name: "utm", Title: "UTM", From: []string{"127.0.0.1"}, Hosts: []string{"utm01"}, Format: "keyvalue", Charset: "shift_jis"},
	}
	cfg.Detect.Detectors = map[string]map[string]any{"otheralert": {"rules": []any{
		map[string]any{"name": "指令サーバー", "sources": []any{"ddi"}, "match": map[string]any{"severity": ">=8"}, "then": "propose", "phase": "cc_communication"},
		map[string]any{"name": "ウイルス", "sources": []any{"utm"}, "match": map[string]any{"subtype": "virus"}, "severity": "high"},
	}}}
	if change != nil {
		change(&cfg)
	}
	o := options{log: slog.New(slog.DiscardHandler), announce: func(console.First) {},
		open: func() (capture.Source, error) { return capture.Open("../../lab/captures/dns-udp.pcap.gz", nil) }}
	r, err := newRiver(t.Context(), cfg, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *river) syslogTo(t *testing.T, network, text string) {
	t.Helper()
	at := r.intake.receiver.Addrs()[0]
	if network == "tcp" {
		at = r.intake.receiver.Addrs()[1]
	}
	c, err := net.Dial(network, at.String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

// eventually waits until f holds.
func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !f(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it never came about: " + what)
		}
	}
}

const ddiLine = "<134>Apr  6 09:29:58 ddi01 CEF: 0|Trend Micro|Deep Discovery Inspector|6.7|100127|SUSPICIOUS_BEHAVIOUR_DETECTION|8|" +
	"deviceGUID=6B59-A536 interestedIp=10.1.2.30 interestedHost=pc-030 peerIp=203.0.113.66 src=203.0.113.66 dst=10.1.2.30 ruleName=Callback threatType=2\n"

// An alert of another product becomes a case and, under a rule that proposes, a question to a person; the machine is the one
// that the product names, which here is the destination.
func TestAlertOfAnotherProductBecomesACase(t *testing.T) {
	r := listening(t, t.TempDir(), nil)
	defer r.close()
	r.syslogTo(t, "tcp", ddiLine)
	sjis, err := japanese.ShiftJIS.NewEncoder().String(`<185>Apr  6 09:30:01 utm01 date=2026-04-06 time=09:30:01 subtype="virus" srcip=10.1.2.31 dstip=203.0.113.9 action="passthrough" virus="不正プログラム"`)
	if err != nil {
		t.Fatal(err)
	}
	r.syslogTo(t, "udp", sjis)
	r.syslogTo(t, "udp", "<1>Apr  6 09:30:01 utm01 this is no pair")
	r.syslogTo(t, "udp", "<1>Apr  6 09:30:01 stranger a=1 b=2 c=3")
	var incs []event.Incident
	eventually(t, "two cases", func() bool {
		incs, err = r.state.Incidents(t.Context(), event.IncidentFilter{Whole: true})
		return err == nil && len(incs) == 2
	})
	byIP := map[string]event.Incident{}
	for _, i := range incs {
		byIP[i.Device.IP.String()] = i
	}
	if i, ok := byIP["10.1.2.30"]; !ok || i.HostSeverity < 8 || !strings.Contains(i.Findings[0].Summary.JA, "Callback") || i.Findings[0].Advisory.Phase != event.PhaseC2 {
		t.Errorf("cases %v: %+v", byIP, i)
	}
	if i, ok := byIP["10.1.2.31"]; !ok || !strings.Contains(i.Findings[0].Summary.JA, "不正プログラム") {
		t.Errorf("Shift_JIS: %+v", i)
	}
	var orders []event.Order
	eventually(t, "a proposal", func() bool {
		orders, err = r.state.Orders(t.Context(), event.OrderFilter{States: []event.OrderState{event.OrderAwaitingApproval, event.OrderDenied}})
		return err == nil && len(orders) == 1
	})
	if o := orders[0]; o.Target.IP.String() != "10.1.2.30" || o.Requested != "policy" {
		t.Errorf("order %+v", o)
	}
	eventually(t, "the counters", func() bool { s := r.syslogStatus(); return s.Malformed == 2 && s.Backlog == 0 })
	s := r.syslogStatus()
	if s.Sources["ddi"].Messages != 1 || s.Sources["utm"].Messages != 1 || s.Sources["utm"].Bad != 1 || !s.Sources["ddi"].Skewed {
		t.Errorf("%+v", s)
	}
	var text strings.Builder
	printSyslog(&text, s)
	if !strings.Contains(text.String(), "読めないもの 2 件") || !strings.Contains(text.String(), "時計が") {
		t.Errorf("%s", text.String())
	}
}

// stuck is a source of messages that the judge never gets: as a Yagura that is killed before it has judged them.
func stuck(t *testing.T, cfg config) *syslog.Receiver {
	t.Helper()
	rec, err := syslog.New(cfg.Syslog, cfg.Store.Dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := rec.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return rec
}

// What was received before the end, and not judged, is judged after the next start, once.
func TestReceivedBeforeTheEndIsJudgedAfterIt(t *testing.T) {
	dir := t.TempDir()
	r := listening(t, dir, nil)
	cfg := r.cfg
	if err := r.close(); err != nil {
		t.Fatal(err)
	}
	rec := stuck(t, cfg)
	c, err := net.Dial("tcp", rec.Addrs()[1].String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, strings.ReplaceAll(ddiLine, "10.1.2.30", "10.1.2.77")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the message on disk", func() bool { return rec.Stats().Received["tcp"] == 1 })
	_ = c.Close()
	if err := rec.Stop(t.Context()); err != nil { // nothing of it was judged
		t.Fatal(err)
	}
	again := listening(t, dir, nil)
	eventually(t, "the case", func() bool {
		incs, err := again.state.Incidents(t.Context(), event.IncidentFilter{Whole: true})
		return err == nil && len(incs) == 1 && incs[0].Device.IP.String() == "10.1.2.77"
	})
	eventually(t, "that it is judged", func() bool { return again.syslogStatus().Backlog == 0 })
	if err := again.close(); err != nil {
		t.Fatal(err)
	}
}
