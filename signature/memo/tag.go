package memo

import (
	"net/netip"
	"sync/atomic"

	"github.com/yagura-project/yagura/signature/rule"
)

// Tags are the tags of one flow or host that are not used up.
type Tags []tag

type tag struct {
	rule.Tag
	start   int64 // ns
	used    uint64
	renewed uint8
}

// Bounds of tags; beyond them no more are added, or begin anew.
const (
	maxTags    = 10
	maxRenewed = 10
	tagIdle    = int64(3600e9) // ns that a host's tag is kept without a packet
)

// Add begins a tag with the packet at hand, of size bytes, at time now (ns); one that there is begins anew, some times.
func (l Tags) Add(t rule.Tag, now int64, size int) Tags {
	fresh := tag{Tag: t, start: now, used: share(t.Metric, size)}
	for i := range l {
		if l[i].Tag != t {
			continue
		}
		if fresh.renewed = l[i].renewed + 1; fresh.renewed <= maxRenewed {
			l[i] = fresh
		}
		return l
	}
	if len(l) == maxTags {
		return l
	}
	return append(l, fresh)
}

// share is what a packet takes of a tag's count.
func share(m rule.Metric, size int) uint64 {
	switch m {
	case rule.Bytes:
		return uint64(size)
	case rule.Packets:
		return 1
	}
	return 0
}

// Packet counts a packet, forgets the tags that are used up with that, and reports whether one holds for it.
func (l *Tags) Packet(now int64, size int) bool {
	kept := (*l)[:0]
	for _, t := range *l {
		t.used += share(t.Metric, size)
		if t.Metric == rule.Seconds && now-t.start > int64(t.Count)*1e9 || t.Metric != rule.Seconds && t.used > t.Count {
			continue
		}
		kept = append(kept, t)
	}
	*l = kept
	return len(kept) > 0
}

// HostTags are tags by address.
type HostTags struct {
	table *Table[netip.Addr, Tags]
	until atomic.Int64 // the latest end of any of them
}

// NewHostTags makes room for n hosts.
func NewHostTags(n int) *HostTags { return &HostTags{table: NewTable[netip.Addr, Tags](n)} }

// Evicted counts the hosts that were given up for room.
func (h *HostTags) Evicted() uint64 { return h.table.Evicted() }

// Add tags a host.
func (h *HostTags) Add(who netip.Addr, t rule.Tag, now int64, size int) {
	until := now + tagIdle
	if t.Metric == rule.Seconds {
		until = now + int64(t.Count)*1e9
	}
	h.table.Update(who, now, func(l *Tags, _ bool) int64 {
		*l = l.Add(t, now, size)
		return until
	})
	if until > h.until.Load() { // two at once may leave the lesser: one tag ends earlier
		h.until.Store(until)
	}
}

// Some reports whether any host may still be tagged at time now (ns).
func (h *HostTags) Some(now int64) bool { return now <= h.until.Load() }

// Packet counts a packet of a host, and reports whether one of its tags holds for it.
func (h *HostTags) Packet(who netip.Addr, now int64, size int) (told bool) {
	if _, some := h.table.Get(who, now); !some {
		return false
	}
	h.table.Update(who, now, func(l *Tags, _ bool) int64 {
		if told = l.Packet(now, size); !told {
			return -1
		}
		return h.until.Load()
	})
	return told
}
