package keyword

import (
	"github.com/yagura-project/yagura/signature/rule"
)

// Bounds and defaults of tags.
const (
	maxTags    = 10  // of a rule
	defaultTag = 256 // packets
)

var metrics = map[string]rule.Metric{"packets": rule.Packets, "bytes": rule.Bytes, "seconds": rule.Seconds}

// tag reads tag:session|host[,count,metric[,src|dst]].
func tag(b *builder, _, arg string) error {
	w := words(arg)
	t := rule.Tag{Count: defaultTag, Track: rule.ByDestination}
	switch w[0] {
	case "session":
	case "host":
		t.Host = true
	default:
		return bad("%q is neither session nor host", w[0])
	}
	if len(w) == 2 {
		return bad("the metric is missing: packets, bytes or seconds")
	}
	if len(w) >= 3 {
		n, err := integer(w[1], 0, 1<<31)
		if err != nil {
			return err
		}
		if n > 0 {
			t.Count = uint64(n)
		}
		var ok bool
		if t.Metric, ok = metrics[w[2]]; !ok {
			return bad("%q is not packets, bytes or seconds", w[2])
		}
	}
	if len(w) >= 4 {
		switch w[3] {
		case "src":
			t.Track = rule.BySource
		case "dst":
		default:
			return bad("%q is not src or dst of a host", w[3])
		}
		if !t.Host || len(w) > 4 {
			return bad("%q says too much", arg)
		}
	}
	if len(b.sig.Tags) == maxTags {
		return bad("a rule may have %d of them", maxTags)
	}
	b.sig.Tags = append(b.sig.Tags, t)
	return nil
}
