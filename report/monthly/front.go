package monthly

import (
	"strings"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/report"
	"github.com/yagura-project/yagura/report/paper"
)

// document puts the facts into words. The first page answers alone: is all well, and what is to be done.
func (v voice) document(f facts) paper.Document {
	title := v.say("title")
	if !f.period.WholeMonth() {
		title = v.say("title.any")
	}
	label := f.period.Label(string(v))
	made := f.now.In(report.JST).Format("2006年1月2日 15:04")
	if v == "en" {
		made = f.now.In(report.JST).Format("2 Jan 2006 15:04 MST")
	}
	return paper.Document{
		Lang: string(v), Town: f.town, Title: title, Period: label,
		Made: v.say("made", made), Foot: v.say("foot", f.town, title, label), Page: v.say("page"),
		Blocks: append(v.front(f), v.chapters(f)...),
	}
}

func (v voice) front(f facts) []paper.Block {
	front := []paper.Block{
		v.verdict(f),
		v.tiles(f),
		paper.Steps{Title: v.say("todo"), Items: v.todo(f)},
	}
	if len(f.cases) == 0 {
		return front // the chapters are short then, and begin on the same page
	}
	return append(front, v.casesChart(f),
		paper.Subheading(v.say("main")), v.caseTable(f, gravest(f.cases, mostMain)), paper.Break{})
}

// mostMain is how many cases stand on the first page.
const mostMain = 3

func (v voice) verdict(f facts) paper.Verdict {
	open := count(f.cases, isOpen)
	bad := count(f.cases, func(i event.Incident) bool { return isOpen(i) && isSerious(i) })
	failed := count(f.standing, hasFailed)
	out := paper.Verdict{Lines: v.lines(f)}
	switch {
	case failed > 0:
		out.Tone, out.Head = paper.Bad, v.say("verdict.failed", failed)
	case bad > 0:
		out.Tone, out.Head = paper.Bad, v.say("verdict.bad", bad)
	case open > 0:
		out.Tone, out.Head = paper.Warn, v.say("verdict.open", open)
	case len(f.sensors) == 0:
		out.Tone, out.Head = paper.Warn, v.say("verdict.blind")
	case len(f.cases) > 0:
		out.Tone, out.Head = paper.Good, v.say("verdict.done", len(f.cases))
	default:
		out.Tone, out.Head = paper.Good, v.say("verdict.quiet")
	}
	return out
}

// lines support the verdict: what happened, what was stopped, what was seen.
func (v voice) lines(f facts) []string {
	moved := v.compare(len(f.cases), len(f.before))
	lines := []string{v.say("line.nocases", moved)}
	if len(f.cases) > 0 {
		lines[0] = v.say("line.cases", len(f.cases), count(f.cases, isSerious), moved)
	}
	cut, rehearsed := count(f.orders, isCut), count(f.orders, isRehearsed)
	switch {
	case cut > 0:
		lines = append(lines, v.say("line.cut", cut, count(f.orders, isVerified)))
	case rehearsed > 0:
		lines = append(lines, v.say("line.rehearsed", rehearsed))
	default:
		lines = append(lines, v.say("line.nocut"))
	}
	if len(f.sensors) == 0 {
		return append(lines, v.say("line.sensornone"))
	}
	return append(lines, v.say("line.sensor", v.percent(f.coverage()), v.percent(f.total().lost())))
}

// coverage is how much of the time that has passed was watched.
func (f facts) coverage() float64 {
	if f.known <= 0 {
		return 0
	}
	return float64(f.watched) / float64(f.known)
}

func (v voice) tiles(f facts) paper.Tiles {
	bad := count(f.cases, isSerious)
	badTone := paper.Plain
	if bad > 0 {
		badTone = paper.Bad
	}
	stop := v.say("none.value")
	if all := stopped(f.cases, f.orders); len(all) > 0 {
		stop = v.long(median(all))
	}
	watched, note := v.say("none.value"), v.say("line.sensornone")
	if len(f.sensors) > 0 {
		watched, note = v.percent(f.coverage()), v.gap(f)
	}
	return paper.Tiles{
		{Label: v.say("tile.cases"), Value: paper.Number(len(f.cases)), Unit: v.say("cases"), Note: v.say("tile.open", count(f.cases, isOpen))},
		{Label: v.say("tile.serious"), Value: paper.Number(bad), Unit: v.say("cases"), Tone: badTone, Note: v.say("tile.gravity", v.compare(bad, count(f.before, isSerious)))},
		{Label: v.say("tile.isolated"), Value: paper.Number(count(f.orders, isCut)), Unit: v.say("times"), Note: v.say("tile.verified", count(f.orders, isVerified))},
		{Label: v.say("tile.stop"), Value: stop, Note: v.say("tile.stopnote")},
		{Label: v.say("tile.watched"), Value: watched, Note: note},
	}
}

// gap says how long nothing was watched; a minute at either end is no gap.
func (v voice) gap(f facts) string {
	if missing := f.known - f.watched; missing > longestStep {
		return v.say("tile.gap", v.long(missing))
	}
	return v.say("tile.nogap")
}

func (v voice) casesChart(f facts) paper.Figure {
	key, layout := "chart.cases", "1/2"
	if f.hourly() {
		key, layout = "chart.hours", "15時"
		if v == "en" {
			layout = "15:00"
		}
	} else if v == "en" {
		layout = "2 Jan"
	}
	buckets := f.buckets()
	series := []paper.Series{
		{Name: v.say("chart.low"), Colour: paper.Pale, Values: make([]float64, len(buckets))},
		{Name: v.say("chart.middle"), Colour: paper.Blue, Values: make([]float64, len(buckets))},
		{Name: v.say("chart.serious"), Colour: paper.Red, Values: make([]float64, len(buckets))},
	}
	for _, i := range f.cases {
		level := 0
		switch {
		case isSerious(i):
			level = 2
		case i.HostSeverity >= 5:
			level = 1
		}
		if b := f.bucket(i.Time); b >= 0 && b < len(buckets) {
			series[level].Values[b]++
		}
	}
	chart := paper.Chart{Series: series, Unit: v.say("chart.caseunit"), Counts: true, Alt: v.say(key)}
	for _, t := range buckets {
		chart.Labels = append(chart.Labels, t.Format(layout))
	}
	return paper.Figure{Title: v.say(key), Drawing: chart.Draw()}
}

// machine names a device in one line: PC-012 税務課.
func machine(d event.Device) string { return join(d.Name(), d.Department) }

func join(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, " ")
}
