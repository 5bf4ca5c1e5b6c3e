package squid

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"net/netip"

	"github.com/yagura-project/yagura/act"
)

func target(m int) act.Target {
	c := clients[m]
	return act.Target{Order: "iso-1", Nets: []netip.Prefix{netip.PrefixFrom(c.V4, 32), netip.PrefixFrom(c.V6, 128)}, Until: time.Now().Add(time.Hour)}
}

// An isolated machine's browser is sent to the notice page, which it may read, and to nothing else.
func TestTheNoticePage(t *testing.T) {
	w := newTown(t)
	d := quietDeps()
	d.Allow = []act.Allow{{IP: netip.MustParseAddr("10.79.0.9"), Port: 8081}}
	h := w.open(t, d, nil)
	if _, err := h.Apply(t.Context(), target(0)); err != nil {
		t.Fatal(err)
	}
	for _, from := range []netip.Addr{clients[0].V4, clients[0].V6} {
		b := w.browser(from)
		defer b.close()
		resp, _, err := b.get("http://10.79.0.8:8080/", 5*time.Second)
		if err != nil || resp.StatusCode != http.StatusFound || resp.Header.Get("Location") != page {
			t.Fatalf("%s: %+v %v", from, resp, err)
		}
		if resp, text, err := b.get(page, 5*time.Second); err != nil || resp.StatusCode != 200 || !strings.Contains(text, "隔離") {
			t.Errorf("%s: the notice page: %+v %q %v", from, resp, text, err)
		}
		if resp, _, err := b.get("http://10.79.0.9:8080/", 5*time.Second); err != nil || resp.StatusCode != http.StatusFound {
			t.Errorf("%s: another port of the notice's machine: %+v %v", from, resp, err)
		}
	}
}

// A CONNECT tunnel that stands is ended, its neighbour's is not, and a new one is refused.
func TestTunnels(t *testing.T) {
	w := newTown(t)
	for _, ends := range []bool{true, false} {
		h := w.open(t, quietDeps(), func(c *Config) { c.EndTunnels = ends })
		mine, other := w.tunnel(t, clients[0].V4), w.tunnel(t, clients[1].V4)
		mine6 := w.tunnel(t, clients[0].V6)
		r, err := h.Apply(t.Context(), target(0))
		if err != nil {
			t.Fatal(err)
		}
		if mine() == ends || mine6() == ends || !other() {
			t.Errorf("end_tunnels %v: v4 %v v6 %v, the neighbour's %v\n%q", ends, mine(), mine6(), other(), r.Commands)
		}
		if strings.Contains(strings.Join(r.Commands, " "), "ss -K") != ends {
			t.Errorf("end_tunnels %v: %q", ends, r.Commands)
		}
		c, err := w.dial(clients[0].V4.String(), proxy4+":3128")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(c, "CONNECT 10.79.0.8:8443 HTTP/1.1\r\nHost: x\r\n\r\n")
		if resp, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil || resp.StatusCode == 200 {
			t.Errorf("a new tunnel: %+v %v", resp, err)
		}
		_ = c.Close()
		if _, err := h.Undo(t.Context(), target(0)); err != nil {
			t.Fatal(err)
		}
		if !w.tunnel(t, clients[0].V4)() {
			t.Error("after its release no tunnel works")
		}
	}
}

// tunnel opens one and gives a function that says whether it still carries.
func (w *town) tunnel(t *testing.T, from netip.Addr) func() bool {
	t.Helper()
	b := w.browser(from)
	c, err := w.dial(b.from, b.to)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	r := bufio.NewReader(c)
	_, _ = io.WriteString(c, "CONNECT 10.79.0.8:8443 HTTP/1.1\r\nHost: x\r\n\r\n")
	if resp, err := http.ReadResponse(r, &http.Request{Method: http.MethodConnect}); err != nil || resp.StatusCode != 200 {
		t.Fatalf("tunnel: %+v %v", resp, err)
	}
	n := 0
	return func() bool {
		n++
		_ = c.SetDeadline(time.Now().Add(20 * time.Second))
		if _, err := fmt.Fprintf(c, "%d\n", n); err != nil {
			return false
		}
		line, err := r.ReadString('\n')
		return err == nil && strings.TrimSpace(line) == fmt.Sprint(n)
	}
}
