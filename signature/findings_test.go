package signature_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/signature"
)

func TestAlertsFoldToFindings(t *testing.T) {
	var got []event.Finding
	home := netip.MustParsePrefix("10.0.0.0/8")
	s := signature.NewFindings(home.Contains, func(f event.Finding) { got = append(got, f) })
	alert := func(sid uint32, src, dst string) {
		s.Add(&event.Alert{Header: event.Header{Time: time.Unix(1e9, 0)}, SID: sid, GID: 1, Message: "m", Priority: 1, App: "http",
			Category: "Malware Command and Control Activity Detected",
			Metadata: map[string][]string{"mitre_technique_id": {"T1071"}, "mitre_technique_name": {"Application_Layer_Protocol"}, "mitre_tactic_id": {"TA0011"}},
			Conn:     event.Conn{Src: event.Endpoint{IP: netip.MustParseAddr(src), Port: 1}, Dst: event.Endpoint{IP: netip.MustParseAddr(dst), Port: 2}}})
	}
	for range 12 {
		alert(1, "192.0.2.1", "10.0.0.5") // from outside: the inside machine is the one to act on
	}
	alert(1, "10.0.0.5", "192.0.2.1") // the same pair
	alert(1, "10.0.0.5", "192.0.2.9")
	alert(2, "10.0.0.5", "192.0.2.1")
	s.Close()
	var counts []int
	for _, f := range got {
		counts = append(counts, f.Count)
	}
	if want := []int{1, 10, 1, 1, 13}; len(counts) != len(want) || counts[1] != want[1] || counts[4] != want[4] {
		t.Fatalf("counts %v, want %v", counts, want)
	}
	f := got[0]
	if f.UID != got[1].UID || f.UID == got[2].UID || f.Device.IP.String() != "10.0.0.5" || f.Behaviour != "c2.http" || f.Advisory.ID != "1" ||
		f.Advisory.Type != "Rule" || f.Severity != event.High || f.Advisory.Techniques[0].Name != "Application Layer Protocol" || f.Advisory.Phase != event.PhaseC2 {
		t.Errorf("%+v", f)
	}
}

func TestFindingsAreBounded(t *testing.T) {
	n := 0
	s := signature.NewFindings(func(netip.Addr) bool { return true }, func(event.Finding) { n++ })
	for i := range uint32(20000) {
		s.Add(&event.Alert{SID: i, Conn: event.Conn{Src: event.Endpoint{IP: netip.MustParseAddr("10.0.0.1")}, Dst: event.Endpoint{IP: netip.MustParseAddr("10.0.0.2")}}})
	}
	if s.Evicted == 0 || n != 20000 {
		t.Errorf("%d evicted, %d told", s.Evicted, n)
	}
}
