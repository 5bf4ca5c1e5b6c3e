package incident_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/incident"
)

var start = time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC)

// shelf keeps cases as the store does; full makes it refuse.
type shelf struct {
	cases map[string]event.Incident
	full  bool
}

func (s *shelf) PutIncident(_ context.Context, i event.Incident) error {
	if s.full {
		return errors.New("no space left on device")
	}
	s.cases[i.UID] = i
	return nil
}

func (s *shelf) Incident(_ context.Context, uid string) (event.Incident, error) {
	i, ok := s.cases[uid]
	if !ok {
		return i, event.ErrNotFound
	}
	return i, nil
}

func (s *shelf) Incidents(_ context.Context, f event.IncidentFilter) ([]event.Incident, error) {
	var out []event.Incident
	for _, i := range s.cases {
		if len(f.States) == 0 || slices.Contains(f.States, i.State) {
			out = append(out, i)
		}
	}
	return out, nil
}

func manager(t *testing.T, s *shelf) *incident.Manager {
	t.Helper()
	return managerWith(t, incident.DefaultConfig(), s)
}

func managerWith(t *testing.T, cfg incident.Config, s *shelf) *incident.Manager {
	t.Helper()
	m, err := incident.New(cfg, s, func() time.Time { return start.Add(time.Hour) })
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return m
}

func device(n byte) event.Device {
	ip := netip.AddrFrom4([4]byte{192, 0, 2, n})
	return event.Device{UID: "ip:" + ip.String(), IP: ip, Hostname: fmt.Sprintf("PC-%02d", n), Department: "総務課"}
}

func finding(uid string, n byte, detector string, phase event.Phase, sev event.Severity, after time.Duration) event.Finding {
	at := start.Add(after)
	return event.Finding{Header: event.Header{UID: uid, Time: at}, Advisory: event.Advisory{ID: detector, Phase: phase, Title: event.Text{JA: "題" + detector, EN: detector}},
		Severity: sev, Confidence: 85, Weight: 0.6, Device: device(n), Summary: event.Text{JA: "要約" + uid, EN: "summary " + uid}, First: at, Last: at, Count: 1}
}

func add(t *testing.T, m *incident.Manager, list ...event.Finding) (last event.Incident) {
	t.Helper()
	for _, f := range list {
		var err error
		if last, _, err = m.Add(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	return last
}

func TestHostSeverityFollowsTheScale(t *testing.T) {
	c2 := finding("a", 1, "beacon", event.PhaseC2, event.High, 0)
	lateral := finding("b", 1, "remoteservice", event.PhaseLateral, event.High, time.Minute)
	single := lateral
	single.SingleShot = true
	exfil := finding("c", 1, "upload", event.PhaseExfiltration, event.High, time.Minute)
	medium := finding("d", 1, "portscan", event.PhaseIntelligence, event.Medium, 0)
	weak := finding("e", 1, "sweep", event.PhaseDiscovery, event.Medium, time.Minute)
	weak.Weight = 0.1
	medium.Weight = 0.1
	low := finding("f", 1, "odd", "", event.Low, 0)
	low.Weight = 0
	apt := c2
	apt.Reasons = []event.Reason{{Name: "apt"}}
	cases := map[string]struct {
		list []event.Finding
		want int
	}{
		"low alone":                {[]event.Finding{low}, 3},
		"medium alone":             {[]event.Finding{medium}, 5},
		"two weak mediums raise":   {[]event.Finding{medium, weak}, 6},
		"C2 alone":                 {[]event.Finding{c2}, 8},
		"lateral alone is capped":  {[]event.Finding{lateral}, 8},
		"single-shot lateral":      {[]event.Finding{single}, 9},
		"C2 and lateral":           {[]event.Finding{c2, lateral}, 9},
		"C2 and exfiltration":      {[]event.Finding{c2, exfil}, 10},
		"targeted alone is capped": {[]event.Finding{apt}, 8},
		"targeted with scan":       {[]event.Finding{apt, medium}, 9},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			cfg := incident.DefaultConfig()
			cfg.OpenAt = 1
			if got := add(t, managerWith(t, cfg, &shelf{cases: map[string]event.Incident{}}), c.list...).HostSeverity; got != c.want {
				t.Errorf("host severity %d, want %d", got, c.want)
			}
		})
	}
}

func TestSeveralCompromisedMachinesAreTen(t *testing.T) {
	m := manager(t, &shelf{cases: map[string]event.Incident{}})
	other := finding("x", 2, "beacon", event.PhaseC2, event.High, 0)
	other2 := finding("y", 2, "dnstunnel", event.PhaseC2, event.High, 0)
	add(t, m, other, other2)
	lateral := finding("b", 1, "remoteservice", event.PhaseLateral, event.High, time.Minute)
	lateral.Peers = []event.Endpoint{{IP: device(2).IP}}
	inc := add(t, m, finding("a", 1, "beacon", event.PhaseC2, event.High, 0), lateral)
	if inc.HostSeverity != 10 || !slices.Contains(inc.Related, device(2).UID) {
		t.Errorf("host severity %d, related %v", inc.HostSeverity, inc.Related)
	}
}

func TestOneMachineIsOneCaseAndAddIsIdempotent(t *testing.T) {
	s := &shelf{cases: map[string]event.Incident{}}
	m := manager(t, s)
	f := finding("a", 1, "beacon", event.PhaseC2, event.High, 0)
	add(t, m, f, f, finding("b", 1, "portscan", event.PhaseIntelligence, event.Medium, time.Hour), finding("c", 2, "beacon", event.PhaseC2, event.High, 0))
	if len(s.cases) != 2 {
		t.Fatalf("%d cases, want 2", len(s.cases))
	}
	if _, changed, _ := m.Add(t.Context(), f); changed {
		t.Error("the same finding again is no change")
	}
	f.Count = 10
	inc, changed, _ := m.Add(t.Context(), f)
	if !changed || len(inc.Findings) != 2 || inc.Findings[0].Count != 10 || len(inc.Timeline) != 2 {
		t.Errorf("changed %v, %d findings, %d lines", changed, len(inc.Findings), len(inc.Timeline))
	}
}

