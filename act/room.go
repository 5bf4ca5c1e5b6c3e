// Package act carries orders out at the enforcers, sees by observed traffic whether they worked, and undoes them.
package act

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/cidr"
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
	// Saw takes what an enforcer itself observes: who asked its sinkhole for what. It must not block; nil = nobody.
	Saw func(event.DNSActivity)
	Dir string // where a Hand may keep what it must know after a restart; empty = nothing is kept (see Memory)
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
// safe for concurrent use, and ctx bounds their time: a device that does not
// answer is an error that names it, never an empty List. A Receipt's Commands
// are what was sent to change the device (none: nothing had to be), its Answers
// what the device said, both in the device's words and without secrets.
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

// Capabilities says what an enforcer can do; what it cannot is false, never silently left out.
type Capabilities struct {
	IPv4, IPv6, MAC bool // by which of a target's names it cuts; at least one
	Ranges          bool // whole prefixes, not only single addresses
	Forgets         bool // the device ends the isolation at Until by itself
	Learns          bool // Apply again may find more to cut: Reconcile calls it for every standing order
	SameSegment     bool // also between the machine and its neighbours on one switch; a router does not see that
	Rehearses       bool // it never sends anything
	Most            int  // entries that it can hold; 0 = more than anyone needs

	OneWay       bool          // it cannot be read back: List is empty, receipts say so, and nothing is ever mended
	ByHand       bool          // Undo opens nothing: its receipt's Detail tells a person what to do at the device
	WhileRunning bool          // what it did ends with Yagura: after a restart it has nothing until the next Apply
	Lag          time.Duration // it takes effect so long after Apply at the latest (a list that is fetched); 0 = at once
	Limit        event.Text    // what it leaves open, one sentence for people ("web only"); empty = nothing
}

// Target is what one order cuts.
type Target struct {
	Order string         // UID; written beside each entry where the device can
	Nets  []netip.Prefix // single addresses as /32 and /128
	MAC   event.MAC
	Host  string   // for the never-touch list
	Roles []string // for the never-touch list
	Until time.Time

	Destinations []string // names and addresses of the attacker's servers, cut too where the device can; empty = unknown

	Zone, Site string // where it stands, where that is known: an enforcer may serve only some
}

// Held is what a device has for one order: an enforcer that knows only hardware
// addresses or ports fills MACs, one that knows only addresses Nets.
type Held struct {
	Order string
	Nets  []netip.Prefix
	MACs  []event.MAC
	Left  time.Duration // shortest remaining time of its entries; 0 = the device does not count
}

// Covers reports whether a device with these capabilities has, for the order,
// all that the target names and it can cut by. A hardware address counts where
// it is the only name that the device knows; elsewhere it may rightly be left
// out (it may be a router's).
func (x Held) Covers(t Target, c Capabilities) bool {
	for _, p := range t.Nets {
		if c.family(p) && !cidr.Covered(p, x.Nets) {
			return false
		}
	}
	byMAC := c.MAC && !c.IPv4 && !c.IPv6
	return !byMAC || t.MAC.IsZero() || slices.Contains(x.MACs, t.MAC)
}

func (c Capabilities) family(p netip.Prefix) bool {
	return p.Addr().Is4() && c.IPv4 || p.Addr().Is6() && c.IPv6
}

// Allow is something that an isolated machine may still reach, such as the page that tells its user why.
type Allow struct {
	IP   netip.Addr `yaml:"ip"`
	Port uint16     `yaml:"port"` // TCP; 0 = all of this address
	UDP  bool       `yaml:"udp"`  // the port is one of UDP
	Name string     `yaml:"name"`
	// Lead asks an enforcer that is a router to lead the machine's plain HTTP here, and with UDP its name look-ups.
	Lead bool `yaml:"-"`
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
	t := Target{Order: o.UID, MAC: o.MAC, Host: o.Target.Hostname, Roles: o.Target.Roles, Until: o.Expires, Destinations: o.Destinations,
		Zone: o.Zone, Site: o.Site}
	t.Nets = slices.Clone(o.Nets)
	for _, a := range o.IPs {
		a = a.Unmap().WithZone("")
		t.Nets = append(t.Nets, netip.PrefixFrom(a, a.BitLen()))
	}
	return t
}

// targetAt is targetOf as one enforcer can cut it. A segment is told in ranges
// where the device can, with the machines beside them that stand in none; where
// it cannot, by the machines that were known when it was decided.
func targetAt(h Hand, o event.Order) Target {
	t := targetOf(o)
	if o.Segment == "" {
		return t
	}
	ranges := h.Capabilities().Ranges
	t.Nets = slices.DeleteFunc(t.Nets, func(p netip.Prefix) bool {
		if slices.Contains(o.Nets, p) {
			return !ranges && !p.IsSingleIP()
		}
		return ranges && slices.ContainsFunc(o.Nets, func(wide netip.Prefix) bool { return wide.Contains(p.Addr()) })
	})
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
		case p.Bits() == 0:
			return &Refused{Enforcer: name, Text: textEverybody}
		case !p.IsSingleIP() && !c.Ranges:
			return &Refused{Enforcer: name, Text: fill(textNoRanges, p.String())}
		}
	}
	if !(c.MAC && !t.MAC.IsZero()) && !slices.ContainsFunc(t.Nets, c.family) {
		return &Refused{Enforcer: name, Text: fill(textNoName, c.names())}
	}
	return nil
}

// names says by what an enforcer knows a machine.
func (c Capabilities) names() string {
	var out []string
	for _, n := range []struct {
		can  bool
		name string
	}{{c.IPv4, "IPv4"}, {c.IPv6, "IPv6"}, {c.MAC, "MAC"}} {
		if n.can {
			out = append(out, n.name)
		}
	}
	return strings.Join(out, ", ")
}
