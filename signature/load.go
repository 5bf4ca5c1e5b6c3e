package signature

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/signature/geoip"
	"github.com/yagura-project/yagura/signature/iprep"
	"github.com/yagura-project/yagura/signature/rule"
	"github.com/yagura-project/yagura/signature/threshold"
)

// Config says which rules are used.
type Config struct {
	Files  []string          `yaml:"files"`  // rule files, plain or .gz; * and ? stand for parts of names. None: no rules. classification.config and reference.config beside them are read, too
	Vars   map[string]string `yaml:"vars"`   // variables beside the usual ones: DNS_SERVERS, HTTP_PORTS …; HOME_NET follows home
	Limits Limits            `yaml:"limits"` // of what rules remember

	Reputation iprep.Config `yaml:"reputation"` // of addresses, for iprep; without files such rules are refused

	Thresholds string `yaml:"thresholds"` // file of suppress, threshold, event_filter and rate_filter lines, as Suricata's threshold.config
	GeoIP      string `yaml:"geoip"`      // database of countries in MaxMind's format (.mmdb), for geoip; without it such rules are refused

	Elephant Elephant `yaml:"elephant"` // flows that carry much in a short time, for flow.elephant; without bytes such rules are refused

	// Midstream has rules look into connections whose beginning was not seen, as after a start. Suricata does not by default.
	Midstream bool `yaml:"midstream"`

	Data string `yaml:"data"` // directory that data sets may be saved in; "" they are not saved
}

// Elephant is a pace: one direction of a flow carries more than Bytes within Interval.
type Elephant struct {
	Bytes    uint64        `yaml:"bytes"`    // 0: none is looked for
	Interval time.Duration `yaml:"interval"` // ≥ 1 s
}

// DefaultConfig uses no rules.
func DefaultConfig() Config {
	return Config{Limits: DefaultLimits(), Elephant: Elephant{Interval: 10 * time.Second}}
}

// Validate checks what does not need the files.
func (c Config) Validate() error {
	var errs []error
	if c.Limits.Counters < 1024 {
		errs = append(errs, fmt.Errorf("limits.counters: %d is too few; at least 1024", c.Limits.Counters))
	}
	if c.Limits.Bits < 1024 {
		errs = append(errs, fmt.Errorf("limits.bits: %d is too few; at least 1024", c.Limits.Bits))
	}
	if c.Elephant.Interval < time.Second {
		errs = append(errs, fmt.Errorf("elephant.interval: %v is too short; at least 1s", c.Elephant.Interval))
	}
	if c.Reputation.Categories == "" && len(c.Reputation.Files) > 0 {
		errs = append(errs, errors.New("reputation.categories: is missing; name the file that says which category has which number"))
	}
	errs = append(errs, c.validateVars())
	for _, f := range c.Files {
		if _, err := filepath.Match(f, ""); err != nil {
			errs = append(errs, fmt.Errorf("files: %q: %w", f, err))
		}
	}
	return errors.Join(errs...)
}

// variableName is what rules may name.
var variableName = regexp.MustCompile(`^[A-Za-z0-9_]+$`)

// validateVars wants each variable to be addresses or ports: rules would be refused for it, far from where the fault stands, or it would never be used.
func (c Config) validateVars() error {
	vars := rule.DefaultVars("")
	maps.Copy(vars, c.Vars)
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(c.Vars)) {
		text := c.Vars[name]
		if !variableName.MatchString(name) {
			errs = append(errs, fmt.Errorf("vars: %q: a name has letters, digits and underscores; leave the $ to rules", name))
			continue
		}
		_, err := rule.ParseAddresses(text, vars)
		if err == nil {
			continue
		}
		if _, noPorts := rule.ParsePorts(text, vars); noPorts != nil {
			errs = append(errs, fmt.Errorf("vars.%s: neither addresses (%v) nor ports (%v)", name, err, noPorts))
		}
	}
	return errors.Join(errs...)
}

