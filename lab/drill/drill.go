// Package drill takes a machine from an alert to its release: incident, policy, order and observation as in earnest, at a real enforcer and under a real sensor.
package drill

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/event"
)

// Town is what an enforcer's folder gives beside its Bench: where the sensor listens.
type Town struct {
	acttest.Bench            // Open, Machine, Dial and Foreign are used; machine 0 is cut, machine 1 is the neighbour
	Namespace     string     // network namespace of the mirror, by its name under /run/netns; "" = the test's own
	Interfaces    []string   // where the sensor listens: a mirror port, or the interface towards machine 0
	Config        act.Config // zero = act.DefaultConfig
	Rounds        int        // alerts; 0 = 10
}

// patience bounds a wait; it judges nothing.
const patience = 60 * time.Second

// What the town is promised (issue 5, "must hold").
const (
	mostSilence = 2 * time.Second // from the alert to the last packet that passed, in 95 of 100
	mostFreeze  = time.Second     // from the switch that stops everything to the last isolation that is begun
)

// judged reports whether times are held against what is promised: `make scenario` asks for it by YAGURA_PROMISES, alone on a machine. Elsewhere
// they are told only, as a machine with other work to do would fail by chance.
func judged() bool { return os.Getenv("YAGURA_PROMISES") != "" }

// Run plays it. The neighbour sends a datagram each millisecond all the while, over every family that it has, and loses none;
// what is not Yagura's on the device is afterwards what it was before.
func Run(t *testing.T, town Town) {
	if town.Dial == nil {
		t.Skip(town.Why["Talk"])
	}
	before := ""
	if town.Foreign != nil {
		before = town.Foreign(t)
	}
	s := newStage(t, town)
	var neighbours []*acttest.Train
	for _, a := range town.Machine(1).Addrs() {
		neighbours = append(neighbours, acttest.NewTrain(t, town.Bench, a))
	}
	var silence, verified, back []time.Duration
	for round := range cmp.Or(town.Rounds, 10) {
		r := s.round(t, round)
		silence, verified, back = append(silence, r.silence), append(verified, r.verified), append(back, r.back)
	}
	t.Run("others lose nothing", func(t *testing.T) { nothingLost(t, neighbours) })
	s.stop(t)
	t.Run("alert to silence", func(t *testing.T) {
		if p95 := percentile(silence, 95); p95 > mostSilence && judged() {
			t.Errorf("p95 of alert to observed silence is %v, promised %v", p95, mostSilence)
		}
		t.Attr("figure", fmt.Sprintf("alert → silence p50 %v p95 %v, verified p95 %v (%d alerts)", percentile(silence, 50), percentile(silence, 95),
			percentile(verified, 95), len(silence)))
	})
	t.Run("release seen", func(t *testing.T) {
		t.Attr("figure", fmt.Sprintf("release → traffic p50 %v p95 %v", percentile(back, 50), percentile(back, 95)))
	})
	t.Run("the device is as before", func(t *testing.T) {
		if town.Foreign == nil {
			t.Skip("nothing else is on this device")
		}
		if after := town.Foreign(t); after != before {
			t.Errorf("before:\n%s\nafter:\n%s", before, after)
		}
		t.Attr("figure", fmt.Sprintf("%d bytes equal", len(before)))
	})
}

func nothingLost(t *testing.T, trains []*acttest.Train) {
	total, lost := 0, 0
	for _, tr := range trains {
		sent, back := tr.Stop(5 * time.Second)
		if sent == 0 || sent != back {
			t.Errorf("the neighbour sent %d, %d came back; lost: %q", sent, back, tr.Gaps())
		}
		total, lost = total+sent, lost+sent-back
	}
	t.Attr("figure", fmt.Sprintf("%d of %d lost", lost, total))
}

func percentile(d []time.Duration, p int) time.Duration {
	d = slices.Sorted(slices.Values(d))
	return d[(len(d)*p+99)/100-1].Round(100 * time.Microsecond)
}

// result is one round, each counted from its beginning.
type result struct {
	silence  time.Duration // alert → the sending of the last datagram that came back
	verified time.Duration // alert → the order says so
	back     time.Duration // release → the sensor has seen the machine again
}

// round is one alert, one isolation, one release.
func (s *stage) round(t *testing.T, n int) (r result) {
	t.Helper()
	m := s.town.Machine(0)
	victim := acttest.NewTrain(t, s.town.Bench, m.Addrs()[0])
	s.until(t, "the machine talks", func() bool { return !victim.Last().IsZero() })
	began := time.Now()
	uid := s.alert(t, n, m)
	var o event.Order
	s.until(t, "the sensor sees that it is silent", func() bool {
		o = s.order(t, uid)
		if o.State == event.OrderFailed || o.State == event.OrderDenied {
			t.Fatalf("order %s is %s: %s", o.UID, o.State, o.History[len(o.History)-1].Why.EN)
		}
		return o.State == event.OrderVerified
	})
	r.verified, r.silence = o.VerifiedAt.Sub(began), max(victim.Last().Sub(began), 0)
	released := time.Now()
	if _, err := s.policy.Release(context.Background(), "sato", uid, "駆除を確認"); err != nil {
		t.Fatal(err)
	}
	s.until(t, "the sensor sees it again", func() bool {
		rs := s.order(t, uid).Receipts
		return slices.ContainsFunc(rs, func(r event.Receipt) bool { return r.Enforcer == "sensor" && r.OK })
	})
	r.back = time.Since(released)
	victim.Stop(0)
	return r
}

func (s *stage) until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s\n%s", what, s.log.String())
		}
	}
}

// alert is a finding that speaks for itself, as a detector would raise it.
func (s *stage) alert(t *testing.T, n int, m acttest.Machine) (order string) {
	t.Helper()
	now := time.Now().UTC()
	d := event.Device{UID: "mac:" + m.MAC.String(), Hostname: m.Name, MAC: m.MAC, Zone: "lgwan", LastSeen: now, Confidence: 97}
	for i, a := range m.Addrs() {
		if i == 0 {
			d.IP = a
		}
		d.IPs = append(d.IPs, a)
	}
	f := event.Finding{Header: event.Header{UID: fmt.Sprintf("drill-%d", n), Time: now}, Behaviour: "lm.psexec", Severity: event.High, Confidence: 95,
		SingleShot: true, Weight: 0.9, Device: d, First: now, Last: now, Count: 1, Summary: event.Text{JA: "訓練", EN: "drill"},
		Advisory: event.Advisory{ID: "drill", Phase: event.PhaseLateral, Title: event.Text{JA: "訓練", EN: "drill"}}}
	ctx := context.Background()
	inc, _, err := s.cases.Add(ctx, f)
	if err != nil {
		t.Fatal(err)
	}
	inc.HostSeverity = 10 // the drill's policy is about the hands, not about the score
	decision, err := s.policy.Consider(ctx, inc)
	if err != nil || decision.Order == nil {
		t.Fatalf("the policy made no order: %s %v", decision.Why.EN, err)
	}
	return decision.Order.UID
}

func (s *stage) order(t *testing.T, uid string) event.Order {
	t.Helper()
	o, err := s.state.Order(context.Background(), uid)
	if err != nil {
		t.Fatal(err)
	}
	return o
}
