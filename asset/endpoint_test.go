package asset

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
)

func side(addr string, port uint16) event.Endpoint { return event.Endpoint{IP: ip(addr), Port: port} }

// ask is one request; by a proxy's form where uri says so.
func ask(v *Inventory, src, dst, method, uri, host, xff string, at time.Time) {
	v.Observe(&event.HTTPActivity{Header: event.Header{Time: at}, Conn: event.Conn{Src: side(src, 50000), Dst: side(dst, 8080), Proto: event.ProtoTCP},
		Method: method, URI: uri, Host: host, XFF: xff, Status: 200})
}

// outer is a finding on what src sent to server at those times.
func outer(src, server, name string, times ...time.Time) *event.Finding {
	f := &event.Finding{Header: event.Header{Time: times[len(times)-1]}, Device: event.Device{IP: ip(src)}, Peers: []event.Endpoint{side(server, 443)}, Subject: name}
	for _, t := range times {
		f.Evidence = append(f.Evidence, event.Evidence{Time: t, Src: side(src, 40000), Dst: side(server, 443), Name: name})
	}
	return f
}

func TestClientBehindProxyByConnect(t *testing.T) {
	v := inventory(t)
	ack(v, macA, "10.1.2.30", "SOUMU-01", t0)
	ack(v, macB, "10.1.2.31", "ZEIMU-07", t0)
	ask(v, "10.1.2.31", "10.1.0.80", "CONNECT", "www.example.jp:443", "www.example.jp:443", "", t0.Add(time.Minute))
	ask(v, "10.1.2.30", "10.1.0.80", "CONNECT", "c2.example.net:443", "c2.example.net:443", "", t0.Add(2*time.Minute))
	d := v.Endpoint(outer("10.1.0.80", "198.51.100.9", "c2.example.net", t0.Add(2*time.Minute+time.Second)))
	if d.Hostname != "SOUMU-01" || d.IP != ip("10.1.2.30") || d.Confidence < event.Sure {
		t.Errorf("%s %s, confidence %d, %s", d.Hostname, d.IP, d.Confidence, d.Unsure.EN)
	}
	// By the server's address alone: the TLS handshake of the proxy gave it its name.
	v.Observe(&event.NetworkActivity{Header: event.Header{Time: t0.Add(2 * time.Minute)}, Activity: event.FlowTraffic, TLS: &event.TLS{SNI: "c2.example.net"},
		Conn: event.Conn{Src: side("10.1.0.80", 40000), Dst: side("198.51.100.9", 443), Proto: event.ProtoTCP}})
	if d := v.Endpoint(outer("10.1.0.80", "198.51.100.9", "", t0.Add(2*time.Minute+time.Second))); d.Hostname != "SOUMU-01" {
		t.Errorf("by address: %s", d.Name())
	}
	// What is done to the proxy is not done by a client.
	f := &event.Finding{Header: event.Header{Time: t0.Add(3 * time.Minute)}, Device: event.Device{IP: ip("10.1.0.80")},
		Evidence: []event.Evidence{{Time: t0.Add(3 * time.Minute), Src: side("198.51.100.66", 5), Dst: side("10.1.0.80", 22)}}}
	if d := v.Endpoint(f); d.IP != ip("10.1.0.80") {
		t.Errorf("the victim is %s", d.Name())
	}
	// What no client asked for may be the proxy's own: it is named, with doubt.
	if d := v.Endpoint(outer("10.1.0.80", "198.51.100.77", "elsewhere.example", t0.Add(time.Hour))); d.IP != ip("10.1.0.80") || d.Confidence >= event.Sure || d.Unsure.JA == "" {
		t.Errorf("%s, confidence %d", d.Name(), d.Confidence)
	}
}

