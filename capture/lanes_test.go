package capture

import (
	"errors"
	"fmt"
	stdnet "net"
	"testing"

	"golang.org/x/sys/unix"
)

// inject sends frames on interfaces of a namespace, in turn.
func inject(t *testing.T, ns string, frames [][]byte, ifaces ...string) {
	t.Helper()
	err := within(ns, func() error {
		var to []int
		for _, name := range ifaces {
			ifi, err := stdnet.InterfaceByName(name)
			if err != nil {
				return err
			}
			to = append(to, ifi.Index)
		}
		fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW, 0)
		if err != nil {
			return err
		}
		defer unix.Close(fd)
		for i, f := range frames {
			if err := unix.Sendto(fd, f, 0, &unix.SockaddrLinklayer{Ifindex: to[i%len(to)]}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestLanes shares packets among two lanes: a pair of hosts, its fragments and errors about it always come by the same one, and
// what the filter leaves out does not come at all.
func TestLanes(t *testing.T) {
	ns := town(t)
	cfg := DefaultLiveConfig()
	cfg.Interfaces, cfg.Namespace, cfg.Blocks, cfg.Workers, cfg.Filter = []string{"ygs1"}, ns, 16, 2, "not host 10.0.0.99 and ip"
	lanes, err := OpenLanes(cfg)
	if err != nil {
		t.Fatal(err)
	}
	var frames [][]byte
	for i := range 40 {
		a, b := fmt.Sprintf("10.0.0.%d", i+1), "192.0.2.80"
		piece := segment4(a, b, 17, 1, 2)
		piece[21] = 9
		refused := append(frame(b, a, 42), segment4(a, b, 17, 1, 2)[14:]...)
		refused[23], refused[34] = 1, 3
		frames = append(frames, segment4(a, b, 6, 1000, 80), segment4(b, a, 6, 80, 1000), piece, refused, segment4("10.0.0.99", a, 6, 1, 2))
	}
	inject(t, ns, frames, "ygs0")
	where, seen := map[string]int{}, [2]int{}
	for i, l := range lanes {
		var p Packet
		for idle := 0; idle < 3; {
			if err := l.Next(&p); errors.Is(err, ErrIdle) {
				idle++
				continue
			} else if err != nil {
				t.Fatal(err)
			}
			ends := endpoints(nil, LinkEthernet, p.Data)
			a, b := ends[0].String(), ends[1].String()
			if b < a {
				a, b = b, a
			}
			if lane, known := where[a+" "+b]; known && lane != i {
				t.Errorf("%s and %s come by both lanes", a, b)
			}
			where[a+" "+b] = i
			seen[i]++
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
	if seen[0]+seen[1] != 4*40 || seen[0] == 0 || seen[1] == 0 {
		t.Errorf("%v packets of %d", seen, 4*40)
	}
}
