package incident_test

import (
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/incident"
)

func TestWeakFindingsWaitForOthers(t *testing.T) {
	s := &shelf{cases: map[string]event.Incident{}}
	m := manager(t, s)
	low := finding("a", 1, "sweep", event.PhaseDiscovery, event.Low, 0)
	if inc, changed, err := m.Add(t.Context(), low); err != nil || changed || inc.UID != "" || len(s.cases) != 0 {
		t.Fatalf("one weak finding made a case: %v %v %v", inc.UID, changed, err)
	}
	inc := add(t, m, finding("b", 1, "beacon", event.PhaseC2, event.High, time.Hour))
	if len(inc.Findings) != 2 || len(inc.Timeline) != 2 || !inc.First.Equal(low.First) {
		t.Errorf("%d findings, %d lines, first %s: the weak finding that waited is part of the case", len(inc.Findings), len(inc.Timeline), inc.First)
	}
	if st := m.Stats(); st.Waiting != 0 || st.Open != 1 {
		t.Errorf("%+v", st)
	}
}

func TestAResolvedCaseOpensAgain(t *testing.T) {
	s := &shelf{cases: map[string]event.Incident{}}
	m := manager(t, s)
	first := add(t, m, finding("a", 1, "beacon", event.PhaseC2, event.High, 0))
	if _, err := m.Judge(t.Context(), first.UID, event.IncidentResolved, "sato", "端末を初期化した"); err != nil {
		t.Fatal(err)
	}
	if l := s.cases[first.UID].Timeline[1]; !strings.Contains(l.Text.JA, "端末を初期化した") || l.Who != "sato" {
		t.Errorf("who and why are missing: %+v", l)
	}
	again := add(t, manager(t, s), finding("b", 1, "beacon", event.PhaseC2, event.High, time.Hour)) // after a restart
	if again.UID != first.UID || again.State != event.IncidentInProgress {
		t.Errorf("case %s is %s, want %s in progress", again.UID, again.State, first.UID)
	}
	late := add(t, m, finding("c", 1, "beacon", event.PhaseC2, event.High, 30*24*time.Hour))
	if late.UID == first.UID {
		t.Error("a month later it is another case")
	}
}

func TestAFalsePositiveStaysQuiet(t *testing.T) {
	m := manager(t, &shelf{cases: map[string]event.Incident{}})
	f := finding("a", 1, "beacon", event.PhaseC2, event.Medium, 0)
	first := add(t, m, f)
	if _, err := m.Judge(t.Context(), first.UID, event.IncidentFalsePositive, "sato", "業務システム"); err != nil {
		t.Fatal(err)
	}
	same := finding("b", 1, "beacon", event.PhaseC2, event.Medium, 24*time.Hour)
	if inc, changed, _ := m.Add(t.Context(), same); changed || inc.UID != "" {
		t.Error("the same finding made a case again")
	}
	worse := finding("c", 1, "beacon", event.PhaseC2, event.High, 25*time.Hour)
	if inc, changed, _ := m.Add(t.Context(), worse); !changed || inc.UID == first.UID {
		t.Error("a more severe finding is heard")
	}
}

func TestLinkedMachinesRaiseEachOther(t *testing.T) {
	s := &shelf{cases: map[string]event.Incident{}}
	m := manager(t, s)
	var told []event.Incident
	m.OnChange(func(i event.Incident) { told = append(told, i) })
	one := finding("a", 1, "beacon", event.PhaseC2, event.High, 0)
	two := finding("b", 2, "beacon", event.PhaseC2, event.High, time.Hour)
	one.Subject, two.Subject = "c2.example:443", "c2.example:443"
	one.SingleShot, two.SingleShot = true, true
	first := add(t, m, one)
	second := add(t, m, two)
	if second.HostSeverity != 10 || s.cases[first.UID].HostSeverity != 10 || len(told) != 1 || told[0].UID != first.UID {
		t.Errorf("severities %d and %d, told %d: both machines call the same server", s.cases[first.UID].HostSeverity, second.HostSeverity, len(told))
	}
}

func TestManualOrdersFindTheirCase(t *testing.T) {
	m := manager(t, &shelf{cases: map[string]event.Incident{}})
	first := add(t, m, finding("a", 1, "beacon", event.PhaseC2, event.High, 0))
	o := event.Order{Header: event.Header{UID: "iso-2"}, Target: device(1), State: event.OrderVerified, History: []event.Transition{{Time: start.Add(time.Hour), To: event.OrderVerified, Who: "verify"}}}
	inc, err := m.AttachOrder(t.Context(), o)
	if err != nil || inc.UID != first.UID || inc.State != event.IncidentContained {
		t.Errorf("%s %s %v", inc.UID, inc.State, err)
	}
	after := add(t, m, finding("b", 1, "portscan", event.PhaseDiscovery, event.Medium, 2*time.Hour))
	if l := after.Timeline[len(after.Timeline)-2]; l.Kind != "notice" && after.Timeline[len(after.Timeline)-1].Kind != "notice" {
		t.Errorf("activity after containment is not marked: %+v", after.Timeline)
	}
	o.Target = device(9)
	if inc, err := m.AttachOrder(t.Context(), o); err != nil || inc.UID != "" {
		t.Errorf("an order of a machine without a case: %s %v", inc.UID, err)
	}
}

func TestSettingsOutOfRange(t *testing.T) {
	cfg := incident.DefaultConfig()
	cfg.OpenAt = 11
	if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), "incident.open_at: 11") {
		t.Errorf("%v", err)
	}
}
