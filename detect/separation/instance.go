package separation

import (
	"fmt"
	"slices"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

type instance struct {
	deps     detect.Deps
	isolated map[string]bool
	rules    []*rule
	since    time.Time
	checked  uint64
	breaches uint64
}

func newInstance(c Config, d detect.Deps) *instance {
	n := &instance{deps: d, isolated: map[string]bool{}}
	for _, z := range c.Isolated {
		n.isolated[z] = true
	}
	for _, p := range c.Permit {
		r := &rule{Permit: p, src: newSide(p.Source), dst: newSide(p.Destination)}
		for _, m := range p.MAC {
			mac, _ := event.ParseMAC(m) // Validate has seen it
			r.macs = append(r.macs, mac)
		}
		n.rules = append(n.rules, r)
	}
	return n
}

func (*instance) Advance(time.Time, detect.Emit) {}
func (n *instance) Stats() detect.Stats          { return detect.Stats{Keys: len(n.rules)} }

// Observe judges the first packet of each conversation.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	a, ok := e.(*event.NetworkActivity)
	if !ok || a.Activity != event.FlowOpen || a.ARP != nil || len(n.isolated) == 0 {
		return
	}
	if a.Dst.IP.IsMulticast() || a.Dst.IP.IsLinkLocalUnicast() || !a.Dst.IP.IsValid() {
		return
	}
	if n.since.IsZero() {
		n.since = a.Time
	}
	from, to := n.deps.Zone(a.Src.IP), n.deps.Zone(a.Dst.IP)
	if from == to || !n.isolated[from] && !n.isolated[to] {
		return
	}
	n.checked++
	if !n.permitted(a, from, to) {
		n.tell(a, from, to, emit)
	}
}

// permitted looks for an entry that covers the conversation; for a mid-stream
// flow, whose direction is a guess, also the other way round.
func (n *instance) permitted(a *event.NetworkActivity, from, to string) bool {
	for _, r := range n.rules {
		if r.permits(a, a.Src, a.Dst, from, to) || a.Midstream && r.permits(a, a.Dst, a.Src, to, from) {
			r.used++
			r.last = a.Time
			return true
		}
	}
	return false
}

func (r *rule) permits(a *event.NetworkActivity, src, dst event.Endpoint, from, to string) bool {
	if !r.Expires.IsZero() && !a.Time.Before(r.Expires) {
		return false
	}
	return (len(r.Source) == 0 || r.src.covers(src.IP, from)) && r.dst.covers(dst.IP, to) &&
		(len(r.macs) == 0 || slices.Contains(r.macs, src.MAC)) &&
		(r.Protocol == "" || r.Protocol == a.Proto.String()) &&
		(len(r.Ports) == 0 || slices.Contains(r.Ports, dst.Port))
}

// zoneName calls what no zone covers by a word.
func zoneName(z string) string {
	if z == "" {
		return "-"
	}
	return z
}

func (n *instance) tell(a *event.NetworkActivity, from, to string, emit detect.Emit) {
	device, peer, ok := n.deps.Actor(&a.Conn)
	if !ok {
		return
	}
	n.breaches++
	f := event.Finding{
		Behaviour: "policy.zone_breach", Severity: event.High, Confidence: 95, SingleShot: true,
		Device: event.Device{IP: device.IP, MAC: device.MAC}, Peers: []event.Endpoint{peer},
		Subject: fmt.Sprintf("%s→%s %s:%d/%s", zoneName(from), zoneName(to), a.Dst.IP, a.Dst.Port, a.Proto),
		Summary: detect.Say("「%[1]s」の %[2]s から「%[3]s」の %[4]s へ、許可されていない通信がありました(%[5]s ポート%[6]d)。",
			"%[2]s in “%[1]s” talked to %[4]s in “%[3]s” without permission (%[5]s port %[6]d).",
			zoneName(from), a.Src.IP, zoneName(to), a.Dst.IP, a.Proto, a.Dst.Port),
		Reasons:  []event.Reason{detect.Because("permits", 0, 1, "entries", detect.Say("特定通信の一覧%d件のどれにも当てはまりません。", "None of %d entries of the list permits it.", len(n.rules)))},
		Evidence: []event.Evidence{detect.Seen(a.Time, &a.Conn, "")},
	}
	f.Time = a.Time
	for _, r := range n.rules {
		expired := !r.Expires.IsZero() && !a.Time.Before(r.Expires)
		if expired && r.src.covers(a.Src.IP, from) && r.dst.covers(a.Dst.IP, to) {
			f.Reasons = append(f.Reasons, detect.Because("expired", 1, 0, "entries", detect.Say("「%s」の許可は%sで期限が切れています。", "The permit “%s” ended on %s.", r.Name, r.Expires.Format("2006-01-02"))))
		}
	}
	emit(f)
}

// Audit says which entries nobody used, and what the separation looks like so far.
func (n *instance) Audit(now time.Time) (out []event.Text) {
	if len(n.isolated) == 0 {
		return nil
	}
	out = append(out, detect.Say("%[1]sからこれまでに、ゾーン間の通信%[2]d件を調べ、違反は%[3]d件でした。", "Since %[1]s, %[2]d conversations between zones were checked; %[3]d were breaches.",
		n.since.Format("2006-01-02 15:04Z"), n.checked, n.breaches))
	for _, r := range n.rules {
		switch {
		case !r.Expires.IsZero() && !now.Before(r.Expires):
			out = append(out, detect.Say("特定通信「%s」(担当 %s)は期限切れです。", "The permit “%s” (owner %s) has expired.", r.Name, r.Owner))
		case r.used == 0:
			out = append(out, detect.Say("特定通信「%s」(担当 %s)は一度も使われていません。", "The permit “%s” (owner %s) was never used.", r.Name, r.Owner))
		}
	}
	return out
}
