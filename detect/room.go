// Package detect turns what was seen into findings: one folder per detector, each a judgement with its reasons and numbers.
//
// A detector is a value. The Engine feeds events to its Instance in capture
// time, folds repeats, names the machine and applies exceptions, so that a
// detector only judges.
package detect

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Emit takes one conclusion; see Instance for what the detector fills in.
type Emit func(event.Finding)

// Instance is one running detector. The engine calls it from one goroutine at a
// time, with events roughly in capture order, and catches its panics.
//
// A finding that it emits holds Behaviour, Severity, Confidence, Device.IP (or
// Device.MAC where there is no address), Subject (what repeats are folded by),
// Summary, Reasons, Evidence and Count = how many new acts it stands for (0
// means 1). Advisory, UID, the rest of Device and the header are the engine's.
type Instance interface {
	Observe(e event.Event, emit Emit)
	// Advance says that the capture clock has reached now. What it concludes
	// must not depend on how often it is called.
	Advance(now time.Time, emit Emit)
	Stats() Stats
}

// Stats counts what an instance keeps and what it gave up for memory.
type Stats struct {
	Keys    int    `json:"keys"`    // sources, series … held now
	Evicted uint64 `json:"evicted"` // thrown out because the table was full
}

// SumStats is what several tables hold together.
func SumStats(tables ...Stats) (sum Stats) {
	for _, t := range tables {
		sum.Keys += t.Keys
		sum.Evicted += t.Evicted
	}
	return sum
}

// Auditor is an instance that can also say how what it guards stands: entries nobody uses, what was checked.
type Auditor interface {
	Audit(now time.Time) []event.Text
}

// Detector is the description of one detector; each folder under detect exports one.
type Detector struct {
	Info       event.Advisory                 // ID is the folder's name
	Behaviours []string                       // every class name that it may give, as in docs: c2.http …
	Reads      []event.Event                  // the types of events that it looks at, as nil pointers: it is shown no others; nil: all
	Config     func() any                     // a pointer to its configuration with defaults; nil when it has none
	New        func(cfg any, d Deps) Instance // cfg is what Config returned, perhaps changed by the user
	Samples    fs.FS                          // testdata/attack-*.jsonl (detect/sample), with which the self-test fires it
}

// Validator is a configuration that can be wrong.
type Validator interface{ Validate() error }

var behaviourName = regexp.MustCompile(`^[a-z0-9]+\.[a-z0-9_]+$`)

// Validate reports what a detector's description lacks.
func (d Detector) Validate() error {
	var errs []error
	miss := func(ok bool, what string) {
		if !ok {
			errs = append(errs, fmt.Errorf("detector %q: %s", d.Info.ID, what))
		}
	}
	miss(d.Info.ID != "", "no ID: use the folder's name")
	miss(d.New != nil, "no New")
	miss(both(d.Info.Title), "Title needs Japanese and English")
	miss(both(d.Info.Means), "Means needs Japanese and English")
	miss(both(d.Info.Sees) && both(d.Info.Misses), "Sees and Misses need Japanese and English")
	miss(len(d.Info.Do) > 0 && len(d.Info.Do) <= 3, "Do needs one to three steps")
	miss(!slices.ContainsFunc(d.Info.Do, func(t event.Text) bool { return !both(t) }), "Do needs Japanese and English")
	miss(len(d.Info.Techniques) > 0 || d.Info.Threat == event.WebReputation, "no ATT&CK technique")
	miss(d.Info.Threat != "", "no threat type")
	miss(len(d.Behaviours) > 0, "no behaviour class")
	for _, b := range d.Behaviours {
		miss(behaviourName.MatchString(b), "behaviour "+b+" is not written family.name")
	}
	return errors.Join(errs...)
}

func both(t event.Text) bool { return t.JA != "" && t.EN != "" }
