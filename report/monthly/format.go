package monthly

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/report"
	"github.com/yagura-project/yagura/report/paper"
)

// clock writes a moment on the wall clock, without the year that stands at the head.
func (v voice) clock(t time.Time) string {
	switch {
	case t.IsZero():
		return v.say("none.value")
	case v == "en":
		return t.In(report.JST).Format("2 Jan 15:04:05")
	}
	return t.In(report.JST).Format("1/2 15:04:05")
}

// minute is clock without the seconds.
func (v voice) minute(t time.Time) string {
	if text := v.clock(t); len(text) > 3 && !t.IsZero() {
		return text[:len(text)-3]
	}
	return v.say("none.value")
}

// long writes a duration with its two largest units.
func (v voice) long(d time.Duration) string {
	type unit struct {
		of     time.Duration
		ja, en string
	}
	units := []unit{{24 * time.Hour, "日", "d"}, {time.Hour, "時間", "h"}, {time.Minute, "分", "min"}, {time.Second, "秒", "s"}}
	if d < 10*time.Second {
		return fmt.Sprintf("%.1f", d.Seconds()) + v.of(event.Text{JA: "秒", EN: " s"})
	}
	for i, u := range units {
		if d < u.of {
			continue
		}
		out := ""
		for _, u := range units[i:min(i+2, len(units))] {
			if n := d / u.of; n > 0 {
				out += fmt.Sprintf("%d%s", n, v.of(event.Text{JA: u.ja, EN: " " + u.en + " "}))
				d -= n * u.of
			}
		}
		return trim(out)
	}
	return ""
}

func trim(s string) string {
	for len(s) > 0 && s[len(s)-1] == ' ' {
		s = s[:len(s)-1]
	}
	return s
}

// percent writes a share; what is more than nothing never looks like nothing, nor what is less than all like all.
func (v voice) percent(share float64) string {
	switch {
	case share <= 0:
		return "0%"
	case share < 0.0001:
		return v.of(event.Text{JA: "0.01%未満", EN: "< 0.01%"})
	case share >= 1:
		return "100%"
	case share > 0.999:
		return "99.9%"
	case share < 0.01:
		return fmt.Sprintf("%.2f%%", share*100)
	}
	return fmt.Sprintf("%.1f%%", share*100)
}

// size writes bytes in the unit that fits.
func size(n float64) string {
	for _, u := range []string{"B", "KB", "MB", "GB", "TB"} {
		if n < 1000 {
			if u == "B" || n >= 100 {
				return fmt.Sprintf("%.0f %s", n, u)
			}
			return fmt.Sprintf("%.1f %s", n, u)
		}
		n /= 1000
	}
	return fmt.Sprintf("%.1f PB", n)
}

// compare says how a number moved since the period before.
func (v voice) compare(now, before int) string {
	switch {
	case now > before:
		return v.say("more", now-before)
	case now < before:
		return v.say("less", before-now)
	}
	return v.say("same")
}

func change(now, before int) string {
	switch {
	case now > before:
		return "+" + paper.Number(now-before)
	case now < before:
		return "−" + paper.Number(before-now)
	}
	return "±0"
}

// number takes a counted value out of a hunt's answer.
func number(v any) float64 {
	switch n := v.(type) {
	case int64:
		return float64(n)
	case float64:
		return n
	}
	return 0
}

func grave(severity int) paper.Tone {
	switch {
	case severity >= serious:
		return paper.Bad
	case severity >= 5:
		return paper.Warn
	}
	return paper.Plain
}
