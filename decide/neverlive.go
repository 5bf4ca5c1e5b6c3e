package decide

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/cidr"
)

// settingNever keeps the entries that people added while Yagura ran, beside those of the configuration.
const settingNever = "decide.never"

// maxNever bounds what people add; a longer list belongs into the configuration.
const maxNever = 1000

// Never is the never-touch list as it stands now.
func (e *Engine) Never() *NeverList { return e.never.Load() }

// Protected answers from the list as it stands at that moment: an entry that is
// added holds at once at every enforcer. It is act.Deps.Protects.
func (e *Engine) Protected(nets []netip.Prefix, mac event.MAC, host string, roles []string) (event.Text, bool) {
	return e.Never().Protected(nets, mac, host, roles)
}

// AddNever puts an entry on the list, and lifts what stands against it.
func (e *Engine) AddNever(ctx context.Context, who string, entry NeverEntry) (lifted []event.Order, err error) {
	if err := spoken(who, "-"); err != nil {
		return nil, err
	}
	if _, errs := newNever([]NeverEntry{entry}, nil); errs != nil {
		return nil, errors.Join(errs...)
	}
	if entry.Over(e.Now()) {
		return nil, &Refusal{Guard: "never", Text: textNeverOver}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	added, err := e.addedNever(ctx)
	switch {
	case err != nil:
		return nil, err
	case len(added) >= maxNever && !slices.ContainsFunc(added, entry.same):
		return nil, fmt.Errorf("%d entries were added already: write further ones into the configuration (decide.never)", maxNever)
	}
	entry.By, entry.Added = who, e.Now().UTC()
	// Of the same thing the newest word holds.
	if err := e.keepNever(ctx, append(slices.DeleteFunc(added, entry.same), entry)); err != nil {
		return nil, err
	}
	if err := e.audit(ctx, who, "never_add", settingNever, entry.String()); err != nil {
		return nil, err
	}
	return e.lift(ctx)
}

// DropNever takes an entry away that a person had added; those of the configuration stay.
func (e *Engine) DropNever(ctx context.Context, who string, entry NeverEntry) error {
	if err := spoken(who, "-"); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	added, err := e.addedNever(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(added, entry.same) {
		return fmt.Errorf("%s was not added while Yagura ran; entries of the configuration are removed there", entry)
	}
	if err := e.keepNever(ctx, slices.DeleteFunc(slices.Clone(added), entry.same)); err != nil {
		return err
	}
	return e.audit(ctx, who, "never_drop", settingNever, entry.String())
}

// Nevers gives the entries of the configuration and those that people added.
func (e *Engine) Nevers(ctx context.Context) (configured, added []NeverEntry, err error) {
	added, err = e.addedNever(ctx)
	return e.policy.Config.Never, added, err
}

func (e *Engine) addedNever(ctx context.Context) ([]NeverEntry, error) {
	s, err := e.Ledger.Setting(ctx, settingNever)
	if errors.Is(err, event.ErrNotFound) {
		return nil, nil
	}
	var out []NeverEntry
	if err == nil {
		err = json.Unmarshal([]byte(s), &out)
	}
	if err != nil {
		return nil, fmt.Errorf("read the never-touch list: %w", err)
	}
	return out, nil
}

func (e *Engine) keepNever(ctx context.Context, added []NeverEntry) error {
	text, err := json.Marshal(added)
	if err != nil {
		return err
	}
	if err := e.Ledger.PutSetting(ctx, settingNever, string(text)); err != nil {
		return fmt.Errorf("keep the never-touch list: %w", err)
	}
	return e.useNever(added)
}

// useNever makes the list of the configuration and of added the one that holds.
func (e *Engine) useNever(added []NeverEntry) error {
	list, errs := newNever(append(slices.Clone(e.policy.Config.Never), added...), e.Self)
	if errs != nil {
		return errors.Join(errs...)
	}
	list.now = e.Now
	e.never.Store(list)
	return nil
}

// lift releases what stands against the list, and denies what waits against it.
func (e *Engine) lift(ctx context.Context) (lifted []event.Order, err error) {
	open, err := e.open(ctx)
	if err != nil {
		return nil, err
	}
	var errs []error
	for _, o := range open {
		now := event.Device{}
		if o.Segment == "" {
			now = e.asKnownNow(ctx, o.Target)
		}
		nets := slices.Clone(o.Nets)
		for _, a := range o.IPs {
			nets = append(nets, cidr.Single(a))
		}
		why, hit := e.Protected(nets, o.MAC, now.Hostname, now.Roles)
		if !hit || o.State == event.OrderReleasing {
			continue
		}
		text := fill(textLifted, why)
		if !standing(o) || e.Actor == nil {
			errs = append(errs, e.put(ctx, &o, event.OrderDenied, "guard", text, "deny"))
			continue
		}
		o, err := e.Actor.Release(ctx, o.UID, "guard", text)
		lifted, errs = append(lifted, o), append(errs, err)
	}
	return lifted, errors.Join(errs...)
}

// Lift releases what stands against the never-touch list as it is now: an entry
// or a role may have come since.
func (e *Engine) Lift(ctx context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, err := e.lift(ctx)
	return err
}

// String is "cidr 10.9.0.0/24 (防災の設備)".
func (n NeverEntry) String() string {
	for _, x := range [][2]string{{"ip", n.IP}, {"cidr", n.CIDR}, {"mac", n.MAC}, {"host", n.Host}, {"role", n.Role}} {
		if x[1] != "" {
			return x[0] + " " + x[1] + " (" + n.Reason + ")"
		}
	}
	return "nothing"
}