func TestCasesSurviveARestart(t *testing.T) {
	s := &shelf{cases: map[string]event.Incident{}}
	first := add(t, manager(t, s), finding("a", 1, "beacon", event.PhaseC2, event.High, 0))
	m := manager(t, s)
	again := add(t, m, finding("b", 1, "dnstunnel", event.PhaseC2, event.High, time.Hour))
	if again.UID != first.UID || len(again.Findings) != 2 {
		t.Errorf("case %s with %d findings, want %s with 2", again.UID, len(again.Findings), first.UID)
	}
	if next := add(t, m, finding("c", 3, "beacon", event.PhaseC2, event.High, time.Hour)); first.Number != "2026-1120-01" || next.Number != "2026-1120-02" {
		t.Errorf("numbers %s, %s", first.Number, next.Number)
	}
}

func TestAFullDiskLosesNothingThatStood(t *testing.T) {
	s := &shelf{cases: map[string]event.Incident{}}
	m := manager(t, s)
	add(t, m, finding("a", 1, "beacon", event.PhaseC2, event.High, 0))
	s.full = true
	b := finding("b", 1, "dnstunnel", event.PhaseC2, event.High, time.Hour)
	if _, _, err := m.Add(t.Context(), b); err == nil {
		t.Fatal("a case that was not kept must be an error")
	}
	s.full = false
	if inc, changed, err := m.Add(t.Context(), b); err != nil || !changed || len(inc.Findings) != 2 {
		t.Errorf("after the disk has room: changed %v, %d findings, %v", changed, len(inc.Findings), err)
	}
}

func TestAClosedCaseTakesNoMore(t *testing.T) {
	s := &shelf{cases: map[string]event.Incident{}}
	m := manager(t, s)
	first := add(t, m, finding("a", 1, "beacon", event.PhaseC2, event.High, 0))
	if _, err := m.SetState(t.Context(), first.UID, event.IncidentFalsePositive, "sato"); err != nil {
		t.Fatal(err)
	}
	if second := add(t, m, finding("b", 1, "beacon", event.PhaseC2, event.High, time.Hour)); second.UID == first.UID {
		t.Error("a finding joined a closed case")
	}
	last := s.cases[first.UID].Timeline[1]
	if last.Kind != "state" || last.Who != "sato" {
		t.Errorf("timeline: %+v", last)
	}
}

func TestOrdersStandInTheCaseOnce(t *testing.T) {
	m := manager(t, &shelf{cases: map[string]event.Incident{}})
	inc := add(t, m, finding("a", 1, "beacon", event.PhaseC2, event.High, 0))
	o := event.Order{Header: event.Header{UID: "iso-1"}, Incident: inc.UID, State: event.OrderVerified, SilenceMS: 1200, History: []event.Transition{
		{Time: start, To: event.OrderApplied, Who: "policy"}, {Time: start.Add(2 * time.Second), To: event.OrderVerified, Who: "verify"}}}
	for range 2 {
		var err error
		if inc, err = m.AttachOrder(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	if inc.State != event.IncidentContained || len(inc.Timeline) != 3 || !strings.Contains(inc.Timeline[2].Text.JA, "1.2 秒") {
		t.Errorf("state %s, timeline %+v", inc.State, inc.Timeline)
	}
	o.State = event.OrderReleased
	if inc, _ = m.AttachOrder(t.Context(), o); inc.State != event.IncidentInProgress {
		t.Errorf("after release the case is %s", inc.State)
	}
}

func TestStorySaysWhatIsCertainLikelyAndUnknown(t *testing.T) {
	maybe := finding("b", 1, "portscan", event.PhaseIntelligence, event.Medium, time.Minute)
	maybe.Confidence = 60
	inc := add(t, manager(t, &shelf{cases: map[string]event.Incident{}}), finding("a", 1, "beacon", event.PhaseC2, event.High, 0), maybe)
	for _, want := range []string{"総務課の PC-01（192.0.2.1）", "2026-11-20 10:00", "【確実なこと】\n・要約a", "【おそらく】\n・要約b", "【まだ分からないこと】"} {
		if !strings.Contains(inc.Story.JA, want) {
			t.Errorf("story lacks %q:\n%s", want, inc.Story.JA)
		}
	}
	if strings.Contains(inc.Story.EN, "課") && !strings.Contains(inc.Story.EN, "PC-01 (192.0.2.1), 総務課") {
		t.Errorf("English story: %s", inc.Story.EN)
	}
}

func TestACaseIsBounded(t *testing.T) {
	cfg := incident.DefaultConfig()
	cfg.MaxFindings, cfg.MaxTimeline = 10, 50
	m, err := incident.New(cfg, &shelf{cases: map[string]event.Incident{}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	add(t, m, finding("keep", 1, "beacon", event.PhaseC2, event.High, 0))
	for i := range 200 {
		add(t, m, finding(fmt.Sprint(i), 1, "portscan", event.PhaseIntelligence, event.Low, time.Duration(i)*time.Second))
	}
	inc := add(t, m, finding("last", 1, "dnstunnel", event.PhaseC2, event.High, time.Hour))
	if len(inc.Findings) != 10 || len(inc.Timeline) != 50 || inc.Findings[0].UID != "keep" {
		t.Errorf("%d findings, first %s, %d lines", len(inc.Findings), inc.Findings[0].UID, len(inc.Timeline))
	}
}
