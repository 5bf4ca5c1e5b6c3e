package keyword

import (
	"net/netip"
	"strings"

	"github.com/yagura-project/yagura/event/wire"
)

// sides are the addresses that iprep and geoip look at.
func sides(word string) (func(p *wire.Packet, holds func(a netip.Addr) bool) bool, error) {
	switch word {
	case "src":
		return func(p *wire.Packet, holds func(netip.Addr) bool) bool { return holds(p.Src.IP()) }, nil
	case "dst":
		return func(p *wire.Packet, holds func(netip.Addr) bool) bool { return holds(p.Dst.IP()) }, nil
	case "any":
		return func(p *wire.Packet, holds func(netip.Addr) bool) bool { return holds(p.Src.IP()) || holds(p.Dst.IP()) }, nil
	case "both":
		return func(p *wire.Packet, holds func(netip.Addr) bool) bool { return holds(p.Src.IP()) && holds(p.Dst.IP()) }, nil
	}
	return nil, bad("%q is not src, dst, any or both", word)
}

// iprep reads iprep:any|src|dst|both,category,operator,value, or isset and isnotset for operator and value.
func iprep(b *builder, _, arg string) error {
	w := words(arg)
	if len(w) < 3 || len(w) > 4 {
		return bad("%q is not side,category,operator,value", arg)
	}
	at, err := sides(w[0])
	if err != nil {
		return err
	}
	if b.env.Reputation == nil {
		return bad("no reputation of addresses is configured")
	}
	category, ok := b.env.Reputation.Category(w[1])
	if !ok {
		return bad("category %q is not known", w[1])
	}
	known := b.env.Reputation
	var holds func(a netip.Addr) bool
	switch {
	case len(w) == 3 && w[2] == "isset":
		holds = func(a netip.Addr) bool { _, ok := known.Score(a, category); return ok }
	case len(w) == 3 && w[2] == "isnotset":
		holds = func(a netip.Addr) bool { _, ok := known.Score(a, category); return !ok }
	case len(w) == 4:
		c, err := u8.compare(w[2] + w[3])
		if err != nil {
			return err
		}
		holds = func(a netip.Addr) bool { n, ok := known.Score(a, category); return ok && c.Holds(uint64(n)) }
	default:
		return bad("%q is not side,category,operator,value", arg)
	}
	b.packetTest(func(p *wire.Packet) bool { return p.Kind != wire.None && at(p, holds) })
	return nil
}

// geoip reads geoip:any|src|dst|both,[!]COUNTRY[,COUNTRY…].
func geoip(b *builder, _, arg string) error {
	if b.env.Places == nil {
		return bad("no database of countries is configured; name one under signature.geoip or with --geoip")
	}
	w := words(arg)
	at, err := sides(w[0])
	if err != nil {
		at, _ = sides("any")
	} else {
		w = w[1:]
	}
	countries := map[string]bool{}
	negated := false
	for _, c := range w {
		if rest, ok := strings.CutPrefix(c, "!"); ok {
			c, negated = rest, true
		}
		if len(c) != 2 {
			return bad("%q is not the two letters of a country", c)
		}
		countries[strings.ToUpper(c)] = true
	}
	if len(countries) == 0 {
		return bad("a country is missing")
	}
	places := b.env.Places
	b.packetTest(func(p *wire.Packet) bool {
		return p.Kind != wire.None && p.Kind != wire.ARP && at(p, func(a netip.Addr) bool { return countries[places.Country(a)] != negated })
	})
	return nil
}
