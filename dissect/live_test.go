package dissect_test

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

const liveNamespace = "ygs-live"

// town makes a namespace with a silent pair of interfaces.
func town(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root: makes a network namespace")
	}
	exec.Command("ip", "netns", "del", liveNamespace).Run()
	for _, args := range []string{
		"ip netns add " + liveNamespace,
		"ip netns exec " + liveNamespace + " sysctl -qw net.ipv6.conf.default.disable_ipv6=1",
		"ip -n " + liveNamespace + " link add ygs0 mtu 65000 type veth peer name ygs1 mtu 65000",
		"ip -n " + liveNamespace + " link set ygs0 up",
		"ip -n " + liveNamespace + " link set ygs1 up",
	} {
		f := strings.Fields(args)
		if out, err := exec.Command(f[0], f[1:]...).CombinedOutput(); err != nil {
			t.Skipf("cannot make a network namespace here: %s: %s", args, out)
		}
	}
	t.Cleanup(func() { exec.Command("ip", "netns", "del", liveNamespace).Run() })
}

// TestLive plays a recording onto a cable: what the ring brings is what the file holds.
func TestLive(t *testing.T) {
	town(t)
	cfg := capture.DefaultLiveConfig()
	cfg.Interfaces, cfg.Namespace, cfg.Blocks = []string{"ygs1"}, liveNamespace, 16
	src, err := capture.OpenLive(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var events []event.Event
	a := dissect.New(dissect.DefaultConfig(), nil, func(e event.Event) { events = append(events, e) })
	ended := make(chan error)
	go func() { ended <- capture.Run(ctx, src, a) }()
	file, _ := filepath.Abs("../lab/captures/http-curl.pcap.gz")
	sent := play(t, file)
	for deadline := time.Now().Add(time.Minute); src.Stats().Packets < sent && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	a.Close()
	want, _, err := flowtest.Analyze(file)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := count(events), count(want); got != want || src.Stats().Drops != 0 {
		t.Errorf("live %+v, file %+v; %+v", got, want, src.Stats())
	}
}

// play sends the frames of a capture from within the namespace and says how many.
func play(t *testing.T, file string) (sent uint64) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	home, err := netns.Get()
	if err != nil {
		t.Fatal(err)
	}
	defer home.Close()
	there, err := netns.GetFromName(liveNamespace)
	if err != nil {
		t.Fatal(err)
	}
	defer there.Close()
	if err := netns.Set(there); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := netns.Set(home); err != nil {
			panic(err) // the thread must not go on elsewhere
		}
	}()
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	out, err := net.InterfaceByName("ygs0")
	if err != nil {
		t.Fatal(err)
	}
	f, err := capture.Open(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for {
		var p capture.Packet
		if f.Next(&p) != nil {
			return sent
		}
		if err := unix.Sendto(fd, p.Data, 0, &unix.SockaddrLinklayer{Ifindex: out.Index}); err != nil {
			t.Fatal(err)
		}
		sent++
	}
}
