package sweep

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

func (n *instance) tell(a *event.NetworkActivity, k key, s *state, t tally, emit detect.Emit) {
	f := event.Finding{
		Behaviour: "scan.sweep", Severity: event.Low, Confidence: min(60+t.all, 95), Weight: 0.35,
		Device: event.Device{IP: k.src, MAC: k.mac}, Subject: subject(k), Count: t.all - s.told, First: s.begun, Peers: peers(s),
		Summary: detect.Say("%s が%d台の機器に次々に接続を試みました(%s)。", "%s tried %d machines in turn (%s).", k.src, t.all, subject(k)),
		Reasons: []event.Reason{detect.Because("machines", float64(t.all), float64(n.cfg.Unique), "machines",
			detect.Say("%d台の異なる機器に%.0f秒間で試みました。", "%d different machines were tried in %.0f s.", t.all, a.Time.Sub(s.begun).Seconds()))},
		Evidence: []event.Evidence{detect.Seen(a.Time, &a.Conn, "")},
	}
	f.Time = a.Time
	switch k.proto {
	case event.ProtoARP:
		f.Behaviour, f.Weight = "scan.arp", 0.15
		f.Evidence[0].Src, f.Evidence[0].Dst = event.Endpoint{IP: k.src, MAC: k.mac}, event.Endpoint{IP: a.ARP.TargetIP}
	case event.ProtoTCP:
		f.Reasons = append(f.Reasons, detect.Because("failed", float64(t.failed), float64(n.cfg.Failed), "machines",
			detect.Say("うち%d台は拒否したか、応答がありませんでした。", "%d of them refused or stayed silent.", t.failed)))
		if t.inside >= n.cfg.Unique || t.failed >= 2*n.cfg.Failed {
			f.Severity = event.Medium
		}
	default:
		f.Behaviour, f.Weight = "scan.icmp", 0.2
	}
	f.Gates = n.gates(a, k, t)
	emit(f)
}

// gates are what was asked of the machines that were tried; of the last two one suffices.
func (n *instance) gates(a *event.NetworkActivity, k key, t tally) []event.Gate {
	exempt := detect.Holds("not_exempt", !n.deps.HasRole(k.src, a.Time, n.cfg.Exempt...), "exempt",
		event.Text{JA: "探すことが仕事の機器（点検など）として登録されていない", EN: "It is not registered as a machine whose work is to search"})
	switch k.proto {
	case event.ProtoARP:
		return []event.Gate{exempt, detect.AtLeast("machines", float64(t.all), float64(n.cfg.ARP), "machines", "arp", event.Text{JA: "ARP で探された機器の数", EN: "Machines asked for by ARP"})}
	case event.ProtoTCP:
		return []event.Gate{exempt,
			detect.AtLeast("failed", float64(t.failed), float64(n.cfg.Failed), "machines", "failed", event.Text{JA: "拒否したか、応答のなかった機器の数", EN: "Machines that refused or stayed silent"}),
			detect.Holds("more_failed", t.failed > t.answered, "", event.Text{JA: "応答した機器より、しなかった機器が多い", EN: "More of them failed than answered"}),
			detect.AtLeast("inside", float64(t.inside), float64(n.cfg.Unique), "machines", "unique", event.Text{JA: "狙われやすいポートで試された庁内の機器の数", EN: "Inside machines tried on a sensitive port"})}
	}
	return []event.Gate{exempt, detect.AtLeast("machines", float64(t.all), float64(n.cfg.Echoes), "machines", "echoes", event.Text{JA: "ping で探された機器の数", EN: "Machines pinged"})}
}

func subject(k key) string {
	if k.port == 0 {
		return k.proto.String()
	}
	return fmt.Sprintf("%s/%d", k.proto, k.port)
}

// peers are some of the machines that were tried, in order of address.
func peers(s *state) (out []event.Endpoint) {
	ips := make([]netip.Addr, 0, s.targets.Len())
	s.targets.Keep(func(ip netip.Addr, _ target) bool {
		ips = append(ips, ip)
		return true
	})
	slices.SortFunc(ips, func(a, b netip.Addr) int { return cmp.Compare(a.String(), b.String()) })
	for _, ip := range ips[:min(len(ips), 32)] {
		out = append(out, event.Endpoint{IP: ip})
	}
	return out
}
