package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/report"
	allreports "github.com/yagura-project/yagura/report/all"
	"github.com/yagura-project/yagura/store"
)

// A day that is over goes into the ledger, is never written again, and its certificate notices a change.
func TestADayIsSealed(t *testing.T) {
	cfg := store.DefaultConfig()
	cfg.Dir = t.TempDir()
	state, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	now := time.Now()
	yesterday := now.In(jst).AddDate(0, 0, -1).Format(time.DateOnly)
	today := event.SeparationDay{Day: now.In(jst).Format(time.DateOnly), Zones: []string{"lgwan"}, Minutes: 1, Checked: 5}
	over := event.SeparationDay{Day: yesterday, Zones: []string{"lgwan"}, Minutes: 1440, Checked: 77, Until: now.Add(-24 * time.Hour).UTC()}
	for _, d := range []event.SeparationDay{over, today, {Day: yesterday, Checked: 0}} {
		if err := keepDay(t.Context(), state, d, now); err != nil {
			t.Fatal(err)
		}
	}
	if d, err := loadDay(t.Context(), state, today.Day); err != nil || d.Digest != "" || d.Checked != 5 {
		t.Errorf("the running day: %+v %v", d, err)
	}
	d, err := loadDay(t.Context(), state, yesterday)
	if err != nil || d.Checked != 77 || d.Digest == "" || d.Digest != d.Sum() || d.Line == 0 || d.Chain == "" {
		t.Fatalf("the day that is over: %+v %v", d, err)
	}
	lines, err := state.Audits(t.Context(), now.Add(-time.Hour), 10)
	if err != nil || len(lines) != 1 || lines[0].Detail != "sha256:"+d.Digest || lines[0].Hash != d.Chain {
		t.Errorf("the ledger: %+v %v", lines, err)
	}
	page := func() string {
		p, err := report.ParsePeriod(yesterday, now)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range allreports.Reports {
			if r.Name == "separation" {
				html, _, err := r.Render(t.Context(), state, p, "ja")
				if err != nil {
					t.Fatal(err)
				}
				return string(html)
			}
		}
		t.Fatal("there is no certificate")
		return ""
	}
	if !strings.Contains(page(), "77件") || strings.Contains(page(), "書き換えられています") {
		t.Error("the certificate of the day as it was")
	}
	d.Breaches, d.Checked = 0, 78
	b, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	if err := state.PutSetting(t.Context(), event.SettingSeparation+yesterday, string(b)); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(page(), "書き換えられています") {
		t.Error("a changed record is certified")
	}
}
