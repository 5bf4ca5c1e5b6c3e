package detect_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

var ask = event.Text{JA: "問い", EN: "question"}

// teller emits one finding for each event that it is shown.
type teller struct{ f event.Finding }

func (n teller) Observe(_ event.Event, emit detect.Emit) { emit(n.f) }
func (teller) Advance(time.Time, detect.Emit)            {}
func (teller) Stats() detect.Stats                       { return detect.Stats{} }

func judged(t *testing.T, cfg detect.Config, f event.Finding) (out []event.Finding) {
	t.Helper()
	d := detect.Detector{Info: event.Advisory{ID: "teller"}, New: func(any, detect.Deps) detect.Instance { return teller{f} }}
	e, err := detect.New(cfg, detect.Deps{}, []detect.Detector{d}, func(f event.Finding) { out = append(out, f) })
	if err != nil {
		t.Fatal(err)
	}
	e.Observe(&event.NetworkActivity{Header: event.Header{Time: time.Date(2026, 4, 6, 0, 0, 0, 0, time.UTC)}})
	e.Close()
	return out
}

func TestGatesAreCompleted(t *testing.T) {
	f := event.Finding{Device: event.Device{IP: netip.MustParseAddr("10.0.0.5")}, Subject: "tcp/445",
		Gates: []event.Gate{detect.AtLeast("machines", 30, 25, "machines", "unique", ask), detect.AtMost("prevalence", 5, 3, "machines", "", ask),
			detect.Worth(1.5, detect.Holds("odd_port", false, "RFC 6335", ask))},
		Reasons: []event.Reason{detect.Because("machines", 30, 25, "machines", ask), detect.Because("seconds", 4, 60, "s", ask)}}
	got := judged(t, detect.DefaultConfig(), f)
	if len(got) != 1 || len(got[0].Gates) != 3 {
		t.Fatalf("%+v", got)
	}
	g := got[0].Gates
	if g[0].Source != "detect.detectors.teller.unique" || !g[0].Passed || g[0].Op != ">=" {
		t.Errorf("the first gate is %+v", g[0])
	}
	if g[1].Passed || g[1].Source != "" || g[2].Source != "RFC 6335" || g[2].Passed || g[2].Points != 1.5 {
		t.Errorf("gates that were not passed are %+v and %+v", g[1], g[2])
	}
	f.Gates = nil
	got = judged(t, detect.DefaultConfig(), f)
	if g := got[0].Gates; len(g) != 2 || g[0].Op != ">=" || g[1].Name != "seconds" || g[1].Op != "<=" || !g[1].Passed {
		t.Errorf("without gates of its own, reasons become %+v", g)
	}
}

func TestExceptionsConsideredAreNamed(t *testing.T) {
	cfg := detect.DefaultConfig()
	at := time.Date(2026, 4, 6, 0, 0, 0, 0, time.UTC)
	for _, x := range []detect.Exception{{Device: "10.0.0.9"}, {Peer: "192.0.2.0/24"}, {Subject: "udp/*"}, {Detector: "other"}, {Device: "10.0.0.5", Expires: at.Add(-time.Hour)}} {
		x.Owner, x.Reason = "情報係", "点検"
		if x.Expires.IsZero() {
			x.Expires = at.AddDate(0, 1, 0)
		}
		cfg.Exceptions = append(cfg.Exceptions, x)
	}
	got := judged(t, cfg, event.Finding{Device: event.Device{IP: netip.MustParseAddr("10.0.0.5")}, Subject: "tcp/445"})
	if len(got) != 1 {
		t.Fatalf("%d findings", len(got))
	}
	want := []string{"the machine is not 10.0.0.9", "the other side is not 192.0.2.0/24", "the subject is not udp/*", "it has expired"}
	if len(got[0].Gates) != len(want) {
		t.Fatalf("%+v", got[0].Gates)
	}
	for i, w := range want {
		if g := got[0].Gates[i]; g.Name != "exception" || !strings.Contains(g.Text.EN, w) {
			t.Errorf("gate %d is %+v, want %q", i, g, w)
		}
	}
}

func TestExplainSaysWhatKeepsQuiet(t *testing.T) {
	f := event.Finding{Advisory: event.Advisory{ID: "teller"}, Behaviour: "scan.sweep", Device: event.Device{IP: netip.MustParseAddr("10.0.0.5")}, Subject: "tcp/445", Count: 3,
		Gates: []event.Gate{
			detect.AtLeast("machines", 30, 25, "machines", "", event.Text{JA: "試した台数。", EN: "Machines tried."}),
			detect.AtMost("prevalence", 1, 3, "machines", "", event.Text{JA: "話す台数", EN: "Machines that talk to it"}),
			detect.Worth(2, detect.Holds("odd_port", true, "", event.Text{JA: "変わったポート", EN: "An odd port"})),
			detect.Worth(0.2, detect.Holds("small", true, "", ask)),
			detect.AtLeast("points", 5, 4.5, "points", "", event.Text{JA: "点数", EN: "Points"}),
			detect.AtLeast("failed", 2, 9, "machines", "", ask),
		}}
	x := detect.Explain(f)
	var got []string
	for _, q := range x.Quiet {
		got = append(got, q.JA)
	}
	want := []string{"「試した台数」が 25 台 より少ないとき（今回は 30 台）。", "「話す台数」が 3 台 を超えるとき（今回は 1 台）。",
		"「変わったポート」がなければ 3 点で、4.5 点に届きませんでした。", "「点数」が 4.5 点 より少ないとき（今回は 5 点）。", "くり返し 3 回は、ひとつの検知にまとめてあります。"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(x.Gates) != 6 || x.Finding.Gates != nil || !strings.Contains(x.Except, "- detector: teller\n      behaviour: \"scan.sweep\"\n      device: \"10.0.0.5\"\n      subject: \"tcp/445\"\n") {
		t.Errorf("%d gates, exception:\n%s", len(x.Gates), x.Except)
	}
}
