package decide

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/japan"
)

// A town's policy: by day a person decides, at night and on holidays Yagura does.
const townPolicy = `
mode: observe
severity: 8
lifetime: 8h
longest: 72h
rules:
  - name: サーバーは必ず人が決める
    roles: [server, file]
    mode: approve
  - name: 夜間・休日は自動
    severity: 8
    zones: [internet, lgwan]
    hours: [closed]
    mode: auto
    lifetime: 14h
  - name: 開庁時間は承認
    severity: 8
    hours: [open]
    mode: approve
calendar:
  open: "08:30"
  close: "17:15"
  closed: [2026-08-14]
caps: {per_hour: 10, percent: 5}
never:
  - {ip: 10.1.0.53, reason: 庁内DNS}
  - {cidr: 10.9.0.0/24, reason: 住民情報システム}
  - {host: "bousai-*", reason: 防災行政無線}
contacts:
  - {name: 情報政策課, phone: 内線1234, hours: open}
  - {name: 当番携帯, phone: 090-0000-0000, hours: closed}
`

func read(t *testing.T, page string) (Config, error) {
	t.Helper()
	cfg := DefaultConfig()
	err := yaml.NewDecoder(strings.NewReader(page), yaml.Strict()).Decode(&cfg)
	if err == nil {
		err = cfg.Validate()
	}
	return cfg, err
}

func TestATownsPolicy(t *testing.T) {
	cfg, err := read(t, townPolicy)
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Calendar.YearEnd.From != "12-29" || cfg.Caps.ManualPerHour != 50 || cfg.Rules[1].Lifetime != 14*time.Hour {
		t.Errorf("defaults are lost or values misread: %+v", cfg)
	}
	clock = saturday
	cfg.Unrehearsed = true
	r := open(t, newMemory(), func(c *Config) { *c = cfg })
	d := r.consider(t, casefile(1, 9))
	if d.Order == nil || d.Order.State != event.OrderApproved || d.Rule != "夜間・休日は自動" || !d.Order.Expires.Equal(clock.Add(14*time.Hour)) {
		t.Errorf("%+v", d)
	}
	server := casefile(2, 10)
	server.Device.Roles = []string{"file"}
	if d := r.consider(t, server); d.Order.State != event.OrderAwaitingApproval {
		t.Errorf("a server at night: %s", d.Order.State)
	}
	for at, want := range map[time.Time]string{friday: "情報政策課", saturday: "当番携帯"} {
		if got := r.Contacts(at); len(got) != 1 || got[0].Name != want {
			t.Errorf("%s: %v", at, got)
		}
	}
}

func TestUnknownKeysAreRefused(t *testing.T) {
	if _, err := read(t, "rules:\n  - {mode: auto, severty: 8}\n"); err == nil || !strings.Contains(err.Error(), "severty") {
		t.Error(err)
	}
}

func ExampleHoliday() {
	for _, day := range []string{"2026-05-06", "2026-09-22", "2026-11-24"} {
		t, _ := time.ParseInLocation("2006-01-02", day, japan.JST)
		fmt.Printf("%s %q\n", day, japan.Holiday(t))
	}
	// Output:
	// 2026-05-06 "振替休日"
	// 2026-09-22 "国民の休日"
	// 2026-11-24 ""
}
