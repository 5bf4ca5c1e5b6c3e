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
	emit(f)
}

func subject(k key) string {
	if k.port == 0 {
		return k.proto.String()
	}
	return fmt.Sprintf("%s/%d", k.proto, k.port)
}

// peers are some of the machines that were tried, in order of address.
func peers(s *state) (out []event.Endpoint) {
	ips := make([]netip.Addr, 0, len(s.targets))
	for ip := range s.targets {
		ips = append(ips, ip)
	}
	slices.SortFunc(ips, func(a, b netip.Addr) int { return cmp.Compare(a.String(), b.String()) })
	for _, ip := range ips[:min(len(ips), 32)] {
		out = append(out, event.Endpoint{IP: ip})
	}
	return out
}
