package dnstunnel

import (
	"hash/maphash"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

type key struct {
	src    netip.Addr
	domain string
}

// maxNames bounds the different names remembered for one domain of one machine.
const maxNames = 1024

// state sums up what one machine asked below one domain.
type state struct {
	names   map[uint64]struct{} // hashes of different names
	queries int
	out     int          // bytes before the domain, over different names
	chars   [256]float32 // how often each byte stood there
	carrier int          // different names asked with a type that carries data: TXT NULL CNAME MX SRV KEY PRIVATE …
	free    int          // … with one whose content is free: TXT and the seldom ones
	seldom  int          // … with one that hardly anything uses: NULL KEY PRIVATE
	back    int          // bytes of answers of such types
	answers int          // with an address
	codes   int          // of them whose address is a list's code: 127.0.0.0/8 (RFC 5782 §2.1)
	first   time.Time
	last    event.Conn
	sample  string
	told    int
}

type instance struct {
	cfg     Config
	deps    detect.Deps
	allow   map[string]bool
	seed    maphash.Seed
	domains *detect.Table[key, state]
	askers  *detect.Table[string, users] // who asks for long names below a domain
	last    parted                       // the name before
}

// maxUsers bounds the machines remembered for one domain.
const maxUsers = 8

type users struct {
	who [maxUsers]netip.Addr
	n   int
}

// manyNames is from how many names below a domain on a machine counts as asking there.
const manyNames = 3

func (n *instance) asks(domain string, src netip.Addr, at time.Time) {
	u, _ := n.askers.Touch(domain, at)
	for i := range u.n {
		if u.who[i] == src {
			return
		}
	}
	if u.n < maxUsers {
		u.who[u.n] = src
		u.n++
	}
}

func (n *instance) users(domain string, at time.Time) int {
	if u := n.askers.Peek(domain, at); u != nil {
		return u.n
	}
	return 0
}

func newInstance(c Config, d detect.Deps) *instance {
	n := &instance{cfg: c, deps: d, allow: map[string]bool{}, seed: maphash.MakeSeed(), domains: detect.NewTable[key, state](20_000, c.Window),
		askers: detect.NewTable[string, users](20_000, c.Window)}
	for _, a := range c.Allow {
		n.allow[strings.ToLower(a)] = true
	}
	return n
}

func (n *instance) Advance(now time.Time, _ detect.Emit) {
	n.domains.Expire(now)
	n.askers.Expire(now)
}

func (n *instance) Stats() detect.Stats {
	a, b := n.domains.Stats(), n.askers.Stats()
	return detect.Stats{Keys: a.Keys + b.Keys, Evicted: a.Evicted + b.Evicted}
}

// Observe adds one query or answer to its domain.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	d, ok := e.(*event.DNSActivity)
	if !ok || d.Service != "dns" || !n.deps.Home(d.Src.IP) {
		return
	}
	if d.Query != n.last.name { // an answer mostly follows its question
		n.last = parted{name: d.Query}
		if !reversed(d.Query) {
			n.last.domain, n.last.data = split(d.Query)
		}
	}
	domain, data := n.last.domain, n.last.data
	if domain == "" || len(data) < 6 && !free[d.Type] || n.allowed(domain) {
		return
	}
	s, isNew := n.domains.Touch(key{d.Src.IP, domain}, d.Time)
	if isNew {
		s.names, s.first = map[uint64]struct{}{}, d.Time
	}
	if d.Activity == event.DNSResponse {
		s.answer(d)
		if s.knows(n.seed, data) { // else the question was not seen: the mirror shows answers only
			return
		}
	}
	s.query(n.seed, d, data)
	if len(s.names) == manyNames {
		n.asks(domain, d.Src.IP, d.Time)
	}
	n.judge(d, domain, s, emit)
}

// reversed reports whether a name asks a list about an address, as mail servers do: four numbers (RFC 5782 §2.1) or 32
// hexadecimal digits (§2.4) of one label each, and then the list.
func reversed(name string) bool {
	numbers, digits := 0, 0
	for label, rest, ok := strings.Cut(name, "."); ok; label, rest, ok = strings.Cut(rest, ".") {
		switch {
		case len(label) == 1 && strings.Contains("0123456789abcdef", label):
			digits++
			fallthrough
		case len(label) <= 3 && label != "" && strings.Trim(label, "0123456789") == "":
			numbers++
		default:
			return numbers == 4 || digits == 32
		}
	}
	return false
}

