// Package intel holds known indicators (addresses, domains, URLs, hashes, TLS fingerprints): it loads, expires and matches them.
package intel

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Kind is what an indicator matches.
type Kind string

// Kinds, in STIX's words where it has one.
const (
	IP     Kind = "ip" // address or CIDR
	Domain Kind = "domain"
	URL    Kind = "url"
	SHA256 Kind = "sha256"
	JA3    Kind = "ja3"
	JA4    Kind = "ja4"
)

// Indicator is one thing known to be bad.
type Indicator struct {
	Kind     Kind           `json:"kind"`
	Value    string         `json:"value"` // normalised: lower case, no trailing dot, canonical address
	Severity event.Severity `json:"severity"`
	Label    string         `json:"label,omitempty"` // what it belongs to: family, campaign
	Source   string         `json:"source"`          // file and line, or who entered it
	APT      bool           `json:"apt,omitempty"`   // belongs to a targeted attack (ROWS D8: 9)
	Expires  time.Time      `json:"expires,omitzero"`
}

// Expired reports whether the indicator no longer counts at t; a zero Expires never does.
func (i Indicator) Expired(t time.Time) bool { return !i.Expires.IsZero() && !t.Before(i.Expires) }

// ErrIndicator says that a text is not an indicator.
var ErrIndicator = errors.New("not an indicator")

// Parse reads one indicator; with kind "" it guesses the kind from the shape of the text.
// "hxxp" and "[.]", as analysts write them, are undone.
func Parse(kind Kind, text string) (Indicator, error) {
	v := refang(text)
	if kind == "" {
		kind = guess(v)
	}
	norm, err := normalise(kind, v)
	if err != nil {
		return Indicator{}, fmt.Errorf("%q: %w", text, err)
	}
	return Indicator{Kind: kind, Value: norm, Severity: event.High}, nil
}

func refang(s string) string {
	s = strings.TrimSpace(s)
	s = strings.NewReplacer("[.]", ".", "(.)", ".", "[:]", ":").Replace(s)
	if len(s) > 4 && strings.EqualFold(s[:4], "hxxp") {
		s = "http" + s[4:]
	}
	return s
}

func guess(v string) Kind {
	switch {
	case strings.Contains(v, "://"):
		return URL
	case isHex(v, 64):
		return SHA256
	case isHex(v, 32):
		return JA3
	case ja4Shape(v):
		return JA4
	case addressShape(v):
		return IP
	case strings.Contains(v, "/"):
		return URL
	}
	return Domain
}

func addressShape(v string) bool {
	if _, err := netip.ParsePrefix(v); err == nil {
		return true
	}
	_, err := netip.ParseAddr(v)
	return err == nil
}

func isHex(s string, n int) bool {
	if len(s) != n {
		return false
	}
	return strings.Trim(strings.ToLower(s), "0123456789abcdef") == ""
}

// ja4Shape recognises FoxIO's JA4: t13d1516h2_8daaf6152771_e5627efa2ab1.
func ja4Shape(s string) bool {
	p := strings.Split(strings.ToLower(s), "_")
	return len(p) == 3 && len(p[0]) == 10 && strings.ContainsRune("tqd", rune(p[0][0])) && isHex(p[1], 12) && isHex(p[2], 12)
}
