package openflow

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/yagura-project/yagura/act/openflow/ofp"
)

// Config says where the switches are and what happens to an isolated machine.
type Config struct {
	Switches []Switch      `yaml:"switches"`
	Listen   string        `yaml:"listen"`    // tls:ADDRESS:PORT where switches connect that have no address; better let Yagura connect
	CertFile string        `yaml:"cert_file"` // Yagura's certificate (PEM), for tls
	KeyFile  string        `yaml:"key_file"`  // its key (PEM)
	CAFile   string        `yaml:"ca_file"`   // whose certificates switches have (PEM): an authority for this purpose alone
	Mode     string        `yaml:"mode"`      // drop, or vlan: the machine is moved to the quarantine VLAN
	VLAN     uint16        `yaml:"vlan"`      // the quarantine VLAN, 1-4094; for mode vlan
	Gateways []netip.Addr  `yaml:"gateways"`  // routers whose hardware address an isolated machine may ask for, to reach what it may
	Priority uint16        `yaml:"priority"`  // of the flows in table 0: above all others, 1-65530
	Table    uint8         `yaml:"table"`     // this and the next table are Yagura's alone, 1-252
	Timeout  time.Duration `yaml:"timeout"`   // so long a switch may take to answer; 100 ms-1 m
}

// Switch is one bridge.
type Switch struct {
	Name       string   `yaml:"name"`       // for people
	Address    string   `yaml:"address"`    // tls:ADDRESS:PORT, unix:/var/run/openvswitch/BRIDGE.mgmt, or tcp: on loopback; empty = it connects
	Datapath   string   `yaml:"datapath"`   // its datapath id, 16 hexadecimal digits; needed where it connects, else checked if given
	Uplinks    []string `yaml:"uplinks"`    // names or numbers of ports with routers and switches behind them: never cut as a machine's own
	Quarantine string   `yaml:"quarantine"` // name or number of the uplink that carries the quarantine VLAN, tagged; for mode vlan
}

// DefaultConfig has no switch.
func DefaultConfig() Config {
	return Config{Mode: modeDrop, Priority: 65000, Table: 200, Timeout: 5 * time.Second}
}

const (
	modeDrop = "drop"
	modeVLAN = "vlan"
)

// Validate names what cannot be obeyed.
func (c *Config) Validate() error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if len(c.Switches) == 0 {
		wrong("switches: none is named: write at least - {address: \"unix:/var/run/openvswitch/br0.mgmt\"}")
	}
	if c.Mode != modeDrop && c.Mode != modeVLAN {
		wrong("mode: %q is unknown: use drop or vlan", c.Mode)
	}
	if c.Mode == modeVLAN && (c.VLAN < 1 || c.VLAN > 4094) {
		wrong("vlan: %d is no VLAN: use 1 to 4094", c.VLAN)
	}
	if c.Priority < 1 || c.Priority > 65530 {
		wrong("priority: %d is out of range: use 1 to 65530", c.Priority)
	}
	if c.Table < 1 || c.Table > 252 {
		wrong("table: %d is out of range: use 1 to 252", c.Table)
	}
	if c.Timeout < 100*time.Millisecond || c.Timeout > time.Minute {
		wrong("timeout: %v is out of range: use 100ms to 1m", c.Timeout)
	}
	for i, g := range c.Gateways {
		if !g.IsValid() || g.IsUnspecified() || g.IsMulticast() {
			wrong("gateways[%d]: %q is no address of a router", i, g)
		}
	}
	errs = append(errs, c.checkEnds(c.Listen, "listen"))
	for i, s := range c.Switches {
		errs = append(errs, c.checkSwitch(s, fmt.Sprintf("switches[%d]", i)))
	}
	return errors.Join(errs...)
}

func (c *Config) checkSwitch(s Switch, where string) error {
	errs := []error{c.checkEnds(s.Address, where+".address")}
	if s.Address == "" && (c.Listen == "" || s.Datapath == "") {
		errs = append(errs, fmt.Errorf("%s: neither an address to connect to, nor listen with its datapath", where))
	}
	if s.Datapath != "" {
		if _, err := parseDatapath(s.Datapath); err != nil {
			errs = append(errs, fmt.Errorf("%s.datapath: %w", where, err))
		}
	}
	if c.Mode == modeVLAN && s.Quarantine == "" {
		errs = append(errs, fmt.Errorf("%s.quarantine: mode vlan needs the port that carries VLAN %d", where, c.VLAN))
	}
	for i, u := range append([]string{s.Quarantine}, s.Uplinks...) {
		if n, err := strconv.ParseUint(u, 10, 32); err == nil && (n == 0 || n > ofp.PortLocal) {
			errs = append(errs, fmt.Errorf("%s.uplinks[%d]: %s is no port number", where, i-1, u))
		}
	}
	return errors.Join(errs...)
}

// checkEnds holds an address to: plain TCP on loopback alone, TLS only with certificates of both sides.
func (c *Config) checkEnds(address, where string) error {
	if address == "" {
		return nil
	}
	kind, rest, _ := strings.Cut(address, ":")
	switch kind {
	case "unix":
		if !strings.HasPrefix(rest, "/") {
			return fmt.Errorf("%s: %q is no path: write it as unix:/var/run/openvswitch/br0.mgmt", where, address)
		}
		return nil
	case "tls", "tcp":
	default:
		return fmt.Errorf("%s: %q: write it as tls:ADDRESS:PORT, unix:/PATH, or tcp:127.0.0.1:PORT", where, address)
	}
	host, port, err := net.SplitHostPort(rest)
	if n, perr := strconv.ParseUint(port, 10, 16); err != nil || perr != nil || n == 0 && where != "listen" {
		return fmt.Errorf("%s: %q has no port: OpenFlow's own is 6653", where, address)
	}
	ip, err := netip.ParseAddr(host)
	switch {
	case kind == "tcp" && (err != nil || !ip.IsLoopback()):
		return fmt.Errorf("%s: %q: plain TCP may be used on loopback (127.0.0.1, ::1) only: use tls", where, address)
	case kind == "tls" && (c.CertFile == "" || c.KeyFile == "" || c.CAFile == ""):
		return fmt.Errorf("%s: tls needs cert_file, key_file and ca_file: both sides show certificates", where)
	}
	return nil
}

func parseDatapath(s string) (uint64, error) {
	n, err := strconv.ParseUint(strings.TrimPrefix(strings.ReplaceAll(s, ":", ""), "0x"), 16, 64)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("%q is no datapath id: write its 16 hexadecimal digits, as ovs-vsctl get bridge BRIDGE datapath_id tells", s)
	}
	return n, nil
}
