package incident

import (
	"errors"
	"fmt"
	"time"
)

// Config says how findings are joined into cases.
type Config struct {
	OpenAt      int           `yaml:"open_at"`      // host severity from which findings become a case; weaker ones wait for others; 1–10
	Reopen      time.Duration `yaml:"reopen"`       // a resolved case opens again when its machine moves within this; 0–90 days
	FalseFor    time.Duration `yaml:"false_for"`    // how long the same finding stays quiet after "false positive"; 0–365 days
	Join        time.Duration `yaml:"join"`         // a finding joins the machine's open case if the case moved within this; 1h–90 days
	HalfLife    time.Duration `yaml:"half_life"`    // the weight of evidence halves in this time; 10m–30 days
	MaxFindings int           `yaml:"max_findings"` // kept in one case, the weakest give way; 10–1,000
	MaxTimeline int           `yaml:"max_timeline"` // lines of one case, the oldest repeats give way; 50–10,000
}

// DefaultConfig opens cases from severity 4 (one medium finding, or weak ones that agree), joins within
// three days, halves evidence in one and believes "false positive" for a month.
func DefaultConfig() Config {
	return Config{OpenAt: 4, Reopen: 72 * time.Hour, FalseFor: 30 * 24 * time.Hour, Join: 72 * time.Hour, HalfLife: 24 * time.Hour, MaxFindings: 200, MaxTimeline: 1000}
}

// Validate names every setting that is out of its range.
func (c Config) Validate() error {
	var errs []error
	within := func(key string, v, low, high time.Duration) {
		if v < low || v > high {
			errs = append(errs, fmt.Errorf("incident.%s: %v is out of range: use %v to %v", key, v, low, high))
		}
	}
	between := func(key string, v, low, high int) {
		if v < low || v > high {
			errs = append(errs, fmt.Errorf("incident.%s: %d is out of range: use %d to %d", key, v, low, high))
		}
	}
	between("open_at", c.OpenAt, 1, 10)
	within("reopen", c.Reopen, 0, 90*24*time.Hour)
	within("false_for", c.FalseFor, 0, 365*24*time.Hour)
	within("join", c.Join, time.Hour, 90*24*time.Hour)
	within("half_life", c.HalfLife, 10*time.Minute, 30*24*time.Hour)
	between("max_findings", c.MaxFindings, 10, 1000)
	between("max_timeline", c.MaxTimeline, 50, 10_000)
	return errors.Join(errs...)
}
