package signature

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/signature/geoip"
	"github.com/yagura-project/yagura/signature/iprep"
	"github.com/yagura-project/yagura/signature/keyword"
	"github.com/yagura-project/yagura/signature/rule"
	"github.com/yagura-project/yagura/signature/threshold"
)

// Config says which rules are used.
type Config struct {
	Files  []string          `yaml:"files"`  // rule files, plain or .gz; * and ? stand for parts of names. None: no rules
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
	for _, f := range c.Files {
		if _, err := filepath.Match(f, ""); err != nil {
			errs = append(errs, fmt.Errorf("files: %q: %w", f, err))
		}
	}
	return errors.Join(errs...)
}

// Loaded is what came of rule files.
type Loaded struct {
	Rules   []*rule.Signature
	Refused []rule.Refusal // in the order of files and lines
}

// Load reads everything that the configuration names; env is what rules are compiled with beside that.
func (c Config) Load(env *rule.Env) (Loaded, error) {
	if table, err := iprep.Load(c.Reputation); err != nil {
		return Loaded{}, err
	} else if table != nil {
		env.Reputation = table
	}
	if db, err := geoip.Load(c.GeoIP); err != nil {
		return Loaded{}, err
	} else if db != nil {
		env.Places = db
	}
	env.Elephant = rule.Pace{Bytes: c.Elephant.Bytes, Interval: int64(c.Elephant.Interval)}
	l, err := Load(c.Files, env)
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
		return l, err
	}
	limits.Apply(l.Rules)
	l.Refused = append(l.Refused, limits.Refused...)
	return l, nil
}

// Load compiles all rules of the files. The error says which file could not be read; refused rules are no error.
func Load(files []string, env *rule.Env) (Loaded, error) {
	var l Loaded
	at := map[[2]uint32]int{}
	for _, pattern := range files {
		paths, err := expand(pattern)
		if err != nil {
			return l, err
		}
		for _, path := range paths {
			sigs, refused, err := loadFile(path, env)
			l.Refused = append(l.Refused, refused...)
			if err != nil {
				return l, err
			}
			for _, s := range sigs {
				l.add(s, at)
			}
		}
	}
	return l, nil
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

// expand gives the files that a name stands for.
func expand(pattern string) ([]string, error) {
	if !strings.ContainsAny(pattern, "*?[") {
		return []string{pattern}, nil
	}
	paths, err := filepath.Glob(pattern)
	if err == nil && len(paths) == 0 {
		err = fmt.Errorf("rules: no file is named %s", pattern)
	}
	slices.Sort(paths)
	return paths, err
}

// maxRuleFile bounds an unpacked rule file.
var maxRuleFile int64 = 512 << 20

func loadFile(path string, env *rule.Env) ([]*rule.Signature, []rule.Refusal, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("rules: %w", err)
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 256<<10)
	var r io.Reader = in
	if head, _ := in.Peek(2); string(head) == "\x1f\x8b" {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, nil, fmt.Errorf("rules: %s: %w", path, err)
		}
		defer z.Close()
		r = z
	}
	part := &io.LimitedReader{R: r, N: maxRuleFile + 1}
	sigs, refused, err := keyword.Load(part, path, env)
	if err == nil && part.N == 0 {
		err = fmt.Errorf("%s: it has more than %d MiB", path, maxRuleFile>>20)
	}
	if err != nil {
		err = fmt.Errorf("rules: %w", err)
	}
	return sigs, refused, err
}
