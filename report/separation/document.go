package separation

import (
	"strconv"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/report"
	"github.com/yagura-project/yagura/report/paper"
)

type voice string

func (v voice) of(t event.Text) string { return t.In(string(v)) }

// say fills a sentence; its verbs are all %s.
func (v voice) say(key string, args ...any) string {
	return paper.Say(words[key].In(string(v)), args...)
}

// mostRows is what is listed on paper at most; the CSV of findings has the rest.
const mostRows = 100

// watchedEnough is the share of the day that must have been watched before a day without breach is called proven.
const watchedEnough = 0.98

func (v voice) document(f facts) paper.Document {
	s := f.sum()
	label := f.period.Label(string(v))
	made := f.now.In(report.JST).Format("2006年1月2日 15:04")
	if v == "en" {
		made = f.now.In(report.JST).Format("2 Jan 2006 15:04 MST")
	}
	blocks := []paper.Block{v.verdict(f, s), v.tiles(f, s)}
	if todo := v.todo(f, s); len(todo) > 0 {
		blocks = append(blocks, paper.Steps{Title: v.say("todo"), Items: todo})
	}
	blocks = append(blocks, v.breaches(s)...)
	blocks = append(blocks, v.entries(s)...)
	blocks = append(blocks, v.pairs(s)...)
	blocks = append(blocks, v.records(f)...)
	return paper.Document{Lang: string(v), Town: f.town, Title: v.say("title"), Period: label, Made: v.say("made", made),
		Foot: v.say("foot", f.town, v.say("title"), label), Page: v.say("page"), Blocks: blocks}
}

func (v voice) verdict(f facts, s event.SeparationDay) paper.Verdict {
	out := paper.Verdict{Lines: []string{v.say("line.checked", paper.Number(int(s.Checked)), v.bytes(s.Bytes), len(s.Entries)), v.watched(f, s)}}
	if s.Bridges+s.Rogues > 0 {
		out.Lines = append(out.Lines, v.say("line.strangers", s.Bridges, s.Rogues))
	}
	switch {
	case len(f.forged) > 0:
		out.Tone, out.Head = paper.Bad, v.say("verdict.forged", len(f.forged))
	case len(f.days) == 0:
		out.Tone, out.Head, out.Lines = paper.Warn, v.say("verdict.none"), []string{v.say("line.none")}
	case s.Breaches > 0:
		out.Tone, out.Head = paper.Bad, v.say("verdict.breach", int(s.Breaches))
	case f.share(s) < watchedEnough || len(f.missing) > 0 || !f.seen():
		out.Tone, out.Head = paper.Warn, v.say("verdict.gaps")
	case f.running():
		out.Tone, out.Head = paper.Good, v.say("verdict.sofar")
	default:
		out.Tone, out.Head = paper.Good, v.say("verdict.proven")
	}
	return out
}

// lostMuch is the share of lost packets from which nothing is proven.
const lostMuch = 0.001

// seen reports whether the sensor's counters say that nearly nothing was lost.
func (f facts) seen() bool {
	return f.packets > 0 && float64(f.drops) <= lostMuch*float64(f.packets+f.drops)
}

func (v voice) watched(f facts, s event.SeparationDay) string {
	if f.packets+f.drops == 0 {
		return v.say("line.uncounted", v.share(f, s))
	}
	return v.say("line.watched", v.share(f, s), v.loss(f))
}

// running reports whether the last day of the period has not ended.
func (f facts) running() bool { return f.now.Before(f.period.Until) }

func (f facts) share(s event.SeparationDay) float64 {
	if f.passed() == 0 {
		return 0
	}
	return min(1, float64(s.Minutes)/float64(f.passed()))
}

func (v voice) share(f facts, s event.SeparationDay) string { return percent(f.share(s)) }

func percent(x float64) string {
	if x > 0.9995 && x < 1 {
		x = 0.999
	}
	return strconv.FormatFloat(100*x, 'f', 1, 64) + "%"
}

