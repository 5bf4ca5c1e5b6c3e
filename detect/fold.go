package detect

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Bounds of one folded finding.
const (
	maxEvidence     = 32
	maxFindingPeers = 32
)

// foldKey is what makes two conclusions the same finding.
type foldKey struct {
	detector, behaviour, device, subject string
}

type folded struct {
	f    event.Finding
	sent int // Count when it was last emitted
}

// folder joins repeats. A finding is emitted when it is new, when it became
// more severe and when its Count reaches ten times what was last told.
type folder struct {
	table *Table[foldKey, folded]
}

func newFolder(c Config) *folder {
	return &folder{NewTable[foldKey, folded](c.MaxFindings, c.FoldFor)}
}

// add returns the finding to emit; ok is false when it only added to the count.
func (o *folder) add(f event.Finding, now time.Time) (event.Finding, bool) {
	k := foldKey{f.Advisory.ID, f.Behaviour, deviceKey(f.Device), f.Subject}
	s, isNew := o.table.Touch(k, now)
	if isNew {
		f.UID = uid(k, f.Time)
		s.f, s.sent = f, f.Count
		return clone(f), true
	}
	worse := f.Severity > s.f.Severity
	merge(&s.f, f)
	if !worse && s.f.Count < 10*s.sent {
		return event.Finding{}, false
	}
	s.sent = s.f.Count
	return clone(s.f), true
}

// rest are the findings that changed since they were last emitted, oldest first.
func (o *folder) rest() (out []event.Finding) {
	for _, s := range o.table.All() {
		if s.f.Count != s.sent {
			s.sent = s.f.Count
			out = append(out, clone(s.f))
		}
	}
	slices.SortStableFunc(out, func(a, b event.Finding) int { return a.Time.Compare(b.Time) })
	return out
}

// merge adds a repeat: the numbers of the newer one hold, the UID and the first time stay.
func merge(f *event.Finding, g event.Finding) {
	f.Count += g.Count
	f.Severity = max(f.Severity, g.Severity)
	f.Confidence = max(f.Confidence, g.Confidence)
	f.Weight = max(f.Weight, g.Weight)
	f.SingleShot = f.SingleShot || g.SingleShot
	f.Summary, f.Reasons, f.Counter, f.Gates = g.Summary, g.Reasons, g.Counter, g.Gates
	f.Device = g.Device
	if g.First.Before(f.First) {
		f.First = g.First
	}
	if g.Last.After(f.Last) {
		f.Last = g.Last
	}
	for _, p := range g.Peers {
		if len(f.Peers) < maxFindingPeers && !slices.ContainsFunc(f.Peers, func(q event.Endpoint) bool { return q.IP == p.IP && q.Port == p.Port }) {
			f.Peers = append(f.Peers, p)
		}
	}
	for _, o := range g.Others {
		if len(f.Others) < maxOthers && !slices.ContainsFunc(f.Others, func(q event.Device) bool { return q.UID == o.UID }) {
			f.Others = append(f.Others, o)
		}
	}
	for _, e := range g.Evidence {
		if len(f.Evidence) < maxEvidence {
			f.Evidence = append(f.Evidence, e)
		}
	}
}

// clone keeps later merging away from what was handed out.
func clone(f event.Finding) event.Finding {
	f.Peers, f.Evidence, f.Others = slices.Clone(f.Peers), slices.Clone(f.Evidence), slices.Clone(f.Others)
	return f
}

func deviceKey(d event.Device) string {
	switch {
	case d.UID != "":
		return d.UID
	case d.IP.IsValid():
		return "ip:" + d.IP.String()
	}
	return "mac:" + d.MAC.String()
}

// uid is the same for the same finding of the same capture.
func uid(k foldKey, t time.Time) string {
	h := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q %d", k.detector, k.behaviour, k.device, k.subject, t.UnixNano()))
	return hex.EncodeToString(h[:16])
}
