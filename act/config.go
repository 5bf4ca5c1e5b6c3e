package act

import (
	"errors"
	"fmt"
	"time"
)

// Config says where orders are carried out and how their effect is judged.
type Config struct {
	Enforcers []map[string]Section `yaml:"enforcers"` // - nftables: {…}, in the order in which they are told

	Every        time.Duration `yaml:"every"`         // what the devices have is compared with the ledger; 1 s–1 h
	Settle       time.Duration `yaml:"settle"`        // this long nothing may pass before silence is believed; 100 ms–1 m
	VerifyFor    time.Duration `yaml:"verify_for"`    // what still passes then makes it partial or ineffective; Settle–10 m
	ReleaseWatch time.Duration `yaml:"release_watch"` // after a release traffic is waited for this long; 0–1 h
	Answer       time.Duration `yaml:"answer"`        // a device that does not answer within is left alone as long again; 1 s–5 m
	GiveUp       time.Duration `yaml:"give_up"`       // a device that cannot be told is tried this long; 1 s–1 d

	Probe Probe   `yaml:"probe"` // Yagura's own question to a machine that fell silent
	Allow []Allow `yaml:"allow"` // what an isolated machine may still reach
}

// DefaultConfig rehearses: nothing is sent to any device.
func DefaultConfig() Config {
	return Config{
		Enforcers: []map[string]Section{{"none": {}}},
		Every:     15 * time.Second, Settle: time.Second, VerifyFor: 10 * time.Second,
		Probe:        DefaultProbe(),
		ReleaseWatch: time.Minute, Answer: 30 * time.Second, GiveUp: 5 * time.Minute,
	}
}

// Validate names every setting that cannot be obeyed.
func (c Config) Validate() error {
	var errs []error
	within := func(field string, v, low, high time.Duration) {
		if v < low || v > high {
			errs = append(errs, fmt.Errorf("%s: %v is out of range: use %v to %v", field, v, low, high))
		}
	}
	within("every", c.Every, time.Second, time.Hour)
	within("settle", c.Settle, 100*time.Millisecond, time.Minute)
	within("verify_for", c.VerifyFor, c.Settle, 10*time.Minute)
	within("release_watch", c.ReleaseWatch, 0, time.Hour)
	within("answer", c.Answer, time.Second, 5*time.Minute)
	within("give_up", c.GiveUp, time.Second, 24*time.Hour)
	if err := c.Probe.check(); err != nil {
		errs = append(errs, err)
	}
	if len(c.Enforcers) == 0 {
		errs = append(errs, errors.New("enforcers: none is named: write at least \"- none: {}\" to rehearse"))
	}
	for i, a := range c.Allow {
		if !a.IP.IsValid() || a.IP.IsUnspecified() || a.IP.IsMulticast() {
			errs = append(errs, fmt.Errorf("allow[%d].ip: %q is no address of a machine: write it as 10.1.0.9", i, a.IP))
		}
	}
	return errors.Join(errs...)
}