// loss is what the kernel dropped before anybody could look.
func (v voice) loss(f facts) string {
	if f.packets+f.drops == 0 {
		return v.say("unknown")
	}
	share := 100 * float64(f.drops) / float64(f.packets+f.drops)
	if f.drops > 0 && share < 0.001 {
		return v.say("below")
	}
	return strconv.FormatFloat(share, 'f', 3, 64) + "%"
}

func (v voice) tiles(f facts, s event.SeparationDay) paper.Tiles {
	tone := paper.Good
	if s.Breaches > 0 {
		tone = paper.Bad
	}
	unused := 0
	for _, e := range s.Entries {
		if e.Uses == 0 && !e.Expired {
			unused++
		}
	}
	return paper.Tiles{
		{Label: v.say("tile.breaches"), Value: paper.Number(int(s.Breaches)), Unit: v.say("cases"), Tone: tone, Note: v.say("tile.zones", v.zones(s.Zones))},
		{Label: v.say("tile.checked"), Value: paper.Number(int(s.Checked)), Unit: v.say("cases"), Note: v.bytes(s.Bytes)},
		{Label: v.say("tile.entries"), Value: paper.Number(len(s.Entries)), Unit: v.say("cases"), Note: v.say("tile.unused", unused)},
		{Label: v.say("tile.watched"), Value: v.share(f, s), Note: v.say("tile.loss", v.loss(f))},
	}
}

// todo is what the person in charge should do, most urgent first.
func (v voice) todo(f facts, s event.SeparationDay) (out []string) {
	if len(f.forged) > 0 {
		out = append(out, v.say("todo.forged", strings.Join(f.forged, v.say("comma"))))
	}
	if s.Breaches > 0 {
		out = append(out, v.say("todo.breach"))
	}
	if s.Bridges+s.Rogues > 0 {
		out = append(out, v.say("todo.strangers"))
	}
	var expired, unused []string
	for _, e := range s.Entries {
		switch {
		case e.Expired:
			expired = append(expired, e.Name)
		case e.Total == 0:
			unused = append(unused, e.Name)
		}
	}
	if len(expired) > 0 {
		out = append(out, v.say("todo.expired", len(expired), v.list(expired)))
	}
	if len(unused) > 0 {
		out = append(out, v.say("todo.unused", len(unused), v.list(unused)))
	}
	if len(f.missing) > 0 || len(f.days) > 0 && (f.share(s) < watchedEnough || !f.seen()) {
		out = append(out, v.say("todo.gaps"))
	}
	return out
}

// list shortens a list of names for a sentence.
func (v voice) list(names []string) string {
	if len(names) > 3 {
		return strings.Join(names[:3], v.say("comma")) + v.say("others")
	}
	return strings.Join(names, v.say("comma"))
}

func (v voice) breaches(s event.SeparationDay) []paper.Block {
	t := paper.Table{Empty: v.say("breach.none"), Columns: []paper.Column{{Title: v.say("col.first"), Weight: 2, Tight: true}, {Title: v.say("col.from"), Weight: 3}, {Title: v.say("col.to"), Weight: 3},
		{Title: v.say("col.service"), Weight: 2}, {Title: v.say("col.count"), Weight: 1.2, Right: true}}}
	for _, b := range s.Details[:min(len(s.Details), mostRows)] {
		t.Rows = append(t.Rows, []paper.Cell{paper.T(v.clock(b.First)), {Text: b.Src.String(), Sub: v.zone(b.From)}, {Text: b.Dst.String(), Sub: v.zone(b.To)},
			paper.T(service(b.Proto, b.Port)), paper.T(paper.Number(int(b.Count)))})
	}
	return []paper.Block{paper.Heading{Text: v.say("breach.title"), Note: v.say("breach.note")}, t}
}

