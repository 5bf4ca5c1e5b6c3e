package capture

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// town makes a namespace with a veth pair inside and gives its name.
func town(t *testing.T) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root: makes a network namespace")
	}
	const ns = "ygs-capture"
	exec.Command("ip", "netns", "del", ns).Run()
	for _, args := range []string{
		"netns add " + ns,
		"-n " + ns + " link add ygs0 type veth peer name ygs1",
		"-n " + ns + " addr add 192.0.2.1/24 dev ygs0",
		"-n " + ns + " link set lo up",
		"-n " + ns + " link set ygs0 up",
		"-n " + ns + " link set ygs1 up",
	} {
		if out, err := exec.Command("ip", strings.Fields(args)...).CombinedOutput(); err != nil {
			t.Skipf("cannot make a network namespace here: ip %s: %s", args, out)
		}
	}
	t.Cleanup(func() { exec.Command("ip", "netns", "del", ns).Run() })
	return ns
}

func TestLive(t *testing.T) {
	ns := town(t)
	cfg := DefaultLiveConfig()
	cfg.Interfaces, cfg.Namespace, cfg.Blocks = []string{"ygs0", "ygs1"}, ns, 4
	l, err := OpenLive(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	send := exec.Command("ip", "netns", "exec", ns, "bash", "-c", "for i in {1..20}; do echo yagura > /dev/udp/192.0.2.9/9; done")
	neigh := exec.Command("ip", "-n", ns, "neigh", "add", "192.0.2.9", "lladdr", "02:00:00:00:00:09", "dev", "ygs0")
	if out, err := neigh.CombinedOutput(); err != nil {
		t.Fatalf("%s", out)
	}
	if out, err := send.CombinedOutput(); err != nil {
		t.Fatalf("%s", out)
	}
	out, in := 0, 0
	var p Packet
	for idle := 0; idle < 5 && out+in < 40; {
		if err := l.Next(&p); errors.Is(err, ErrIdle) {
			idle++
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(string(p.Data), "yagura\n") && p.Link == LinkEthernet {
			if p.Outgoing && p.Iface == "ygs0" {
				out++
			} else if !p.Outgoing && p.Iface == "ygs1" {
				in++
			}
		}
	}
	if s := l.Stats(); out != 20 || in != 20 || s.Drops != 0 {
		t.Errorf("%d out, %d in, want 20 each; %+v", out, in, s)
	}
}

// TestOneInterfaceGone checks that the others are listened to when one is pulled out, and that it is told of; the last one is an error.
func TestOneInterfaceGone(t *testing.T) {
	ns := town(t)
	ip := func(args string) {
		t.Helper()
		if out, err := exec.Command("ip", strings.Fields("-n "+ns+" "+args)...).CombinedOutput(); err != nil {
			t.Fatalf("ip %s: %s", args, out)
		}
	}
	ip("link add ygs2 type veth peer name ygs3")
	ip("link set ygs2 up")
	ip("neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev ygs0")
	cfg := DefaultLiveConfig()
	cfg.Interfaces, cfg.Namespace, cfg.Blocks = []string{"ygs2", "ygs1"}, ns, 4
	l, err := OpenLive(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ip("link del ygs2")
	var p Packet
	for len(l.Stats().Gone) == 0 {
		if err := l.Next(&p); err != nil && !errors.Is(err, ErrIdle) {
			t.Fatal(err)
		}
	}
	if gone := l.Stats().Gone; !slices.Equal(gone, []string{"ygs2"}) {
		t.Errorf("gone: %q", gone)
	}
	if out, err := exec.Command("ip", "netns", "exec", ns, "bash", "-c", "echo yagura > /dev/udp/192.0.2.9/9").CombinedOutput(); err != nil {
		t.Fatalf("%s", out)
	}
	for !strings.HasSuffix(string(p.Data), "yagura\n") {
		if err := l.Next(&p); err != nil && !errors.Is(err, ErrIdle) {
			t.Fatal(err)
		}
	}
	ip("link del ygs1")
	for err = nil; err == nil || errors.Is(err, ErrIdle); {
		err = l.Next(&p)
	}
	if !strings.Contains(err.Error(), "interface ygs1 is gone") {
		t.Error(err)
	}
}

// TestLiveEnds checks that cancelling ends a capture that waits for packets.
func TestLiveEnds(t *testing.T) {
	ns := town(t)
	cfg := DefaultLiveConfig()
	cfg.Interfaces, cfg.Namespace, cfg.Blocks = []string{"ygs1"}, ns, 2
	l, err := OpenLive(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s := &ticks{then: func() { time.AfterFunc(100*time.Millisecond, cancel) }}
	if err := Run(ctx, l, s); err != nil || s.n == 0 || errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Errorf("%v after %d ticks, %v", err, s.n, ctx.Err())
	}
	if err := l.Next(&Packet{}); !errors.Is(err, ErrClosed) {
		t.Errorf("after the end: %v", err)
	}
}

type ticks struct {
	n    int
	then func()
}

func (s *ticks) Packet(*Packet)    {}
func (s *ticks) Advance(time.Time) { s.n++; s.then() }

func TestLiveErrors(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root: opens packet sockets")
	}
	cfg := DefaultLiveConfig()
	cfg.Interfaces = []string{"nosuch0"}
	if _, err := OpenLive(cfg); err == nil || !strings.Contains(err.Error(), "no interface nosuch0; there are:") {
		t.Error(err)
	}
	cfg.Namespace = "ygs-none"
	if _, err := OpenLive(cfg); err == nil || !strings.Contains(err.Error(), "no network namespace ygs-none") {
		t.Error(err)
	}
	if err := denied("eth0", os.ErrPermission); !strings.Contains(err.Error(), "eth0") {
		t.Error(err)
	}
}

func TestLiveConfig(t *testing.T) {
	for want, edit := range map[string]func(*LiveConfig){
		"name at least one": func(c *LiveConfig) { c.Interfaces = nil },
		"block_size 5000":   func(c *LiveConfig) { c.BlockSize = 5000 },
		"blocks 1":          func(c *LiveConfig) { c.Blocks = 1 },
		"at most 4 GiB":     func(c *LiveConfig) { c.BlockSize, c.Blocks = 16<<20, 257 },
		"timeout 0s":        func(c *LiveConfig) { c.Timeout = 0 },
	} {
		c := DefaultLiveConfig()
		c.Interfaces = []string{"eth0"}
		if err := c.Validate(); err != nil {
			t.Fatal(err)
		}
		edit(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if _, err := net.InterfaceByName("lo"); err != nil {
		t.Log("this machine has no loopback:", err)
	}
}
