// Package asset says which machine, user, department and zone an address was at a moment, from what the network itself tells and from a CSV of assets.
package asset

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"
)

// Config says where the zones are, which lists of assets are read and how much is remembered.
type Config struct {
	Home       []netip.Prefix `yaml:"-"`           // inside networks; set by cmd from the top of yagura.yaml
	Zones      []Zone         `yaml:"zones"`       // named networks; the longest prefix wins
	CSV        []string       `yaml:"csv"`         // lists of assets, UTF-8 or Shift_JIS; later lines win
	MaxDevices int            `yaml:"max_devices"` // machines remembered; ≥ 100
	Switches   []Switch       `yaml:"switches"`    // read by SNMP to say at which port a machine is plugged in
	Forget     time.Duration  `yaml:"forget"`      // a machine unseen for so long is forgotten (not those of the CSV); ≥ 1h
}

// Zone is one named part of the network.
type Zone struct {
	Name string         `yaml:"name"` // mynumber lgwan internet school dmz …
	CIDR []netip.Prefix `yaml:"cidr"`
}

// DefaultConfig remembers 20,000 machines for 90 days.
func DefaultConfig() Config { return Config{MaxDevices: 20_000, Forget: 90 * 24 * time.Hour} }

// Validate reports what cannot work.
func (c Config) Validate() error {
	var errs []error
	if c.MaxDevices < 100 {
		errs = append(errs, fmt.Errorf("asset.max_devices %d: write 100 or more", c.MaxDevices))
	}
	if c.Forget < time.Hour {
		errs = append(errs, fmt.Errorf("asset.forget %s: write 1h or more", c.Forget))
	}
	for i, z := range c.Zones {
		if z.Name == "" || len(z.CIDR) == 0 {
			errs = append(errs, fmt.Errorf("asset.zones[%d]: a zone needs a name and at least one CIDR", i))
		}
	}
	for i, s := range c.Switches {
		if err := s.Validate(); err != nil {
			errs = append(errs, fmt.Errorf("asset.switches[%d]: %w", i, err))
		}
	}
	return errors.Join(errs...)
}

type zoneEntry struct {
	net  netip.Prefix
	name string
}

// zoneTable is sorted by prefix length, longest first.
type zoneTable []zoneEntry

func newZones(zones []Zone) (t zoneTable) {
	for _, z := range zones {
		for _, c := range z.CIDR {
			t = append(t, zoneEntry{c.Masked(), z.Name})
		}
	}
	slices.SortStableFunc(t, func(a, b zoneEntry) int { return b.net.Bits() - a.net.Bits() })
	return t
}

func (t zoneTable) of(ip netip.Addr) string {
	ip = ip.Unmap()
	for _, z := range t {
		if z.net.Contains(ip) {
			return z.name
		}
	}
	return ""
}
