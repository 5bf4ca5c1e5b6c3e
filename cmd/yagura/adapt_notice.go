package main

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/console/notice"
	"github.com/yagura-project/yagura/event"
)

// noticeAllows are what the enforcers leave open for the notice.
func noticeAllows(c notice.Config) (out []act.Allow) {
	for _, s := range c.Listen {
		if ap, err := netip.ParseAddrPort(s); err == nil {
			out = append(out, act.Allow{IP: ap.Addr().Unmap(), Port: ap.Port(), Name: "お知らせの画面", Lead: c.Lead})
		}
	}
	for _, s := range c.DNS {
		if ap, err := netip.ParseAddrPort(s); err == nil {
			out = append(out, act.Allow{IP: ap.Addr().Unmap(), Port: ap.Port(), UDP: true, Name: "お知らせの名前解決", Lead: c.Lead})
		}
	}
	return out
}

// newNotice is nil where no notice is shown.
func (r *river) newNotice() (*notice.Notice, error) {
	if len(r.cfg.Notice.Listen) == 0 {
		return nil, nil
	}
	return notice.New(r.cfg.Notice, notice.Deps{Log: r.log, Town: r.cfg.Name, Isolation: r.isolationAt, Contacts: func(t time.Time) (out []notice.Contact) {
		for _, c := range r.policy.Contacts(t) {
			if c.Phone != "" {
				out = append(out, notice.Contact{Name: c.Name, Phone: c.Phone})
			}
		}
		return out
	}})
}

// isolationAt is the isolation of the machine that has an address.
func (r *river) isolationAt(ctx context.Context, ip netip.Addr) (i notice.Isolation, ok bool) {
	orders, err := r.state.Orders(ctx, event.OrderFilter{States: event.StandingStates(), Limit: 10_000})
	if err != nil {
		r.log.Error("the notice cannot see which machines are isolated", "error", err)
		return i, false
	}
	mac := r.inventory.Device(ip, time.Now().UTC()).MAC
	for _, o := range orders {
		inside := slices.ContainsFunc(o.Nets, func(n netip.Prefix) bool { return n.Contains(ip) })
		if !inside && !slices.Contains(o.IPs, ip) && (mac.IsZero() || mac != o.MAC) {
			continue
		}
		i = notice.Isolation{Machine: r.inventory.Device(ip, time.Now().UTC()).Name(), Since: o.AppliedAt, Until: o.Expires}
		if inc, err := r.state.Incident(ctx, o.Incident); err == nil && o.Incident != "" {
			i.Number, i.Why = inc.Number, inc.Title
		}
		return i, true
	}
	return i, false
}
