package main

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
)

// zoneConfig names one zone of the town's network.
type zoneConfig struct {
	Name     string   `yaml:"name"`     // mynumber, lgwan, internet, school, dmz … as used in policy and 特定通信
	Networks []string `yaml:"networks"` // CIDRs; the longest match decides
}

// defaultHome is what is inside where nothing else is configured.
var defaultHome = []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"}

// networks answers what is inside and which zone an address is in.
type networks struct {
	home  []netip.Prefix
	zones []zonePrefix // longest first
}

type zonePrefix struct {
	prefix netip.Prefix
	zone   string
}

func newNetworks(home []string, zones []zoneConfig) (*networks, error) {
	if len(home) == 0 {
		home = defaultHome
	}
	n := &networks{}
	for i, s := range home {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, fmt.Errorf("home[%d]: %q is no network; write it as 10.0.0.0/8", i, s)
		}
		n.home = append(n.home, p.Masked())
	}
	for i, z := range zones {
		if z.Name == "" {
			return nil, fmt.Errorf("zones[%d].name: is empty; name the zone", i)
		}
		for j, s := range z.Networks {
			p, err := netip.ParsePrefix(s)
			if err != nil {
				return nil, fmt.Errorf("zones[%d].networks[%d]: %q is no network; write it as 10.1.0.0/16", i, j, s)
			}
			n.zones = append(n.zones, zonePrefix{p.Masked(), z.Name})
		}
	}
	slices.SortStableFunc(n.zones, func(a, b zonePrefix) int { return cmp.Compare(b.prefix.Bits(), a.prefix.Bits()) })
	return n, nil
}

// Home reports whether ip is inside. Link-local addresses of IPv6 are: they
// never leave their segment.
func (n *networks) Home(ip netip.Addr) bool {
	ip = ip.Unmap()
	if ip.Is6() && ip.IsLinkLocalUnicast() {
		return true
	}
	return slices.ContainsFunc(n.home, func(p netip.Prefix) bool { return p.Contains(ip) }) || n.Zone(ip) != ""
}

// Zone is the name of the zone that holds ip, "" where none does.
func (n *networks) Zone(ip netip.Addr) string {
	ip = ip.Unmap()
	for _, z := range n.zones {
		if z.prefix.Contains(ip) {
			return z.zone
		}
	}
	return ""
}