func (v voice) entries(s event.SeparationDay) []paper.Block {
	t := paper.Table{Empty: v.say("entry.none"), Columns: []paper.Column{{Title: v.say("col.name"), Weight: 3.4}, {Title: v.say("col.owner"), Weight: 2}, {Title: v.say("col.expires"), Weight: 1.8, Tight: true},
		{Title: v.say("col.uses"), Weight: 1.4, Right: true}, {Title: v.say("col.bytes"), Weight: 1.6, Right: true}, {Title: v.say("col.state"), Weight: 2.2}}}
	for _, e := range s.Entries[:min(len(s.Entries), mostRows)] {
		expires := v.say("never")
		if !e.Expires.IsZero() {
			expires = e.Expires.In(report.JST).Add(-time.Nanosecond).Format("2006-01-02")
		}
		t.Rows = append(t.Rows, []paper.Cell{{Text: e.Name, Sub: e.Reason, Strong: true}, paper.T(e.Owner), paper.T(expires), paper.T(paper.Number(int(e.Uses))), paper.T(v.bytes(e.Bytes)), v.state(e)})
	}
	return []paper.Block{paper.Heading{Text: v.say("entry.title"), Note: v.say("entry.note")}, t}
}

func (v voice) state(e event.PermitUse) paper.Cell {
	switch {
	case e.Expired:
		return paper.Cell{Text: v.say("state.expired"), Tone: paper.Bad}
	case e.Total == 0:
		return paper.Cell{Text: v.say("state.never"), Tone: paper.Warn}
	case e.Uses == 0:
		return paper.Cell{Text: v.say("state.unused"), Sub: v.say("state.last", v.clock(e.Last)), Tone: paper.Warn}
	}
	return paper.Cell{Text: v.say("state.used"), Tone: paper.Good}
}

func (v voice) pairs(s event.SeparationDay) []paper.Block {
	t := paper.Table{Empty: v.say("pair.none"), Columns: []paper.Column{{Title: v.say("col.from"), Weight: 3}, {Title: v.say("col.to"), Weight: 3}, {Title: v.say("col.checked"), Weight: 2, Right: true},
		{Title: v.say("col.bytes"), Weight: 2, Right: true}, {Title: v.say("col.breaches"), Weight: 1.6, Right: true}}}
	for _, p := range s.Pairs {
		t.Rows = append(t.Rows, []paper.Cell{paper.T(v.zone(p.From)), paper.T(v.zone(p.To)), paper.T(paper.Number(int(p.Checked))), paper.T(v.bytes(p.Bytes)), paper.T(paper.Number(int(p.Breaches)))})
	}
	return []paper.Block{paper.Heading{Text: v.say("pair.title")}, t}
}

func (v voice) records(f facts) []paper.Block {
	t := paper.Table{Empty: v.say("record.none"), Columns: []paper.Column{{Title: v.say("col.day"), Weight: 1.6, Tight: true}, {Title: v.say("col.checked"), Weight: 1.4, Right: true},
		{Title: v.say("col.breaches"), Weight: 1, Right: true}, {Title: v.say("col.watched"), Weight: 1.4, Right: true}, {Title: v.say("col.print"), Weight: 6}}}
	for _, d := range f.days {
		print := paper.Cell{Text: v.say("record.open"), Tone: paper.Quiet}
		if d.Digest != "" {
			print = paper.Cell{Text: spaced(d.Digest), Sub: v.say("record.line", paper.Number(int(d.Line)), short(d.Chain))}
		}
		t.Rows = append(t.Rows, []paper.Cell{paper.T(d.Day), paper.T(paper.Number(int(d.Checked))), paper.T(paper.Number(int(d.Breaches))), paper.T(v.minutes(d.Minutes)), print})
	}
	for _, d := range f.forged {
		t.Rows = append(t.Rows, []paper.Cell{paper.T(d), {}, {}, {}, {Text: v.say("record.forged"), Tone: paper.Bad, Strong: true}})
	}
	for _, d := range f.missing {
		t.Rows = append(t.Rows, []paper.Cell{paper.T(d), {}, {}, paper.T(v.minutes(0)), {Text: v.say("record.missing"), Tone: paper.Warn}})
	}
	return []paper.Block{paper.Heading{Text: v.say("record.title"), Note: v.say("record.note")}, t,
		paper.Paragraph{Text: v.say("record.head", paper.Number(int(f.seq)), short(f.hash)), Tone: paper.Quiet},
		paper.Paragraph{Text: v.say("limits"), Tone: paper.Quiet}}
}
