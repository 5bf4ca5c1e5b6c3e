package store

import (
	"testing"
	"time"
)

func TestTimesAreReadAsPeopleWriteThem(t *testing.T) {
	now := at(36 * time.Hour)
	for text, want := range map[string]time.Time{
		"2026-11-02":                at(-9 * time.Hour), // midnight in Japan
		"2026-11-02 09:30":          at(30 * time.Minute),
		"2026-11-02 09:30:15":       at(30*time.Minute + 15*time.Second),
		"2026-11-02T00:00:00Z":      at(0),
		"2026-11-02T09:00:00+09:00": at(0),
		"now":                       now,
		"-36h":                      at(0),
		"-1d":                       at(12 * time.Hour),
		"-90m":                      at(36*time.Hour - 90*time.Minute),
	} {
		if got, err := readTime(text, now); err != nil || !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("%s: %v %v, want %v", text, got, err, want)
		}
	}
}

func TestThingsAreBroughtToTheirKeptForm(t *testing.T) {
	for in, want := range map[string]string{
		"EVIL[.]Example.": "evil.example", "::FFFF:10.0.0.1": "10.0.0.1", "2001:DB8:0::1": "2001:db8::1", "AA11": "aa11",
	} {
		if got := thing(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
	if got := readHost("02-00-00-00-00-0A"); got != "mac:02:00:00:00:00:0a" {
		t.Error(got)
	}
	if got, err := readThings("a.example、B.example\n10.0.0.1"); got != "a.example b.example 10.0.0.1" || err != nil {
		t.Error(got, err)
	}
}

func TestEdits(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"beacon", "beacons", 1}, {"hots", "host", 2}, {"abc", "", 3}, {"kitten", "sitting", 3}} {
		if got := edits(c.a, c.b); got != c.want {
			t.Errorf("%s → %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
