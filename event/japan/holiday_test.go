package japan

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The days that the Cabinet Office published (内閣府「国民の祝日について」, syukujitsu.csv).
var published = map[int]string{
	2020: "0101 0113 0211 0223 0224 0320 0429 0503 0504 0505 0506 0723 0724 0810 0921 0922 1103 1123",
	2021: "0101 0111 0211 0223 0320 0429 0503 0504 0505 0722 0723 0808 0809 0920 0923 1103 1123",
	2022: "0101 0110 0211 0223 0321 0429 0503 0504 0505 0718 0811 0919 0923 1010 1103 1123",
	2023: "0101 0102 0109 0211 0223 0321 0429 0503 0504 0505 0717 0811 0918 0923 1009 1103 1123",
	2024: "0101 0108 0211 0212 0223 0320 0429 0503 0504 0505 0506 0715 0811 0812 0916 0922 0923 1014 1103 1104 1123",
	2025: "0101 0113 0211 0223 0224 0320 0429 0503 0504 0505 0506 0721 0811 0915 0923 1013 1103 1123 1124",
	2026: "0101 0112 0211 0223 0320 0429 0503 0504 0505 0506 0720 0811 0921 0922 0923 1012 1103 1123",
	2027: "0101 0111 0211 0223 0321 0322 0429 0503 0504 0505 0719 0811 0920 0923 1011 1103 1123",
}

func TestHolidaysAsPublished(t *testing.T) {
	for year, want := range published {
		got := ""
		for d := (Day{year, time.January, 1}); d.Year == year; d = d.Add(1) {
			if d.Holiday() != "" {
				got += " " + d.Time().Format("0102")
			}
		}
		if diff := cmp.Diff(want, got[1:]); diff != "" {
			t.Errorf("%d: %s", year, diff)
		}
	}
}

func TestHolidayNames(t *testing.T) {
	for date, want := range map[string]string{
		"2026-05-06": "振替休日", "2026-09-22": "国民の休日", "2032-09-21": "国民の休日",
		"2026-11-24": "", "2026-03-20": "春分の日", "2100-03-20": "春分の日", "2100-09-23": "秋分の日",
	} {
		at, _ := time.ParseInLocation("2006-01-02", date, JST)
		if got := Holiday(at.Add(12 * time.Hour)); got != want {
			t.Errorf("%s: %q, want %q", date, got, want)
		}
	}
}

func TestHolidayIsJudgedInJST(t *testing.T) {
	// 2026-05-02 15:30 UTC is already Constitution Day in Japan.
	if got := Holiday(time.Date(2026, 5, 2, 15, 30, 0, 0, time.UTC)); got != "憲法記念日" {
		t.Errorf("got %q", got)
	}
}
