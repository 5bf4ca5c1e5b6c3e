package decide

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
)

// settingRehearsal keeps which policy a person has looked at.
const settingRehearsal = "decide.rehearsal"

// Rehearsal is what the policy as it is now would have done about earlier cases.
type Rehearsal struct {
	Policy   string      `json:"policy"` // fingerprint of what decides: modes, rules, hours, caps, never-touch list
	From     time.Time   `json:"from"`
	Until    time.Time   `json:"until"`
	Cases    int         `json:"cases"`    // that were looked at
	Machines int         `json:"machines"` // different machines that would have been isolated by themselves
	False    int         `json:"false"`    // of these, machines whose cases people judged false, all of them
	Asked    int         `json:"asked"`    // cases about which a person would have been asked
	Refused  int         `json:"refused"`  // cases that a guard would have refused
	Would    []Would     `json:"would"`    // those that would have been isolated or asked about, oldest first
	Accepted *Acceptance `json:"accepted,omitempty"`
}

// Acceptance is a person's word that this policy may act by itself.
type Acceptance struct {
	Policy   string    `json:"policy"`
	Who      string    `json:"who"`
	Time     time.Time `json:"time"`
	Reason   string    `json:"reason,omitempty"`
	Machines int       `json:"machines"`
	False    int       `json:"false"`
}

// maxWould bounds the cases that a rehearsal names; the counts are of all.
const maxWould = 1000

// Rehearse holds the cases from from until until against the policy. Nothing is
// done, sent or recorded.
func (e *Engine) Rehearse(ctx context.Context, cases []event.Incident, from, until time.Time) (Rehearsal, error) {
	r := Rehearsal{Policy: e.policy.fingerprint(), From: from.UTC(), Until: until.UTC(), Cases: len(cases), Would: []Would{}}
	real := map[string]bool{} // machine → a case of it was not judged false
	for _, w := range e.Backtest(cases) {
		switch {
		case w.Isolates():
			real[w.Device.UID] = real[w.Device.UID] || !w.False
		case w.Refused != (event.Text{}) && w.Mode != event.ModeApprove:
			r.Refused++
			continue
		case w.Mode == event.ModeApprove || w.Mode == event.ModeAuto:
			r.Asked++
		default:
			continue
		}
		if len(r.Would) < maxWould {
			r.Would = append(r.Would, w)
		}
	}
	r.Machines = len(real)
	for _, ok := range real {
		if !ok {
			r.False++
		}
	}
	a, err := e.accepted(ctx)
	if err == nil && a.Policy == r.Policy {
		r.Accepted = &a
	}
	return r, err
}

// Accept is a person's word, after a rehearsal, that the policy may act by
// itself. It holds until anything changes that the policy decides by.
func (e *Engine) Accept(ctx context.Context, who, reason string, r Rehearsal) error {
	if err := spoken(who, reason); err != nil {
		return err
	}
	if r.Policy != e.policy.fingerprint() {
		return &Refusal{Guard: "rehearsal", Text: textOtherPolicy}
	}
	text, err := json.Marshal(Acceptance{Policy: r.Policy, Who: who, Time: e.Now().UTC(), Reason: reason, Machines: r.Machines, False: r.False})
	if err != nil {
		return err
	}
	if err := e.Ledger.PutSetting(ctx, settingRehearsal, string(text)); err != nil {
		return fmt.Errorf("keep that the rehearsal was accepted: %w", err)
	}
	return e.audit(ctx, who, "rehearsal", settingRehearsal, fill(textAccepted, r.Machines, r.False).In("ja")+" "+reason)
}

func (e *Engine) accepted(ctx context.Context) (a Acceptance, err error) {
	s, err := e.Ledger.Setting(ctx, settingRehearsal)
	if errors.Is(err, event.ErrNotFound) {
		return a, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(s), &a)
	}
	if err != nil {
		return a, fmt.Errorf("read which rehearsal was accepted: %w", err)
	}
	return a, nil
}

// rehearsalGuard lets nothing be automatic before a person has seen what this policy would have done.
func (e *Engine) rehearsalGuard(ctx context.Context) (Guard, error) {
	if e.policy.Unrehearsed {
		return Guard{Name: "rehearsal", OK: true, Soft: true, Text: textNoRehearsal}, nil
	}
	a, err := e.accepted(ctx)
	if err != nil {
		return Guard{}, err
	}
	if a.Policy != e.policy.fingerprint() {
		return Guard{Name: "rehearsal", Soft: true, Text: textRehearseFirst}, nil
	}
	return Guard{Name: "rehearsal", OK: true, Soft: true, Text: fill(textRehearsalSeen, a.Who, a.Time)}, nil
}

// fingerprint changes with everything that the policy decides by.
func (p policy) fingerprint() string {
	text, err := json.Marshal([]any{p.Mode, p.Severity, p.Rules, p.Calendar, p.Lifetime, p.IdentityAge, p.Grace, p.Caps, p.Outbreak, p.TwoFor, p.Config.Never})
	if err != nil {
		return "" // names, numbers and lists of them always marshal
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}
