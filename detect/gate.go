package detect

import (
	"slices"

	"github.com/yagura-project/yagura/event"
)

// AtLeast is a gate that passes when value reaches threshold. source is the key of the detector's own setting that
// holds the threshold (the engine completes it), or a document; "" = fixed in the detector.
func AtLeast(name string, value, threshold float64, unit, source string, text event.Text) event.Gate {
	return event.Gate{Name: name, Text: text, Value: value, Op: ">=", Threshold: threshold, Unit: unit, Passed: value >= threshold, Source: source}
}

// AtMost is a gate that passes while value does not exceed threshold; the rest as AtLeast.
func AtMost(name string, value, threshold float64, unit, source string, text event.Text) event.Gate {
	return event.Gate{Name: name, Text: text, Value: value, Op: "<=", Threshold: threshold, Unit: unit, Passed: value <= threshold, Source: source}
}

// Holds is a gate of yes or no.
func Holds(name string, ok bool, source string, text event.Text) event.Gate {
	g := event.Gate{Name: name, Text: text, Passed: ok, Source: source}
	if ok {
		g.Value = 1
	}
	return g
}

// Worth makes a gate one of several whose points are summed: it adds points when it passes.
func Worth(points float64, g event.Gate) event.Gate {
	g.Points = points
	return g
}

// settings completes the sources that name one of the detector's own settings.
func settings(d *Detector, list []event.Gate) {
	for i := range list {
		if s := list[i].Source; isSetting(s) {
			list[i].Source = "detect.detectors." + d.Info.ID + "." + s
		}
	}
}

// isSetting tells a key (lower-case letters, digits and _) from the name of a document.
func isSetting(s string) bool {
	for _, c := range s {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return s != ""
}

// maxGates bounds the gates of one finding.
const maxGates = 48

// gatesOf are the gates that the detector recorded; where it recorded none, each of its reasons is one that was passed.
// What spoke against it is one that was not.
func gatesOf(f *event.Finding, cfg any) []event.Gate {
	out := slices.Clone(f.Gates)
	if len(out) == 0 {
		out = reasonGates(f, cfg)
	}
	for _, r := range f.Counter {
		if r.Unit == "points" || slices.ContainsFunc(out, func(g event.Gate) bool { return g.Name == r.Name }) {
			continue
		}
		out = append(out, event.Gate{Name: r.Name, Text: r.Text, Value: r.Value, Threshold: r.Threshold, Unit: r.Unit})
	}
	return out[:min(len(out), maxGates)]
}

func reasonGates(f *event.Finding, cfg any) (out []event.Gate) {
	for _, r := range f.Reasons {
		g := event.Gate{Name: r.Name, Text: r.Text, Value: r.Value, Threshold: r.Threshold, Unit: r.Unit, Passed: true, Source: settingOf(cfg, r.Threshold, r.Unit)}
		switch {
		case r.Unit == "points":
			g.Value, g.Points, g.Unit = 1, r.Value, ""
		case r.Threshold == 0:
		case r.Value >= r.Threshold:
			g.Op = ">="
		default:
			g.Op = "<="
		}
		out = append(out, g)
	}
	return out
}

// maxConsidered bounds the exceptions that a finding names.
const maxConsidered = 8

// considered are the exceptions for this kind of finding that do not cover it, each with the condition that is not met.
func considered(list []Exception, f *event.Finding) (out []event.Gate) {
	for _, x := range list {
		if x.Detector != "" && x.Detector != f.Advisory.ID || x.Behaviour != "" && x.Behaviour != f.Behaviour {
			continue
		}
		if len(out) == maxConsidered {
			break
		}
		why := x.misses(f)
		out = append(out, event.Gate{Name: "exception", Passed: true, Source: "detect.exceptions",
			Text: Say("例外「%[1]s」(%[2]s)は当てはまりません：%[3]s", "The exception \"%[1]s\" (%[2]s) does not cover it: %[4]s", x.Reason, x.Owner, why.JA, why.EN)})
	}
	return out
}

// misses is the first condition of the exception that the finding does not meet.
func (x Exception) misses(f *event.Finding) event.Text {
	only := func(change func(*Exception)) bool {
		y := Exception{Expires: x.Expires}
		change(&y)
		return !y.Accepts(f)
	}
	switch {
	case !f.Time.Before(x.Expires):
		return event.Text{JA: "期限が切れています", EN: "it has expired"}
	case x.Device != "" && only(func(y *Exception) { y.Device = x.Device }):
		return Say("端末が %s ではありません", "the machine is not %s", x.Device)
	case x.Peer != "" && only(func(y *Exception) { y.Peer = x.Peer }):
		return Say("相手が %s ではありません", "the other side is not %s", x.Peer)
	}
	return Say("対象が %s ではありません", "the subject is not %s", x.Subject)
}
