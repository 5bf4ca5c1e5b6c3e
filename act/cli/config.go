package cli

import (
	"errors"
	"fmt"
	"net"
	"time"
)

// Config says which switches there are and what is done at a port.
type Config struct {
	Action   string        `yaml:"action"`  // vlan (into the quarantine VLAN) or shutdown (the port is closed)
	VLAN     int           `yaml:"vlan"`    // the quarantine VLAN, 2–4094; it must exist on every switch
	Timeout  time.Duration `yaml:"timeout"` // for one answer of a switch, 1 s–1 m
	Switches []Switch      `yaml:"switches"`
}

// Switch is one switch and how it is reached.
type Switch struct {
	Name         string   `yaml:"name"`          // for people
	Address      string   `yaml:"address"`       // host:port of its SSH server
	Dialect      string   `yaml:"dialect"`       // alliedware-plus or cisco-ios
	User         string   `yaml:"user"`          // who may configure ports
	PasswordFile string   `yaml:"password_file"` // its first line is the password; mode 600
	KeyFile      string   `yaml:"key_file"`      // private key (OpenSSH) instead of, or beside, the password
	EnableFile   string   `yaml:"enable_file"`   // its first line is the password of enable, where one is asked; mode 600
	KnownHosts   string   `yaml:"known_hosts"`   // file with the switch's public key; without its line nothing is sent
	Uplinks      []string `yaml:"uplinks"`       // ports that are never changed, as the configuration writes them: port1.0.24
	Legacy       bool     `yaml:"legacy"`        // also old methods of SSH (SHA-1, CBC), which old switches need
}

// maxIdle is how long a terminal on a switch is kept open unused.
const maxIdle = 30 * time.Second

// DefaultConfig names no switch and no VLAN: both must be given.
func DefaultConfig() Config { return Config{Action: "vlan", Timeout: 10 * time.Second} }

// Validate names what cannot be obeyed.
func (c *Config) Validate() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if c.Action != "vlan" && c.Action != "shutdown" {
		bad("action: %q is unknown: use vlan or shutdown", c.Action)
	}
	if c.Action == "vlan" && (c.VLAN < 2 || c.VLAN > 4094) {
		bad("vlan: %d is no quarantine VLAN: use 2 to 4094", c.VLAN)
	}
	if c.Timeout < time.Second || c.Timeout > time.Minute {
		bad("timeout: %v is out of range: use 1s to 1m", c.Timeout)
	}
	if len(c.Switches) == 0 {
		bad("switches: none is named")
	}
	known, err := dialects()
	if err != nil {
		return err
	}
	names := map[string]bool{}
	for i, s := range c.Switches {
		at := fmt.Sprintf("switches[%d]", i)
		if s.Name == "" || names[s.Name] {
			bad("%s.name: %q: every switch needs a name of its own", at, s.Name)
		}
		names[s.Name] = true
		if _, _, err := net.SplitHostPort(s.Address); err != nil {
			bad("%s.address: %q: write it as 10.1.0.2:22", at, s.Address)
		}
		if known[s.Dialect] == nil {
			bad("%s.dialect: %q is unknown: use one of %s", at, s.Dialect, dialectNames(known))
		}
		if s.User == "" {
			bad("%s.user: it is empty", at)
		}
		if s.PasswordFile == "" && s.KeyFile == "" {
			bad("%s: name a password_file or a key_file", at)
		}
		if s.KnownHosts == "" {
			bad("%s.known_hosts: name the file with the switch's key (ssh-keyscan, then compare the fingerprint on its console)", at)
		}
	}
	return errors.Join(errs...)
}
