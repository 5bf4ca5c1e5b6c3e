package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/store"
)

// settingDetect is the key of what detectors keep over a restart.
const settingDetect = "detect.state"

// restoreDetectors gives the detectors what they kept in the last run. What cannot be read is lost to them alone.
func (r *river) restoreDetectors(ctx context.Context) error {
	text, err := r.state.Setting(ctx, settingDetect)
	if errors.Is(err, event.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read what detectors kept: %w", err)
	}
	var kept map[string]json.RawMessage
	if err = json.Unmarshal([]byte(text), &kept); err == nil {
		err = r.engine.Restore(kept)
	}
	if err != nil {
		r.log.Error("detectors begin anew", "error", err)
	}
	return nil
}

// detectors keeps what detectors need after a restart, and the record of the separation of networks.
func (k *keeper) detectors(ctx context.Context) error {
	for _, d := range k.r.engine.Separation() {
		if err := keepDay(ctx, k.r.state, d, time.Now()); err != nil {
			return fmt.Errorf("keep the separation of %s: %w", d.Day, err)
		}
	}
	kept, err := k.r.engine.Save()
	if err != nil {
		return err
	}
	b, err := json.Marshal(kept)
	if err != nil {
		return fmt.Errorf("keep what detectors know: %w", err)
	}
	return k.r.state.PutSetting(ctx, settingDetect, string(b))
}

// dayLedger is what keepDay needs of the store.
type dayLedger interface {
	Setting(ctx context.Context, key string) (string, error)
	PutSetting(ctx context.Context, key, value string) error
	AppendAudit(ctx context.Context, a event.Audit) error
	Audits(ctx context.Context, since time.Time, limit int) ([]event.Audit, error)
	Findings(ctx context.Context, f event.FindingFilter) ([]event.Finding, error)
}

var _ dayLedger = (*store.State)(nil)

// keepDay keeps the record of one day. When the day is over its digest goes into the ledger, where nobody can
// change it without breaking the chain; a record that is in the ledger is never written again.
func keepDay(ctx context.Context, l dayLedger, d event.SeparationDay, now time.Time) error {
	key := event.SettingSeparation + d.Day
	if old, err := loadDay(ctx, l, d.Day); err == nil && old.Digest != "" {
		return nil
	} else if err != nil && !errors.Is(err, event.ErrNotFound) {
		return err
	}
	if err := countStrangers(ctx, l, &d); err != nil {
		return err
	}
	if d.Day < now.In(jst).Format(time.DateOnly) {
		if err := linkDay(ctx, l, &d); err != nil {
			return err
		}
		d.Digest = d.Sum()
		if err := l.AppendAudit(ctx, event.Audit{Time: now, Who: "yagura", Action: "certificate", Object: d.Day, Detail: "sha256:" + d.Digest}); err != nil {
			return err
		}
		lines, err := l.Audits(ctx, now.Add(-time.Minute), 100)
		if err != nil {
			return err
		}
		for _, a := range lines {
			if a.Action == "certificate" && a.Object == d.Day {
				d.Line, d.Chain = a.Seq, a.Hash
				break
			}
		}
	}
	b, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return l.PutSetting(ctx, key, string(b))
}

// linkDay puts the fingerprint of the day before into the record of a day that is over.
func linkDay(ctx context.Context, l dayLedger, d *event.SeparationDay) error {
	day, err := time.ParseInLocation(time.DateOnly, d.Day, jst)
	if err != nil {
		return err
	}
	before, err := loadDay(ctx, l, day.AddDate(0, 0, -1).Format(time.DateOnly))
	if errors.Is(err, event.ErrNotFound) {
		return nil
	}
	d.Previous = before.Digest
	return err
}

// countStrangers adds the machines that were found in two zones or without admission on that day.
func countStrangers(ctx context.Context, l dayLedger, d *event.SeparationDay) error {
	from, err := time.ParseInLocation(time.DateOnly, d.Day, jst)
	if err != nil {
		return err
	}
	for detector, n := range map[string]*int{"bridge": &d.Bridges, "rogue": &d.Rogues} {
		list, err := l.Findings(ctx, event.FindingFilter{Detector: detector, Since: from.UTC(), Until: from.AddDate(0, 0, 1).UTC(), Limit: 1000})
		if err != nil {
			return err
		}
		*n = len(list)
	}
	return nil
}

// loadDay reads the record of one day; event.ErrNotFound where there is none.
func loadDay(ctx context.Context, l interface {
	Setting(ctx context.Context, key string) (string, error)
}, day string) (d event.SeparationDay, err error) {
	text, err := l.Setting(ctx, event.SettingSeparation+day)
	if err != nil {
		return d, err
	}
	return d, json.Unmarshal([]byte(text), &d)
}

// roleBook lets people confirm roles: in force at once, and kept.
type roleBook struct{ r *river }

// ConfirmRole implements console.RoleBook.
func (b roleBook) ConfirmRole(ctx context.Context, uid, role string, yes bool) (event.Device, error) {
	d, err := b.r.inventory.Confirm(uid, role, yes, time.Now().UTC())
	if err != nil {
		return d, err
	}
	return d, b.r.state.PutDevice(ctx, d)
}
