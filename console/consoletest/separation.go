package consoletest

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// ConfirmRole keeps a person's word on a role.
func (t *Town) ConfirmRole(_ context.Context, uid, role string, yes bool) (event.Device, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	d, ok := t.devices[uid]
	if !ok {
		return d, fmt.Errorf("machine %s: %w", uid, event.ErrNotFound)
	}
	facts := slices.Clone(d.RoleFacts)
	i := slices.IndexFunc(facts, func(f event.RoleFact) bool { return f.Role == role })
	if i < 0 {
		i, facts = len(facts), append(facts, event.RoleFact{Role: role, Reason: event.Text{JA: "担当者が登録しました。", EN: "A person registered it."}})
	}
	facts[i].Confirmed, facts[i].Trusted, facts[i].Denied, facts[i].Source = yes, yes, !yes, "person"
	d.RoleFacts, d.Roles = facts, nil
	for _, f := range facts {
		if f.Trusted {
			d.Roles = append(d.Roles, f.Role)
		}
	}
	t.devices[uid] = d
	return d, nil
}

// Separation is the record of the last nine days; on one of them something was not permitted.
func (t *Town) Separation(_ context.Context, day string) (event.SeparationDay, error) {
	now := t.now().In(time.FixedZone("JST", 9*60*60))
	at, err := time.ParseInLocation(time.DateOnly, day, now.Location())
	age := int(now.Sub(at).Hours() / 24)
	if err != nil || age < 0 || age > 8 {
		return event.SeparationDay{}, fmt.Errorf("separation of %s: %w", day, event.ErrNotFound)
	}
	d := event.SeparationDay{Day: day, Zones: []string{"lgwan", "mynumber"}, Minutes: 1440, Checked: uint64(41_000 + 977*age), Bytes: 88_000_000_000}
	if age == 0 {
		d.Minutes = now.Hour()*60 + now.Minute()
	}
	if age == 3 {
		d.Breaches = 2
		d.Details = []event.ZoneBreach{{First: at.Add(10 * time.Hour), From: "lgwan", To: "mynumber", Src: netip.MustParseAddr("10.20.1.104"), Dst: netip.MustParseAddr("10.20.2.9"), Proto: "tcp", Port: 445, Count: 2}}
	}
	if age > 0 {
		d.Digest = d.Sum()
	}
	return d, nil
}
