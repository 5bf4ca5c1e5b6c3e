package incident_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
)

// moved is one machine reaching another by remote execution, sure by itself.
func moved(uid string, from, to byte, after time.Duration) event.Finding {
	f := finding(uid, from, "remoteservice", event.PhaseLateral, event.High, after)
	f.SingleShot, f.Confidence = true, 95
	f.Peers = []event.Endpoint{{IP: device(to).IP, Port: 445}}
	f.Evidence = []event.Evidence{{Time: f.Time, Src: event.Endpoint{IP: device(from).IP}, Dst: f.Peers[0]}}
	return f
}

// called is one machine calling a command server.
func called(uid string, from byte, server string, after time.Duration) event.Finding {
	f := finding(uid, from, "beacon", event.PhaseC2, event.High, after)
	f.Subject, f.Confidence = server, 85
	f.Evidence = []event.Evidence{{Time: f.Time, Src: event.Endpoint{IP: device(from).IP}}}
	return f
}

func number(t *testing.T, s *shelf, device string) event.Incident {
	t.Helper()
	for _, i := range s.cases {
		if i.Device.UID == device {
			return i
		}
	}
	t.Fatalf("no case of %s", device)
	return event.Incident{}
}

func TestMachinesThatReachedEachOtherAreOneIncident(t *testing.T) {
	s := &shelf{cases: map[string]event.Incident{}}
	m := manager(t, s)
	zero := add(t, m, called("a", 1, "c2.example:443", 0))
	add(t, m, moved("b", 1, 2, time.Hour))
	add(t, m, called("c", 2, "other.example:443", 2*time.Hour))
	add(t, m, moved("d", 2, 3, 3*time.Hour))
	add(t, m, called("e", 3, "third.example:443", 4*time.Hour))
	add(t, m, moved("f", 3, 9, 5*time.Hour)) // 9 does nothing itself

	lead := s.cases[zero.UID]
	if len(lead.Hosts) != 4 || lead.Lead != "" || lead.HostSeverity != 10 {
		t.Fatalf("%d machines, lead %q, severity %d", len(lead.Hosts), lead.Lead, lead.HostSeverity)
	}
	for i, h := range lead.Hosts {
		if h.Step != i || h.Zero != (i == 0) || (h.Incident == "") != (i == 3) {
			t.Errorf("machine %d: %+v", i, h)
		}
	}
	if len(lead.Spread) != 3 || lead.Spread[0].From != device(1).UID || lead.Spread[0].To != device(2).UID || lead.Spread[0].Detector != "remoteservice" {
		t.Errorf("spread: %+v", lead.Spread)
	}
	for n := byte(2); n <= 3; n++ {
		part := number(t, s, device(n).UID)
		if part.Lead != zero.UID || part.LeadNumber != lead.Number || part.Number == lead.Number || part.HostSeverity != 10 {
			t.Errorf("case %s of machine %d is part of %q, severity %d", part.Number, n, part.LeadNumber, part.HostSeverity)
		}
	}
}

func TestASharedServerAloneJoinsNothing(t *testing.T) {
	dc := device(7)
	dc.Roles = []string{"dc"}
	proxy := netip.MustParseAddr("10.0.0.8")
	s := &shelf{cases: map[string]event.Incident{}}
	m := manager(t, s)
	own := finding("dc", 7, "sweep", event.PhaseDiscovery, event.Medium, 0)
	own.Device = dc
	own.Evidence = []event.Evidence{{Src: event.Endpoint{IP: dc.IP}}}
	add(t, m, own)
	for n := byte(1); n <= 2; n++ {
		uid := string(rune('a' + n))
		add(t, m, moved(uid, n, 7, time.Duration(n)*time.Hour))
		by := called(uid+"p", n, proxy.String()+":8080", time.Duration(n)*time.Hour)
		by.Peers = []event.Endpoint{{IP: proxy, Port: 8080}}
		add(t, m, by)
	}
	for _, i := range s.cases {
		if i.Lead != "" || len(i.Related) > 0 {
			t.Errorf("case of %s was joined with %v", i.Device.UID, i.Related)
		}
	}
}

