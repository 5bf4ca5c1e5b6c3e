package decide

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// maxDestinations bounds the attacker's servers of one order, as event.Order says.
const maxDestinations = 64

// sureOfServer is the confidence of a finding from which on its other side is
// taken for the attacker's server: cutting it touches everybody.
const sureOfServer = 80

// destinations are the attacker's servers that the case's findings of command
// and control name: addresses that are no private ones, and names.
func destinations(inc event.Incident) []string {
	var out []string
	add := func(s string) {
		if s != "" && len(out) < maxDestinations && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, f := range inc.Findings {
		if !strings.HasPrefix(f.Behaviour, "c2.") || f.Confidence < sureOfServer || f.Severity < event.High || f.Excepted != (event.Text{}) {
			continue
		}
		for _, p := range f.Peers {
			if a := p.IP.Unmap().WithZone(""); a.IsGlobalUnicast() && !a.IsPrivate() {
				add(a.String())
			}
		}
		if _, err := netip.ParseAddr(f.Subject); err != nil && isName(f.Subject) {
			add(strings.ToLower(strings.TrimSuffix(f.Subject, ".")))
		}
	}
	return out
}

// isName reports whether s may be a host name (RFC 1123) with at least two labels.
func isName(s string) bool {
	s = strings.TrimSuffix(s, ".")
	if len(s) == 0 || len(s) > 253 || !strings.Contains(s, ".") {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		ok := len(label) > 0 && len(label) <= 63 && label[0] != '-' && label[len(label)-1] != '-'
		if !ok || strings.ContainsFunc(label, func(r rune) bool {
			return r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
		}) {
			return false
		}
	}
	return true
}
