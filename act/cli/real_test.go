package cli

import (
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"
)

// A PC that is cut while it talks falls silent at once over both families, and its neighbour does not notice.
func TestRealTrafficStops(t *testing.T) {
	for _, action := range []string{"vlan", "shutdown"} {
		t.Run(action, func(t *testing.T) {
			w := newTown(t, styles[0])
			e := newEmulated(t, styles[0], "sw1", 48, w)
			h := openOn(t, quietDeps(t), func(c *Config) { c.Action = action }, e)
			var conns, beside []net.Conn
			for i := range 2 {
				conns = append(conns, w.dial(t, "tcp", []netip.Addr{machines[0].v4, machines[0].v6}[i]))
				beside = append(beside, w.dial(t, "tcp", []netip.Addr{machines[1].v4, machines[1].v6}[i]))
			}
			speaks := func(c net.Conn, patience time.Duration) bool {
				stamp := fmt.Sprintf("%020d", time.Now().UnixNano())
				if _, err := c.Write([]byte(stamp)); err != nil {
					return false
				}
				_ = c.SetReadDeadline(time.Now().Add(patience))
				buf, got := make([]byte, 512), ""
				for {
					n, err := c.Read(buf)
					if got += string(buf[:n]); len(got) >= 20 && got[len(got)-20:] == stamp {
						return true
					}
					if err != nil {
						return false
					}
				}
			}
			check := func(when string, want bool) {
				for i, c := range conns {
					if got := speaks(c, map[bool]time.Duration{true: 20 * time.Second, false: time.Second}[want]); got != want {
						t.Errorf("%s %s: family %d speaks: %v", action, when, i, got)
					}
					if !speaks(beside[i], 5*time.Second) {
						t.Errorf("%s %s: the neighbour does not", action, when)
					}
				}
			}
			check("before", true)
			if r, err := h.Apply(t.Context(), orderFor(w.mac(machines[0]))); err != nil {
				t.Fatal(err, r.Answers)
			}
			check("cut", false)
			if _, err := h.Undo(t.Context(), orderFor(w.mac(machines[0]))); err != nil {
				t.Fatal(err)
			}
			check("released", true)
			for _, c := range append(conns, beside...) {
				_ = c.Close()
			}
		})
	}
}
