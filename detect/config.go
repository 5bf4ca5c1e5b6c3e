package detect

import (
	"errors"
	"fmt"
	"net/netip"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/yagura-project/yagura/event"
)

// Config says which detectors run, with which numbers, and what is exempt.
type Config struct {
	Disabled    []string                  `yaml:"disabled"`     // IDs of detectors that do not run
	Detectors   map[string]map[string]any `yaml:"detectors"`    // ID → its own settings; an unknown key is an error
	Exceptions  []Exception               `yaml:"exceptions"`   // findings that are known and accepted
	FoldFor     time.Duration             `yaml:"fold_for"`     // repeats within this time join the same finding; ≥ 1m
	MaxFindings int                       `yaml:"max_findings"` // folded findings held; ≥ 100
}

// DefaultConfig runs every detector with its defaults.
func DefaultConfig() Config { return Config{FoldFor: 24 * time.Hour, MaxFindings: 20_000} }

// Validate reports what cannot work.
func (c Config) Validate() error {
	var errs []error
	if c.FoldFor < time.Minute {
		errs = append(errs, fmt.Errorf("detect.fold_for %s: write 1m or more", c.FoldFor))
	}
	if c.MaxFindings < 100 {
		errs = append(errs, fmt.Errorf("detect.max_findings %d: write 100 or more", c.MaxFindings))
	}
	for i, x := range c.Exceptions {
		if err := x.Validate(); err != nil {
			errs = append(errs, fmt.Errorf("detect.exceptions[%d]: %w", i, err))
		}
	}
	return errors.Join(errs...)
}

// Exception accepts findings: all its filled conditions must hold. It needs an owner, a reason and an end.
type Exception struct {
	Detector  string    `yaml:"detector"`  // ID; "" = any
	Behaviour string    `yaml:"behaviour"` // class name; "" = any
	Device    string    `yaml:"device"`    // address, CIDR, MAC or host name
	Peer      string    `yaml:"peer"`      // address or CIDR of the other side
	Subject   string    `yaml:"subject"`   // subject as shown in the finding; * and ? allowed
	Owner     string    `yaml:"owner"`
	Reason    string    `yaml:"reason"`
	Expires   time.Time `yaml:"expires"`
}

// Validate wants a condition, an owner, a reason and an end.
func (x Exception) Validate() error {
	switch {
	case x.Detector == "" && x.Behaviour == "" && x.Device == "" && x.Peer == "" && x.Subject == "":
		return errors.New("would accept everything: name a detector, device, peer or subject")
	case x.Owner == "" || x.Reason == "":
		return errors.New("owner and reason are needed, so that someone can ask later")
	case x.Expires.IsZero():
		return errors.New("expires is needed: exceptions are looked at again")
	}
	_, err := path.Match(x.Subject, "")
	return err
}

// Accepts reports whether the exception covers the finding.
func (x Exception) Accepts(f *event.Finding) bool {
	return f.Time.Before(x.Expires) &&
		(x.Detector == "" || x.Detector == f.Advisory.ID) &&
		(x.Behaviour == "" || x.Behaviour == f.Behaviour) &&
		(x.Subject == "" || glob(x.Subject, f.Subject)) &&
		(x.Device == "" || isDevice(x.Device, f.Device)) &&
		(x.Peer == "" || slices.ContainsFunc(f.Peers, func(p event.Endpoint) bool { return covers(x.Peer, p.IP) }))
}

func glob(pattern, s string) bool {
	ok, err := path.Match(strings.ToLower(pattern), strings.ToLower(s))
	return ok && err == nil || strings.EqualFold(pattern, s)
}

func isDevice(want string, d event.Device) bool {
	return covers(want, d.IP) || strings.EqualFold(want, d.Hostname) && want != "" || !d.MAC.IsZero() && strings.EqualFold(want, d.MAC.String())
}

func covers(want string, ip netip.Addr) bool {
	if p, err := netip.ParsePrefix(want); err == nil {
		return p.Contains(ip)
	}
	a, err := netip.ParseAddr(want)
	return err == nil && a == ip
}

// Make starts one detector alone, with the user's settings over its defaults; the engine does this for each.
func (d Detector) Make(user map[string]any, deps Deps) (Instance, error) {
	cfg, err := d.configure(user)
	if err != nil {
		return nil, err
	}
	return d.New(cfg, deps.complete()), nil
}

// configure overlays the user's settings on the detector's defaults, strictly.
func (d Detector) configure(user map[string]any) (any, error) {
	if d.Config == nil {
		if len(user) > 0 {
			return nil, fmt.Errorf("detect.detectors.%s: this detector has no settings", d.Info.ID)
		}
		return nil, nil
	}
	cfg := d.Config()
	if len(user) > 0 {
		b, err := yaml.Marshal(user)
		if err != nil {
			return nil, fmt.Errorf("detect.detectors.%s: %w", d.Info.ID, err)
		}
		if err := yaml.UnmarshalWithOptions(b, cfg, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("detect.detectors.%s: %w", d.Info.ID, err)
		}
	}
	if v, ok := cfg.(Validator); ok {
		if err := v.Validate(); err != nil {
			return nil, fmt.Errorf("detect.detectors.%s: %w", d.Info.ID, err)
		}
	}
	return cfg, nil
}
