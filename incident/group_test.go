package incident_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/incident"
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

func TestTheSameProgramOnTwoMachinesIsNotSeveralCompromised(t *testing.T) {
	s := &shelf{cases: map[string]event.Incident{}}
	m := manager(t, s)
	first := add(t, m, called("a", 1, "agent.example:443", 0))
	second := add(t, m, called("b", 2, "agent.example:443", time.Hour))
	if second.Lead != first.UID || second.HostSeverity != 8 || s.cases[first.UID].HostSeverity != 8 {
		t.Errorf("part of %q, severities %d and %d", second.Lead, s.cases[first.UID].HostSeverity, second.HostSeverity)
	}
	add(t, m, finding("c", 2, "enumeration", event.PhaseDiscovery, event.Medium, 2*time.Hour))
	if got := s.cases[first.UID]; got.HostSeverity != 10 || !strings.Contains(got.Why[len(got.Why)-1].JA, "PC-02") {
		t.Errorf("severity %d because %v: the other machine shows a second phase", got.HostSeverity, got.Why)
	}
}

func TestALaterExceptionTakesBack(t *testing.T) {
	s := &shelf{cases: map[string]event.Incident{}}
	m := manager(t, s)
	low := finding("b", 1, "sweep", event.PhaseDiscovery, event.Medium, time.Minute)
	first := add(t, m, called("a", 1, "lunch.example:443", 0), low)
	alone := add(t, m, called("c", 2, "lunch.example:443", time.Hour))
	covers := func(f *event.Finding) (event.Text, bool) {
		return event.Text{JA: "給食システム（学校教育課）", EN: "school lunch (school section)"}, f.Subject == "lunch.example:443"
	}
	changed, err := m.Except(t.Context(), covers)
	if err != nil || len(changed) != 2 {
		t.Fatalf("%d cases changed, %v", len(changed), err)
	}
	got := s.cases[first.UID]
	if got.HostSeverity != 5 || got.State != event.IncidentNew || got.Findings[0].Excepted.JA == "" || len(got.Findings) != 2 {
		t.Errorf("severity %d, %s, %d findings", got.HostSeverity, got.State, len(got.Findings))
	}
	closed := s.cases[alone.UID]
	if closed.State != event.IncidentResolved || closed.Lead != first.UID && closed.Lead != "" {
		t.Errorf("%s, part of %q", closed.State, closed.Lead)
	}
	if last := closed.Timeline[len(closed.Timeline)-1]; !strings.Contains(last.Text.JA, "給食システム") {
		t.Errorf("the reason is missing: %s", last.Text.JA)
	}
	if again, _ := m.Except(t.Context(), covers); len(again) != 0 {
		t.Errorf("the second time changed %d cases", len(again))
	}
}

func TestTheStoryIsOneForAllMachines(t *testing.T) {
	s := &shelf{cases: map[string]event.Incident{}}
	m := manager(t, s)
	m.OnSight(func(time.Time, time.Time) incident.Sight { return incident.Sight{Known: true, Loss: 0.02} })
	one := called("a", 1, "c2.example:443", 0)
	one.Device.User, one.Device.Confidence, one.Device.Unsure = "佐藤", 60, event.Text{JA: "プロキシ越しです。", EN: "It stands behind a proxy."}
	one.Evidence[0].Dst.Port = 443
	one.Advisory.Do = []event.Text{{JA: "切り離す", EN: "isolate"}, {JA: "聞く", EN: "ask"}, {JA: "調べる", EN: "look"}}
	hop := moved("b", 1, 2, time.Hour)
	hop.Device = one.Device
	first := add(t, m, one, hop)
	out := called("c", 2, "drop.example:443", 2*time.Hour)
	out.Advisory = event.Advisory{ID: "upload", Phase: event.PhaseExfiltration, Title: event.Text{JA: "送信", EN: "upload"}}
	out.Reasons = []event.Reason{{Name: "bytes_out", Value: 4_200_000, Unit: "B"}}
	maybe := finding("d", 2, "sweep", event.PhaseDiscovery, event.Medium, 3*time.Hour)
	maybe.Confidence = 60
	add(t, m, out, maybe, moved("e", 2, 9, 4*time.Hour))
	got := s.cases[first.UID]
	for _, want := range []string{"動きのある端末は 2 台です。最初は 総務課の PC-01", "利用者 佐藤", "ほかに 1 台が、手を伸ばされています", "【起きた順】\n・2026", "PC-02：要約c", "【確実なこと】", "【おそらく】\n・要約d",
		"【まだ分からないこと】", "drop.example:443 へ、およそ 4.2 MB", "端末の名前は推定です（確からしさ 60 %）。プロキシ越しです。", "取りこぼした通信（2.0 %）", "暗号化された通信の中身"} {
		if !strings.Contains(got.Story.JA, want) {
			t.Errorf("%q is missing in:\n%s", want, got.Story.JA)
		}
	}
	if len(got.Do) != 3 || !strings.Contains(got.Do[1].JA, "関係する 3 台") || got.Do[0].JA != "切り離す" {
		t.Errorf("steps: %v", got.Do)
	}
	if strings.Contains(got.Story.EN, "%!") || strings.Contains(got.Story.JA, "%!") {
		t.Errorf("a sentence is broken:\n%s\n%s", got.Story.JA, got.Story.EN)
	}
}
