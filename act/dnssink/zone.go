package dnssink

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/yagura-project/yagura/act"
)

// version is the zone at one moment. A line is a record without owner's origin
// and TTL, as in "32.7.2.0.192.rpz-client-ip CNAME .".
type version struct {
	serial uint32
	expire uint32 // seconds until a secondary drops the zone
	lines  map[string]bool
	names  map[string]bool // sunk names, for the sinkhole
	nets   []netip.Prefix  // isolated machines, for the sinkhole
}

// build makes the lines of what stands.
func (h *hand) build(entries []act.Entry, now time.Time) *version {
	v := &version{lines: map[string]bool{}, names: map[string]bool{}, expire: 3600}
	for _, e := range entries {
		v.expire = max(v.expire, uint32(min(e.Left(now), 90*24*time.Hour).Seconds()))
		for _, p := range e.Nets {
			v.nets = append(v.nets, p.Masked())
			h.trigger(v, clientOwner(p))
		}
		for _, d := range e.Destinations {
			if a, err := netip.ParseAddr(d); err == nil {
				v.lines[addressOwner(a)+" CNAME ."] = true
				continue
			}
			name := strings.TrimSuffix(d, ".")
			v.names[name+"."] = true
			h.trigger(v, name)
			h.trigger(v, "*."+name)
		}
	}
	return v
}

// trigger adds what an owner is answered with.
func (h *hand) trigger(v *version, owner string) {
	if !h.cfg.Sink4.IsValid() && !h.cfg.Sink6.IsValid() {
		v.lines[owner+" CNAME ."] = true // NXDOMAIN
		return
	}
	if h.cfg.Sink4.IsValid() {
		v.lines[owner+" A "+h.cfg.Sink4.String()] = true
	}
	if h.cfg.Sink6.IsValid() {
		v.lines[owner+" AAAA "+h.cfg.Sink6.String()] = true
	}
}

func clientOwner(p netip.Prefix) string          { return reverse(p) + ".rpz-client-ip" }
func addressOwner(a netip.Addr) string           { return reverse(netip.PrefixFrom(a, a.BitLen())) + ".rpz-ip" }
func sameLines(a, b map[string]bool) bool        { return maps.Equal(a, b) }
func sortedLines(lines map[string]bool) []string { return slices.Sorted(maps.Keys(lines)) }

// reverse spells a network as an owner does: length first, then the address
// backwards; of IPv6 groups in hexadecimal, the longest run of zeros as "zz".
func reverse(p netip.Prefix) string {
	p = p.Masked()
	parts := []string{strconv.Itoa(p.Bits())}
	if p.Addr().Is4() {
		b := p.Addr().As4()
		for _, x := range slices.Backward(b[:]) {
			parts = append(parts, strconv.Itoa(int(x)))
		}
		return strings.Join(parts, ".")
	}
	b := p.Addr().As16()
	var groups [8]uint16
	for i := range groups {
		groups[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
	}
	from, to := zeros(groups)
	for i := 7; i >= 0; i-- {
		switch {
		case i >= from && i < to && i == to-1:
			parts = append(parts, "zz")
		case i >= from && i < to:
		default:
			parts = append(parts, strconv.FormatUint(uint64(groups[i]), 16))
		}
	}
	return strings.Join(parts, ".")
}

// zeros is the longest run of two or more zero groups, the first of equals.
func zeros(groups [8]uint16) (from, to int) {
	for i := 0; i < 8; i++ {
		j := i
		for j < 8 && groups[j] == 0 {
			j++
		}
		if j-i > to-from && j-i > 1 {
			from, to = i, j
		}
		i = max(i, j-1)
	}
	return from, to
}

// text is the zone as a file (RFC 1035 §5).
func (h *hand) text(v *version) string {
	ttl := int(h.cfg.TTL.Seconds())
	var b strings.Builder
	fmt.Fprintf(&b, "; Yagura's response policy zone: written anew at each change, do not edit\n$ORIGIN %s\n$TTL %d\n", h.zone, ttl)
	fmt.Fprintf(&b, "@ %s\n@ NS localhost.\n%s TXT \"%d\"\n", h.soa(v), strings.TrimSuffix(h.canary(), "."), v.serial)
	for _, l := range sortedLines(v.lines) {
		b.WriteString(l + "\n")
	}
	return b.String()
}

// soa is the zone's start of authority: refreshed every 30 s, dropped when nothing can stand any more.
func (h *hand) soa(v *version) string {
	return fmt.Sprintf("SOA localhost. root.localhost. %d 30 10 %d %d", v.serial, v.expire, int(h.cfg.TTL.Seconds()))
}

// canary is the name whose TXT is the serial number.
func (h *hand) canary() string { return "serial." + h.zone }

// parseFile reads a file that text has written: what it has beside that is kept as lines too.
func parseFile(text string) *version {
	v := &version{lines: map[string]bool{}}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		fields := strings.Fields(line)
		switch {
		case line == "" || line[0] == ';' || line[0] == '$':
		case fields[0] == "@" && len(fields) > 4 && fields[1] == "SOA":
			n, _ := strconv.ParseUint(fields[4], 10, 32)
			v.serial = uint32(n)
		case fields[0] == "@", len(fields) == 3 && fields[1] == "TXT":
		default:
			v.lines[strings.Join(fields, " ")] = true
		}
	}
	return v
}
