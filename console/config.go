package console

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"time"
)

// Config is the `console` section of yagura.yaml.
type Config struct {
	Listen       string        `yaml:"listen"`        // address and port, 127.0.0.1:8440
	Hosts        []string      `yaml:"hosts"`         // names under which browsers may call the console; empty = the address itself
	TLS          TLSConfig     `yaml:"tls"`           //
	SessionHours int           `yaml:"session_hours"` // 1–168; after that one logs in again
	IdleMinutes  int           `yaml:"idle_minutes"`  // 5–1440 without a request
	MetricsFrom  []string      `yaml:"metrics_from"`  // CIDRs that may read /metrics beside this machine itself
	Contact      Contact       `yaml:"contact"`       // whom to call, shown on each case
	Approvers    []Approver    `yaml:"approvers"`     // who may answer a proposal by the link in a mail
	AnswerFor    time.Duration `yaml:"answer_for"`    // such a link ends after this; 10m–24h
	Demo         bool          `yaml:"-"`             // the first password may be kept
	Heartbeat    time.Duration `yaml:"-"`             // of the live stream
	Cost         HashCost      `yaml:"-"`             // of one password hash
}

// Contact is the telephone number that a tired person needs at 9 p.m.
type Contact struct {
	Name  string `yaml:"name" json:"name"`
	Phone string `yaml:"phone" json:"phone"`
}

// TLSConfig turns HTTPS on: with certificate and key files, or with a certificate that Yagura makes itself.
type TLSConfig struct {
	Cert       string `yaml:"cert"` // PEM file
	Key        string `yaml:"key"`  // PEM file, readable by Yagura only
	SelfSigned bool   `yaml:"self_signed"`
}

func (t TLSConfig) enabled() bool { return t.Cert != "" || t.SelfSigned }

// DefaultConfig listens on this machine only, without TLS.
func DefaultConfig() Config {
	return Config{Listen: "127.0.0.1:8440", SessionHours: 12, IdleMinutes: 120, AnswerFor: 12 * time.Hour, Heartbeat: 15 * time.Second, Cost: defaultCost}
}

// Validate names each setting that cannot be used and how to write it.
func (c Config) Validate() error {
	var errs []error
	if _, port, err := net.SplitHostPort(c.Listen); err != nil {
		errs = append(errs, fmt.Errorf("listen: %q is no address with port; write for example 127.0.0.1:8440", c.Listen))
	} else if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		errs = append(errs, fmt.Errorf("listen: port %q is outside 0–65535", port))
	}
	if c.SessionHours < 1 || c.SessionHours > 168 {
		errs = append(errs, fmt.Errorf("session_hours: %d is outside 1–168", c.SessionHours))
	}
	if c.IdleMinutes < 5 || c.IdleMinutes > 1440 {
		errs = append(errs, fmt.Errorf("idle_minutes: %d is outside 5–1440", c.IdleMinutes))
	}
	if c.AnswerFor < 10*time.Minute || c.AnswerFor > 24*time.Hour {
		errs = append(errs, fmt.Errorf("answer_for: %v is outside 10m–24h", c.AnswerFor))
	}
	for i, a := range c.Approvers {
		if err := a.check(); err != nil {
			errs = append(errs, fmt.Errorf("approvers[%d].%w", i, err))
		}
	}
	if (c.TLS.Cert == "") != (c.TLS.Key == "") {
		errs = append(errs, errors.New("tls: cert and key belong together; give both, or self_signed: true"))
	}
	for _, s := range c.MetricsFrom {
		if _, err := netip.ParsePrefix(s); err != nil {
			errs = append(errs, fmt.Errorf("metrics_from: %q is no CIDR; write for example 192.0.2.0/24", s))
		}
	}
	return errors.Join(errs...)
}
