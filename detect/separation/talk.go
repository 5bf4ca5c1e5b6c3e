package separation

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// talkKey is one machine's use of one service in another zone.
type talkKey struct {
	src, dst netip.Addr
	proto    event.Proto
	port     uint16
}

type talk struct {
	from, to    string
	mac         event.MAC
	count       uint64
	bytes       uint64
	days        int
	first, last time.Time
}

// talked notes an answered conversation between zones, for a proposal.
func (n *instance) talked(a *event.NetworkActivity, from, to string) {
	k := talkKey{a.Src.IP.Unmap(), a.Dst.IP.Unmap(), a.Proto, a.Dst.Port}
	if a.Proto != event.ProtoTCP && a.Proto != event.ProtoUDP {
		k.port = 0
	}
	t, isNew := n.talks.Touch(k, a.Time)
	if isNew {
		*t = talk{from: from, to: to, mac: a.Src.MAC, first: a.Time, last: a.Time, days: 1}
	} else if dayOf(a.Time) != dayOf(t.last) {
		t.days++
	}
	t.count++
	t.bytes += a.Orig.Bytes + a.Resp.Bytes
	if a.Time.After(t.last) {
		t.last = a.Time
	}
}

// Talks are all answered conversations between zones that are remembered, sorted by zones, service and source.
func (n *instance) Talks() (out []event.Talk) {
	for k, t := range n.talks.All() {
		out = append(out, event.Talk{From: t.from, To: t.to, Src: k.src, Dst: k.dst, MAC: t.mac, Proto: k.proto.String(), Port: k.port,
			Count: t.count, Bytes: t.bytes, Days: t.days, First: t.first, Last: t.last})
	}
	slices.SortFunc(out, func(a, b event.Talk) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), a.Dst.Compare(b.Dst), cmp.Compare(a.Proto, b.Proto), cmp.Compare(a.Port, b.Port), a.Src.Compare(b.Src))
	})
	return out
}

var protoOf = map[string]event.Proto{"tcp": event.ProtoTCP, "udp": event.ProtoUDP, "icmp": event.ProtoICMP}

func (n *instance) restoreTalks(list []event.Talk) {
	slices.SortStableFunc(list, func(a, b event.Talk) int { return a.Last.Compare(b.Last) })
	for _, t := range list {
		k := talkKey{t.Src, t.Dst, protoOf[t.Proto], t.Port}
		if v, isNew := n.talks.Touch(k, t.Last); isNew {
			*v = talk{t.From, t.To, t.MAC, t.Count, t.Bytes, t.Days, t.First, t.Last}
		}
	}
}
