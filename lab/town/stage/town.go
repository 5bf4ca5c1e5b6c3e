package stage

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Town is who and what there is.
type Town struct {
	Start    time.Time // midnight in Japan of the first day
	Domain   string    // of the directory
	Machines []*Machine
	PCs      []*Machine
	Nets     []*Net
	Servers  map[string]*Machine // by what they are for: dc1 dc2 dns proxy files1 …
}

// departments with the share of the PCs that they have, in hundredths.
var departments = []struct {
	name  string
	zone  string
	share int
	far   bool
}{
	{"総務課", "internet", 8, false}, {"財政課", "internet", 6, false}, {"税務課", "internet", 8, false}, {"市民課", "internet", 8, false},
	{"福祉課", "internet", 8, false}, {"建設課", "internet", 7, false}, {"産業課", "internet", 6, false}, {"環境課", "internet", 5, false},
	{"教育委員会", "internet", 6, false}, {"水道課", "internet", 5, false}, {"東支所", "internet", 4, true}, {"西支所", "internet", 4, true},
	{"LGWAN系", "lgwan", 8, false}, {"個人番号系", "mynumber", 6, false}, {"学校", "school", 8, false},
	{"出張所", "branch", 2, true}, {"分室", "annex", 1, true},
}

// servers of the town: what for, zone, last octets, roles.
var servers = []struct {
	key, name, zone string
	ip              string
	roles           []string
}{
	{"dc1", "AD01", "internet", "10.10.0.10", []string{"dc", "dns"}}, {"dc2", "AD02", "internet", "10.10.0.11", []string{"dc", "dns"}},
	{"proxy", "PROXY01", "internet", "10.10.0.20", []string{"proxy"}}, {"files1", "FILE01", "internet", "10.10.0.30", []string{"fileserver"}},
	{"files2", "FILE02", "internet", "10.10.0.31", []string{"fileserver"}}, {"print", "PRINT01", "internet", "10.10.0.40", []string{"printserver"}},
	{"wsus", "WSUS01", "internet", "10.10.0.50", []string{"wsus"}}, {"av", "AV01", "internet", "10.10.0.51", []string{"management"}},
	{"mail", "MAIL01", "internet", "10.10.0.60", []string{"mail"}}, {"backup", "BKUP01", "internet", "10.10.0.70", []string{"backup"}},
	{"admin", "KANRI01", "internet", "10.10.0.80", []string{"management"}}, {"scanner", "SHINDAN01", "internet", "10.10.0.81", []string{"scanner"}},
	{"monitor", "KANSHI01", "internet", "10.10.0.82", []string{"management"}}, {"gw", "GROUPWARE", "internet", "10.10.0.90", nil},
	{"kaikei", "KAIKEI01", "internet", "10.10.0.91", nil}, {"dhcp", "DHCP01", "internet", "10.10.0.12", []string{"dhcp"}},
	{"nas", "NAS01", "internet", "10.10.0.32", []string{"fileserver"}}, {"mfp1", "MFP01", "internet", "10.10.0.41", []string{"printer"}}, {"mfp2", "MFP02", "internet", "10.10.0.42", []string{"printer"}},
	{"web", "WWW01", "dmz", "10.50.0.10", []string{"dmz"}}, {"relay", "MX01", "dmz", "10.50.0.20", []string{"mail", "dmz"}},
	{"ldc", "LAD01", "lgwan", "10.20.0.10", []string{"dc", "dns"}}, {"lfiles", "LFILE01", "lgwan", "10.20.0.30", []string{"fileserver"}},
	{"lgw", "LGWANGW", "lgwan", "10.20.0.20", []string{"gateway"}},
	{"mdc", "MAD01", "mynumber", "10.30.0.10", []string{"dc", "dns"}}, {"kikan", "KIKAN01", "mynumber", "10.30.0.30", []string{"core"}},
	{"bridge", "RENKEI01", "mynumber", "10.30.0.40", nil},
	{"sdns", "SDNS01", "school", "10.40.0.10", []string{"dns"}},
}

// Build makes a town of so many PCs.
func Build(seed uint64, pcs int, start time.Time) Town {
	t := Town{Start: Midnight(start), Domain: "TOWN.EXAMPLE", Servers: map[string]*Machine{}}
	t.serve()
	r := rand.New(rand.NewPCG(seed, 1300))
	for i, d := range departments {
		n := max(1, pcs*d.share/100)
		if i == 0 {
			n = pcs
			for _, other := range departments[1:] {
				n -= max(1, pcs*other.share/100)
			}
			n = max(n, 1)
		}
		for n > 0 { // a segment of 200 PCs
			part := min(n, 200)
			t.segment(r, d.name, d.zone, d.far, part)
			n -= part
		}
	}
	return t
}

