package monthly

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/report"
	"github.com/yagura-project/yagura/report/paper"
	"github.com/yagura-project/yagura/report/reporttest"
)

var now = time.Date(2026, 12, 1, 1, 0, 0, 0, time.UTC)

func TestReport(t *testing.T) { reporttest.Run(t, Report) }

// TestSample writes the sample reports where YAGURA_REPORT_OUT points, to be looked at.
func TestSample(t *testing.T) {
	out := os.Getenv("YAGURA_REPORT_OUT")
	if out == "" {
		t.Skip("YAGURA_REPORT_OUT names no directory for the sample reports")
	}
	for name, src := range map[string]*reporttest.Source{"month": reporttest.Month(23), "quiet": reporttest.Month(0), "busy": reporttest.Month(5000), "blank": {}} {
		for _, lang := range []string{"ja", "en"} {
			html, pdf, err := report.Render(t.Context(), src, reporttest.November, lang, now, gather, draw)
			if err != nil {
				t.Fatal(err)
			}
			for ext, data := range map[string][]byte{".html": html, ".pdf": pdf} {
				if err := os.WriteFile(out+"/"+name+"-"+lang+ext, data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

func TestVerdictIsTheGravestThing(t *testing.T) {
	open := func(severity int) event.Incident {
		return event.Incident{Header: event.Header{UID: "i", Time: reporttest.November.From.Add(time.Hour)}, HostSeverity: severity, State: event.IncidentNew}
	}
	stats := reporttest.Month(0).Counters
	for want, src := range map[string]*reporttest.Source{
		"verdict.quiet":  {Counters: stats},
		"verdict.blind":  {},
		"verdict.open":   {Counters: stats, Cases: []event.Incident{open(5)}},
		"verdict.bad":    {Counters: stats, Cases: []event.Incident{open(5), open(8)}},
		"verdict.failed": {Counters: stats, Cases: []event.Incident{open(8)}, Cuts: []event.Order{{State: event.OrderIneffective}}},
	} {
		f, err := gather(t.Context(), src, reporttest.November, now)
		if err != nil {
			t.Fatal(err)
		}
		head, _, _ := strings.Cut(words[want].JA, "%s")
		if got := voice("ja").verdict(f); !strings.HasPrefix(got.Head, head) {
			t.Errorf("%s: %q", want, got.Head)
		}
	}
}

func TestSensorSums(t *testing.T) {
	at := func(min int) time.Time { return reporttest.November.From.Add(time.Duration(min) * time.Minute) }
	src := &reporttest.Source{Counters: []event.SensorStats{
		{Time: at(-1), Source: "a", Packets: 1000, Bytes: 100_000, KernelDrops: 5, OpaqueBytes: 10_000},
		{Time: at(1), Source: "a", Packets: 1900, Bytes: 190_000, KernelDrops: 105, OpaqueBytes: 55_000},
		{Time: at(30), Source: "a", Packets: 100, Bytes: 10_000}, // restarted after a gap
		{Time: at(31), Source: "a", Packets: 200, Bytes: 20_000},
		{Time: at(31), Source: "b", Packets: 7, Bytes: 70}, // began within the period
	}}
	f, err := gather(t.Context(), src, report.Period{From: at(0), Until: at(60)}, at(60))
	if err != nil {
		t.Fatal(err)
	}
	got := f.total()
	if got.packets != 900+100+100+7 || got.bytes != 90_000+10_000+10_000+70 || got.drops != 100 || got.opaque != 45_000 {
		t.Errorf("%+v", got)
	}
	if f.watched != 3*time.Minute || f.known != time.Hour {
		t.Errorf("watched %v of %v", f.watched, f.known)
	}
	if lost := got.lost(); lost != 100.0/1207 {
		t.Errorf("lost %v", lost)
	}
}

func TestTimesToNoticeAndToStop(t *testing.T) {
	at := func(s float64) time.Time {
		return reporttest.November.From.Add(time.Duration(s * float64(time.Second)))
	}
	cases := []event.Incident{
		{Header: event.Header{UID: "1", Time: at(10)}, First: at(4)},
		{Header: event.Header{UID: "2", Time: at(20)}, First: at(18)},
		{Header: event.Header{UID: "3", Time: at(30)}},
	}
	orders := []event.Order{ // newest first
		{Incident: "1", AppliedAt: at(50), VerifiedAt: at(60)},
		{Incident: "1", AppliedAt: at(11), VerifiedAt: at(12)},
		{Incident: "2", State: event.OrderObserved},
	}
	if got := noticed(cases); len(got) != 2 || median(got) != 6*time.Second {
		t.Errorf("noticed %v", got)
	}
	if got := stopped(cases, orders); len(got) != 1 || got[0] != 2*time.Second {
		t.Errorf("stopped %v", got)
	}
}

func TestWordsAreThereInBothLanguages(t *testing.T) {
	for key, text := range words {
		if text.JA == "" || text.EN == "" {
			t.Errorf("%s: %+v", key, text)
		}
	}
	for _, states := range []int{len(incidentStates), len(orderStates)} {
		if states < 5 {
			t.Error("states without words")
		}
	}
}

func TestNumbersForPeople(t *testing.T) {
	ja, en := voice("ja"), voice("en")
	for got, want := range map[string]string{
		ja.long(2600 * time.Millisecond): "2.6秒", en.long(0): "0.0 s", ja.long(200 * time.Second): "3分20秒", ja.long(2*time.Hour + 5*time.Minute + 9*time.Second): "2時間5分",
		en.long(49 * time.Hour): "2 d 1 h", ja.long(24 * time.Hour): "1日",
		ja.percent(0): "0%", ja.percent(0.00001): "0.01%未満", en.percent(0.00001): "< 0.01%", ja.percent(0.0012): "0.12%", ja.percent(0.9996): "99.9%", ja.percent(1): "100%",
		size(0): "0 B", size(1500): "1.5 KB", size(250e9): "250 GB", size(3e18): "3000.0 PB",
		change(5, 3): "+2", change(3, 5): "−2", change(3, 3): "±0", paper.Number(1234567): "1,234,567",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