func TestLateEvidenceJoinsTwoIncidents(t *testing.T) {
	s := &shelf{cases: map[string]event.Incident{}}
	m := manager(t, s)
	first := add(t, m, called("a", 1, "one.example:443", 0))
	second := add(t, m, called("b", 2, "two.example:443", time.Hour))
	if _, err := m.Note(t.Context(), second.UID, "sato", "電話で確認"); err != nil {
		t.Fatal(err)
	}
	order := event.Order{Header: event.Header{UID: "iso-2"}, Incident: second.UID, Target: device(2), State: event.OrderVerified,
		History: []event.Transition{{Time: start.Add(90 * time.Minute), To: event.OrderVerified, Who: "verify"}}}
	if _, err := m.AttachOrder(t.Context(), order); err != nil {
		t.Fatal(err)
	}
	add(t, m, moved("c", 1, 2, 30*time.Minute)) // told last, happened first
	lead, part := s.cases[first.UID], s.cases[second.UID]
	if part.Lead != first.UID || part.Number != second.Number || part.State != event.IncidentContained || len(lead.Hosts) != 2 {
		t.Fatalf("part of %q as %s in state %s; %d machines", part.Lead, part.Number, part.State, len(lead.Hosts))
	}
	var all strings.Builder
	for _, l := range part.Timeline {
		all.WriteString(l.Kind + ":" + l.Text.JA + "\n")
	}
	for _, want := range []string{"note:電話で確認", "order:", "案件 " + first.Number + " とひとつの案件にまとめました"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("the joined case lost %q:\n%s", want, all.String())
		}
	}
	if _, err := m.Judge(t.Context(), first.UID, event.IncidentResolved, "sato", "済み"); err != nil {
		t.Fatal(err)
	}
	if st := s.cases[second.UID]; st.State != event.IncidentResolved || st.Lead != first.UID {
		t.Errorf("resolving the incident left its part %s, part of %q", st.State, st.Lead)
	}
}

func TestAChangedLeaseJoinsTheRightMachine(t *testing.T) {
	s := &shelf{cases: map[string]event.Incident{}}
	m := manager(t, s)
	add(t, m, called("a", 1, "one.example:443", 0))
	f := moved("b", 1, 5, time.Hour) // .5 was machine 2's address then
	then := device(2)
	then.UID, then.MAC = "mac:02:00:00:00:00:02", event.MAC{2, 0, 0, 0, 0, 2}
	own := called("c", 2, "two.example:443", 2*time.Hour)
	own.Device = then
	then.IP = device(5).IP
	f.Others = []event.Device{then}
	add(t, m, f, own)
	add(t, m, called("d", 5, "three.example:443", 3*time.Hour)) // it has the address now
	if got := number(t, s, then.UID); got.Lead == "" {
		t.Error("the machine that had the address then is part of the incident")
	}
	if got := number(t, s, device(5).UID); got.Lead != "" {
		t.Error("the machine that has the address now was joined")
	}
}

func TestTwoHundredMachinesAtMost(t *testing.T) {
	s := &shelf{cases: map[string]event.Incident{}}
	m := manager(t, s)
	wide := func(n int) event.Device {
		ip := netip.AddrFrom4([4]byte{10, 9, byte(n >> 8), byte(n)})
		return event.Device{UID: "ip:" + ip.String(), IP: ip}
	}
	for n := range 230 {
		f := called("w"+wide(n).UID, 1, "worm.example:443", time.Duration(n)*time.Minute)
		f.Device = wide(n)
		f.Evidence = nil
		add(t, m, f)
	}
	var lead event.Incident
	for _, i := range s.cases {
		if len(i.Hosts) > len(lead.Hosts) {
			lead = i
		}
	}
	if len(lead.Hosts) != 200 || lead.MoreHosts == 0 || len(lead.Spread) > 600 {
		t.Errorf("%d machines and %d more, %d ways", len(lead.Hosts), lead.MoreHosts, len(lead.Spread))
	}
}

func TestCasesAreJoinedAgainAfterARestart(t *testing.T) {
	s := &shelf{cases: map[string]event.Incident{}}
	m := manager(t, s)
	first := add(t, m, called("a", 1, "c2.example:443", 0))
	add(t, m, moved("b", 1, 2, time.Hour))
	add(t, manager(t, s), called("c", 2, "other.example:443", 2*time.Hour))
	if got := s.cases[first.UID]; len(got.Hosts) != 2 {
		t.Errorf("%d machines after a restart", len(got.Hosts))
	}
}
