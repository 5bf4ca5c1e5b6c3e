package monthly

import (
	"fmt"
	"slices"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/report/paper"
)

// What is listed on paper at most; the screen has the rest.
const (
	mostCases  = 100
	mostOrders = 100
	mostRanked = 10
)

func (v voice) chapters(f facts) []paper.Block {
	var out []paper.Block
	for _, chapter := range [][]paper.Block{v.counts(f), v.list(f), v.ranking(f), v.isolations(f), v.speed(f), v.health(f), v.where(f), v.proof(f)} {
		out = append(out, chapter...)
	}
	return out
}

func (v voice) counts(f facts) []paper.Block {
	kinds, kindsBefore := map[event.ThreatType]int{}, map[event.ThreatType]int{}
	stages, stagesBefore := map[event.Phase]int{}, map[event.Phase]int{}
	tally(f.cases, kinds, stages)
	tally(f.before, kindsBefore, stagesBefore)
	var byKind, byPhase []counted
	for _, t := range threats {
		byKind = append(byKind, counted{v.of(t.name), kinds[t.key], kindsBefore[t.key]})
	}
	for _, p := range phases {
		byPhase = append(byPhase, counted{v.of(p.name), stages[p.key], stagesBefore[p.key]})
	}
	if len(f.cases)+len(f.before) == 0 {
		return []paper.Block{paper.Heading{Text: v.say("count")}, paper.Paragraph{Text: v.say("count.none"), Tone: paper.Quiet}}
	}
	return []paper.Block{
		paper.Heading{Text: v.say("count"), Note: v.say("count.note", f.period.Before().Label(string(v)))},
		v.countTable(v.say("count.kind"), byKind),
		v.countTable(v.say("count.phase"), byPhase),
		paper.Paragraph{Text: v.say("count.several"), Tone: paper.Quiet},
	}
}

func tally(cases []event.Incident, kinds map[event.ThreatType]int, stages map[event.Phase]int) {
	for _, i := range cases {
		kind := event.ThreatType("")
		if len(i.Findings) > 0 {
			kind = i.Findings[0].Advisory.Threat
		}
		if !slices.ContainsFunc(threats, func(t struct {
			key  event.ThreatType
			name event.Text
		}) bool {
			return t.key == kind
		}) {
			kind = ""
		}
		kinds[kind]++
		for _, p := range i.Phases {
			stages[p]++
		}
	}
}

type counted struct {
	name        string
	now, before int
}

func (v voice) countTable(title string, rows []counted) paper.Table {
	t := paper.Table{Empty: v.say("count.none"), Columns: []paper.Column{{Title: title, Weight: 4}, {Title: v.say("count.now"), Weight: 1.2, Right: true},
		{Title: v.say("count.before"), Weight: 1.2, Right: true}, {Title: v.say("count.change"), Weight: 1.3, Right: true}, {Weight: 5}}}
	most := 1
	for _, r := range rows {
		most = max(most, r.now)
	}
	for _, r := range rows {
		if r.now+r.before == 0 {
			continue
		}
		t.Rows = append(t.Rows, []paper.Cell{paper.T(r.name), {Text: paper.Number(r.now), Strong: true}, paper.T(paper.Number(r.before)),
			paper.T(change(r.now, r.before)), {IsBar: true, Bar: float64(r.now) / float64(most)}})
	}
	return t
}

func (v voice) list(f facts) []paper.Block {
	if len(f.cases) <= mostCases {
		return []paper.Block{paper.Heading{Text: v.say("list")}, v.caseTable(f, f.cases)}
	}
	note := v.say("list.part", len(f.cases), mostCases)
	return []paper.Block{paper.Heading{Text: v.say("list"), Note: note}, v.caseTable(f, gravest(f.cases, mostCases))}
}

// gravest gives the n cases of the highest severity, newest first among equals.
func gravest(cases []event.Incident, n int) []event.Incident {
	cases = slices.Clone(cases)
	slices.SortStableFunc(cases, func(a, b event.Incident) int { return b.HostSeverity - a.HostSeverity })
	return cases[:min(n, len(cases))]
}

func (v voice) caseTable(f facts, cases []event.Incident) paper.Table {
	t := paper.Table{Empty: v.say("list.none"), Columns: []paper.Column{
		{Title: v.say("list.number"), Weight: 2.7, Tight: true}, {Title: v.say("list.grave"), Weight: 1.2, Right: true}, {Title: v.say("list.machine"), Weight: 2.4},
		{Title: v.say("list.what"), Weight: 4.1}, {Title: v.say("list.when"), Weight: 2.3, Tight: true}, {Title: v.say("list.stopped"), Weight: 2.3, Tight: true}, {Title: v.say("list.state"), Weight: 1.7}}}
	cuts := cutsByCase(f.orders)
	for _, i := range cases {
		t.Rows = append(t.Rows, []paper.Cell{
			paper.T(i.Number), {Text: fmt.Sprint(i.HostSeverity), Strong: true, Tone: grave(i.HostSeverity)},
			{Text: i.Device.Name(), Sub: i.Device.Department}, paper.T(v.of(i.Title)),
			paper.T(v.minute(i.Time)), v.stoppedAt(i, cuts), v.state(i)})
	}
	return t
}

// cutsByCase gives the isolation that stands for each case: the first that was carried out, else the first decided.
func cutsByCase(orders []event.Order) map[string]event.Order {
	out := map[string]event.Order{}
	for _, o := range slices.Backward(orders) {
		if have, ok := out[o.Incident]; !ok || !isCut(have) && isCut(o) {
			out[o.Incident] = o
		}
	}
	return out
}

// stoppedAt says when a case's machine fell silent, or how far its isolation came.
func (v voice) stoppedAt(i event.Incident, cuts map[string]event.Order) paper.Cell {
	o, ok := cuts[i.UID]
	switch {
	case !ok:
		return paper.T(v.say("none.value"))
	case isVerified(o) && o.VerifiedAt.After(i.Time):
		return paper.Cell{Text: v.minute(o.VerifiedAt), Sub: v.say("after", v.long(o.VerifiedAt.Sub(i.Time)))}
	case isVerified(o):
		return paper.T(v.minute(o.VerifiedAt))
	}
	return paper.Cell{Text: v.minute(o.AppliedAt), Sub: v.of(orderStates[o.State])}
}

func (v voice) state(i event.Incident) paper.Cell {
	c := paper.T(v.of(incidentStates[i.State]))
	if isOpen(i) {
		c.Strong, c.Tone = true, paper.Warn
	}
	return c
}
