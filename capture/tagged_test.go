package capture

import (
	"errors"
	"net"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// frames are the tags of frames, and the outer id of each.
var frames = []struct {
	name, tags string
	id         uint16
}{{"none", "", 0}, {"one", "\x81\x00\x60\x07", 7}, {"priority", "\x81\x00\xa0\x00", 0}, {"two", "\x88\xa8\x00\x05\x81\x00\x00\x07", 5}, {"the last", "\x81\x00\x0f\xfe", 4094}}

const (
	destined = "\x02\x00\x00\x00\x00\x09\x02\x00\x00\x00\x00\x01"
	content  = "\x88\xb5yagura: forty bytes more, which fill the frame up" // an EtherType for experiments (IEEE 802)
)

// TestTagsOffTheWire: the kernel takes the outer tag off a frame before it shows it, and says beside it what it was; filters know it, too.
func TestTagsOffTheWire(t *testing.T) {
	ns := town(t)
	for filter, want := range map[string][]int{"": {0, 1, 2, 3, 4}, "vlan 7": {1}, "vlan": {1, 2, 3, 4}, "not vlan": {0}, "vlan 4094 or vlan 5": {3, 4}} {
		cfg := DefaultLiveConfig()
		cfg.Interfaces, cfg.Namespace, cfg.Blocks, cfg.Filter = []string{"ygs1"}, ns, 4, filter
		l, err := OpenLive(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if err := within(ns, sendFrames); err != nil {
			t.Fatal(err)
		}
		var p Packet
		for idle := 0; idle < 5; {
			if err := l.Next(&p); errors.Is(err, ErrIdle) {
				idle++
				continue
			} else if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(p.Data), "yagura") {
				continue
			}
			if len(want) == 0 {
				t.Errorf("filter %q: one more: % x", filter, p.Data)
				continue
			}
			f := frames[want[0]]
			want = want[1:]
			if left := f.tags[min(4, len(f.tags)):]; p.VLAN != f.id || string(p.Data) != destined+left+content || p.OrigLen != len(p.Data) {
				t.Errorf("filter %q, %s: VLAN %d, %d bytes: % x", filter, f.name, p.VLAN, p.OrigLen, p.Data)
			}
		}
		if err := l.Close(); err != nil || len(want) > 0 {
			t.Errorf("filter %q: not seen: %v %v", filter, want, err)
		}
	}
}

func sendFrames() error {
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	i, err := net.InterfaceByName("ygs0")
	if err != nil {
		return err
	}
	for _, f := range frames {
		if err := unix.Sendto(fd, []byte(destined+f.tags+content), 0, &unix.SockaddrLinklayer{Ifindex: i.Index}); err != nil {
			return err
		}
	}
	return nil
}
