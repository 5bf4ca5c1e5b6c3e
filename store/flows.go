package store

import "github.com/yagura-project/yagura/event"

// maxFlows bounds the conversations that are remembered between their first fact and their end: about 30 MB.
const maxFlows = 1 << 18

// flows remembers what was already told of conversations that go on: how many bytes were counted, and the name
// that was asked for. So each row counts its own bytes only, and a plain sum over rows is right for any time.
type flows struct {
	open      map[flowKey]flowSeen
	forgotten uint64 // given up for room: their next row counts from the beginning
}

type flowKey struct {
	sensor string
	id     uint64
}

type flowSeen struct {
	orig, resp int64
	domain     string
}

func newFlows() *flows { return &flows{open: map[flowKey]flowSeen{}} }

// follow completes a row with what its conversation's earlier rows told.
func (f *flows) follow(r *Row) {
	key := flowKey{r.Sensor, r.FlowID}
	switch {
	case r.Class == int32(event.ClassHTTPActivity) && r.Domain != "":
		seen := f.open[key]
		if seen.domain == "" {
			seen.domain = r.Domain
			f.keep(key, seen)
		}
	case r.Class == int32(event.ClassNetworkActivity) && r.App != "arp":
		seen, known := f.open[key]
		if r.Domain == "" {
			r.Domain = seen.domain
		}
		ended := event.NetworkActivityID(r.Activity).Ended()
		if r.Domain == "" && !known && !ended {
			f.keep(key, seen) // its name may come yet: let the next row count these bytes too
			return
		}
		r.Sent, r.Received = since(seen.orig, r.OrigBytes), since(seen.resp, r.RespBytes)
		if ended {
			delete(f.open, key)
			return
		}
		f.keep(key, flowSeen{r.OrigBytes, r.RespBytes, r.Domain})
	}
}

func (f *flows) keep(key flowKey, seen flowSeen) {
	if _, known := f.open[key]; !known && len(f.open) >= maxFlows {
		for other := range f.open {
			delete(f.open, other)
			f.forgotten++
			break
		}
	}
	f.open[key] = seen
}

// since is what a counter gained; a smaller number means that it began anew.
func since(before, now int64) int64 {
	if now < before {
		return now
	}
	return now - before
}
