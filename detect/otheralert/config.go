package otheralert

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// Config is what becomes of others' alerts. The first rule that fits decides; alerts that none fits are judged by the
// severity that their product gives them.
type Config struct {
	Rules    []Rule `yaml:"rules"`    // in this order
	Severity string `yaml:"severity"` // alerts without a rule become findings from this severity on: low, medium, high or critical
}

// Rule says what becomes of some alerts. Empty conditions do not restrict.
type Rule struct {
	Name    string   `yaml:"name"`    // for people: C&C通信
	Sources []string `yaml:"sources"` // names under syslog.sources
	// Match holds fields of the alert, or vendor, product, id, name, severity, action, format, host, against values: * and ? stand
	// for any characters, /…/ is a regular expression, >=8 <=3 >5 <5 compare numbers, !… turns a condition round.
	Match    map[string]string `yaml:"match"`
	Then     string            `yaml:"then"`         // finding (a case, judged by the policy like our own), propose (and a person is asked to cut it off), ignore
	Severity string            `yaml:"severity"`     // low, medium, high, critical; empty = by the product's severity
	Map      map[string]string `yaml:"severity_map"` // the product's severity as written → ours: "8": high
	Machine  string            `yaml:"machine"`      // which field is the infected machine: auto, source, destination or interested
	Threat   string            `yaml:"threat"`       // one of the seven threat types; empty = suspicious_behaviour
	Phase    string            `yaml:"phase"`        // one of the six attack phases; empty = none
}

// What a rule may do with an alert.
const (
	Finding = "finding"
	Propose = "propose"
	Ignore  = "ignore"
)

// Which side of an alert is the machine to act on.
const (
	Auto        = "auto" // whom the product itself names; else the inside side; of two inside ones the source
	Source      = "source"
	Destination = "destination"
	Interested  = "interested"
)

// DefaultConfig has no rules: what its product calls high becomes a finding.
func DefaultConfig() *Config { return &Config{Severity: "high"} }

var severities = map[string]event.Severity{"informational": event.Informational, "low": event.Low, "medium": event.Medium, "high": event.High, "critical": event.Critical}

var threats = []event.ThreatType{event.MaliciousContent, event.MaliciousBehaviour, event.SuspiciousBehaviour, event.Exploit,
	event.Grayware, event.WebReputation, event.DisruptiveApplication}

var phases = []event.Phase{event.PhaseIntelligence, event.PhaseEntry, event.PhaseC2, event.PhaseLateral, event.PhaseDiscovery, event.PhaseExfiltration}

// Validate names every setting that cannot be obeyed.
func (c *Config) Validate() error {
	var errs []error
	if _, ok := severities[c.Severity]; !ok {
		errs = append(errs, fmt.Errorf("severity %q: write low, medium, high or critical", c.Severity))
	}
	for i, r := range c.Rules {
		if err := r.validate(); err != nil {
			errs = append(errs, fmt.Errorf("rules[%d] %s: %w", i, r.Name, err))
		}
	}
	return errors.Join(errs...)
}

func (r Rule) validate() error {
	oneOf := func(field, v string, known ...string) error {
		if v == "" || slices.Contains(known, v) {
			return nil
		}
		return fmt.Errorf("%s %q: write %s", field, v, strings.Join(known, ", "))
	}
	errs := []error{
		oneOf("then", r.Then, Finding, Propose, Ignore), oneOf("machine", r.Machine, Auto, Source, Destination, Interested),
		oneOf("severity", r.Severity, "informational", "low", "medium", "high", "critical"),
		oneOf("threat", r.Threat, words(threats)...), oneOf("phase", r.Phase, words(phases)...),
	}
	if len(r.Sources) == 0 && len(r.Match) == 0 {
		errs = append(errs, errors.New("would fit every alert of every source: name sources or a match"))
	}
	for from, to := range r.Map {
		if _, ok := severities[to]; !ok {
			errs = append(errs, fmt.Errorf("severity_map %q: %q is no severity: write low, medium, high or critical", from, to))
		}
	}
	for field, want := range r.Match {
		if _, err := condition(want); err != nil {
			errs = append(errs, fmt.Errorf("match %s: %w", field, err))
		}
	}
	return errors.Join(errs...)
}

func words[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return out
}

// test holds one value.
type test func(value string) bool

// condition reads one value of Rule.Match.
func condition(want string) (test, error) {
	if rest, ok := strings.CutPrefix(want, "!"); ok {
		t, err := condition(rest)
		return func(v string) bool { return !t(v) }, err
	}
	if len(want) > 1 && want[0] == '/' && want[len(want)-1] == '/' {
		re, err := regexp.Compile(want[1 : len(want)-1])
		if err != nil {
			return nil, err
		}
		return re.MatchString, nil
	}
	for _, op := range []string{">=", "<=", ">", "<"} {
		if rest, ok := strings.CutPrefix(want, op); ok {
			limit, err := strconv.ParseFloat(strings.TrimSpace(rest), 64)
			if err != nil {
				return nil, fmt.Errorf("%q: behind %s comes a number", want, op)
			}
			return compare(op, limit), nil
		}
	}
	re, err := regexp.Compile(`(?is)\A` + strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(want)) + `\z`)
	if err != nil {
		return nil, err
	}
	return re.MatchString, nil
}

func compare(op string, limit float64) test {
	return func(v string) bool {
		n, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
		if err != nil {
			return false
		}
		switch op {
		case ">=":
			return n >= limit
		case "<=":
			return n <= limit
		case ">":
			return n > limit
		}
		return n < limit
	}
}
