package amfsec

import (
	"context"
	"crypto/tls"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/act/acttest/street"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/drill"
)

// released is the enforcer with the operator of AMF-SEC beside it, who does what the receipt of an Undo says.
type released struct {
	act.Hand
	*station
}

// Apply returns when the station has taken what was sent: the operator works later than that anyway.
func (r released) Apply(ctx context.Context, t act.Target) (event.Receipt, error) {
	before := r.taken.Load()
	receipt, err := r.Hand.Apply(ctx, t)
	for end := time.Now().Add(20 * time.Second); err == nil && int(r.taken.Load()-before) < len(receipt.Commands) && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	return receipt, err
}

func (r released) Undo(ctx context.Context, t act.Target) (event.Receipt, error) {
	receipt, err := r.Hand.Undo(ctx, t)
	r.operator(receipt.Detail)
	return receipt, err
}

// there opens a connection from where the station can be reached.
func (s *station) open(t *testing.T, c Config, d act.Deps) act.Hand {
	t.Helper()
	h, err := Enforcer.Open(&c, d)
	if err != nil {
		t.Fatal(err)
	}
	return released{inside{h, s}, s}
}

// inside runs what opens sockets in the router's namespace.
type inside struct {
	act.Hand
	s *station
}

func (i inside) Apply(ctx context.Context, t act.Target) (r event.Receipt, err error) {
	err = i.s.At(street.Router, func() (err error) { r, err = i.Hand.Apply(ctx, t); return err })
	return r, err
}

func secured(t *testing.T) (Config, *tls.Config) {
	dir := t.TempDir()
	cert, key := street.Certificate(t, dir, street.RouterV4)
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	c := DefaultConfig()
	c.Server, c.Network, c.CAFile, c.Send = netip.MustParseAddrPort(at), "tls", cert, "mac"
	return c, &tls.Config{Certificates: []tls.Certificate{pair}}
}

func TestConformance(t *testing.T) {
	_, b := bench(t)
	acttest.Run(t, b)
}

// The drill: the sensor listens where PC a's cable reaches the router.
func TestScenario(t *testing.T) {
	s, b := bench(t)
	drill.Run(t, drill.Town{Bench: b, Namespace: s.NetNS(street.Router), Interfaces: []string{"to-" + street.PCA}})
}

func bench(t *testing.T) (*station, acttest.Bench) {
	c, cert := secured(t)
	s := newStation(t, true, cert)
	turn := func(mode int32) func(*testing.T) func() {
		return func(*testing.T) func() {
			s.mode.Store(mode)
			return func() { s.mode.Store(works) }
		}
	}
	return s, acttest.Bench{
		Open:     func(t *testing.T, d act.Deps) act.Hand { return s.open(t, c, d) },
		Machine:  acttest.Documentation,
		Dial:     s.Dial,
		Received: func(*testing.T) int { return int(s.count.Load()) },
		Foreign:  func(t *testing.T) string { return s.In(street.Router, "nft -s list ruleset") },
		Mute:     turn(mutes), Deny: turn(denies),
	}
}

// Every shape and every way: the station finds the machine, and it falls silent.
func TestEveryShapeAndWay(t *testing.T) {
	for _, network := range []string{"udp", "tcp", "tls"} {
		c, cert := secured(t)
		if network != "tls" {
			cert = nil
		}
		s := newStation(t, network != "udp", cert)
		c.Network = network
		for _, format := range []string{"cef", "tmef", "leef"} {
			for _, send := range []string{"ip", "mac", "both"} {
				c.Format, c.Send = format, send
				c.Framing = map[bool]string{true: "octets", false: "lf"}[send == "ip"]
				t.Run(strings.Join([]string{network, format, send}, " "), func(t *testing.T) { s.cuts(t, c) })
			}
		}
	}
}

func (s *station) cuts(t *testing.T, c Config) {
	pc := acttest.Documentation(0)
	conn := s.Dial(t, "udp", pc.V4)
	defer conn.Close()
	echo := func() bool {
		_, _ = conn.Write([]byte("?"))
		_ = conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
		n, _ := conn.Read(make([]byte, 8))
		return n > 0
	}
	within := func(want bool) bool {
		for end := time.Now().Add(20 * time.Second); echo() != want; {
			if time.Now().After(end) {
				return false
			}
		}
		return true
	}
	if !within(true) {
		t.Fatal("the PC does not reach the server at all")
	}
	h := s.open(t, c, act.Deps{})
	target := act.Target{Order: "iso-1", Host: "総務課=PC|1\n", MAC: pc.MAC, Until: time.Now().Add(time.Hour),
		Nets: []netip.Prefix{netip.PrefixFrom(pc.V4, 32), netip.PrefixFrom(pc.V6, 128)}}
	r, err := h.Apply(context.Background(), target)
	if err != nil || len(r.Commands) != 1 {
		t.Fatalf("%+v %v", r, err)
	}
	if !within(false) {
		t.Errorf("it still talks after %q", r.Commands)
	}
	if _, err := h.Undo(context.Background(), target); err != nil || !within(true) {
		t.Errorf("it does not talk again: %v", err)
	}
}
