package main

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
)

const outbreakConfig = `
capture: {interfaces: [lo]}
home: [10.20.0.0/16]
asset:
  zones: [{name: lgwan, cidr: [10.20.0.0/16]}]
decide:
  mode: auto
  unrehearsed: true
  severity: 1
  caps: {per_hour: 10, percent: 100}
  outbreak: {machines: 20, within: 10m}
  never: [{ip: 10.20.0.1, reason: ルーター}]
console: {listen: 127.0.0.1:0}
notify:
  channels:
    - {name: 情報政策課, severity: 1, via: {webhook: {url: "http://127.0.0.1:9/"}}}
store: {dir: %q}
`

// 200 machines go bad within a minute: the caps hold, the zone is proposed once, people get a handful of pages, and the
// console still answers.
func TestScenarioOutbreak(t *testing.T) {
	r := idleRiver(t, fmt.Sprintf(outbreakConfig, filepath.Join(t.TempDir(), "data")))
	now := time.Now().UTC()
	for i := range 200 {
		r.found(sickPC(i, now.Add(time.Duration(i)*100*time.Millisecond)))
	}
	ctx := t.Context()
	var slowest time.Duration // answer of the console
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		n, err := r.state.CountIncidents(ctx, event.IncidentFilter{})
		if err != nil || time.Now().After(end) {
			t.Fatalf("%d cases: %v", n, err)
		}
		if n == 200 && len(r.cases.findings) == 0 && len(r.cases.raised) == 0 && len(r.cases.orders) == 0 {
			break
		}
		began := time.Now()
		if _, err := r.Status(ctx); err != nil {
			t.Fatalf("the console does not answer: %v", err)
		}
		slowest = max(slowest, time.Since(began))
	}
	orders, err := r.state.Orders(ctx, event.OrderFilter{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	auto, asked, whole := 0, 0, []event.Order{}
	for _, o := range orders {
		switch {
		case o.Segment != "":
			whole = append(whole, o)
		case o.Approved == byPolicyName:
			auto++
		case o.State == event.OrderAwaitingApproval:
			asked++
		}
	}
	if auto != 10 || asked != 9 || len(whole) != 1 {
		t.Fatalf("%d isolated by the policy (cap 10), %d asked for one by one, %d proposals for the zone", auto, asked, len(whole))
	}
	o := whole[0]
	if o.State != event.OrderAwaitingApproval || o.Segment != "zone lgwan" || len(o.Nets) == 0 {
		t.Errorf("%s %s %v", o.State, o.Segment, o.Nets)
	}
	for _, p := range o.Nets {
		if p.Contains(netip.MustParseAddr("10.20.0.1")) {
			t.Errorf("%s covers what may never be cut", p)
		}
	}
	letters, err := r.state.PendingNotices(ctx, time.Now().Add(100*time.Hour), 1000)
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, l := range letters {
		if strings.Contains(string(l.Body), o.UID) {
			told++
		}
	}
	t.Attr("figure", fmt.Sprintf("200 machines: %d isolated (cap 10), %d asked one by one, %d proposal for the zone, %d pages, console's slowest answer %v",
		auto, asked, len(whole), len(letters), slowest.Round(time.Millisecond)))
	if len(letters) > 10 || told != 1 {
		t.Errorf("%d pages, %d of them about the zone", len(letters), told)
	}
}

const byPolicyName = "policy"

// sickPC is a finding that speaks for itself, on a PC of its own.
func sickPC(i int, at time.Time) event.Finding {
	mac := event.MAC{2, 0, 0, 1, byte(i >> 8), byte(i)}
	d := event.Device{UID: "mac:" + mac.String(), Hostname: fmt.Sprintf("PC-%03d", i), MAC: mac, Zone: "lgwan", LastSeen: at, Confidence: 97,
		IP: netip.AddrFrom4([4]byte{10, 20, 1 + byte(i>>8), byte(i)})}
	return event.Finding{Header: event.Header{UID: fmt.Sprintf("f-%03d", i), Time: at}, Behaviour: "impact.encrypt", Severity: event.High, Confidence: 95,
		SingleShot: true, Weight: 0.9, Device: d, First: at, Last: at, Count: 1, Summary: event.Text{JA: "暗号化", EN: "encrypting"},
		Advisory: event.Advisory{ID: "ransomware", Phase: event.PhaseLateral, Title: event.Text{JA: "暗号化", EN: "encrypting"}}}
}
