package capture

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// town makes a namespace with a veth pair inside and gives its name.
func town(t *testing.T) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root: makes a network namespace")
	}
	ns := fmt.Sprint("ygs-capture-", os.Getpid()) // another run of these tests may be under way
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

// TestStandingStill reads nothing for a second: the little that comes meanwhile waits, though each block of it is handed over nearly empty.
func TestStandingStill(t *testing.T) {
	ns := town(t)
	cfg := DefaultLiveConfig()
	cfg.Interfaces, cfg.Namespace, cfg.Blocks = []string{"ygs1"}, ns, 64
	l, err := OpenLive(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ipIn(t, ns, "neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev ygs0")
	talk := `end=$(( ${EPOCHREALTIME/./} + 1000000 )); n=0
while (( ${EPOCHREALTIME/./} < end )); do echo yagura > /dev/udp/192.0.2.9/9; n=$((n+1)); sleep 0.004; done; echo $n`
	out, err := exec.Command("ip", "netns", "exec", ns, "bash", "-c", talk).Output()
	if err != nil {
		t.Fatal(err)
	}
	var sent, came int
	fmt.Sscan(string(out), &sent)
	until(t, l, func(p *Packet) bool {
		if isSaid(p) {
			came++
		}
		return came == sent || l.Stats().Drops > 0
	})
	if d := l.Stats().Drops; sent == 0 || d != 0 {
		t.Errorf("%d of %d packets came, %d were lost", came, sent, d)
	}
}

// ipIn runs ip(8) in a network namespace.
func ipIn(t *testing.T, ns, args string) {
	t.Helper()
	if out, err := exec.Command("ip", strings.Fields("-n "+ns+" "+args)...).CombinedOutput(); err != nil {
		t.Fatalf("ip %s: %s", args, out)
	}
}

// say sends a datagram out of ygs0.
func say(t *testing.T, ns string) {
	t.Helper()
	if out, err := exec.Command("ip", "netns", "exec", ns, "bash", "-c", "echo yagura > /dev/udp/192.0.2.9/9").CombinedOutput(); err != nil {
		t.Fatalf("%s", out)
	}
}

// until reads packets, and waits, until done says so of one or of nothing.
func until(t *testing.T, l Source, done func(p *Packet) bool) {
	t.Helper()
	var p Packet
	for range 1000 { // a hundred seconds, where nothing comes
		err := l.Next(&p)
		if err != nil && !errors.Is(err, ErrIdle) {
			t.Fatal(err)
		}
		if errors.Is(err, ErrIdle) {
			p.Data = nil
		}
		if done(&p) {
			return
		}
	}
	t.Fatal("what is waited for does not come")
}

func isSaid(p *Packet) bool { return strings.HasSuffix(string(p.Data), "yagura\n") }

// TestInterfaceGone checks that the others are listened to when one is pulled out, that it is told of, and that each is listened to again
// when it returns, though nothing is left meanwhile, and though it returns more than once. One that is down is told
// of, too.
func TestInterfaceGone(t *testing.T) {
	ns := town(t)
	ipIn(t, ns, "link add ygs2 type veth peer name ygs3")
	ipIn(t, ns, "link set ygs2 up")
	ipIn(t, ns, "neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev ygs0")
	cfg := DefaultLiveConfig()
	cfg.Interfaces, cfg.Namespace, cfg.Blocks = []string{"ygs2", "ygs1"}, ns, 4
	l, err := OpenLive(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ipIn(t, ns, "link del ygs2")
	until(t, l, func(*Packet) bool { return slices.Equal(l.Stats().Gone, []string{"ygs2"}) })
	say(t, ns)
	until(t, l, isSaid)
	for range 3 {
		ipIn(t, ns, "link del ygs1")
		until(t, l, func(*Packet) bool { return len(l.Stats().Gone) == 2 })
		ipIn(t, ns, "link add ygs0 type veth peer name ygs1")
		ipIn(t, ns, "addr add 192.0.2.1/24 dev ygs0")
		ipIn(t, ns, "link set ygs0 up")
		ipIn(t, ns, "link set ygs1 up")
		ipIn(t, ns, "neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev ygs0")
		until(t, l, func(*Packet) bool { return slices.Equal(l.Stats().Gone, []string{"ygs2"}) })
		say(t, ns)
		until(t, l, func(p *Packet) bool { return isSaid(p) && p.Iface == "ygs1" })
	}
	ipIn(t, ns, "link set ygs1 down")
	until(t, l, func(*Packet) bool { return len(l.Stats().Gone) == 2 })
	ipIn(t, ns, "link set ygs1 up")
	until(t, l, func(*Packet) bool { return len(l.Stats().Gone) == 1 })
	if st := l.Stats(); st.Stuck || st.Since.IsZero() {
		t.Errorf("%+v", st)
	}
}

// TestInterfaceReturnsToLanes has an interface return that two lanes share, after the right to open sockets is gone: sockets handed over
// serve for that.
func TestInterfaceReturnsToLanes(t *testing.T) {
	ns := town(t)
	ipIn(t, ns, "neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev ygs0")
	cfg := DefaultLiveConfig()
	cfg.Interfaces, cfg.Namespace, cfg.Blocks, cfg.Workers = []string{"ygs1"}, ns, 8, 2
	opened, err := OpenLanes(cfg)
	if err != nil {
		t.Fatal(err)
	}
	text, err := Handover(opened)
	if err != nil {
		t.Fatal(err)
	}
	lanes, err := Adopt(cfg, text)
	if err != nil {
		t.Fatal(err)
	}
	lanes[0].spares.namespace = "ygs-none" // none can be opened
	heard := make(chan struct{}, 100)
	ended := make(chan error, 2)
	for _, l := range lanes {
		go func() { ended <- Run(t.Context(), l, ears(heard)) }()
	}
	gone := func(n int) {
		t.Helper()
		for range 6000 {
			if len(lanes[0].Stats().Gone)+len(lanes[1].Stats().Gone) == n {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Fatalf("%+v, %+v: not %d gone", lanes[0].Stats(), lanes[1].Stats(), n)
	}
	for range 2 {
		ipIn(t, ns, "link del ygs1")
		gone(2)
		ipIn(t, ns, "link add ygs0 type veth peer name ygs1")
		ipIn(t, ns, "addr add 192.0.2.1/24 dev ygs0")
		ipIn(t, ns, "link set ygs0 up")
		ipIn(t, ns, "link set ygs1 up")
		ipIn(t, ns, "neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev ygs0")
		gone(0)
		say(t, ns)
		<-heard
		if len(heard) > 0 {
			t.Error("both lanes have the same packet")
		}
	}
	for _, l := range lanes {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
	for range lanes {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	if len(lanes[0].spares.fds) != spareSockets*2-4 {
		t.Errorf("%d sockets are left", len(lanes[0].spares.fds))
	}
	for _, fd := range lanes[0].spares.fds {
		unix.Close(fd)
	}
}

// ears hear what say says.
type ears chan struct{}

func (e ears) Packet(p *Packet) {
	if isSaid(p) {
		e <- struct{}{}
	}
}
func (ears) Advance(time.Time) {}

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
		"block_size: 5000":  func(c *LiveConfig) { c.BlockSize = 5000 },
		"blocks: 1":         func(c *LiveConfig) { c.Blocks = 1 },
		"at most 4 GiB":     func(c *LiveConfig) { c.BlockSize, c.Blocks = 16<<20, 257 },
		"timeout: 0s":       func(c *LiveConfig) { c.Timeout = 0 },
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
