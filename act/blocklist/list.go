package blocklist

import (
	"bytes"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/act"
)

// Names of the lists, as in /ip.txt.
const (
	listIP     = "ip"
	listIP4    = "ip4"
	listIP6    = "ip6"
	listDomain = "domain"
)

var listNames = []string{listIP, listIP4, listIP6, listDomain}

// lines are what an entry puts on a list: the machine's networks and the
// attacker's addresses on those of addresses, the attacker's names on domain.
func lines(list string, e act.Entry) []string {
	var out []string
	add := func(p netip.Prefix) {
		if v4 := p.Addr().Is4(); list == listIP || list == listIP4 && v4 || list == listIP6 && !v4 {
			out = append(out, p.Masked().String())
		}
	}
	for _, p := range e.Nets {
		add(p)
	}
	for _, d := range e.Destinations {
		if a, err := netip.ParseAddr(d); err == nil {
			add(netip.PrefixFrom(a, a.BitLen()))
		} else if list == listDomain {
			out = append(out, d)
		}
	}
	return out
}

// entryOf is the entry of a target, with only those destinations that may be cut for everybody.
func (h *hand) entryOf(t act.Target) act.Entry {
	addrs, names, _ := act.Cuttable(t, h.deps.Protects)
	e := act.EntryOf(t, h.deps.Now())
	e.Destinations = names
	for _, a := range addrs {
		e.Destinations = append(e.Destinations, a.String())
	}
	return e
}

// render makes one list of what stands: sorted, without repeats, never empty.
func (c Config) render(list string, entries []act.Entry) []byte {
	var all []string
	for _, e := range entries {
		all = append(all, lines(list, e)...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	if len(all) == 0 {
		all = []string{c.empty(list)}
	}
	return []byte(strings.Join(all, "\n") + "\n")
}

// empty is the one line of a list that would have none.
func (c Config) empty(list string) string {
	switch list {
	case listDomain:
		return c.NobodyName
	case listIP6:
		if c.Nobody.Addr().Is4() {
			return "100::1/128" // the discard prefix (RFC 6666)
		}
	}
	return c.Nobody.String()
}

// content is the lines of a list as it was served.
type content map[string]bool

func parse(text []byte) content {
	out := content{}
	for line := range bytes.Lines(text) {
		if l := strings.TrimSpace(string(line)); l != "" {
			out[l] = true
		}
	}
	return out
}

// standing are the entries that belong on the lists now. What the never-touch
// list has come to protect, or what is over, is left out.
func (h *hand) standing(all []act.Entry, now time.Time) (out []act.Entry, barred []string) {
	for _, e := range all {
		if e.Leaving || e.Over(now) {
			continue
		}
		if err := h.guard(e.Target()); err != nil {
			barred = append(barred, e.Order)
			continue
		}
		e.Destinations = h.entryOf(e.Target()).Destinations // some may have come to be protected
		out = append(out, e)
	}
	return out, barred
}

// guard refuses what must not be listed, whatever is standing.
func (h *hand) guard(t act.Target) error {
	if err := act.Check(h.Name(), t, h.Capabilities(), h.deps.Protects); err != nil {
		return err
	}
	for _, p := range t.Nets {
		if widest := map[bool]int{true: 16, false: 32}[p.Addr().Is4()]; p.Bits() < widest {
			return &act.Refused{Enforcer: h.Name(), Text: fill(textTooWide, p, widest)}
		}
	}
	return nil
}

// room refuses what would make the lists longer than their consumers can take.
func (h *hand) room(e act.Entry, standing []act.Entry) error {
	others := []act.Entry{e}
	for _, o := range standing {
		if o.Order != e.Order {
			others = append(others, o)
		}
	}
	for _, lines := range contents(others) {
		if len(lines) > h.cfg.Most {
			return &act.Refused{Enforcer: h.Name(), Text: fill(textFull, h.cfg.Most)}
		}
	}
	return nil
}

// contents are the lines of every list.
func contents(entries []act.Entry) map[string]content {
	out := map[string]content{}
	for _, list := range listNames {
		out[list] = content{}
		for _, e := range entries {
			for _, l := range lines(list, e) {
				out[list][l] = true
			}
		}
	}
	return out
}
