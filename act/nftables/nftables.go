// Package nftables cuts machines off in the kernel of a Linux router or bridge: an own table whose sets forget by themselves.
//
// Everything stands in the table "inet yagura" (router) or "bridge yagura"
// (bridge); no other table is ever read or changed. The sets isolated4,
// isolated6 and isolated_mac hold the addresses, each with its remaining time
// and the order's UID as its comment, so that the isolations outlive Yagura
// and end without it. The chains stand before everything else of their hook
// (priority -300; bridge -200), so sessions that a later rule would let go on
// as established are cut too. With the last isolation the table goes.
//
// A router cuts what passes it: neighbours on one switch still reach each
// other, and Manager.Limits says so. A bridge between the ports cuts that too.
//
// By hand, without Yagura:
//
//	nft list table inet yagura      # who is cut off, for how long, by which order
//	nft delete table inet yagura    # open everything again
package nftables

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// Enforcer is the Linux firewall.
var Enforcer = act.Enforcer{
	Name:  "nftables",
	Title: event.Text{JA: "Linuxルーター・ブリッジ（nftables）", EN: "Linux router or bridge (nftables)"},
	Undo: event.Text{
		JA: "ルーターで「nft delete table inet yagura」（ブリッジでは「nft delete table bridge yagura」）を実行すると、すべての隔離が解けます。",
		EN: "On the router, `nft delete table inet yagura` (on a bridge `nft delete table bridge yagura`) ends every isolation.",
	},
	Config: func() any { c := DefaultConfig(); return &c },
	Open:   open,
}

// Config says where the firewall is.
type Config struct {
	Mode      string `yaml:"mode"`      // router (packets are routed here) or bridge (frames pass through here)
	NetNS     string `yaml:"netns"`     // network namespace, /run/netns/x; empty = Yagura's own
	ByMAC     bool   `yaml:"by_mac"`    // also match the hardware address, so that a new address does not help
	Conntrack bool   `yaml:"conntrack"` // also forget the machine's connections: needed where a flowtable offloads them
}

// DefaultConfig is the router on which Yagura runs.
func DefaultConfig() Config { return Config{Mode: "router", ByMAC: true, Conntrack: true} }

// Validate names what cannot be obeyed.
func (c *Config) Validate() error {
	var errs []error
	if c.Mode != "router" && c.Mode != "bridge" {
		errs = append(errs, fmt.Errorf("mode: %q is unknown: use router or bridge", c.Mode))
	}
	if c.NetNS != "" && !strings.HasPrefix(c.NetNS, "/") {
		errs = append(errs, fmt.Errorf("netns: %q is no path: write it as /run/netns/%s", c.NetNS, c.NetNS))
	}
	return errors.Join(errs...)
}

func open(config any, d act.Deps) (act.Hand, error) {
	c, ok := config.(*Config)
	if !ok {
		return nil, fmt.Errorf("settings of type %T where *nftables.Config is needed", config)
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	h := &hand{cfg: *c, deps: d, lay: layoutOf(*c, d.Allow)}
	if c.NetNS != "" {
		f, err := os.Open(c.NetNS)
		if err != nil {
			return nil, fmt.Errorf("netns: %w: is the namespace there? (ip netns)", err)
		}
		h.ns = f
	}
	return h, nil
}