func (t *Town) serve() {
	for i, s := range servers {
		ip := netip.MustParseAddr(s.ip)
		net := t.net(netip.PrefixFrom(ip, 24).Masked(), s.zone, "サーバー室")
		m := &Machine{Index: len(t.Machines), Name: s.name, IP: ip, Zone: s.zone, Net: net, Server: true, Roles: s.roles,
			MAC: event.MAC{0x90, 0x1b, 0x0e, 0x01, 0, byte(i + 1)}, port: 49152}
		t.Machines = append(t.Machines, m)
		t.Servers[s.key] = m
	}
}

func (t *Town) net(p netip.Prefix, zone, name string) *Net {
	for _, n := range t.Nets {
		if n.Prefix == p {
			return n
		}
	}
	n := &Net{Prefix: p, Zone: zone, Name: name, Gateway: p.Addr().Next()}
	t.Nets = append(t.Nets, n)
	return n
}

// zoneNet is the second octet of each zone.
var zoneNet = map[string]byte{"internet": 10, "lgwan": 20, "mynumber": 30, "school": 40, "dmz": 50, "branch": branchNet, "annex": branchNet}

func (t *Town) segment(r *rand.Rand, name, zone string, far bool, pcs int) {
	third, second := byte(1), zoneNet[zone]
	for _, n := range t.Nets {
		if n.Prefix.Addr().As4()[1] == second {
			third++
		}
	}
	var nat *NAT
	if second == branchNet { // the office network behind a router that translates
		nat = &NAT{Outer: netip.AddrFrom4([4]byte{10, 10, 0, 200 + third}), Both: zone == "branch"}
		zone = "internet"
	}
	n := t.net(netip.PrefixFrom(netip.AddrFrom4([4]byte{10, second, third, 0}), 24), zone, name)
	n.NAT = nat
	for last := 20; last < 250; last++ {
		n.free = append(n.free, netip.AddrFrom4([4]byte{10, second, third, byte(last)}))
	}
	r.Shuffle(len(n.free), func(a, b int) { n.free[a], n.free[b] = n.free[b], n.free[a] })
	byProxy := zone == "internet" && third%5 < 3 && nat == nil
	for range pcs {
		i := len(t.Machines)
		m := &Machine{Index: i, Name: fmt.Sprintf("PC-%05d", i), User: fmt.Sprintf("%s%04d", surnames[r.IntN(len(surnames))], i),
			IP: n.take(), Zone: zone, Net: n, Far: far, Proxy: byProxy, port: 49152 + uint16(r.IntN(16000)),
			MAC: event.MAC{0x54, 0xb2, 0x03, byte(i >> 16), byte(i >> 8), byte(i)}}
		t.Machines = append(t.Machines, m)
		t.PCs = append(t.PCs, m)
	}
}

var surnames = []string{"sato", "suzuki", "takahashi", "tanaka", "ito", "watanabe", "yamamoto", "nakamura", "kobayashi", "kato", "yoshida", "yamada", "sasaki", "matsumoto", "inoue", "kimura"}

// DC is the domain controller that answers m.
func (t *Town) DC(m *Machine) *Machine {
	switch {
	case m.Zone == "lgwan":
		return t.Servers["ldc"]
	case m.Zone == "mynumber":
		return t.Servers["mdc"]
	case m.Zone == "school":
		return nil
	case m.Index%3 == 0:
		return t.Servers["dc2"]
	}
	return t.Servers["dc1"]
}

// Resolver is the name server that answers m.
func (t *Town) Resolver(m *Machine) *Machine {
	if m.Zone == "school" {
		return t.Servers["sdns"]
	}
	return t.DC(m)
}

// Files is the file server of m's department; nil where there is none.
func (t *Town) Files(m *Machine) *Machine {
	switch {
	case m.Zone == "lgwan":
		return t.Servers["lfiles"]
	case m.Zone != "internet":
		return nil
	case m.Net.Prefix.Addr().As4()[2]%2 == 0:
		return t.Servers["files2"]
	}
	return t.Servers["files1"]
}
