package main

import (
	"embed"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
	"time"
)

//go:embed page.md.tmpl page.ja.md.tmpl
var pages embed.FS

// record is what `make accuracy` tracks in lab/bench/results.
type record struct {
	Date     string    `json:"date"`
	Commit   string    `json:"commit"`
	Quiet    *summary  `json:"quiet"`                      // the town without intruders
	Attacked *summary  `json:"attacked"`                   // … and with
	Packets  *summary  `json:"packets,omitempty"`          // a quiet town as frames, through the dissectors
	Struck   *summary  `json:"packets_attacked,omitempty"` // … with intruders
	Captures *captured `json:"captures,omitempty"`
	Ruled    *captured `json:"captures_with_rules,omitempty"` // the same with a rule file beside the detectors
}

// write draws the pictures and writes both pages below dir (docs).
func (r *record) write(dir string) error {
	for name, svg := range r.pictures() {
		if err := os.WriteFile(filepath.Join(dir, "pictures", name), []byte(svg), 0o644); err != nil {
			return err
		}
	}
	t, err := template.New("").Funcs(template.FuncMap{"percent": percent, "span": span, "pct": func(v float64) float64 { return 100 * v }}).ParseFS(pages, "*.tmpl")
	if err != nil {
		return err
	}
	for _, name := range []string{"page.md", "page.ja.md"} {
		var b strings.Builder
		if err := t.ExecuteTemplate(&b, name+".tmpl", r); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, strings.Replace(name, "page", "accuracy", 1)), []byte(b.String()), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func percent(r ratio) string {
	if r.Of == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f %%", 100*r.share())
}

// span is a time for people.
func span(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < 2*time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	}
	return fmt.Sprintf("%.1f h", d.Hours())
}

const (
	ours   = "#1f6f8b"
	theirs = "#c0504d"
)

// pictures are the curves by file name.
func (r *record) pictures() map[string]string {
	out := map[string]string{}
	if r.Attacked == nil {
		return out
	}
	var all []float64
	for _, l := range r.Attacked.Levels {
		all = append(all, l.share())
	}
	out["accuracy-intensity.svg"] = draw("Recall by intensity, all kinds of attacks", "intensity: 1 the quietest, 3 normal, 5 the loudest", []string{"1", "2", "3", "4", "5"}, []line{{name: "Yagura", colour: ours, values: all}})
	jitters, byJitter := r.Attacked.axis(func(c cell) float64 { return c.Jitter }, func(v float64) string { return fmt.Sprintf("%.0f%%", 100*v) })
	out["accuracy-jitter.svg"] = draw("Beacons in office hours: recall by jitter", "jitter", jitters, byJitter)
	intervals, byInterval := r.Attacked.axis(func(c cell) float64 { return float64(c.Interval) }, func(v float64) string { return span(time.Duration(v)) })
	out["accuracy-interval.svg"] = draw("Beacons in office hours: recall by interval", "interval between two calls", intervals, byInterval)
	return out
}

// axis adds up the cells that share a value, in its order.
func (s *summary) axis(of func(cell) float64, name func(float64) string) (ticks []string, lines []line) {
	sums := map[float64]*[2]ratio{}
	for _, c := range s.Beacons {
		x := sums[of(c)]
		if x == nil {
			x = &[2]ratio{}
			sums[of(c)] = x
		}
		for i, r := range []ratio{c.Yagura, c.Rita} {
			x[i].Found += r.Found
			x[i].Of += r.Of
		}
	}
	lines = []line{{name: "Yagura", colour: ours}, {name: "RITA ≥ 0.9", colour: theirs, dashed: true}}
	for _, v := range slices.Sorted(maps.Keys(sums)) {
		ticks = append(ticks, name(v))
		for i := range lines {
			lines[i].values = append(lines[i].values, sums[v][i].share())
		}
	}
	return ticks, lines
}
