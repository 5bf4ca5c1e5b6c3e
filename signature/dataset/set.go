package dataset

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/netip"
	"sync"

	"github.com/yagura-project/yagura/signature/rule"
)

// kinds are the types of values with their length, 0 = any.
var kinds = map[string]int{"string": 0, "md5": 16, "sha256": 32, "ipv4": 4, "ipv6": 16, "ip": 16, "cidr": 0}

// Set is one set of values. It may be used by several goroutines.
type Set struct {
	spec rule.SetSpec
	mu   sync.RWMutex
	m    map[string]value
	size uint64
	full uint64 // values for which there was no room

	lengths lengths // of networks

	changed bool // since it was read or written
	written bool

	current bool // guarded by the store: the file need not be read again
	fresh   *Set // likewise: what the file holds now
}

type value struct {
	score   uint16
	scored  bool
	added   bool // by a rule
	context []byte
}

// defaultCap bounds a set's memory where the rule does not, mostCap where it does; overhead is what one value costs beside itself.
const (
	defaultCap = 100 << 20
	mostCap    = 1 << 30
	overhead   = 64
)

func newSet(spec rule.SetSpec) *Set {
	if spec.MemCap == 0 {
		spec.MemCap = defaultCap
	}
	spec.MemCap = min(spec.MemCap, mostCap)
	return &Set{spec: spec, m: map[string]value{}}
}

// key makes addresses of both kinds alike, and networks of addresses.
func (s *Set) key(b []byte) []byte {
	if s.spec.Kind == "cidr" {
		return network(nil, b)
	}
	if s.spec.Kind != "ip" && s.spec.Kind != "ipv4" && s.spec.Kind != "ipv6" {
		return b
	}
	if len(b) == 16 {
		if a := netip.AddrFrom16([16]byte(b)); a.Is4In6() {
			return b[12:]
		}
	}
	return b
}

// holds reports that a value of n bytes is of the set's type, addresses of IPv4 always as 4.
func (s *Set) holds(n int) bool {
	switch s.spec.Kind {
	case "ip", "ipv6":
		return n == 4 || n == 16
	case "cidr":
		return n == 5 || n == 17
	}
	want := kinds[s.spec.Kind]
	return want == 0 || n == want
}

// Has reports whether the set holds b.
func (s *Set) Has(b []byte) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, ok := s.find(b)
	return ok
}

// find looks for b and, in a set of names that stand for the names below them, for each name above it.
func (s *Set) find(b []byte) (value, bool) {
	if s.spec.Kind == "cidr" {
		return s.within(b)
	}
	v, ok := s.m[string(s.key(b))]
	if ok || !s.spec.Subdomain {
		return v, ok
	}
	for i := 1; i < len(b); i++ {
		if b[i] != '.' {
			continue
		}
		if v, ok = s.m[string(b[i:])]; ok {
			return v, true
		}
		if v, ok = s.m[string(b[i+1:])]; ok {
			return v, true
		}
	}
	return value{}, false
}

// Add puts b in; false when it was there, there is no room, or b is none of the set's type.
func (s *Set) Add(b []byte) bool {
	if !s.holds(len(s.key(b))) {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	added := s.put(string(s.key(b)), value{added: true})
	s.changed = s.changed || added
	return added
}

func (s *Set) put(k string, v value) bool {
	if _, there := s.m[k]; there {
		return false
	}
	cost := uint64(len(k) + len(v.context) + overhead)
	if s.size+cost > s.spec.MemCap {
		s.full++
		return false
	}
	s.size += cost
	s.m[k] = v
	if s.spec.Kind == "cidr" {
		s.lengths.put(k)
	}
	return true
}

// Remove takes b out; false when it was not there.
func (s *Set) Remove(b []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := string(s.key(b))
	v, there := s.m[k]
	if there {
		s.size -= uint64(len(k) + len(v.context) + overhead)
		delete(s.m, k)
		s.changed = true
	}
	return there
}

// unsaved reports that the file, if it is another one than that which was read, does not hold what the set holds.
func (s *Set) unsaved() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.changed || !s.written && s.spec.Save != s.spec.Load
}

// exchange takes over the values of n, which nobody else has, and keeps those that rules have added.
func (s *Set) exchange(n *Set) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, v := range s.m {
		if v.added {
			n.put(k, v)
		}
	}
	s.m, s.lengths, s.size, s.full = n.m, n.lengths, n.size, s.full+n.full
	s.spec.Load, s.spec.MemCap = n.spec.Load, n.spec.MemCap
}

// Score is the reputation of b.
func (s *Set) Score(b []byte) (uint16, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	v := s.m[string(s.key(b))]
	return v.score, v.scored
}

// Context is what a set of JSON knows of b; nil when b is not in it.
func (s *Set) Context(b []byte) []byte {
	s.mu.RLock()
	defer s.mu.RUnlock()
	v, _ := s.find(b)
	return v.context
}

// Len is the number of values.
func (s *Set) Len() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.m)
}

// parse reads a value as files write it.
func (s *Set) parse(text string, plain bool) ([]byte, error) {
	switch s.spec.Kind {
	case "string":
		if plain {
			return []byte(text), nil
		}
		return base64.StdEncoding.DecodeString(text)
	case "md5", "sha256":
		b, err := hex.DecodeString(text)
		if err == nil && len(b) != kinds[s.spec.Kind] {
			err = fmt.Errorf("%q has %d bytes, not %d", text, len(b), kinds[s.spec.Kind])
		}
		return b, err
	case "cidr":
		return parseNetwork(text)
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return nil, err
	}
	if s.spec.Kind == "ipv4" && !a.Unmap().Is4() {
		return nil, fmt.Errorf("%s is no IPv4 address", text)
	}
	return a.Unmap().AsSlice(), nil
}

// print is the way back.
func (s *Set) print(k string) string {
	switch s.spec.Kind {
	case "string":
		return base64.StdEncoding.EncodeToString([]byte(k))
	case "md5", "sha256":
		return hex.EncodeToString([]byte(k))
	case "cidr":
		a, _ := netip.AddrFromSlice([]byte(k[:len(k)-1]))
		return netip.PrefixFrom(a, int(k[len(k)-1])).String()
	}
	a, _ := netip.AddrFromSlice([]byte(k))
	return a.String()
}
