package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"time"
)

// Config says where things are kept, for how long, and how much the hunts may use.
type Config struct {
	Dir    string `yaml:"dir"`    // the data directory; made with mode 0700 when absent
	Tenant string `yaml:"tenant"` // 自治体: lower-case letters, digits, "-" and "_", at most 63

	KeepDays int `yaml:"keep_days"` // telemetry older than this many days is removed; 1–3,660
	MaxGiB   int `yaml:"max_gib"`   // the oldest telemetry goes when the tenant's segments exceed this; 0 = no cap

	SealEvery time.Duration `yaml:"seal_every"` // the open segment is sealed after this time; 1 s–1 h
	SealRows  int           `yaml:"seal_rows"`  // … or when it holds this many rows; 100–1,000,000
	Queue     int           `yaml:"queue"`      // events waiting to be written; beyond it they are dropped and counted

	HuntMemoryMiB int           `yaml:"hunt_memory_mib"` // memory of one hunt; 64–65,536
	HuntTimeout   time.Duration `yaml:"hunt_timeout"`    // a hunt is ended after this time; 1 s–1 h
	HuntRows      int           `yaml:"hunt_rows"`       // longest answer of a hunt; 1–1,000,000
	HuntWorkers   int           `yaml:"hunt_workers"`    // hunts at the same time; 1–16

	// HuntCommand starts the process in which a hunt runs; empty means this program with "hunt-worker".
	HuntCommand []string `yaml:"-"`
}

// DefaultConfig fits one town on one machine.
func DefaultConfig() Config {
	return Config{
		Dir: "/var/lib/yagura", Tenant: "local",
		KeepDays: 90, MaxGiB: 200,
		SealEvery: time.Minute, SealRows: 50_000, Queue: 65_536,
		HuntMemoryMiB: 1024, HuntTimeout: time.Minute, HuntRows: 10_000, HuntWorkers: 2,
	}
}

var tenantName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`)

// Validate names every setting that is out of its range.
func (c Config) Validate() error {
	var errs []error
	if c.Dir == "" {
		errs = append(errs, errors.New("store.dir is empty: name the directory that keeps Yagura's data"))
	}
	if !tenantName.MatchString(c.Tenant) {
		errs = append(errs, fmt.Errorf(
			"store.tenant %q: use lower-case letters, digits, - and _ (at most 63), for example kitakata", c.Tenant))
	}
	between := func(key string, v, low, high int) {
		if v < low || v > high {
			errs = append(errs, fmt.Errorf("store.%s is %d: it must be between %d and %d", key, v, low, high))
		}
	}
	between("keep_days", c.KeepDays, 1, 3660)
	between("max_gib", c.MaxGiB, 0, 1<<20)
	between("seal_rows", c.SealRows, 100, 1_000_000)
	between("queue", c.Queue, 1, 1<<22)
	between("hunt_memory_mib", c.HuntMemoryMiB, 64, 65_536)
	between("hunt_rows", c.HuntRows, 1, 1_000_000)
	between("hunt_workers", c.HuntWorkers, 1, 16)
	within := func(key string, v time.Duration) {
		if v < time.Second || v > time.Hour {
			errs = append(errs, fmt.Errorf("store.%s is %v: it must be between 1s and 1h", key, v))
		}
	}
	within("seal_every", c.SealEvery)
	within("hunt_timeout", c.HuntTimeout)
	return errors.Join(errs...)
}

func (c Config) stateFile() string  { return filepath.Join(c.Dir, "state", c.Tenant+".db") }
func (c Config) lockFile() string   { return filepath.Join(c.Dir, "state", c.Tenant+".lock") }
func (c Config) segmentDir() string { return filepath.Join(c.Dir, "segments", c.Tenant) }
func (c Config) tmpDir() string     { return filepath.Join(c.Dir, "tmp", c.Tenant) }
