package monthly

import (
	"slices"
	"time"

	"github.com/yagura-project/yagura/report/paper"
)

func (v voice) speed(f facts) []paper.Block {
	t := paper.Table{Empty: v.say("speed.none"), Columns: []paper.Column{{Title: v.say("speed.what"), Weight: 4}, {Title: v.say("speed.median"), Weight: 2, Right: true},
		{Title: v.say("speed.worst"), Weight: 2, Right: true}, {Title: v.say("speed.count"), Weight: 1.2, Right: true}, {Title: v.say("speed.before"), Weight: 2, Right: true}}}
	for _, r := range []struct {
		name        string
		now, before []time.Duration
	}{
		{v.say("speed.notice"), noticed(f.cases), noticed(f.before)},
		{v.say("speed.stop"), stopped(f.cases, f.orders), stopped(f.before, f.ordered)},
	} {
		if len(r.now) == 0 {
			continue
		}
		before := v.say("none.value")
		if len(r.before) > 0 {
			before = v.long(median(r.before))
		}
		t.Rows = append(t.Rows, []paper.Cell{paper.T(r.name), {Text: v.long(median(r.now)), Strong: true}, paper.T(v.long(slices.Max(r.now))),
			paper.T(paper.Number(len(r.now))), paper.T(before)})
	}
	return []paper.Block{paper.Heading{Text: v.say("speed")}, t}
}

func (v voice) health(f facts) []paper.Block {
	out := []paper.Block{paper.Heading{Text: v.say("health")}}
	if len(f.sensors) == 0 {
		return append(out, paper.Paragraph{Text: v.say("health.none"), Tone: paper.Warn})
	}
	sum := f.total()
	sent := paper.Plain
	if sum.asent > 0 {
		sent = paper.Bad
	}
	lost := paper.Plain
	if sum.lost() > 0.001 {
		lost = paper.Warn
	}
	out = append(out, paper.Tiles{
		{Label: v.say("tile.watched"), Value: v.percent(f.coverage()), Note: v.gap(f)},
		{Label: v.say("tile.lost"), Value: v.percent(sum.lost()), Tone: lost, Note: v.say("tile.lostnote", paper.Number(int(sum.packets+sum.drops)), paper.Number(int(sum.drops)))},
		{Label: v.say("tile.opaque"), Value: v.percent(sum.unseen()), Note: v.say("tile.opaqnote")},
		{Label: v.say("tile.sent"), Value: paper.Number(int(sum.asent)), Tone: sent, Note: v.say("tile.sentnote")},
	}, v.trafficChart(f))
	t := paper.Table{Columns: []paper.Column{{Title: v.say("health.source"), Weight: 2.4}, {Title: v.say("health.packets"), Weight: 2.4, Right: true, Tight: true},
		{Title: v.say("health.bytes"), Weight: 1.6, Right: true}, {Title: v.say("health.drops"), Weight: 1.6, Right: true},
		{Title: v.say("health.opaque"), Weight: 1.6, Right: true}, {Title: v.say("health.errors"), Weight: 1.6, Right: true}, {Title: v.say("health.unparsed"), Weight: 1.8, Right: true}}}
	for _, s := range f.sensors {
		t.Rows = append(t.Rows, []paper.Cell{paper.T(s.source), paper.T(paper.Number(int(s.packets))), paper.T(size(float64(s.bytes))), paper.T(v.percent(s.lost())),
			paper.T(v.percent(s.unseen())), paper.T(paper.Number(int(s.errors))), paper.T(paper.Number(int(s.unparsed)))})
	}
	return append(out, t)
}

// trafficChart draws the mean of what was received in each hour or day.
func (v voice) trafficChart(f facts) paper.Figure {
	layout := "1/2"
	switch {
	case f.hourly() && v == "en":
		layout = "15:00"
	case f.hourly():
		layout = "15時"
	case v == "en":
		layout = "2 Jan"
	}
	chart := paper.Chart{Filled: true, Unit: "Mbit/s", Alt: v.say("health.chart"), Series: []paper.Series{{Colour: paper.Pale}}}
	buckets := f.buckets()
	for i, t := range buckets {
		end := f.period.Until
		if i+1 < len(buckets) {
			end = buckets[i+1]
		}
		chart.Labels = append(chart.Labels, t.Format(layout))
		chart.Series[0].Values = append(chart.Series[0].Values, f.traffic[i]*8/1e6/end.Sub(t).Seconds())
	}
	return paper.Figure{Title: v.say("health.chart"), Drawing: chart.Draw(), Note: v.say("health.note")}
}

func (v voice) where(f facts) []paper.Block {
	out := []paper.Block{paper.Heading{Text: v.say("where")}}
	if f.topErr != nil {
		return append(out, paper.Paragraph{Text: v.say("where.failed", f.topErr.Error()), Tone: paper.Quiet})
	}
	at := map[string]int{}
	for i, c := range f.top.Columns {
		at[c] = i
	}
	t := paper.Table{Empty: v.say("where.none"), Columns: []paper.Column{{Title: v.say("where.to"), Weight: 4.5}, {Title: v.say("machines"), Weight: 1, Right: true},
		{Title: v.say("where.flows"), Weight: 1.6, Right: true}, {Title: v.say("where.sent"), Weight: 1.5, Right: true}, {Title: v.say("where.received"), Weight: 1.5, Right: true}, {Weight: 2.6}}}
	most := 1.0
	for _, r := range f.top.Rows {
		most = max(most, number(r[at["sent"]])+number(r[at["received"]]))
	}
	for _, r := range f.top.Rows {
		name, _ := r[at["destination"]].(string)
		sent, received := number(r[at["sent"]]), number(r[at["received"]])
		t.Rows = append(t.Rows, []paper.Cell{paper.T(name), paper.T(paper.Number(int(number(r[at["machines"]])))), paper.T(paper.Number(int(number(r[at["flows"]])))),
			paper.T(size(sent)), paper.T(size(received)), {IsBar: true, Bar: (sent + received) / most}})
	}
	return append(out, t)
}

func (v voice) proof(f facts) []paper.Block {
	out := []paper.Block{paper.Heading{Text: v.say("proof")}}
	if f.auditSeq == 0 {
		return append(out, paper.Paragraph{Text: v.say("proof.none"), Tone: paper.Quiet})
	}
	return append(out, paper.Paragraph{Text: v.say("proof.text", paper.Number(int(f.auditSeq)))}, paper.Paragraph{Text: f.auditHash})
}
