package reassembly

import "fmt"

// Policy says whose bytes a host takes where segments overlap that wait behind a hole (Novak and Sturges, "Target-Based TCP Stream
// Reassembly", 2007). An attacker who knows it may show a sensor with another policy something else. What has been handed over stays.
type Policy uint8

// Policies: which of two overlapping segments prevails.
const (
	BSD     Policy = iota // the earlier one, unless the later one begins before it; Windows does the same
	Linux                 // as BSD, but of two that begin together the longer one
	First                 // the earlier one
	Last                  // the later one
	Solaris               // the later one, unless the earlier one ends behind it, or begins before it and ends with it
)

var policies = map[string]Policy{"": BSD, "bsd": BSD, "windows": BSD, "linux": Linux, "first": First, "last": Last, "solaris": Solaris}

// ParsePolicy reads a policy's name: bsd, first, last, linux, solaris, windows.
func ParsePolicy(name string) (Policy, error) {
	p, ok := policies[name]
	if !ok {
		return 0, fmt.Errorf("reassembly: policy %q: use bsd, first, last, linux, solaris or windows", name)
	}
	return p, nil
}

// extent is where a segment stands: its pieces know all of it.
type extent struct {
	from, to uint32 // sequence numbers of its first byte and behind its last
	came     uint32 // the how many-th of those that waited; wraps round
}

// over tells whether the bytes of x count where those of y stand, too. Each policy orders all segments, so there is always one that prevails.
func (p Policy) over(x, y extent) bool {
	begins, ends, earlier := int32(x.from-y.from), int32(x.to-y.to), int32(x.came-y.came) < 0
	switch p {
	case Linux:
		return begins < 0 || begins == 0 && (ends > 0 || ends == 0 && earlier)
	case First:
		return earlier
	case Last:
		return !earlier
	case Solaris:
		return ends > 0 || ends == 0 && (begins < 0 || begins == 0 && !earlier)
	}
	return begins < 0 || begins == 0 && earlier
}

// settled finds the waiting piece whose byte counts at next, and up to where its bytes do; 0: none stands there.
func (p *Pool) settled(q *queue, next uint32) (best, to uint32) {
	i := q.head
	for ; i != 0; i = p.at(i).next {
		w := p.at(i)
		if int32(w.seq-next) > 0 {
			break
		}
		if int32(w.end()-next) > 0 && (best == 0 || q.policy.over(w.of, p.at(best).of)) {
			best = i
		}
	}
	if best == 0 {
		return 0, 0
	}
	to = p.at(best).end()
	for ; i != 0 && int32(p.at(i).seq-to) < 0; i = p.at(i).next {
		if q.policy.over(p.at(i).of, p.at(best).of) {
			to = p.at(i).seq
		}
	}
	return best, to
}

// past frees the pieces that end before next or there.
func (p *Pool) past(q *queue, next uint32) {
	link, last := &q.head, uint32(0)
	for i := q.head; i != 0; i = *link {
		w := p.at(i)
		if int32(w.end()-next) > 0 {
			last, link = i, &w.next
			continue
		}
		if i == q.tail {
			q.tail = last
		}
		*link = w.next
		q.waiting--
		p.free(i)
	}
}