// Loaded is what came of rule files.
type Loaded struct {
	Rules   []*rule.Signature
	Refused []rule.Refusal // in the order of files and lines, behind what the lists beside the rules say

	// Broken names files that could not be read to their end. What they hold is missing: the rules are fit to begin with, not to take
	// the place of others.
	Broken error
}

// miss notes a file that could not be read.
func (l *Loaded) miss(file, keyword string, err error) {
	why := strings.TrimPrefix(err.Error(), file+": ")
	l.Broken = errors.Join(l.Broken, fmt.Errorf("%s: %s", file, why))
	l.Refused = append(l.Refused, rule.Refusal{File: file, Keyword: keyword, Why: why})
}

// Load reads everything that the configuration names; env is what rules are compiled with beside that. The error says which file of rules or
// thresholds is not there.
func (c Config) Load(env *rule.Env) (Loaded, error) {
	var l Loaded
	c.know(env, &l)
	err := l.load(c.Files, env)
	if err != nil || c.Thresholds == "" {
		return l, err
	}
	f, err := os.Open(c.Thresholds)
	if err != nil {
		return l, fmt.Errorf("thresholds: %w", err)
	}
	defer f.Close()
	limits, err := threshold.Read(f, c.Thresholds, env.Vars)
	if err != nil {
		l.miss(c.Thresholds, "thresholds", err)
	}
	l.Refused = append(append(l.Refused, limits.Refused...), limits.Apply(l.Rules)...)
	return l, nil
}

// Know gives env what rules are compiled with beside variables: it is what the configuration says, as far as it can be read.
func (c Config) Know(env *rule.Env) { c.know(env, &Loaded{}) }

// know tells what cannot be read. Rules that ask for it are refused then, and the others do their work.
func (c Config) know(env *rule.Env, l *Loaded) {
	env.Elephant = rule.Pace{Bytes: c.Elephant.Bytes, Interval: int64(c.Elephant.Interval)}
	table, refused, err := iprep.Load(c.Reputation)
	l.Refused = append(l.Refused, refused...)
	l.Broken = errors.Join(l.Broken, err)
	if table != nil {
		env.Reputation = table
	}
	db, err := geoip.Load(c.GeoIP)
	if err != nil {
		l.miss(c.GeoIP, "geoip", err)
	}
	if db != nil {
		env.Places = db
	}
}

// Load compiles all rules of the files. The error says which is not there; refused rules are no error.
func Load(files []string, env *rule.Env) (Loaded, error) {
	var l Loaded
	err := l.load(files, env)
	return l, err
}

// load does that; a damaged file is told by Broken.
func (l *Loaded) load(files []string, env *rule.Env) error {
	at := map[[2]uint32]int{}
	paths, err := Config{Files: files}.Paths()
	if err != nil {
		return err
	}
	l.beside(paths, env)
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return fmt.Errorf("rules: %w", err)
		}
		sigs, refused, err := loadFile(f, path, env)
		f.Close()
		l.Refused = append(l.Refused, refused...)
		if err != nil {
			l.miss(path, "", err)
		}
		for _, s := range sigs {
			l.add(s, at)
		}
	}
	return nil
}

// add takes a rule; of two with one number in two files the later revision stays.
func (l *Loaded) add(s *rule.Signature, at map[[2]uint32]int) {
	k := [2]uint32{s.GID, s.SID}
	i, twice := at[k]
	if !twice {
		at[k] = len(l.Rules)
		l.Rules = append(l.Rules, s)
		return
	}
	if old := l.Rules[i]; old.Rev < s.Rev {
		l.Rules[i], s = s, old
	}
	l.Refused = append(l.Refused, rule.Refusal{File: s.File, Line: s.Line, SID: s.SID, Keyword: "sid",
		Why: fmt.Sprintf("the rule stands in %s:%d as well", l.Rules[i].File, l.Rules[i].Line)})
}
