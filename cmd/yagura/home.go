package main

import (
	"fmt"
	"net/netip"

	"github.com/yagura-project/yagura/event"
)

// defaultHome is what is inside where nothing else is configured.
var defaultHome = []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"}

// homeNetworks are the inside networks.
type homeNetworks struct {
	list []netip.Prefix
	event.Inside
}

func newHome(list []string) (homeNetworks, error) {
	if len(list) == 0 {
		list = defaultHome
	}
	var out []netip.Prefix
	for i, s := range list {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return homeNetworks{}, fmt.Errorf("home[%d]: %q is no network; write it as 10.0.0.0/8", i, s)
		}
		out = append(out, p.Masked())
	}
	return homeNetworks{out, event.NewInside(out)}, nil
}
