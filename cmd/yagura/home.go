package main

import (
	"fmt"
	"net/netip"
	"slices"
)

// defaultHome is what is inside where nothing else is configured.
var defaultHome = []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"}

// homeNetworks are the inside networks.
type homeNetworks []netip.Prefix

func newHome(list []string) (homeNetworks, error) {
	if len(list) == 0 {
		list = defaultHome
	}
	var out homeNetworks
	for i, s := range list {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, fmt.Errorf("home[%d]: %q is no network; write it as 10.0.0.0/8", i, s)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// Contains reports whether ip is inside. Link-local addresses of IPv6 are: they never leave their segment.
func (h homeNetworks) Contains(ip netip.Addr) bool {
	ip = ip.Unmap()
	return ip.Is6() && ip.IsLinkLocalUnicast() || slices.ContainsFunc(h, func(p netip.Prefix) bool { return p.Contains(ip) })
}
