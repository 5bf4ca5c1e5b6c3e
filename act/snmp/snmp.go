// Package snmp moves the port of a machine into the quarantine VLAN, or shuts it down, at switches that can do nothing better than SNMP.
//
// The port is found afresh before each change: by the forwarding tables (Q-BRIDGE-MIB,
// BRIDGE-MIB), bridge port to interface (dot1dBasePortIfIndex). An uplink is never
// touched (named in the settings, or with a bridge or router as LLDP neighbour), nor
// a port with more machines than the settings allow, which is one. Three things make
// the VLAN of a port (RFC 4363): its PVID, and its bits in each VLAN's egress and
// untagged lists; all are set, and all are read back. How the port was before is kept
// on disk before anything is sent, and given back bit by bit: what somebody else has
// changed meanwhile at other ports stays.
//
// A switch forgets this when it restarts (it is not written to its start-up
// configuration, on purpose: then nothing of ours outlives us); Yagura sets it anew.
//
// By hand, without Yagura: act/snmp.json in Yagura's folder lists each port with its
// VLANs before; give the port these VLANs at the switch, or restart the switch.
package snmp

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// Enforcer is switches by SNMP.
var Enforcer = act.Enforcer{
	Name:  "snmp",
	Title: event.Text{JA: "スイッチのポート（SNMP）", EN: "ports of switches (SNMP)"},
	Undo: event.Text{
		JA: "スイッチで、そのポートのVLANを元に戻してください。元のVLANは隔離の記録（受領証）とYaguraのフォルダーのact/snmp.jsonにあります。設定を保存していないスイッチは、再起動でも元に戻ります。",
		EN: "At the switch give the port its VLANs back: they stand in the order's receipts and in act/snmp.json in Yagura's folder. A restart of a switch whose configuration was not saved does it, too.",
	},
	Config: func() any { c := DefaultConfig(); return &c },
	Open:   open,
}

// What is done to a port.
const (
	moves = "vlan"
	shuts = "down"
)

// Config says which switches are spoken to and what is done to a port.
type Config struct {
	Switches []Switch      `yaml:"switches"` // those at which machines are plugged in
	Action   string        `yaml:"action"`   // vlan: into the quarantine VLAN; down: the port is shut
	VLAN     int           `yaml:"vlan"`     // the quarantine VLAN, 1–4094, which must exist on the switches
	Wait     time.Duration `yaml:"wait"`     // for one answer of a switch, asked three times; 200ms–30s
	Fresh    time.Duration `yaml:"fresh"`    // how old a switch's tables may be when a machine is looked for; 0–1m
}

// Switch is one switch and how it is spoken to.
type Switch struct {
	Name      string   `yaml:"name"`           // as people call it; empty = its address
	Address   string   `yaml:"address"`        // IP address, with :port where it is not 161
	Version   string   `yaml:"version"`        // 3 (empty = 3), or 2c
	Plain     bool     `yaml:"allow_v2c"`      // version 2c sends its password readable over the network: say true to accept that
	Community string   `yaml:"community_file"` // of version 2c: file that holds the community that may write
	User      string   `yaml:"user"`           // of version 3
	Auth      string   `yaml:"auth"`           // sha256, sha512, sha or md5
	AuthFile  string   `yaml:"auth_file"`      // file that holds its password
	Priv      string   `yaml:"priv"`           // aes, aes256 or des
	PrivFile  string   `yaml:"priv_file"`      // file that holds its password
	Uplinks   []string `yaml:"uplinks"`        // ports that are never touched, whatever is seen there: Gi1/0/49
	MaxMACs   int      `yaml:"max_macs"`       // a port with more machines is not touched; 0 = 1, up to 8 (a telephone and its PC: 2)
	VLAN      int      `yaml:"vlan"`           // its quarantine VLAN where it is another
}

// DefaultConfig moves into a VLAN that the site names.
func DefaultConfig() Config {
	return Config{Action: moves, Wait: time.Second, Fresh: 10 * time.Second}
}

// Validate names every setting that cannot be obeyed.
func (c *Config) Validate() error {
	var errs []error
	if c.Action != moves && c.Action != shuts {
		errs = append(errs, fmt.Errorf("action: %q is unknown: use vlan or down", c.Action))
	}
	if c.Wait < 200*time.Millisecond || c.Wait > 30*time.Second {
		errs = append(errs, fmt.Errorf("wait: %v is out of range: use 200ms to 30s", c.Wait))
	}
	if c.Fresh < 0 || c.Fresh > time.Minute {
		errs = append(errs, fmt.Errorf("fresh: %v is out of range: use 0 to 1m", c.Fresh))
	}
	if len(c.Switches) == 0 {
		errs = append(errs, errors.New("switches: none is named"))
	}
	known := map[string]bool{}
	for i, s := range c.Switches {
		err := s.validate()
		if vlan := s.quarantine(*c); err == nil && c.Action == moves && (vlan < 1 || vlan > 4094) {
			err = fmt.Errorf("vlan: %d: name the quarantine VLAN, 1–4094", vlan)
		}
		if err == nil && known[s.Address] {
			err = fmt.Errorf("address: %s is named twice", s.Address)
		}
		if known[s.Address] = true; err != nil {
			errs = append(errs, fmt.Errorf("switches[%d].%w", i, err))
		}
	}
	return errors.Join(errs...)
}

func (s Switch) quarantine(c Config) int {
	if s.VLAN != 0 {
		return s.VLAN
	}
	return c.VLAN
}

func (s Switch) validate() error {
	switch _, err := s.addrPort(); {
	case err != nil:
		return fmt.Errorf("address: %q: write an IP address, or one with its port", s.Address)
	case s.MaxMACs < 0 || s.MaxMACs > 8:
		return fmt.Errorf("max_macs: %d: write 1 to 8", s.MaxMACs)
	case s.Version == "2c" && !s.Plain:
		return errors.New("version: 2c sends its password readable over the network: use version 3 with auth and priv, or set allow_v2c")
	case s.Version == "2c" && s.Community == "":
		return errors.New("community_file: version 2c needs the file that holds the community")
	case s.Version == "2c":
		return nil
	case s.Version != "" && s.Version != "3":
		return fmt.Errorf("version: %q: use 3, or 2c", s.Version)
	case s.User == "":
		return errors.New("user: version 3 needs one")
	case !slices.Contains([]string{"md5", "sha", "sha256", "sha512"}, s.Auth):
		return fmt.Errorf("auth: %q: use sha256, sha512, sha or md5; who may write must be authentic", s.Auth)
	case !slices.Contains([]string{"des", "aes", "aes256"}, s.Priv):
		return fmt.Errorf("priv: %q: use aes, aes256 or des", s.Priv)
	case s.AuthFile == "":
		return errors.New("auth_file: name the file that holds the password")
	case s.PrivFile == "":
		return errors.New("priv_file: name the file that holds the password")
	}
	return nil
}

func (s Switch) addrPort() (netip.AddrPort, error) {
	if a, err := netip.ParseAddr(s.Address); err == nil {
		return netip.AddrPortFrom(a, 161), nil
	}
	return netip.ParseAddrPort(s.Address)
}

func (s Switch) name() string {
	if s.Name != "" {
		return s.Name
	}
	return s.Address
}

func (s Switch) most() int { return max(s.MaxMACs, 1) }
