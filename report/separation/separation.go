// Package separation is the certificate of network separation (三層の対策): for each day what was checked, what broke the rule, and what proves it.
package separation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/report"
)

// Report is the certificate; a period of one day is the daily one.
var Report = report.Report{
	Name:  "separation",
	Title: words["title"],
	About: event.Text{
		JA: "監査と上司のための証明書。分離すべきネットワークの間に許可のない通信がなかったことを、調べた量と記録の指紋で示します。",
		EN: "For auditors and superiors: that nothing unpermitted passed between separate networks, with what was checked and the fingerprints of the records.",
	},
	Render: report.Rendering(gather, draw),
}

func draw(f facts, lang string, now time.Time) (html, pdf []byte, err error) {
	return voice(lang).document(f).Both(now)
}

// facts is all that the certificate tells.
type facts struct {
	period  report.Period
	now     time.Time
	town    string
	days    []event.SeparationDay // oldest first
	missing []string              // days that have passed, of which there is no record
	forged  []string              // days whose record does not fit its fingerprint
	packets uint64
	drops   uint64
	seq     int64
	hash    string
}

func gather(ctx context.Context, src report.Source, p report.Period, now time.Time) (facts, error) {
	f := facts{period: p, now: now}
	var err error
	if f.town, err = report.Town(ctx, src); err != nil {
		return f, err
	}
	for t := p.From.In(report.JST); t.Before(p.Until) && t.Before(now); t = t.AddDate(0, 0, 1) {
		if err := f.day(ctx, src, t.Format(time.DateOnly)); err != nil {
			return f, err
		}
	}
	if err := f.sense(ctx, src); err != nil {
		return f, err
	}
	if f.seq, f.hash, err = src.AuditHead(ctx); err != nil {
		return f, fmt.Errorf("read ledger: %w", err)
	}
	return f, nil
}

func (f *facts) day(ctx context.Context, src report.Source, name string) error {
	text, err := src.Setting(ctx, event.SettingSeparation+name)
	if errors.Is(err, event.ErrNotFound) {
		f.missing = append(f.missing, name)
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the record of %s: %w", name, err)
	}
	var d event.SeparationDay
	if err := json.Unmarshal([]byte(text), &d); err != nil || d.Day != name || d.Digest != "" && d.Digest != d.Sum() {
		f.forged = append(f.forged, name)
		return nil
	}
	f.days = append(f.days, d)
	return nil
}

// sense adds up what the kernel lost before the sensor could see it.
func (f *facts) sense(ctx context.Context, src report.Source) error {
	stats, err := src.SensorStats(ctx, f.period.From, f.period.Until)
	if err != nil {
		return fmt.Errorf("read sensor counters: %w", err)
	}
	last := map[string]event.SensorStats{}
	for _, s := range stats {
		before, known := last[s.Source]
		last[s.Source] = s
		if !known {
			continue
		}
		d := event.SensorDay{}
		d.Add(before, s)
		f.packets += d.Packets
		f.drops += d.KernelDrops
	}
	return nil
}

// sum adds the days up; entries are those of the last day, with the uses of all.
func (f facts) sum() (s event.SeparationDay) {
	uses, bytes := map[string]uint64{}, map[string]uint64{}
	pairs := map[[2]string]*event.ZonePair{}
	for _, d := range f.days {
		s.Checked += d.Checked
		s.Bytes += d.Bytes
		s.Breaches += d.Breaches
		s.Minutes += d.Minutes
		s.Bridges += d.Bridges
		s.Rogues += d.Rogues
		s.Zones, s.Entries, s.List, s.Until = d.Zones, d.Entries, d.List, d.Until
		s.Details = append(s.Details, d.Details...)
		for _, e := range d.Entries {
			uses[e.Name] += e.Uses
			bytes[e.Name] += e.Bytes
		}
		for _, p := range d.Pairs {
			k := [2]string{p.From, p.To}
			if pairs[k] == nil {
				s.Pairs = append(s.Pairs, event.ZonePair{From: p.From, To: p.To})
				pairs[k] = &event.ZonePair{}
			}
			pairs[k].Checked += p.Checked
			pairs[k].Bytes += p.Bytes
			pairs[k].Breaches += p.Breaches
		}
	}
	for i, p := range s.Pairs {
		sum := pairs[[2]string{p.From, p.To}]
		s.Pairs[i].Checked, s.Pairs[i].Bytes, s.Pairs[i].Breaches = sum.Checked, sum.Bytes, sum.Breaches
	}
	entries := append([]event.PermitUse(nil), s.Entries...)
	for i := range entries {
		entries[i].Uses, entries[i].Bytes = uses[entries[i].Name], bytes[entries[i].Name]
	}
	s.Entries = entries
	return s
}

// passed is how many minutes of the period have passed.
func (f facts) passed() int {
	end := f.period.Until
	if f.now.Before(end) {
		end = f.now
	}
	return max(0, int(end.Sub(f.period.From).Minutes()))
}
