package otheralert

import (
	"cmp"
	"slices"

	"github.com/yagura-project/yagura/event"
)

// ruleset is a Config, ready to be used.
type ruleset struct {
	rules []rule
	rest  rule
	least event.Severity
}

type rule struct {
	Rule
	tests     map[string]test
	byDefault bool
}

// compile reads a Config that Validate has accepted.
func compile(c *Config) ruleset {
	s := ruleset{least: severities[c.Severity], rest: rule{Rule: Rule{Then: Finding, Machine: Auto}, byDefault: true}}
	for _, r := range c.Rules {
		r.Then, r.Machine = cmp.Or(r.Then, Finding), cmp.Or(r.Machine, Auto)
		made := rule{Rule: r, tests: map[string]test{}}
		for field, want := range r.Match {
			if t, err := condition(want); err == nil {
				made.tests[field] = t
			}
		}
		s.rules = append(s.rules, made)
	}
	return s
}

// first is the rule that decides about a; without one the product's own severity does.
func (s *ruleset) first(a *event.OtherAlert) *rule {
	for i := range s.rules {
		if s.rules[i].fits(a) {
			return &s.rules[i]
		}
	}
	return &s.rest
}

func (r *rule) fits(a *event.OtherAlert) bool {
	if len(r.Sources) > 0 && !slices.Contains(r.Sources, a.Source) {
		return false
	}
	for field, t := range r.tests {
		if !t(value(a, field)) {
			return false
		}
	}
	return true
}

// value is a field as written, or what every format has.
func value(a *event.OtherAlert, field string) string {
	if v := a.Field(field); v != "" {
		return v
	}
	switch field {
	case "vendor":
		return a.Vendor
	case "product":
		return a.Product
	case "id":
		return a.ID
	case "name":
		return a.Name
	case "severity":
		return a.Rated
	case "action":
		return a.Action
	case "format":
		return a.Format
	case "host":
		return a.Reporter
	}
	return ""
}

// severity is the rule's own, that of its map, or what the product's severity says.
func (r *rule) severity(a *event.OtherAlert) event.Severity {
	if s, ok := severities[r.Severity]; ok {
		return s
	}
	if s, ok := severities[r.Map[a.Rated]]; ok {
		return s
	}
	switch g := a.Grade; {
	case g >= 9:
		return event.Critical
	case g >= 7:
		return event.High
	case g >= 5:
		return event.Medium
	case g >= 3:
		return event.Low
	case g < 0 && r.Then == Propose: // whoever wrote the rule holds it for grave
		return event.High
	case g < 0 && !r.byDefault:
		return event.Medium
	}
	return event.Informational
}
