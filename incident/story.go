package incident

import (
	"fmt"
	"slices"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// describe renews title, phases, techniques and story from the facts of the case.
func (m *Manager) describe(inc *event.Incident) {
	worst := worstFinding(inc.Findings)
	if worst == nil {
		return
	}
	inc.Title = worst.Advisory.Title
	inc.Phases, inc.Techniques = inc.Phases[:0:0], inc.Techniques[:0:0]
	for _, p := range phaseOrder {
		if slices.ContainsFunc(inc.Findings, func(f event.Finding) bool { return f.Advisory.Phase == p }) {
			inc.Phases = append(inc.Phases, p)
		}
	}
	for i := range inc.Findings {
		for _, t := range inc.Findings[i].Advisory.Techniques {
			if !slices.Contains(inc.Techniques, t) {
				inc.Techniques = append(inc.Techniques, t)
			}
		}
	}
	inc.Story = event.Text{JA: story(inc, worst, "ja"), EN: story(inc, worst, "en")}
}

// worstFinding is the gravest, and among equals the surest and first.
func worstFinding(list []event.Finding) *event.Finding {
	var worst *event.Finding
	for i := range list {
		f := &list[i]
		if worst == nil || together(f) > together(worst) || together(f) == together(worst) && f.Confidence > worst.Confidence {
			worst = f
		}
	}
	return worst
}

// Confidence from which a finding counts as certain or as likely.
const (
	certain = 80
	likely  = 50
)

// maxSentences bounds how many findings each part of a story names.
const maxSentences = 5

func story(inc *event.Incident, worst *event.Finding, lang string) string {
	var b strings.Builder
	say := func(t event.Text, args ...any) { fmt.Fprintf(&b, t.In(lang)+"\n", args...) }
	say(textHappened)
	say(textOpening, inc.First.In(jst).Format("2006-01-02 15:04"), where(&inc.Device, lang), worst.Advisory.Title.In(lang))
	say(event.Text{JA: "%s", EN: "%s"}, worst.Advisory.Means.In(lang))
	if n := len(inc.Related); n > 0 {
		say(textRelated, n)
	}
	sure, maybe := byConfidence(inc.Findings)
	part(say, textCertain, sure, lang)
	part(say, textLikely, maybe, lang)
	say(textUnknown)
	for _, t := range unknowns(inc) {
		say(event.Text{JA: "・%s", EN: "- %s"}, t.In(lang))
	}
	return strings.TrimRight(b.String(), "\n")
}

func part(say func(event.Text, ...any), head event.Text, list []*event.Finding, lang string) {
	if len(list) == 0 {
		return
	}
	say(head)
	for _, f := range list[:min(len(list), maxSentences)] {
		say(event.Text{JA: "・%s", EN: "- %s"}, f.Summary.In(lang))
	}
	if more := len(list) - maxSentences; more > 0 {
		say(textMore, more)
	}
}

func byConfidence(list []event.Finding) (sure, maybe []*event.Finding) {
	for i := range list {
		switch f := &list[i]; {
		case f.Confidence >= certain:
			sure = append(sure, f)
		case f.Confidence >= likely:
			maybe = append(maybe, f)
		}
	}
	return sure, maybe
}

// unknowns says honestly what the case does not show.
func unknowns(inc *event.Incident) []event.Text {
	var out []event.Text
	if !slices.Contains(inc.Phases, event.PhaseExfiltration) {
		out = append(out, textLeakUnknown)
	} else {
		out = append(out, textLeakContent)
	}
	if !slices.Contains(inc.Phases, event.PhaseEntry) {
		out = append(out, textEntryUnknown)
	}
	if inc.Device.User == "" {
		out = append(out, textUserUnknown)
	}
	return append(out, inc.Device.Conflicts...)
}

// where is the machine in one phrase.
func where(d *event.Device, lang string) string {
	name := d.Name()
	if d.Hostname != "" && d.IP.IsValid() {
		name += "（" + d.IP.String() + "）"
		if lang == "en" {
			name = d.Hostname + " (" + d.IP.String() + ")"
		}
	}
	place := strings.Trim(d.Department+" "+d.Place, " ")
	switch {
	case place == "":
		return name
	case lang == "en":
		return name + ", " + place
	}
	return place + "の " + name
}
