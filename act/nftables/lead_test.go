package nftables

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest/inside"
)

// page serves one sentence over HTTP in a namespace.
func (w *town) page(ns, at, text string) {
	w.TB.Helper()
	err := w.At(ns, func() error {
		l, err := net.Listen("tcp", at)
		if err != nil {
			return err
		}
		s := &http.Server{Handler: http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(rw, text) })}
		w.TB.Cleanup(func() { _ = s.Close() })
		go func() { _ = s.Serve(l) }()
		return nil
	})
	if err != nil {
		w.TB.Fatal(err)
	}
}

// get asks for a page from within a namespace.
func (w *town) get(ns, url string) string {
	var out string
	err := w.At(ns, func() error {
		var d net.Dialer
		c := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, addr string) (conn net.Conn, err error) {
			err = w.At(ns, func() error { conn, err = d.DialContext(ctx, network, addr); return err })
			return conn, err
		}}}
		resp, err := c.Get(url)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		out = string(b)
		return err
	})
	if err != nil {
		return "error: " + err.Error()
	}
	return out
}

// Whatever plain page an isolated machine asks for, it gets the notice, and so do its look-ups; encrypted pages, connections
// that stood before, and everything else are cut. Others see what they asked for, and after the release so does the machine.
func TestPlainHTTPIsLedToTheNotice(t *testing.T) {
	w := newTown(t, false)
	w.page(srv.ns, srv.v4.String()+":80", "the page itself")
	w.page(srv.ns, srv.v4.String()+":443", "encrypted, as far as a firewall can tell")
	w.page("r", "10.77.1.1:8081", "the notice")
	notice := netip.MustParseAddr("10.77.1.1")
	d := quietDeps()
	d.Allow = []act.Allow{{IP: notice, Port: 8081, Lead: true}, {IP: notice, Port: 5353, UDP: true, Lead: true}}
	h := w.open(t, d)
	defer h.Close()
	var old net.Conn
	if err := w.At(pcA.ns, func() (err error) { old, err = net.Dial("tcp", srv.v4.String()+":80"); return err }); err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	var names *net.UDPConn
	if err := w.At("r", func() (err error) {
		names, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(notice, 5353)))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	defer names.Close()
	go inside.Datagrams(names)
	before := w.ruleset(t)

	if _, err := h.Apply(t.Context(), targetOf("iso-1", pcA, w.MAC(pcA.ns))); err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{"http://10.77.9.2/", "http://198.51.100.7/generate_204", "http://10.77.1.1:8081/"} {
		if got := w.get(pcA.ns, url); got != "the notice" {
			t.Errorf("%s: %q", url, got)
		}
	}
	if got := w.get(pcA.ns, "http://10.77.9.2:443/"); !strings.HasPrefix(got, "error") {
		t.Errorf("port 443 passes: %q", got)
	}
	if got := w.get(pcB.ns, "http://10.77.9.2/"); got != "the page itself" {
		t.Errorf("another machine: %q", got)
	}
	if got := w.lookUp(pcA.ns); got != "who is it" {
		t.Errorf("look-up: %q", got)
	}
	_, _ = fmt.Fprintf(old, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	_ = old.SetReadDeadline(time.Now().Add(time.Second))
	if n, err := old.Read(make([]byte, 64)); err == nil {
		t.Errorf("a connection from before the isolation still brings %d bytes", n)
	}

	if _, err := h.Undo(t.Context(), targetOf("iso-1", pcA, w.MAC(pcA.ns))); err != nil {
		t.Fatal(err)
	}
	if got := w.get(pcA.ns, "http://10.77.9.2/"); got != "the page itself" {
		t.Errorf("after the release: %q", got)
	}
	if after := w.ruleset(t); after != before {
		t.Errorf("the rules are not as before:\n%s", after)
	}
}

func (w *town) lookUp(ns string) string {
	buf := make([]byte, 64)
	n := 0
	err := w.At(ns, func() error {
		c, err := net.Dial("udp", "198.51.100.53:53")
		if err != nil {
			return err
		}
		defer c.Close()
		if _, err := c.Write([]byte("who is it")); err != nil {
			return err
		}
		_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
		n, err = c.Read(buf)
		return err
	})
	if err != nil {
		return "error: " + err.Error()
	}
	return string(buf[:n])
}

// Where the notice is given up while machines are isolated, its chains go and the isolation stays.
func TestTheNoticeIsGivenUp(t *testing.T) {
	w := newTown(t, false)
	w.page("r", "10.77.1.1:8081", "the notice")
	w.page(srv.ns, srv.v4.String()+":80", "the page itself")
	d := quietDeps()
	d.Allow = []act.Allow{{IP: netip.MustParseAddr("10.77.1.1"), Port: 8081, Lead: true}}
	first := w.open(t, d)
	defer first.Close()
	if _, err := first.Apply(t.Context(), targetOf("iso-1", pcA, w.MAC(pcA.ns))); err != nil {
		t.Fatal(err)
	}
	d.Allow = nil
	then := w.open(t, d)
	defer then.Close()
	if _, err := then.Apply(t.Context(), targetOf("iso-1", pcA, w.MAC(pcA.ns))); err != nil {
		t.Fatal(err)
	}
	if rules := w.ruleset(t); strings.Contains(rules, "chain lead") || !strings.Contains(rules, "iso-1") {
		t.Errorf("rules:\n%s", rules)
	}
	if got := w.get(pcA.ns, "http://10.77.9.2/"); !strings.HasPrefix(got, "error") {
		t.Errorf("the machine reaches %q", got)
	}
}
