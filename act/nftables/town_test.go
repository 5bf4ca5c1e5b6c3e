package nftables

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/act/acttest/street"
)

// town is two PCs, a server and, between them, a router or a bridge, each in a network namespace.
type town struct {
	*street.Ground
	bridge bool
}

// Machines of the town: namespace suffix, IPv4, IPv6.
var (
	pcA    = machineOf("a", "10.77.1.2", "fd77:1::2")
	gateA  = machineOf("r", "10.77.1.1", "fd77:1::1") // the router's own on that cable
	pcB    = machineOf("b", "10.77.2.2", "fd77:2::2")
	srv    = machineOf("s", "10.77.9.2", "fd77:9::2")
	bridgA = machineOf("a", "10.77.5.2", "fd77:5::2")
	bridgB = machineOf("b", "10.77.5.3", "fd77:5::3")
	bridgS = machineOf("s", "10.77.5.9", "fd77:5::9")
)

type machineIn struct {
	ns     string
	v4, v6 netip.Addr
}

func machineOf(ns, v4, v6 string) machineIn {
	return machineIn{ns, netip.MustParseAddr(v4), netip.MustParseAddr(v6)}
}

// foreign is a ruleset that was there before Yagura and lets established sessions go on.
const foreign = `
table inet filter {
	set admins { type ipv4_addr; elements = { 10.77.9.2 } }
	chain forward {
		type filter hook forward priority filter; policy accept;
		ct state established,related counter accept
		ip saddr @admins tcp dport 22 accept comment "maintenance"
	}
}
table ip nat {
	chain post { type nat hook postrouting priority srcnat; policy accept; ip saddr 192.0.2.0/24 masquerade; }
}
`

func newTown(t *testing.T, bridge bool) *town {
	w := &town{street.Lay(t, "nft", "nft"), bridge}
	for _, ns := range []string{"r", "a", "b", "s"} {
		w.Space(ns)
	}
	w.In("r", "sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1")
	if bridge {
		w.In("r", "ip link add br0 type bridge && ip link set br0 up")
		for _, m := range []machineIn{bridgA, bridgB, bridgS} {
			w.cable(m, "")
		}
	} else {
		for n, m := range map[int]machineIn{1: pcA, 2: pcB, 9: srv} {
			w.cable(m, fmt.Sprintf("10.77.%d.1/24 fd77:%d::1/64", n, n))
		}
		w.feed("r", foreign)
	}
	return w
}

// inside is the router's end of a machine's cable.
func (w *town) inside(m machineIn) string { return fmt.Sprintf("y%s%d", m.ns, os.Getpid()%10000) }

func (w *town) cable(m machineIn, gateway string) {
	inside := w.inside(m)
	w.Cable(m.ns, "r", inside, "", fmt.Sprintf("%s/24", m.v4), fmt.Sprintf("%s/64", m.v6))
	if w.bridge {
		w.In("r", "ip link set "+inside+" master br0")
		return
	}
	v4, v6, _ := strings.Cut(gateway, " ")
	w.In("r", fmt.Sprintf("ip addr add %s dev %s && ip addr add %s dev %s nodad", v4, inside, v6, inside))
	w.In(m.ns, fmt.Sprintf("ip route add default via %s && ip -6 route add default via %s", strings.TrimSuffix(v4, "/24"), strings.TrimSuffix(v6, "/64")))
}

func (w *town) feed(ns, rules string) {
	w.TB.Helper()
	cmd := exec.Command("ip", "netns", "exec", w.Prefix+ns, "nft", "-f", "-")
	cmd.Stdin = strings.NewReader(rules)
	if out, err := cmd.CombinedOutput(); err != nil {
		w.TB.Fatalf("nft: %v\n%s", err, out)
	}
}

// ruleset is all that the firewall has, without what counts up by itself.
func (w *town) ruleset(t *testing.T) string {
	t.Helper()
	return w.In("r", "nft -s list ruleset; nft -s -j list ruleset")
}

func (w *town) config() *Config {
	c := DefaultConfig()
	c.NetNS = w.Path("r")
	if w.bridge {
		c.Mode = "bridge"
	}
	return &c
}

func (w *town) open(t *testing.T, d act.Deps) act.Hand {
	t.Helper()
	h, err := Enforcer.Open(w.config(), d)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// talk opens a TCP session from one machine to another and says whether a byte comes back.
func (w *town) talk(t *testing.T, from machineIn, local, remote netip.Addr) func(time.Duration) bool {
	t.Helper()
	return acttest.Answers(w.Dial(t, from.ns, "tcp", local, remote))
}
