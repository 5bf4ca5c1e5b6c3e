package intel

import (
	"errors"
	"fmt"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Config names the lists of indicators and what is exempt.
type Config struct {
	Lists      []List      `yaml:"lists"`
	Exceptions []Exception `yaml:"exceptions"`
}

// List is one file: a plain list (one indicator a line, "#" comments) or a CSV with a header.
type List struct {
	Path     string         `yaml:"path"`
	Kind     Kind           `yaml:"kind"`     // "" = recognised from each line
	Severity event.Severity `yaml:"severity"` // 2, 4, 6, 8; 0 = 6
	Label    string         `yaml:"label"`    // shown where the line has none
	APT      bool           `yaml:"apt"`      // objects of a targeted attack
}

// Exception is an indicator that must not match; it has an owner, a reason and, better, an end.
type Exception struct {
	Kind    Kind      `yaml:"kind" json:"kind"`
	Value   string    `yaml:"value" json:"value"`
	Owner   string    `yaml:"owner" json:"owner"`
	Reason  string    `yaml:"reason" json:"reason"`
	Expires time.Time `yaml:"expires" json:"expires,omitzero"`
}

// DefaultConfig has no lists.
func DefaultConfig() Config { return Config{} }

// Library is the indicators in force; look-ups may run while Reload replaces them.
type Library struct {
	cfg Config
	now atomic.Pointer[set]
}

// New makes an empty library; Reload fills it.
func New(cfg Config) *Library {
	l := &Library{cfg: cfg}
	l.now.Store(newSet())
	return l
}

// Reload reads every list again. A list with a bad line is refused as a whole,
// with file and line; then the former indicators stay in force.
func (l *Library) Reload() error {
	s := newSet()
	var errs []error
	for _, e := range l.cfg.Exceptions {
		errs = append(errs, s.except(e))
	}
	for _, list := range l.cfg.Lists {
		found, err := ReadFile(list)
		errs = append(errs, err)
		for _, i := range found {
			s.add(i)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	l.now.Store(s)
	return nil
}

func (s *set) except(e Exception) error {
	i, err := Parse(e.Kind, e.Value)
	switch {
	case err != nil:
		return fmt.Errorf("intel exception: %w", err)
	case e.Owner == "" || e.Reason == "":
		return fmt.Errorf("intel exception %s: owner and reason are needed", e.Value)
	}
	if s.allow[i.Kind] == nil {
		s.allow[i.Kind] = map[string]Exception{}
	}
	s.allow[i.Kind][i.Value] = e
	return nil
}

// Add puts indicators into force at once, beside the lists; they are lost at the next Reload.
func (l *Library) Add(ind ...Indicator) {
	old := l.now.Load()
	s := newSet()
	s.allow = old.allow
	for _, m := range old.exact {
		for _, i := range m {
			s.add(i)
		}
	}
	for _, i := range old.prefixes {
		s.add(i)
	}
	for _, i := range ind {
		s.add(i)
	}
	l.now.Store(s)
}

// Len is the number of indicators in force.
func (l *Library) Len() int { return l.now.Load().count }

// IP looks an address up, then the CIDRs around it.
func (l *Library) IP(a netip.Addr, at time.Time) (Indicator, bool) {
	if !a.IsValid() {
		return Indicator{}, false
	}
	return l.now.Load().ip(a, at)
}

// Domain looks a name up, then its parent domains.
func (l *Library) Domain(name string, at time.Time) (Indicator, bool) {
	return l.now.Load().domain(name, at)
}

// URL looks up host and request target together, with and without the query.
func (l *Library) URL(host, uri string, at time.Time) (Indicator, bool) {
	s := l.now.Load()
	if len(s.exact[URL]) == 0 {
		return Indicator{}, false
	}
	norm, err := normaliseURL(host + uri)
	if err != nil {
		return Indicator{}, false
	}
	if i, ok := s.value(URL, norm, at); ok {
		return i, true
	}
	for n, c := range norm {
		if c == '?' {
			return s.value(URL, norm[:n], at)
		}
	}
	return Indicator{}, false
}

// Value looks up a hash or a fingerprint.
func (l *Library) Value(kind Kind, value string, at time.Time) (Indicator, bool) {
	if value == "" {
		return Indicator{}, false
	}
	return l.now.Load().value(kind, value, at)
}
