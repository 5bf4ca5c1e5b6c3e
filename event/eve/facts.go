package eve

import (
	"strings"

	"github.com/yagura-project/yagura/event"
)

// facts writes what the transaction behind an alert held, as the objects that its own record has: "http.hostname" becomes the
// member hostname of the object http.
func (w *Encoder) facts(list []event.Attr) {
	o := &w.o
	for i := range list {
		group, _, ok := strings.Cut(list[i].Name, ".")
		if !ok || grouped(list[:i], group) {
			continue
		}
		o.comma()
		o.b = quote(o.b, group)
		o.b = append(o.b, ':', '{')
		for j := i; j < len(list); j++ {
			g, name, _ := strings.Cut(list[j].Name, ".")
			if g == group && !told(list[i:j], list[j].Name) {
				o.comma()
				o.b = quote(o.b, name)
				o.b = append(o.b, ':')
				w.fact(list[j].Name, list[j].Value)
			}
		}
		o.close()
	}
}

func grouped(list []event.Attr, group string) bool {
	for i := range list {
		if g, _, _ := strings.Cut(list[i].Name, "."); g == group {
			return true
		}
	}
	return false
}

// fact writes a value; those that are numbers in their own records are numbers here.
func (w *Encoder) fact(name, v string) {
	if (name == "http.status" || name == "dns.id") && v != "" && len(v) < 10 && strings.Trim(v, "0123456789") == "" && v[0] != '0' {
		w.o.b = append(w.o.b, v...)
		return
	}
	w.o.b = quote(w.o.b, v)
}
