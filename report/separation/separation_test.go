package separation

import (
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/report"
	"github.com/yagura-project/yagura/report/reporttest"
)

func TestReport(t *testing.T) { reporttest.Run(t, Report) }

var monday = time.Date(2026, 11, 2, 0, 0, 0, 0, report.JST)

// day is the record of a quiet day with three entries.
func day(name string) event.SeparationDay {
	return event.SeparationDay{Day: name, Zones: []string{"lgwan", "mynumber"}, List: "ab", Minutes: 1440, Checked: 48211, Bytes: 91_000_000_000,
		Pairs: []event.ZonePair{{From: "mynumber", To: "lgwan", Checked: 48211, Bytes: 91_000_000_000}},
		Entries: []event.PermitUse{
			{Name: "証明書発行連携", Owner: "市民課", Reason: "コンビニ交付", Uses: 48211, Total: 900_000, Bytes: 91_000_000_000, Last: monday},
			{Name: "旧税連携", Owner: "税務課", Reason: "移行", Expires: monday.AddDate(0, 0, -30), Expired: true, Total: 4},
			{Name: "予備回線", Owner: "総務課", Reason: "予備"}},
		Until: monday.Add(24*time.Hour - time.Second)}
}

func kept(t *testing.T, days ...event.SeparationDay) *reporttest.Source {
	t.Helper()
	s := &reporttest.Source{Town: "みかさ市", Kept: map[string]string{}, Counters: []event.SensorStats{
		{Time: monday, Source: "eth1", Packets: 1}, {Time: monday.Add(23*time.Hour + 59*time.Minute), Source: "eth1", Packets: 9_000_000}}}
	for _, d := range days {
		b, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		s.Kept[event.SettingSeparation+d.Day] = string(b)
	}
	return s
}

func page(t *testing.T, src *reporttest.Source, p report.Period, lang string) string {
	t.Helper()
	html, pdf, err := report.Render(t.Context(), src, p, lang, monday.AddDate(0, 0, 5), gather, draw)
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("YAGURA_REPORT_DIR"); dir != "" {
		name := strings.NewReplacer("/", "-", " ", "-").Replace(t.Name()) + "-" + lang
		if err := os.WriteFile(filepath.Join(dir, name+".html"), html, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return string(html)
}

func sealed(d event.SeparationDay) event.SeparationDay {
	d.Digest, d.Line, d.Chain = d.Sum(), 1201, strings.Repeat("9f", 32)
	return d
}

func wants(t *testing.T, page string, all ...string) {
	t.Helper()
	for _, w := range all {
		if !strings.Contains(page, w) {
			t.Errorf("the certificate does not say %q", w)
		}
	}
}

func TestQuietDay(t *testing.T) {
	p := report.Days(monday, monday)
	src := kept(t, sealed(day("2026-11-02")))
	wants(t, page(t, src, p, "ja"), "0件の逸脱：分離は守られていました", "48,211件", "91.0 GB", "100.0%", "期限切れの特定通信 1件（旧税連携）", "一度も使われていない特定通信 1件（予備回線）", "台帳 1,201行目")
	wants(t, page(t, src, p, "en"), "0 deviations: the separation held")
}

func TestBreachIsSaid(t *testing.T) {
	d := day("2026-11-02")
	d.Breaches, d.Pairs[0].Breaches = 3, 3
	d.Details = []event.ZoneBreach{{First: monday.Add(9 * time.Hour), From: "lgwan", To: "mynumber", Src: netip.MustParseAddr("10.2.0.30"), Dst: netip.MustParseAddr("10.3.0.10"), Proto: "tcp", Port: 445, Count: 3}}
	got := page(t, kept(t, sealed(d)), report.Days(monday, monday), "ja")
	wants(t, got, "許可されていない通信が3件ありました", "10.2.0.30", "tcp/445", "LGWAN接続系")
	if strings.Contains(got, "分離は守られていました") {
		t.Error("a breach is certified away")
	}
}

func TestGapsAreNoProof(t *testing.T) {
	d := day("2026-11-02")
	d.Minutes = 700
	wants(t, page(t, kept(t, sealed(d)), report.Days(monday, monday), "ja"), "証明にはなりません", "48.6%")
	wants(t, page(t, kept(t, sealed(day("2026-11-02"))), report.Days(monday, monday.AddDate(0, 0, 1)), "ja"), "証明にはなりません", "記録なし")
	lossy := kept(t, sealed(day("2026-11-02")))
	lossy.Counters[1].KernelDrops = 90_000
	wants(t, page(t, lossy, report.Days(monday, monday), "ja"), "証明にはなりません", "0.990%")
	wants(t, page(t, kept(t), report.Days(monday, monday), "ja"), "安全とは言えません")
}

func TestChangedRecordIsNoticed(t *testing.T) {
	d := sealed(day("2026-11-02"))
	d.Breaches, d.Digest = 0, strings.Repeat("0", 64)
	wants(t, page(t, kept(t, d), report.Days(monday, monday), "ja"), "記録が書き換えられています", "2026-11-02 の記録が指紋と合いません")
}
