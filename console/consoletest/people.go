package consoletest

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/event"
)

var departments = []struct{ name, place, zone string }{
	{"総務課", "本庁舎 2階 西", "lgwan"}, {"税務課", "本庁舎 1階 北", "mynumber"}, {"住民課", "本庁舎 1階 南", "mynumber"},
	{"福祉課", "別館 1階", "mynumber"}, {"建設課", "本庁舎 3階 東", "lgwan"}, {"教育委員会", "別館 3階", "internet"},
	{"議会事務局", "本庁舎 4階", "lgwan"}, {"企画課", "本庁舎 2階 東", "internet"},
}

var families = []string{"sato", "suzuki", "takahashi", "tanaka", "ito", "watanabe", "yamamoto", "nakamura", "kobayashi", "kato", "yoshida", "yamada"}

const machines = 64

// settle fills the town with machines and with what happened in the last weeks.
func (t *Town) settle() {
	now := t.now().UTC()
	for n := range machines {
		d := pc(n, now)
		t.devices[d.UID] = d
	}
	for _, s := range servers(now) {
		t.devices[s.UID] = s
		t.Never[s.UID] = true
	}
	t.past(now)
}

// pc is the n-th workstation.
func pc(n int, now time.Time) event.Device {
	dep := departments[n%len(departments)]
	mac := event.MAC{0x00, 0x1b, 0xd3, 0x20, byte(n >> 8), byte(n + 1)}
	ip := netip.AddrFrom4([4]byte{10, 20, byte(1 + n%len(departments)), byte(100 + n)})
	six := addr(fmt.Sprintf("fd00:20:%x::%x", 1+n%len(departments), 100+n))
	seen := now.Add(-time.Duration(n*n) * 11 * time.Second)
	first := now.AddDate(0, -7, -n)
	d := event.Device{UID: "mac:" + mac.String(), IP: ip, IPs: []netip.Addr{ip, six}, MAC: mac, Hostname: fmt.Sprintf("PC-%03d", 100+n),
		User: fmt.Sprintf("%s.%c", families[n%len(families)], 'a'+rune(n%7)), Department: dep.name, Place: dep.place, Zone: dep.zone,
		FirstSeen: first, LastSeen: seen}
	d.Bindings = []event.Binding{
		{Field: "ip", Value: ip.String(), Source: "dhcp", First: now.Add(-9 * time.Hour), Last: seen},
		{Field: "hostname", Value: d.Hostname, Source: "dhcp", First: first, Last: seen},
		{Field: "mac", Value: mac.String(), Source: "arp", First: first, Last: seen},
		{Field: "user", Value: d.User, Source: "kerberos", First: now.Add(-8 * time.Hour), Last: now.Add(-25 * time.Minute)},
		{Field: "department", Value: dep.name, Source: "csv", First: first, Last: now.AddDate(0, -1, 0)},
		{Field: "place", Value: dep.place, Source: "csv", First: first, Last: now.AddDate(0, -1, 0)},
	}
	d.Port, d.Phone, d.Confidence = fmt.Sprintf("SW-%dF-01 Gi1/0/%d", 1+n%4, 1+n%48), fmt.Sprintf("内線 %d", 2100+n), 99
	d.Bindings = append(d.Bindings, event.Binding{Field: "port", Value: d.Port, Source: "snmp", First: first, Last: now.Add(-3 * time.Minute)})
	if n == 3 {
		doubt(&d, now)
	}
	return d
}

// doubt makes a machine of which not all is certain: what the page must say without being asked.
func doubt(d *event.Device, now time.Time) {
	d.Confidence = 50
	d.Unsure = event.Text{JA: fmt.Sprintf("%s を2台の機器が同時に使っています。", d.IP), EN: fmt.Sprintf("Two machines use %s at the same time.", d.IP)}
	d.Candidates = []event.Candidate{{UID: "mac:00:1b:d3:20:00:09", IP: d.IP, MAC: event.MAC{0, 0x1b, 0xd3, 0x20, 0, 9}, Hostname: "NOTE-007", User: "kato.b",
		Why: event.Text{JA: "同じアドレスを使っています", EN: "it uses the same address"}, Last: now.Add(-4 * time.Minute)}}
	d.Conflicts = []event.Text{d.Unsure, {JA: "端末名が一致しません: " + d.Hostname + "（DHCP）と KALI（NTLM）", EN: "host names differ: " + d.Hostname + " (dhcp) and KALI (ntlm)"}}
	d.Bindings = append(d.Bindings, event.Binding{Field: "hostname", Value: "KALI", Source: "ntlm", First: now.Add(-40 * time.Minute), Last: now.Add(-40 * time.Minute)},
		event.Binding{Field: "place", Value: "別館 2階", Source: "csv", First: now.AddDate(-1, 0, 0), Last: now.AddDate(-1, 0, 0)})
	d.RoleFacts = []event.RoleFact{{Role: "management", Source: "flow", Clients: 14, First: now.AddDate(0, 0, -3), Last: now.Add(-time.Hour), Reason: event.Text{
		JA: "2日以上にわたり、14台の機器を遠隔操作しています。侵入者も同じことをするため、確認されるまで例外にはしません。",
		EN: "On two days or more it worked on 14 machines remotely. Intruders do so too: until confirmed it is no exemption."}}}
}

func servers(now time.Time) []event.Device {
	server := func(last byte, name, department string, roles ...string) event.Device {
		mac := event.MAC{0x52, 0x54, 0, 0x20, 0, last}
		ip := netip.AddrFrom4([4]byte{10, 20, 0, last})
		var facts []event.RoleFact
		for _, r := range roles {
			facts = append(facts, event.RoleFact{Role: r, Confirmed: true, Trusted: true, Source: "csv", Reason: event.Text{JA: "端末台帳にあります。", EN: "It is in the list of assets."}})
		}
		return event.Device{UID: "mac:" + mac.String(), IP: ip, IPs: []netip.Addr{ip}, MAC: mac, Hostname: name, Department: department, RoleFacts: facts, Confidence: 99,
			Place: "本庁舎 地下 サーバー室", Zone: "lgwan", Roles: roles, FirstSeen: now.AddDate(-2, 0, 0), LastSeen: now.Add(-3 * time.Second),
			Bindings: []event.Binding{{Field: "hostname", Value: name, Source: "csv", Last: now.AddDate(0, -1, 0)}}}
	}
	return []event.Device{
		server(2, "DC-01", "情報政策室", "dc", "dns", "dhcp"),
		server(10, "FILE-01", "情報政策室", "backup"),
		server(20, "WSUS-01", "情報政策室", "wsus", "management"),
	}
}

// Machine gives the n-th workstation as the town knows it.
func (t *Town) Machine(n int) event.Device {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.devices[pc(n, t.now()).UID]
}
