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
	digest   string
	since    time.Time
	checked  uint64
	breaches uint64
	book     *book
	talks    *detect.Table[talkKey, talk]
}

// maxTalks bounds what is remembered for a proposal: a town whose zones are separate has some hundreds.
const maxTalks = 20_000

func newInstance(c Config, d detect.Deps) *instance {
	n := &instance{deps: d, isolated: map[string]bool{}, book: newBook(), talks: detect.NewTable[talkKey, talk](maxTalks, 35*24*time.Hour)}
	for _, z := range c.Isolated {
		n.isolated[z] = true
	}
	list, _ := c.load() // Validate has seen its faults
	n.digest = digest(list)
	for _, p := range list {
		r := &rule{Permit: p, src: newSide(p.Source), dst: newSide(p.Destination)}
		for _, m := range p.MAC {
			mac, _ := event.ParseMAC(m) // Validate has seen it
			r.macs = append(r.macs, mac)
		}
		n.rules = append(n.rules, r)
	}
	return n
}

// Advance implements detect.Instance: a moment that passes is a moment watched.
func (n *instance) Advance(now time.Time, _ detect.Emit) { n.reach(now) }

// Stats implements detect.Instance.
func (n *instance) Stats() detect.Stats {
	s := n.talks.Stats()
	s.Keys += len(n.rules)
	return s
}

// Observe judges the first packet of each conversation.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	a, ok := e.(*event.NetworkActivity)
	if !ok || a.ARP != nil || !a.Dst.IP.IsValid() || a.Dst.IP.IsMulticast() || a.Dst.IP.IsLinkLocalUnicast() {
		return
	}
	ended := a.Activity.Ended()
	if a.Activity != event.FlowOpen && !ended {
		return
	}
	from, to := n.deps.Zone(a.Src.IP), n.deps.Zone(a.Dst.IP)
	if from == to {
		return
	}
	n.reach(a.Time)
	guarded := n.isolated[from] || n.isolated[to]
	if ended && a.Resp.Packets > 0 && (guarded || from != "" && to != "") {
		n.talked(a, from, to)
	}
	if !guarded {
		return
	}
	if n.since.IsZero() {
		n.since = a.Time
	}
	if ended {
		n.volume(a, from, to)
		return
	}
	n.checked++
	pair := n.book.pair(from, to)
	pair.Checked++
	if r := n.permitted(a, from, to); r != nil {
		r.use(a.Time)
		return
	}
	pair.Breaches++
	n.tell(a, from, to, emit)
}

// volume counts the bytes of a conversation that ended, for its zones and for the entry that permits it.
func (n *instance) volume(a *event.NetworkActivity, from, to string) {
	bytes := a.Orig.Bytes + a.Resp.Bytes
	n.book.pair(from, to).Bytes += bytes
	if r := n.permitted(a, from, to); r != nil {
		r.Bytes += bytes
	}
}

// permitted looks for an entry that covers the conversation; for a mid-stream
// flow, whose direction is a guess, also the other way round.
func (n *instance) permitted(a *event.NetworkActivity, from, to string) *rule {
	for _, r := range n.rules {
		if r.permits(a, a.Src, a.Dst, from, to) || a.Midstream && r.permits(a, a.Dst, a.Src, to, from) {
			return r
		}
	}
	return nil
}

func (r *rule) use(t time.Time) {
	r.Used++
	r.Day++
	if r.First.IsZero() {
		r.First = t
	}
	if t.After(r.Last) {
		r.Last = t
	}
}

func (r *rule) expired(t time.Time) bool { return !r.Expires.IsZero() && !t.Before(r.Expires) }

func (r *rule) permits(a *event.NetworkActivity, src, dst event.Endpoint, from, to string) bool {
	start := a.Time
	if !a.Start.IsZero() {
		start = a.Start // what began within the term may end after it
	}
	return !r.expired(start) && (len(r.Source) == 0 || r.src.covers(src.IP, from)) && r.dst.covers(dst.IP, to) &&
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
	n.breaches++
	n.book.breach(a, from, to)
	device, peer, ok := n.deps.Actor(&a.Conn)
	if !ok {
		return
	}
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
	n.nearMisses(a, from, to, &f)
	emit(f)
}

// nearMisses says which entries would have permitted it but for one condition: what the person in charge asks first.
func (n *instance) nearMisses(a *event.NetworkActivity, from, to string, f *event.Finding) {
	for _, r := range n.rules {
		if len(f.Reasons) > 3 || !r.dst.covers(a.Dst.IP, to) || len(r.Source) > 0 && !r.src.covers(a.Src.IP, from) {
			continue
		}
		switch {
		case r.expired(a.Time):
			f.Reasons = append(f.Reasons, detect.Because("expired", 1, 0, "entries", detect.Say("「%s」の許可は%sで期限が切れています。", "The permit “%s” ended on %s.", r.Name, r.Expires.In(jst).Add(-time.Nanosecond).Format("2006-01-02"))))
		case len(r.macs) > 0 && !slices.Contains(r.macs, a.Src.MAC):
			f.Reasons = append(f.Reasons, detect.Because("mac", 1, 0, "entries", detect.Say("「%s」に登録された機器ではありません(MACアドレスが違います: %s)。", "It is not the machine registered for “%s” (MAC address %s).", r.Name, a.Src.MAC)))
		default:
			f.Reasons = append(f.Reasons, detect.Because("port", float64(a.Dst.Port), 0, "", detect.Say("「%s」と相手は同じですが、プロトコルかポートが違います(%s ポート%d)。", "“%s” has the same ends, but another protocol or port (%s port %d).", r.Name, a.Proto, a.Dst.Port)))
		}
	}
}

// Audit says which entries nobody used, and what the separation looks like so far.
func (n *instance) Audit(now time.Time) (out []event.Text) {
	if len(n.isolated) == 0 {
		return nil
	}
	out = append(out, detect.Say("%[1]sからこれまでに、ゾーン間の通信%[2]d件を調べ、違反は%[3]d件でした。", "Since %[1]s, %[2]d conversations between zones were checked; %[3]d were breaches.",
		n.since.In(jst).Format("2006-01-02 15:04"), n.checked, n.breaches))
	for _, r := range n.rules {
		switch {
		case r.expired(now):
			out = append(out, detect.Say("特定通信「%s」(担当 %s)は期限切れです。", "The permit “%s” (owner %s) has expired.", r.Name, r.Owner))
		case r.Used == 0:
			out = append(out, detect.Say("特定通信「%s」(担当 %s)は一度も使われていません。", "The permit “%s” (owner %s) was never used.", r.Name, r.Owner))
		}
	}
	return out
}
