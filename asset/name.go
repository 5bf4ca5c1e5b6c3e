package asset

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// maxNamesakes is how many machines of one name are told apart.
const maxNamesakes = 8

// call notes what a machine calls itself, or is called.
func (v *Inventory) call(m *machine, name, source string, t time.Time) {
	if name = clean(name); name == "" {
		return
	}
	m.bind("hostname", name, source, t)
	key := shortHost(name)
	who := v.called[key]
	if who == nil {
		who = map[*machine]time.Time{}
		v.called[key] = who
	}
	if _, known := who[m]; known || len(who) < maxNamesakes {
		who[m] = t
	}
}

// rename takes the names of a machine that is no more, for another one or for nobody.
func (v *Inventory) rename(from, into *machine) {
	for _, b := range from.bindings {
		if b.Field != "hostname" {
			continue
		}
		key := shortHost(b.Value)
		who := v.called[key]
		if t, ok := who[from]; ok && into != nil {
			who[into] = t
		}
		if delete(who, from); len(who) == 0 {
			delete(v.called, key)
		}
	}
}

// nameTwins are other machines that lately go by the same name.
func (v *Inventory) nameTwins(m *machine, name string, at time.Time) (out []event.Text) {
	if name == "" || m.mac.IsZero() {
		return nil
	}
	for o, t := range v.called[shortHost(name)] {
		if o == m || o.mac.IsZero() || at.Sub(t) > current || t.Sub(at) > current {
			continue
		}
		out = append(out, event.Text{JA: fmt.Sprintf("同じ端末名 %s の機器がもう1台あります(%s)", name, o.mac),
			EN: fmt.Sprintf("another machine is called %s too (%s)", name, o.mac)})
	}
	slices.SortFunc(out, func(a, b event.Text) int { return strings.Compare(a.EN, b.EN) })
	return out
}

// shortHost is the first label, cut to the 15 characters of NetBIOS.
func shortHost(s string) string {
	s, _, _ = strings.Cut(strings.ToLower(s), ".")
	return s[:min(len(s), 15)]
}

// sameHost compares names as NetBIOS does.
func sameHost(a, b string) bool { return shortHost(a) == shortHost(b) }