func TestManyBehindProxyAreSaid(t *testing.T) {
	v := inventory(t)
	for i, pc := range []string{"10.1.2.30", "10.1.2.31", "10.1.2.32"} {
		ask(v, pc, "10.1.0.80", "GET", "http://cdn.example.net/a", "cdn.example.net", "", t0.Add(time.Duration(i)*time.Second))
	}
	d := v.Endpoint(outer("10.1.0.80", "198.51.100.9", "cdn.example.net", t0.Add(3*time.Second)))
	if d.IP == ip("10.1.0.80") || d.Confidence >= event.Sure || len(d.Candidates) != 2 || d.Unsure.JA == "" {
		t.Errorf("%s, confidence %d, %d candidates", d.Name(), d.Confidence, len(d.Candidates))
	}
}

func TestForwardedFor(t *testing.T) {
	v := inventory(t)
	frame(v, event.MAC{2, 0, 0, 0, 2, 1}, "10.1.0.80", "10.1.0.1", t0)
	for i, pc := range []string{"10.1.2.30", "10.1.2.31", "10.1.2.32"} {
		for _, at := range []time.Time{t0.Add(-metFor), t0} {
			frame(v, event.MAC{2, 0, 0, 0, 1, byte(i)}, pc, "10.1.0.1", at)
		}
		ask(v, "10.1.0.80", "198.51.100.80", "GET", "/", "www.example.jp", pc, t0.Add(time.Second))
	}
	ask(v, "10.1.0.80", "198.51.100.9", "POST", "/gate.php", "c2.example.net", "10.9.9.9, 10.1.2.31", t0.Add(time.Minute))
	f := outer("10.1.0.80", "198.51.100.9", "c2.example.net", t0.Add(time.Minute))
	d := v.Endpoint(f)
	if d.IP != ip("10.1.2.31") || d.Confidence >= event.Sure || len(d.Candidates) == 0 {
		t.Errorf("said by a machine that is not known to be a proxy: %s, confidence %d, candidates %v", d.Name(), d.Confidence, d.Candidates)
	}
	proxy := v.Device(ip("10.1.0.80"), t0.Add(time.Minute))
	if _, err := v.Confirm(proxy.UID, "proxy", true, t0.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if d := v.Endpoint(f); d.IP != ip("10.1.2.31") || d.Confidence < event.Sure {
		t.Errorf("said by a confirmed proxy: %s, confidence %d (%s)", d.Name(), d.Confidence, d.Unsure.EN)
	}
	if _, err := v.Confirm(proxy.UID, "proxy", false, t0.Add(2*time.Minute)); err != nil {
		t.Fatal(err)
	}
	if d := v.Endpoint(f); d.IP != ip("10.1.0.80") {
		t.Errorf("a person said that it is no proxy: %s", d.Name())
	}
}

// One PC that makes up X-Forwarded-For must not put the blame on another.
func TestForgedForwardedFor(t *testing.T) {
	v := inventory(t)
	ack(v, macA, "10.1.2.30", "SOUMU-01", t0)
	ack(v, macB, "10.1.2.31", "ZEIMU-07", t0)
	ask(v, "10.1.2.30", "198.51.100.9", "POST", "/gate.php", "c2.example.net", "10.1.2.31", t0.Add(time.Minute))
	if d := v.Endpoint(outer("10.1.2.30", "198.51.100.9", "c2.example.net", t0.Add(time.Minute))); d.Hostname != "SOUMU-01" || d.Confidence < event.Sure {
		t.Errorf("%s, confidence %d", d.Name(), d.Confidence)
	}
}

func leg(v *Inventory, src string, port uint16, dst string, sent, got uint64, at time.Time) {
	c := event.Conn{Src: side(src, port), Dst: side(dst, 443), Proto: event.ProtoTCP}
	v.Observe(&event.NetworkActivity{Header: event.Header{Time: at}, Conn: c, Activity: event.FlowOpen, Start: at})
	v.Observe(&event.NetworkActivity{Header: event.Header{Time: at.Add(time.Second)}, Conn: c, Activity: event.FlowClose, Start: at, End: at.Add(time.Second),
		Orig: event.Volume{Packets: 5, Payload: sent}, Resp: event.Volume{Packets: 5, Payload: got}})
}

func TestBehindTranslation(t *testing.T) {
	v := inventory(t)
	frame(v, macA, "10.5.0.10", "10.5.0.1", t0)
	for i := range 12 {
		at := t0.Add(time.Duration(i) * time.Minute)
		pc, port := "10.5.0.11", uint16(40000+i)
		if i == 11 {
			pc = "10.5.0.10"
		}
		leg(v, pc, port, "198.51.100.9", uint64(500+i), uint64(900+i), at)
		leg(v, "10.1.0.5", port+1000, "198.51.100.9", uint64(500+i), uint64(900+i), at.Add(time.Millisecond))
	}
	f := outer("10.1.0.5", "198.51.100.9", "", t0.Add(11*time.Minute))
	f.Evidence[0].Src.Port = 40000 + 11 + 1000
	if d := v.Endpoint(f); d.IP != ip("10.5.0.10") || d.MAC != macA {
		t.Errorf("%s, confidence %d %s", d.Name(), d.Confidence, d.Unsure.EN)
	}
	f.Evidence[0].Src.Port = 9
	if d := v.Endpoint(f); d.IP != ip("10.1.0.5") || d.Confidence >= event.Sure || d.Unsure.JA == "" {
		t.Errorf("a conversation without its inner leg: %s, confidence %d", d.Name(), d.Confidence)
	}
	if d := v.Endpoint(outer("10.5.0.11", "198.51.100.9", "", t0)); d.IP != ip("10.5.0.11") {
		t.Errorf("the inner machine itself: %s", d.Name())
	}
}

func logon(v *Inventory, addr, user string, at time.Time) {
	v.Observe(&event.Authentication{Header: event.Header{Time: at}, Conn: event.Conn{Src: side(addr, 50000), Dst: side("10.1.0.10", 88)},
		Protocol: "kerberos", Message: "AS-REP", User: user, Success: true})
}

func TestSeveralComputersBehindOneAddress(t *testing.T) {
	v := inventory(t)
	for i := range 4 {
		logon(v, "10.6.0.1", []string{"KOMIN-01$", "KOMIN-02$"}[i%2], t0.Add(time.Duration(i)*time.Minute))
	}
	d := v.Endpoint(outer("10.6.0.1", "198.51.100.9", "", t0.Add(5*time.Minute)))
	if d.Confidence >= event.Sure || len(d.Candidates) != 2 {
		t.Errorf("confidence %d, candidates %v", d.Confidence, d.Candidates)
	}
	// One after the other is a lease that nobody saw: the later one is right.
	logon(v, "10.6.0.2", "KOMIN-03$", t0)
	logon(v, "10.6.0.2", "KOMIN-04$", t0.Add(20*time.Hour))
	if d := v.Device(ip("10.6.0.2"), t0.Add(20*time.Hour+time.Minute)); d.Hostname != "KOMIN-04" || d.Confidence < event.Sure {
		t.Errorf("%s, confidence %d", d.Hostname, d.Confidence)
	}
	if d := v.Device(ip("10.6.0.2"), t0.Add(time.Hour)); d.Hostname != "KOMIN-03" {
		t.Errorf("an hour earlier: %s", d.Hostname)
	}
}

// A translator stays one when only the first of its computers is back after a holiday, and until a working day has passed
// nobody says for sure that a lone computer beyond a router is alone.
func TestBehindTranslationAfterAHoliday(t *testing.T) {
	v := inventory(t)
	logon(v, "10.6.0.1", "KOMIN-01$", t0)
	if d := v.Device(ip("10.6.0.1"), t0.Add(time.Hour)); d.Hostname != "KOMIN-01" || d.Confidence >= event.Sure || d.Unsure.JA == "" {
		t.Errorf("in the first hour: %s, confidence %d", d.Hostname, d.Confidence)
	}
	if d := v.Device(ip("10.6.0.1"), t0.Add(11*time.Hour)); d.Confidence < event.Sure {
		t.Errorf("after a working day: confidence %d", d.Confidence)
	}
	logon(v, "10.6.0.1", "KOMIN-02$", t0.Add(20*time.Minute))
	back := t0.Add(11 * 24 * time.Hour)
	logon(v, "10.6.0.1", "KOMIN-01$", back)
	if d := v.Device(ip("10.6.0.1"), back.Add(time.Minute)); d.Confidence >= event.Sure || d.Hostname != "" || d.User != "" || len(d.Candidates) == 0 {
		t.Errorf("after the holiday: %s of %s, confidence %d, candidates %v: the translator is not one of its computers", d.Hostname, d.User, d.Confidence, d.Candidates)
	}
	if _, err := v.Confirm("ip:10.6.0.1", "nat", false, back); err != nil {
		t.Fatal(err)
	}
	if d := v.Device(ip("10.6.0.1"), back.Add(time.Minute)); d.Confidence < event.Sure {
		t.Errorf("a person says that it translates for nobody: confidence %d", d.Confidence)
	}
}

func TestLeaseChangeWithinTheEvidence(t *testing.T) {
	v := inventory(t)
	ack(v, macA, "10.1.2.30", "SOUMU-01", t0)
	ack(v, macB, "10.1.2.30", "ZEIMU-07", t0.Add(time.Hour))
	at := func(min int) time.Time { return t0.Add(time.Duration(min) * time.Minute) }
	d := v.Endpoint(outer("10.1.2.30", "198.51.100.9", "", at(10), at(20), at(30), at(70)))
	if d.Hostname != "SOUMU-01" || d.Confidence != 75 || len(d.Candidates) != 1 || d.Candidates[0].Hostname != "ZEIMU-07" {
		t.Errorf("%s %d %v", d.Hostname, d.Confidence, d.Candidates)
	}
	if d := v.Endpoint(outer("10.1.2.30", "198.51.100.9", "", at(90))); d.Hostname != "ZEIMU-07" || d.Confidence < event.Sure {
		t.Errorf("after the change: %s %d", d.Hostname, d.Confidence)
	}
}

func TestOneAddressTwice(t *testing.T) {
	v := inventory(t)
	claim := func(mac event.MAC, at time.Time) {
		v.Observe(&event.NetworkActivity{Header: event.Header{Time: at}, ARP: &event.ARP{Op: 1, SenderIP: ip("10.1.2.30"), Sender: mac, TargetIP: ip("10.1.2.1")}})
	}
	for i := range 4 {
		claim([]event.MAC{macA, macB}[i%2], t0.Add(time.Duration(i)*time.Minute))
	}
	d := v.Device(ip("10.1.2.30"), t0.Add(4*time.Minute))
	if d.Confidence >= event.Sure || len(d.Candidates) != 1 || !strings.Contains(d.Unsure.EN, "Two machines") || len(d.Conflicts) == 0 {
		t.Errorf("confidence %d, candidates %v, conflicts %v", d.Confidence, d.Candidates, d.Conflicts)
	}
}

func TestUsersTakeTurns(t *testing.T) {
	v := inventory(t)
	ack(v, macA, "10.1.2.30", "MADO-01", t0)
	for i, u := range []string{"sato", "suzuki", "sato"} {
		logon(v, "10.1.2.30", u, t0.Add(time.Duration(i)*time.Hour))
	}
	v.Observe(&event.Authentication{Header: event.Header{Time: t0.Add(90 * time.Minute)}, Conn: event.Conn{Src: side("10.1.2.30", 5)}, Protocol: "ldap", User: "CN=svc-print,OU=x,DC=y", Success: true})
	for min, want := range map[int]string{30: "sato", 90: "suzuki", 150: "sato"} {
		if d := v.Device(ip("10.1.2.30"), t0.Add(time.Duration(min)*time.Minute)); d.User != want {
			t.Errorf("after %d minutes: %q, want %q", min, d.User, want)
		}
	}
	if d := v.Device(ip("10.1.2.30"), t0.Add(2*time.Hour)); len(d.Conflicts) != 1 || !strings.Contains(d.Conflicts[0].EN, "suzuki") {
		t.Errorf("several users are not told: %v", d.Conflicts)
	}
}

func TestRolesNeedMoreThanAnAccomplice(t *testing.T) {
	v := inventory(t)
	for i := range 400 {
		frame(v, event.MAC{2, 1, 0, 0, byte(i >> 8), byte(i)}, netip.AddrFrom4([4]byte{10, 1, byte(3 + i>>8), byte(i)}).String(), "10.1.0.1", t0)
	}
	kdc := func(client, server string) {
		v.Observe(&event.Authentication{Header: event.Header{Time: t0}, Conn: event.Conn{Src: side(client, 5), Dst: side(server, 88)}, Protocol: "kerberos", Message: "AS-REP", User: "x", Success: true})
	}
	kdc("10.1.3.1", "10.1.3.2")
	d := v.Device(ip("10.1.3.2"), t0)
	if d.HasRole("dc") || v.HasRole(ip("10.1.3.2"), t0, "dc") || len(d.RoleFacts) != 1 || d.RoleFacts[0].Trusted || d.RoleFacts[0].Reason.JA == "" {
		t.Errorf("two machines made a domain controller: %v %v", d.Roles, d.RoleFacts)
	}
	for i := range 6 {
		kdc(netip.AddrFrom4([4]byte{10, 1, 3, byte(10 + i)}).String(), "10.1.0.10")
	}
	if !v.HasRole(ip("10.1.0.10"), t0, "dc") {
		t.Error("six clients do not make a domain controller")
	}
	// However many machines it works on, a management host is none before a person says so.
	for day := range 3 {
		for i := range 40 {
			c := event.Conn{Src: side("10.1.3.7", 50000), Dst: event.Endpoint{IP: netip.AddrFrom4([4]byte{10, 1, 3, byte(100 + i)}), Port: 3389}, Proto: event.ProtoTCP}
			v.Observe(&event.NetworkActivity{Header: event.Header{Time: t0.AddDate(0, 0, day)}, Conn: c, Activity: event.FlowClose, Orig: event.Volume{Payload: 900}, Resp: event.Volume{Payload: 900, Packets: 9}})
		}
	}
	now := t0.AddDate(0, 0, 3)
	d = v.Device(ip("10.1.3.7"), now)
	if d.HasRole("management") || len(d.RoleFacts) != 1 || d.RoleFacts[0].Role != "management" || d.RoleFacts[0].Confirmed {
		t.Errorf("%v %v", d.Roles, d.RoleFacts)
	}
	if d, err := v.Confirm(d.UID, "management", true, now); err != nil || !d.HasRole("management") {
		t.Errorf("%v %v", d.Roles, err)
	}
	w := inventory(t)
	w.Restore(v.Snapshot())
	if !w.HasRole(ip("10.1.3.7"), now, "management") || !w.HasRole(ip("10.1.0.10"), now, "dc") {
		t.Error("roles are lost by a restart")
	}
}

func TestPortOfTheMachine(t *testing.T) {
	v := inventory(t)
	ack(v, macA, "10.1.2.30", "SOUMU-01", t0)
	v.Attach(Attachment{MAC: macA, Switch: "SW-2F-01", Port: "Gi1/0/12", Source: fromSNMP, Time: t0})
	v.Observe(&event.AppActivity{Header: event.Header{Time: t0.Add(time.Minute)}, Conn: event.Conn{Src: side("10.1.0.7", 1813)}, Protocol: "radius", Operation: "accounting_request",
		Attrs: []event.Attr{{Name: "acct_status_type", Value: "start"}, {Name: "user_name", Value: "TOWN\\sato"}, {Name: "calling_station_id", Value: "02-00-00-00-00-0A"},
			{Name: "nas_ip_address", Value: "10.1.0.7"}, {Name: "nas_port", Value: "14"}}})
	d := v.Device(ip("10.1.2.30"), t0.Add(2*time.Minute))
	if d.Port != "10.1.0.7 port 14" || d.User != "sato" || len(d.Conflicts) != 1 {
		t.Errorf("port %q, user %q, conflicts %v", d.Port, d.User, d.Conflicts)
	}
	if d := v.Device(ip("10.1.2.30"), t0.Add(time.Second)); d.Port != "SW-2F-01 Gi1/0/12" {
		t.Errorf("before RADIUS: %q", d.Port)
	}
}
