package incident

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Host severity follows Deep Discovery Inspector's scale of 1 to 10:
//
//	10  data exfiltration, or several compromised machines
//	 9  contact with an object of a targeted attack, or evidence of lateral movement
//	 8  a high-severity event, C&C found, a downloaded file rated high
//	 1–7 lesser events
//
// Uncorrelated evidence counts as its strongest event; correlated evidence
// (two detectors or two phases) is raised. One event alone never passes 8
// unless its detector is of the single-shot class.
const (
	sevExfiltration = 10
	sevSeveral      = 10
	sevLateral      = 9
	sevTargeted     = 9
	sevHigh         = 8
	sevMedium       = 5
	sevLow          = 3
	sevInfo         = 1
)

// Combined weight from which agreeing evidence counts as a high event, and as more than a medium one.
const (
	nearlySure = 0.9
	probable   = 0.7
)

// targetedReason is the name of the reason with which a detector says that the
// object belongs to a targeted attack (APT).
const targetedReason = "apt"

// verdict is a host severity with its reasons in words.
type verdict struct {
	severity int
	why      []event.Text
}

func (v *verdict) because(t event.Text) { v.why = append(v.why, t) }

// hostSeverity judges the findings of one machine at now. others names the
// other machines of the case that are compromised themselves.
func hostSeverity(list []event.Finding, others []string, halfLife time.Duration, now time.Time) verdict {
	v := verdict{severity: sevInfo}
	if len(list) == 0 {
		return v
	}
	strongest, gravest := &list[0], &list[0]
	for i := range list {
		if alone(&list[i]) > alone(strongest) {
			strongest = &list[i]
		}
		if together(&list[i]) > together(gravest) {
			gravest = &list[i]
		}
	}
	v.severity = max(alone(strongest), sevInfo)
	v.because(textOfOne(strongest, v.severity))
	agree := correlated(list)
	switch {
	case agree != nil:
		v.raise(list, gravest, agree, halfLife, now)
	case together(strongest) > alone(strongest):
		v.because(fill(textAlone, sevHigh))
	}
	if len(others) > 0 && v.severity >= sevHigh {
		v.severity = sevSeveral
		v.because(textSeveral(others))
	}
	return v
}

// raise is what agreeing evidence adds.
func (v *verdict) raise(list []event.Finding, gravest *event.Finding, agree []*event.Finding, halfLife time.Duration, now time.Time) {
	before := v.severity
	v.severity = max(v.severity, min(v.severity+1, sevHigh))
	p := combined(list, halfLife, now)
	switch {
	case p >= nearlySure:
		v.severity = max(v.severity, sevHigh)
	case p >= probable:
		v.severity = max(v.severity, sevMedium+1)
	}
	v.severity = max(v.severity, together(gravest))
	if v.severity > before {
		v.because(textAgree(agree, before, v.severity, p))
	}
	if together(gravest) == v.severity && together(gravest) > before && gravest.Severity >= event.High {
		v.because(textOfOne(gravest, v.severity))
	}
}

// alone is what one finding is worth by itself.
func alone(f *event.Finding) int {
	if f.SingleShot && f.Severity >= event.High {
		return together(f)
	}
	return min(together(f), sevHigh)
}

// together is what one finding is worth beside others.
func together(f *event.Finding) int {
	switch {
	case f.Severity < event.Low:
		return sevInfo
	case f.Severity < event.Medium:
		return sevLow
	case f.Severity < event.High:
		return sevMedium
	case f.Advisory.Phase == event.PhaseExfiltration:
		return sevExfiltration
	case f.Advisory.Phase == event.PhaseLateral:
		return sevLateral
	case hasReason(f, targetedReason):
		return sevTargeted
	}
	return sevHigh
}

func hasReason(f *event.Finding, name string) bool {
	return slices.ContainsFunc(f.Reasons, func(r event.Reason) bool { return r.Name == name })
}

// correlated gives two findings of different detectors or phases that agree; low noise does not count.
func correlated(list []event.Finding) []*event.Finding {
	var first *event.Finding
	for i := range list {
		f := &list[i]
		switch {
		case f.Severity < event.Medium && f.Weight < 0.3:
		case first == nil:
			first = f
		case f.Advisory.ID != first.Advisory.ID || f.Advisory.Phase != first.Advisory.Phase:
			return []*event.Finding{first, f}
		}
	}
	return nil
}

// combined is the noisy-OR of the weights, each halved per half-life since its
// last sign. What one detector says again and again is damped: its second
// finding counts half, its third a quarter.
func combined(list []event.Finding, halfLife time.Duration, now time.Time) float64 {
	by := map[string][]float64{}
	for i := range list {
		age := max(now.Sub(list[i].Last), 0)
		by[list[i].Advisory.ID] = append(by[list[i].Advisory.ID], weight(&list[i])*math.Exp2(-float64(age)/float64(halfLife)))
	}
	none := 1.0
	for _, id := range slices.Sorted(maps.Keys(by)) {
		slices.SortFunc(by[id], func(a, b float64) int { return cmp.Compare(b, a) })
		for n, w := range by[id] {
			none *= 1 - w*math.Exp2(-float64(n))
		}
	}
	return 1 - none
}

// weight is what the repeats of one finding weigh together: each decade of them adds half of what the one before did,
// so that ten thousand polls weigh hardly more than a thousand.
func weight(f *event.Finding) float64 {
	if f.SingleShot {
		return 1
	}
	w := min(max(f.Weight, 0), 1)
	times := 2 - math.Exp2(-float64(decade(f.Count)))
	return 1 - math.Pow(1-w, times)
}

// sure says that a machine is compromised beyond one kind of sign: two phases agree, or one finding is sure by itself.
// Two machines that call the same unknown server, and nothing else, may as well have the same new program.
func sure(list []event.Finding) bool {
	var first *event.Finding
	for i := range list {
		f := &list[i]
		switch {
		case f.SingleShot && f.Severity >= event.High:
			return true
		case f.Severity < event.Medium:
		case first == nil:
			first = f
		case f.Advisory.Phase != first.Advisory.Phase:
			return true
		}
	}
	return false
}
