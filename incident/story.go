package incident

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// describe renews title, phases, techniques, steps and story from the facts of the case, and of its parts where it leads.
func (m *Manager) describe(inc *event.Incident) {
	list := counted(inc.Findings)
	worst := worstFinding(list)
	if worst == nil {
		if len(inc.Findings) > 0 {
			inc.Story, inc.Do = storyTakenBack(inc), nil
		}
		return
	}
	inc.Title = worst.Advisory.Title
	inc.Phases, inc.Techniques = inc.Phases[:0:0], inc.Techniques[:0:0]
	all := m.allFindings(inc, list)
	for _, p := range phaseOrder {
		if slices.ContainsFunc(all, func(f event.Finding) bool { return f.Advisory.Phase == p }) {
			inc.Phases = append(inc.Phases, p)
		}
	}
	for i := range all {
		for _, t := range all[i].Advisory.Techniques {
			if !slices.Contains(inc.Techniques, t) {
				inc.Techniques = append(inc.Techniques, t)
			}
		}
	}
	inc.Do = steps(inc, worst, all)
	w := teller{inc: inc, worst: worst, all: all, sight: m.sight(inc.First, inc.Last)}
	inc.Story = event.Text{JA: w.tell("ja"), EN: w.tell("en")}
}

// allFindings are those of the case, then those of its parts.
func (m *Manager) allFindings(inc *event.Incident, own []event.Finding) []event.Finding {
	all := slices.Clone(own)
	for _, h := range inc.Hosts {
		if part := m.open[h.Incident]; part != nil && part.UID != inc.UID && len(all) < m.cfg.MaxFindings {
			all = append(all, counted(part.Findings)...)
		}
	}
	return all
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

// Bounds of what each part of a story names.
const (
	maxSentences = 5
	maxSteps     = 8
)

// teller writes one story.
type teller struct {
	inc   *event.Incident
	worst *event.Finding
	all   []event.Finding
	sight Sight
	b     strings.Builder
	lang  string
}

func (w *teller) say(t event.Text, args ...any) { fmt.Fprintf(&w.b, t.In(w.lang)+"\n", args...) }

func (w *teller) item(t event.Text) { w.say(textItem, t.In(w.lang)) }

func (w *teller) tell(lang string) string {
	w.b.Reset()
	w.lang = lang
	w.say(textHappened)
	w.say(textOpening, day(w.inc.First), where(&w.inc.Device, lang), w.worst.Advisory.Title.In(lang))
	w.say(textPlain, w.worst.Advisory.Means.In(lang))
	w.spread()
	w.course()
	var sure, maybe []*event.Finding
	for i := range w.all {
		switch f := &w.all[i]; {
		case f.Confidence >= certain:
			sure = append(sure, f)
		case f.Confidence >= likely:
			maybe = append(maybe, f)
		}
	}
	w.part(textCertain, sure, contained(w.inc))
	w.part(textLikely, maybe, nil)
	w.say(textUnknown)
	for _, t := range w.unknowns() {
		w.item(t)
	}
	return strings.TrimRight(w.b.String(), "\n")
}

// spread says how many machines have a part in it, which was the first, and who was only reached.
func (w *teller) spread() {
	acted, reached := 0, 0
	var zero *event.CaseHost
	for i := range w.inc.Hosts {
		h := &w.inc.Hosts[i]
		if h.Incident == "" {
			reached++
			continue
		}
		acted++
		if h.Zero {
			zero = h
		}
	}
	if acted > 1 && zero != nil {
		w.say(textMachines, acted+w.inc.MoreHosts, where(&zero.Device, w.lang), day(zero.First))
	}
	if reached > 0 {
		w.say(textReached, reached)
	}
}

// course tells the findings in the order in which they began; with several machines each line names its own.
func (w *teller) course() {
	if len(w.all) < 2 {
		return
	}
	list := slices.Clone(w.all)
	slices.SortStableFunc(list, func(a, b event.Finding) int { return begun(&a).Compare(begun(&b)) })
	w.say(textCourse)
	several := slices.ContainsFunc(list, func(f event.Finding) bool { return f.Device.UID != w.inc.Device.UID })
	for i := range list[:min(len(list), maxSteps)] {
		f := &list[i]
		who := ""
		if several {
			who = f.Device.Name() + event.Text{JA: "：", EN: ": "}.In(w.lang)
		}
		w.say(textStep, day(begun(f)), who, f.Summary.In(w.lang))
	}
	if more := len(list) - maxSteps; more > 0 {
		w.say(textMore, more)
	}
}

func begun(f *event.Finding) time.Time {
	if f.First.IsZero() {
		return f.Time
	}
	return f.First
}

func day(t time.Time) string { return t.In(jst).Format("2006-01-02 15:04") }

func (w *teller) part(head event.Text, list []*event.Finding, more []event.Text) {
	if len(list)+len(more) == 0 {
		return
	}
	w.say(head)
	for _, f := range list[:min(len(list), maxSentences)] {
		w.item(f.Summary)
	}
	if n := len(list) - maxSentences; n > 0 {
		w.say(textMore, n)
	}
	for _, t := range more {
		w.item(t)
	}
}

// contained says what an isolation has achieved, from the lines of the case.
func contained(inc *event.Incident) []event.Text {
	for i := len(inc.Timeline) - 1; i >= 0; i-- {
		if l := inc.Timeline[i]; l.Kind == "order" && inc.State == event.IncidentContained {
			return []event.Text{l.Text}
		}
	}
	return nil
}

// where is the machine in one phrase: place, name, address, who uses it.
func where(d *event.Device, lang string) string {
	name := d.Name()
	if d.Hostname != "" && d.IP.IsValid() {
		name += "（" + d.IP.String() + "）"
		if lang == "en" {
			name = d.Hostname + " (" + d.IP.String() + ")"
		}
	}
	if d.User != "" {
		name += event.Text{JA: "・利用者 " + d.User, EN: ", used by " + d.User}.In(lang)
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
