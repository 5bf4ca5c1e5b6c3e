package report

import (
	"errors"
	"testing"
	"time"
)

func TestPeriodsAsPeopleWriteThem(t *testing.T) {
	now := time.Date(2026, 1, 31, 20, 0, 0, 0, time.UTC) // 1 February in Japan
	for text, want := range map[string][2]string{
		"":                       {"2026年1月", "January 2026"},
		"last-month":             {"2026年1月", "January 2026"},
		"this-month":             {"2026年2月", "February 2026"},
		"2025-12":                {"2025年12月", "December 2025"},
		"2026-11-02":             {"2026年11月2日（月）", "Monday, 2 November 2026"},
		"2026-11-01..2026-11-20": {"2026年11月1日～11月20日", "1 Nov 2026 – 20 Nov 2026"},
		"2025-12-29..2026-01-03": {"2025年12月29日～2026年1月3日", "29 Dec 2025 – 3 Jan 2026"},
		"2026-11-01..2026-11-30": {"2026年11月", "November 2026"},
	} {
		p, err := ParsePeriod(text, now)
		if err != nil || p.Validate() != nil || p.Label("ja") != want[0] || p.Label("en") != want[1] {
			t.Errorf("%q: %v %s, %s", text, err, p.Label("ja"), p.Label("en"))
		}
	}
	for _, text := range []string{"november", "2026-13", "2026-11-20..2026-11-01", "2026-11..2026-12", "2026-02-30"} {
		if _, err := ParsePeriod(text, now); !errors.Is(err, ErrPeriod) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestPeriodBefore(t *testing.T) {
	if got := Month(2026, time.January).Before(); got != Month(2025, time.December) {
		t.Errorf("the month before January is %v", got)
	}
	day := Days(time.Date(2026, 11, 2, 3, 0, 0, 0, time.UTC), time.Date(2026, 11, 2, 3, 0, 0, 0, time.UTC))
	if b := day.Before(); b.Until != day.From || b.Length() != 24*time.Hour {
		t.Errorf("the day before: %v", b)
	}
	part := Period{day.From.Add(time.Hour), day.From.Add(90 * time.Minute)}
	if part.Label("ja") != "2026年11月2日 01:00～11月2日 01:30" {
		t.Error(part.Label("ja"))
	}
	if (Period{day.Until, day.From}).Validate() == nil {
		t.Error("a period that ends before it begins is valid")
	}
}

func TestReportSaysWhatItLacks(t *testing.T) {
	if err := (Report{Name: "Monthly!"}).Validate(); err == nil {
		t.Error("an empty report is valid")
	}
}
