package monthly

import (
	"slices"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// mostTodo is how many things a person is asked to do at once.
const mostTodo = 6

// todo is what to do next, the most urgent first.
func (v voice) todo(f facts) []string {
	var out []string
	for _, o := range f.standing {
		if hasFailed(o) {
			out = append(out, v.say("todo.failed", machine(o.Target)))
		}
	}
	out = append(out, v.todoCases(f)...)
	out = append(out, v.todoOrders(f)...)
	out = append(out, v.todoSensor(f)...)
	out = append(out, v.todoHabits(f)...)
	if len(out) == 0 {
		out = []string{v.say("todo.nothing")}
	}
	return out[:min(len(out), mostTodo)]
}

func (v voice) todoCases(f facts) (out []string) {
	open := slices.DeleteFunc(slices.Clone(f.cases), func(i event.Incident) bool { return !isOpen(i) })
	slices.SortStableFunc(open, func(a, b event.Incident) int { return b.HostSeverity - a.HostSeverity })
	const named = 2
	for _, i := range open[:min(named, len(open))] {
		out = append(out, v.say("todo.case", i.Number, machine(i.Device)))
	}
	if rest := len(open) - named; rest > 0 {
		out = append(out, v.say("todo.cases", rest))
	}
	return out
}

func (v voice) todoOrders(f facts) (out []string) {
	waiting := count(f.standing, func(o event.Order) bool { return o.State == event.OrderAwaitingApproval })
	if waiting > 0 {
		out = append(out, v.say("todo.approve", waiting))
	}
	var names []string
	for _, o := range f.standing {
		if o.State.Standing() && !slices.Contains(names, o.Target.Name()) {
			names = append(names, o.Target.Name())
		}
	}
	if len(names) > 0 {
		shown := strings.Join(names[:min(4, len(names))], ", ")
		if len(names) > 4 {
			shown += " …"
		}
		out = append(out, v.say("todo.release", len(names), shown))
	}
	return out
}

func (v voice) todoSensor(f facts) (out []string) {
	if len(f.sensors) == 0 {
		return []string{v.say("todo.unknown")}
	}
	if gap := f.known - f.watched; gap > longestStep && f.coverage() < 0.98 {
		out = append(out, v.say("todo.sensor", v.long(gap)))
	}
	if lost := f.total().lost(); lost > 0.001 {
		out = append(out, v.say("todo.lost", v.percent(lost)))
	}
	return out
}

// todoHabits looks for what comes again and again.
func (v voice) todoHabits(f facts) (out []string) {
	if ranks := rank(f.cases); len(ranks) > 0 && ranks[0].cases >= 3 {
		out = append(out, v.say("todo.again", machine(ranks[0].device), ranks[0].cases))
	}
	wrong := count(f.cases, func(i event.Incident) bool { return i.State == event.IncidentFalsePositive })
	if len(f.cases) >= 5 && wrong*10 >= len(f.cases)*3 {
		out = append(out, v.say("todo.false", len(f.cases), wrong))
	}
	return out
}

// ranked is one machine with its cases.
type ranked struct {
	device       event.Device
	cases, worst int
	last         event.Incident
}

// rank orders the machines: the worst case first, then the most cases. False alarms do not count.
func rank(cases []event.Incident) []ranked {
	byUID := map[string]*ranked{}
	var order []*ranked
	for _, i := range cases {
		if i.State == event.IncidentFalsePositive {
			continue
		}
		key := i.Device.UID
		if key == "" {
			key = i.Device.Name()
		}
		r := byUID[key]
		if r == nil {
			r = &ranked{device: i.Device, last: i} // newest first: the device as known last
			byUID[key] = r
			order = append(order, r)
		}
		r.cases++
		r.worst = max(r.worst, i.HostSeverity)
	}
	slices.SortStableFunc(order, func(a, b *ranked) int {
		if a.worst != b.worst {
			return b.worst - a.worst
		}
		return b.cases - a.cases
	})
	out := make([]ranked, len(order))
	for i, r := range order {
		out[i] = *r
	}
	return out
}