func (n *instance) allowed(domain string) bool {
	for name := domain; ; {
		if n.allow[name] {
			return true
		}
		_, rest, ok := strings.Cut(name, ".")
		if !ok {
			return false
		}
		name = rest
	}
}

// parted is a name in its two parts; no domain where it carries nothing.
type parted struct {
	name, domain string
	data         []byte
}

// split parts a name into its registered domain (by the public suffix list) and
// what stands before it, dots removed and \DDD escapes undone.
func split(name string) (domain string, data []byte) {
	if strings.HasSuffix(name, ".arpa") || serviceName(name) {
		return "", nil
	}
	clean := name
	if i := strings.LastIndexByte(name, '\\'); i >= 0 { // binary labels: only the readable end can be a domain
		_, rest, ok := strings.Cut(name[i:], ".")
		if !ok {
			return "", nil
		}
		clean = rest
		if !strings.Contains(clean, ".") {
			return "", nil
		}
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(clean)
	if err != nil {
		return "", nil
	}
	domain = carried(domain)
	if domain == "." {
		return ".", unescape(name)
	}
	if len(name) <= len(domain) {
		return "", nil
	}
	return domain, unescape(name[:len(name)-len(domain)-1])
}

// codeLabel is from how long on a label below a suffix is no name that anybody has registered, but data.
const codeLabel = 30

// carried gives the domain of names that carry data up to their very end: a tunnel may run below a suffix of its own, or,
// asked of its server directly, below none. No top-level domain has digits in it (RFC 3696 §2), but for punycode.
func carried(domain string) string {
	label, suffix, _ := strings.Cut(domain, ".")
	last := suffix[strings.LastIndexByte(suffix, '.')+1:]
	switch {
	case strings.ContainsAny(last, "0123456789") && !strings.HasPrefix(last, "xn--") && len(last) >= 6:
		return "."
	case len(label) >= codeLabel && strings.ContainsAny(label, "0123456789") && !strings.Contains(label, "-"):
		return suffix
	}
	return domain
}

// serviceName reports names by which services are looked up (RFC 8552): domain controllers have long ones.
func serviceName(name string) bool {
	if strings.IndexByte(name, '_') < 0 {
		return false
	}
	for _, label := range []string{"_tcp.", "_udp.", "_msdcs.", "_sites.", "_domainkey.", "_dmarc."} {
		if strings.Contains(name, label) {
			return true
		}
	}
	return false
}

func unescape(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '.':
		case s[i] == '\\' && i+3 < len(s):
			out = append(out, (s[i+1]-'0')*100+(s[i+2]-'0')*10+(s[i+3]-'0'))
			i += 3
		default:
			out = append(out, s[i])
		}
	}
	return out
}

// carriers are record types whose answers carry free data.
var carriers = map[string]bool{"TXT": true, "NULL": true, "CNAME": true, "MX": true, "SRV": true, "KEY": true, "TYPE10": true, "TYPE25": true,
	"TYPE65399": true, "PRIVATE": true, "ANY": true, "HINFO": true}

// free are types whose answers hold any text or bytes; seldom those of them that hardly anything honest asks for
// (NULL and the private ones are experimental, RFC 1035 §3.3.10, RFC 6895 §3.1; KEY is obsolete for hosts, RFC 3445).
var (
	free   = map[string]bool{"TXT": true, "NULL": true, "KEY": true, "TYPE10": true, "TYPE25": true, "TYPE65399": true, "PRIVATE": true}
	seldom = map[string]bool{"NULL": true, "KEY": true, "TYPE10": true, "TYPE25": true, "TYPE65399": true, "PRIVATE": true}
)

func (s *state) knows(seed maphash.Seed, data []byte) bool {
	_, known := s.names[maphash.Bytes(seed, data)]
	return known
}

func (s *state) query(seed maphash.Seed, d *event.DNSActivity, data []byte) {
	s.queries++
	s.last = d.Conn
	h := maphash.Bytes(seed, data)
	if _, known := s.names[h]; known || len(s.names) >= maxNames {
		return
	}
	s.names[h] = struct{}{}
	s.out += len(data)
	s.sample = d.Query
	for _, b := range data {
		s.chars[b]++
	}
	if carriers[d.Type] {
		s.carrier++
	}
	if free[d.Type] {
		s.free++
	}
	if seldom[d.Type] {
		s.seldom++
	}
}

func (s *state) answer(d *event.DNSActivity) {
	for _, a := range d.Answers {
		if carriers[a.Type] {
			s.back += len(a.Data)
		}
		if a.Type == "A" {
			s.answers++
			if strings.HasPrefix(a.Data, "127.") {
				s.codes++
			}
		}
	}
}
