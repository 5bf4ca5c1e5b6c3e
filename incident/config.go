package incident

import (
	"errors"
	"fmt"
	"time"
)

// Config says how findings are joined into cases.
type Config struct {
	Join        time.Duration `yaml:"join"`         // a finding joins the machine's open case if the case moved within this; 1h–90 days
	HalfLife    time.Duration `yaml:"half_life"`    // the weight of evidence halves in this time; 10m–30 days
	MaxFindings int           `yaml:"max_findings"` // kept in one case, the weakest give way; 10–1,000
	MaxTimeline int           `yaml:"max_timeline"` // lines of one case, the oldest repeats give way; 50–10,000
}

// DefaultConfig joins within three days and halves evidence in one.
func DefaultConfig() Config {
	return Config{Join: 72 * time.Hour, HalfLife: 24 * time.Hour, MaxFindings: 200, MaxTimeline: 1000}
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
	within("join", c.Join, time.Hour, 90*24*time.Hour)
	within("half_life", c.HalfLife, 10*time.Minute, 30*24*time.Hour)
	between("max_findings", c.MaxFindings, 10, 1000)
	between("max_timeline", c.MaxTimeline, 50, 10_000)
	return errors.Join(errs...)
}
