package asset

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"
)

// Switch is one switch or router whose tables are read by SNMP, never written.
type Switch struct {
	Name      string        `yaml:"name"`           // as people call it; "" = what it calls itself (sysName)
	Address   string        `yaml:"address"`        // IP address, with :port where it is not 161
	Version   string        `yaml:"version"`        // 2c or 3; "" = 3 with a user, else 2c
	Community string        `yaml:"community_file"` // file that holds the read-only community of version 2c
	User      string        `yaml:"user"`           // of version 3
	Auth      string        `yaml:"auth"`           // of version 3: sha256, sha512, sha, md5 or none
	AuthFile  string        `yaml:"auth_file"`      // file that holds its password
	Priv      string        `yaml:"priv"`           // of version 3: aes, aes256, des or none
	PrivFile  string        `yaml:"priv_file"`      // file that holds its password
	Every     time.Duration `yaml:"every"`          // how often it is read; 0 = 5m, ≥ 30s
	MaxMACs   int           `yaml:"max_macs"`       // a port with more addresses is an uplink, not a place; 0 = 8
	Uplinks   []string      `yaml:"uplinks"`        // ports that are uplinks whatever is seen: Gi1/0/49
}

// Validate reports what cannot work.
func (s Switch) Validate() error {
	if _, err := netip.ParseAddr(s.Address); err != nil {
		if _, err := netip.ParseAddrPort(s.Address); err != nil {
			return fmt.Errorf("address %q: write an IP address, or one with its port", s.Address)
		}
	}
	switch {
	case s.Every != 0 && s.Every < 30*time.Second:
		return fmt.Errorf("every %s: write 30s or more, or 0 for 5m", s.Every)
	case s.MaxMACs < 0:
		return fmt.Errorf("max_macs %d: write 1 or more, or 0 for 8", s.MaxMACs)
	case s.Version != "" && s.Version != "2c" && s.Version != "3":
		return fmt.Errorf("version %q: write 2c or 3", s.Version)
	case s.V3() && s.User == "":
		return errors.New("user: version 3 needs one")
	case !s.V3() && s.Community == "":
		return errors.New("community_file: version 2c needs the file that holds the community")
	case !slices.Contains([]string{"", "none", "md5", "sha", "sha256", "sha512"}, s.Auth):
		return fmt.Errorf("auth %q: write sha256, sha512, sha, md5 or none", s.Auth)
	case !slices.Contains([]string{"", "none", "des", "aes", "aes256"}, s.Priv):
		return fmt.Errorf("priv %q: write aes, aes256, des or none", s.Priv)
	case s.Private() && !s.Authentic():
		return errors.New("priv needs auth, too (RFC 3414 §1.4.3)")
	case s.Authentic() && s.AuthFile == "", s.Private() && s.PrivFile == "":
		return errors.New("auth_file and priv_file hold the passwords: name them")
	}
	return nil
}

// V3 reports whether the switch is asked by SNMP version 3.
func (s Switch) V3() bool { return s.Version == "3" || s.Version == "" && s.User != "" }

// Authentic reports whether messages are authenticated.
func (s Switch) Authentic() bool { return s.Auth != "" && s.Auth != "none" }

// Private reports whether messages are encrypted.
func (s Switch) Private() bool { return s.Priv != "" && s.Priv != "none" }
