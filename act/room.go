// Package act carries orders out at the enforcers, sees by observed traffic whether they worked, and undoes them.
package act

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Enforcer describes one kind of enforcement point; each folder under act exports one.
type Enforcer struct {
	Name  string     // the folder's name: nftables, none
	Title event.Text // what it is, for people
	Undo  event.Text // how a person undoes everything by hand, without Yagura
	// Config gives a pointer to the default settings (yaml tags), to be filled from the configuration.
	Config func() any
	// Open makes the Hand. config is what Config gave, filled. Nothing is sent to
	// the device before the first Apply.
	Open func(config any, d Deps) (Hand, error)
}

// Deps is what an opened enforcer is given.
type Deps struct {
	Log      *slog.Logger
	Protects Protects // the never-touch list; nil protects nothing
	Allow    []Allow  // what an isolated machine may still reach
	Now      func() time.Time
	Dir      string // where a Hand may keep what it must know after a restart; empty = nothing is kept (see Memory)
}

// Protects is decide's never-touch list: it answers for addresses and ranges.
type Protects func(nets []netip.Prefix, mac event.MAC, host string, roles []string) (why event.Text, protected bool)

// Hand is one opened enforcer.
//
// Apply and Undo are idempotent: the same call again changes nothing and says
// so. Both read back what the device then has before they report OK. Apply
// refuses with *Refused, having sent nothing, what the never-touch list
// protects and what the device cannot do. A failed Apply may leave a part
// behind; the next Apply completes it, Undo removes it. Whatever the device
// can forget by itself, it is told to forget at Target.Until. All methods are
// safe for concurrent use, and ctx bounds their time.
type Hand interface {
	Name() string
	Capabilities() Capabilities
	// Plan says in the device's words what Apply would send; nothing is sent.
	Plan(t Target) (commands []string, err error)
	Apply(ctx context.Context, t Target) (event.Receipt, error)
	Undo(ctx context.Context, t Target) (event.Receipt, error)
	// List reads what the device has now, one entry an order.
	List(ctx context.Context) ([]Held, error)
	Close() error
}

// Capabilities says what an enforcer can do.
type Capabilities struct {
	IPv4, IPv6, MAC bool
	Ranges          bool // whole prefixes, not only single addresses
	Forgets         bool // the device ends the isolation at Until by itself
	Learns          bool // Apply again may find more to cut: Reconcile calls it for every standing order
	SameSegment     bool // also between the machine and its neighbours on one switch; a router does not see that
	Rehearses       bool // it never sends anything
	Most            int  // entries that it can hold; 0 = more than anyone needs
}

// Target is what one order cuts.
type Target struct {
	Order string         // UID; written beside each entry where the device can
	Nets  []netip.Prefix // single addresses as /32 and /128
	MAC   event.MAC
	Host  string   // for the never-touch list
	Roles []string // for the never-touch list
	Until time.Time
}

// Held is what a device has for one order.
type Held struct {
	Order string
	Nets  []netip.Prefix
	MACs  []event.MAC
	Left  time.Duration // shortest remaining time of its entries; 0 = the device does not count
}

// Allow is something that an isolated machine may still reach, such as the page that tells its user why.
type Allow struct {
	IP   netip.Addr `yaml:"ip"`
	Port uint16     `yaml:"port"` // TCP; 0 = all of this address
	Name string     `yaml:"name"`
}

// String is "address:port".
func (a Allow) String() string {
	if a.Port == 0 {
		return a.IP.String()
	}
	return netip.AddrPortFrom(a.IP, a.Port).String()
}

// Refused is the error of an Apply that is not done, whatever happens later.
type Refused struct {
	Enforcer string
	Text     event.Text
}

// Error is the English sentence.
func (r *Refused) Error() string { return r.Enforcer + " refuses: " + r.Text.In("en") }

// ErrEmpty is wrapped by a Target without address and MAC.
var ErrEmpty = errors.New("the order names no address")

// Target is what an order asks of every enforcer.
func targetOf(o event.Order) Target {
	t := Target{Order: o.UID, MAC: o.MAC, Host: o.Target.Hostname, Roles: o.Target.Roles, Until: o.Expires}
	for _, a := range o.IPs {
		a = a.Unmap().WithZone("")
		t.Nets = append(t.Nets, netip.PrefixFrom(a, a.BitLen()))
	}
	return t
}

// Check is the guard that every Hand holds before it sends anything.
func Check(name string, t Target, c Capabilities, protects Protects) error {
	if t.Order == "" {
		return fmt.Errorf("%s: an order without UID", name)
	}
	if len(t.Nets) == 0 && t.MAC.IsZero() {
		return fmt.Errorf("%s: order %s: %w", name, t.Order, ErrEmpty)
	}
	if protects != nil {
		if why, hit := protects(t.Nets, t.MAC, t.Host, t.Roles); hit {
			return &Refused{Enforcer: name, Text: fill(textProtected, why)}
		}
	}
	for _, p := range t.Nets {
		switch {
		case !p.IsValid():
			return fmt.Errorf("%s: order %s: an invalid address", name, t.Order)
		case !p.IsSingleIP() && !c.Ranges:
			return &Refused{Enforcer: name, Text: fill(textNoRanges, p.String())}
		}
	}
	return nil
}
