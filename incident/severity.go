package incident

import (
	"math"
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

// targetedReason is the name of the reason with which a detector says that the
// object belongs to a targeted attack (APT).
const targetedReason = "apt"

// hostSeverity judges the findings of one machine at now. others is how many
// other machines the case has reached that are compromised themselves.
func hostSeverity(list []event.Finding, others int, halfLife time.Duration, now time.Time) int {
	strongest, ceiling := 0, 0
	for i := range list {
		strongest = max(strongest, alone(&list[i]))
		ceiling = max(ceiling, together(&list[i]))
	}
	if others > 0 && strongest >= sevHigh { // what two machines do together is not one event alone
		return sevSeveral
	}
	if !correlated(list) {
		return max(strongest, sevInfo)
	}
	raised := min(strongest+1, sevHigh)
	if p := combined(list, halfLife, now); p >= 0.9 {
		raised = max(raised, sevHigh)
	} else if p >= 0.7 {
		raised = max(raised, sevMedium+1)
	}
	raised = max(raised, ceiling)
	if others > 0 && raised >= sevHigh {
		return sevSeveral
	}
	return min(raised, 10)
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
	for _, r := range f.Reasons {
		if r.Name == name {
			return true
		}
	}
	return false
}

// correlated reports whether two different detectors or phases agree; low noise does not count.
func correlated(list []event.Finding) bool {
	var detector string
	var phase event.Phase
	for i := range list {
		f := &list[i]
		switch {
		case f.Severity < event.Medium && f.Weight < 0.3:
		case detector == "":
			detector, phase = f.Advisory.ID, f.Advisory.Phase
		case f.Advisory.ID != detector || f.Advisory.Phase != phase:
			return true
		}
	}
	return false
}

// combined is the noisy-OR of the weights, each halved per half-life since its last sign.
func combined(list []event.Finding, halfLife time.Duration, now time.Time) float64 {
	none := 1.0
	for i := range list {
		age := max(now.Sub(list[i].Last), 0)
		none *= 1 - weight(&list[i])*math.Exp2(-float64(age)/float64(halfLife))
	}
	return 1 - none
}

func weight(f *event.Finding) float64 {
	if f.SingleShot {
		return 1
	}
	return min(max(f.Weight, 0), 1)
}
