package forgedticket

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// maxHolders bounds the machines to which one ticket was given: before and behind a translator there are two.
const maxHolders = 4

// holder is to whom a ticket was given.
type holder struct {
	ips     []netip.Addr
	at      time.Time
	travels bool // forwarded or proxied: made to be shown by another machine
}

// key is with what the controllers of a realm seal their tickets.
type key struct {
	etype int32
	kvno  uint32
}

// keys are those that were seen, since when, and in how many tickets.
type keys struct {
	seen  []key
	since []time.Time
	n     int
}

const maxKeys = 8

type use struct {
	src       netip.Addr
	behaviour string
}

type instance struct {
	cfg   Config
	deps  detect.Deps
	given *detect.Table[uint64, holder]
	keys  *detect.Table[string, keys] // by realm
	told  *detect.Table[use, int]
}

// Advance implements detect.Instance.
func (n *instance) Advance(now time.Time, _ detect.Emit) {
	n.given.Expire(now)
	n.keys.Expire(now)
	n.told.Expire(now)
}

// Stats implements detect.Instance.
func (n *instance) Stats() detect.Stats {
	return detect.SumStats(n.given.Stats(), n.keys.Stats(), n.told.Stats())
}

// KDC options (RFC 4120 §5.4.1): the new ticket is for use from another address.
const (
	forwarded = 0x20000000
	proxied   = 0x08000000
)

// Observe learns which tickets are given, and judges those that are shown.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	a, ok := e.(*event.Authentication)
	if !ok || a.Protocol != "kerberos" || !n.deps.Home(a.Src.IP) {
		return
	}
	if a.Shown != nil && (a.Message == "TGS-REP" || a.Message == "KRB-ERROR") && granting(a.Shown.Service) {
		n.shown(a, emit)
	}
	if a.Success && a.Given != nil && granting(a.Given.Service) {
		n.give(a)
	}
}

func granting(service string) bool {
	return len(service) > 7 && strings.EqualFold(service[:7], "krbtgt/")
}

func (n *instance) give(a *event.Authentication) {
	h, _ := n.given.Touch(a.Given.Print, a.Time)
	if !slices.Contains(h.ips, a.Src.IP) && len(h.ips) < maxHolders {
		h.ips = append(h.ips, a.Src.IP)
	}
	h.at = a.Time
	h.travels = h.travels || a.Options&(forwarded|proxied) != 0 && a.Message == "TGS-REP"
	if !native(a.Given) {
		return
	}
	k, _ := n.keys.Touch(strings.ToLower(a.Given.Realm), a.Time)
	if x := (key{a.Given.EType, a.Given.KVNO}); !slices.Contains(k.seen, x) && len(k.seen) < maxKeys {
		k.seen, k.since = append(k.seen, x), append(k.since, a.Time)
	}
	k.n++
}

// native: a realm's own ticket-granting ticket. One for crossing over to another realm is sealed with the key of the trust.
func native(t *event.Ticket) bool {
	return t.Realm != "" && strings.EqualFold(t.Service[len("krbtgt/"):], t.Realm)
}

func (n *instance) shown(a *event.Authentication, emit detect.Emit) {
	t := a.Shown
	h := n.given.Peek(t.Print, a.Time)
	if h != nil {
		if !h.travels && !slices.Contains(h.ips, a.Src.IP) && a.Time.Sub(h.at) > 0 && !n.same(h, a) {
			n.tellStolen(a, h, emit)
		}
		return // it was given out: no forgery
	}
	if !native(t) {
		return
	}
	k := n.keys.Peek(strings.ToLower(t.Realm), a.Time)
	if k == nil || k.n < n.cfg.Example {
		return
	}
	if p := n.strange(k, t, a.Time); p != (oddity{}) {
		n.tellForged(a, k, p, emit)
	}
}

// same reports whether one of the machines that hold the ticket has the address now: it moved, or stands behind a translator.
func (n *instance) same(h *holder, a *event.Authentication) bool {
	here := n.deps.Assets.Device(a.Src.IP, a.Time)
	return slices.ContainsFunc(h.ips, func(ip netip.Addr) bool {
		d := n.deps.Assets.Device(ip, h.at)
		return d.UID != "" && d.UID == here.UID
	})
}

// readOnly marks versions of the keys of read-only controllers (MS-KILE §3.1.5.8): each has its own.
const readOnly = 0xffff0000

// oddity is why the controllers cannot have sealed a ticket so.
type oddity struct{ otherType, noVersion, oldVersion bool }

// strange looks for another encryption type than the controllers use, for no key version where they tell one, and for one
// that they have not used for longer than any ticket lives. A version that is still to come may be a change that was not seen.
func (n *instance) strange(k *keys, t *event.Ticket, at time.Time) (p oddity) {
	if t.KVNO&readOnly != 0 {
		return p
	}
	newest, since := uint32(0), at
	p.otherType = true
	for i, s := range k.seen {
		if s.kvno&readOnly == 0 && s.kvno > newest {
			newest, since = s.kvno, k.since[i]
		}
		p.otherType = p.otherType && s.etype != t.EType
	}
	p.noVersion = newest > 0 && t.KVNO == 0
	p.oldVersion = t.KVNO > 0 && t.KVNO < newest && at.Sub(since) > n.cfg.Memory
	return p
}
