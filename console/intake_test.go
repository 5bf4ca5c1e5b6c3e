package console

import (
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
)

func TestIntakeInWords(t *testing.T) {
	list := intakeHealth(event.AlertIntake{Refused: 12, RefusedFrom: []string{"192.0.2.9"}, Sources: []event.AlertSource{
		{Name: "ddi", Title: "振る舞い検知", Messages: 7, Last: time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)},
		{Name: "utm", Malformed: 3, Messages: 1, Last: time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC), Skewed: true, SkewSeconds: -7200},
		{Name: "proxy"},
	}})
	want := []struct {
		name string
		ok   bool
		says []string
	}{
		{"ddi", true, []string{"振る舞い検知", "7 件", "11/22 15:00"}},
		{"utm", false, []string{"3 件は形式が違って", "約2時間"}},
		{"proxy", true, []string{"まだ何も"}},
		{"", false, []string{"12 件を断りました", "192.0.2.9"}},
	}
	if len(list) != len(want) {
		t.Fatalf("%d lines, want %d: %+v", len(list), len(want), list)
	}
	for n, w := range want {
		if list[n].Name != w.name || list[n].OK != w.ok || list[n].Text.EN == "" {
			t.Errorf("line %d: %+v", n, list[n])
		}
		for _, s := range w.says {
			if !strings.Contains(list[n].Text.JA, s) {
				t.Errorf("line %d lacks %q: %s", n, s, list[n].Text.JA)
			}
		}
	}
}
