package rule

import (
	"fmt"
	"net/netip"
	"sync"
)

// Env is what rules are compiled with.
type Env struct {
	Vars    map[string]string // HOME_NET, HTTP_PORTS …: without the dollar
	Classes map[string]*Class
	Links   map[string]string // kind of reference → prefix of its URL
	Names   *Names            // of bits and counters; kept over reloads

	Sets       Sets       // dataset and datarep; nil: they are refused
	Reputation Reputation // iprep; nil: it is refused
	Places     Places     // geoip; nil: it is refused
	Elephant   Pace       // flow.elephant; no bytes: it is refused
	Version    string     // answered to "requires: version"; "" stands for 8.0.0
}

// Names gives numbers to the names of bits and counters. It is safe for concurrent use.
type Names struct {
	mu   sync.Mutex
	ids  map[string]uint32
	list []string
}

// ID is the number of a name, from 0 on.
func (n *Names) ID(name string) uint32 {
	n.mu.Lock()
	defer n.mu.Unlock()
	id, ok := n.ids[name]
	if !ok {
		if n.ids == nil {
			n.ids = map[string]uint32{}
		}
		id = uint32(len(n.list))
		n.ids[name] = id
		n.list = append(n.list, name)
	}
	return id
}

// Name is the name of a number that ID gave.
func (n *Names) Name(id uint32) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if int(id) >= len(n.list) {
		return ""
	}
	return n.list[id]
}

// SetSpec is what a rule says of a set of values.
type SetSpec struct {
	Name       string
	Kind       string // "string", "md5", "sha256", "ipv4", "ipv6", "ip", "cidr"; "" the set is defined elsewhere
	Load, Save string // files, made whole by the folder of the rule file; State sets both
	Format     string // "csv" (default), "json", "ndjson"
	ValueKey   string // of JSON
	ArrayKey   string
	EnrichKey  string // key of the alert's context
	RemoveKey  bool
	Keep       bool   // Save may be missing at first, and is the file of Load
	Subdomain  bool   // a value stands for the names below it, too
	MemCap     uint64 // bytes; 0: default
	HashSize   uint32 // 0: default
	Reputation bool   // datarep: values have scores
	Mask       uint8  // bits of the network that a rule sets or unsets; 0: all
}

// Sets keeps the sets of values of all rules.
type Sets interface {
	Set(s SetSpec) (ValueSet, error)
}

// ValueSet is one set of values; b is a value in its binary form (a string, 16 or 32 bytes of a hash, 4 or 16 of an address, those and a byte with the number of bits of a network).
type ValueSet interface {
	Has(b []byte) bool
	Add(b []byte) bool             // false: was there already, or no room
	Remove(b []byte) bool          // false: was not there
	Score(b []byte) (uint16, bool) // of datarep
	// Context is what a JSON set knows of b, as JSON; nil when b is not in it.
	Context(b []byte) []byte
}

// Reputation knows scores of addresses by category.
type Reputation interface {
	// Category is the number of a category; false when it is not known.
	Category(name string) (uint8, bool)
	// Score is 1-127; false when the address is not in the category.
	Score(a netip.Addr, category uint8) (uint8, bool)
}

// Places knows the country of an address.
type Places interface{ Country(a netip.Addr) string } // ISO 3166 letters, "" unknown

// Refusal says why a rule is not used.
type Refusal struct {
	File    string
	Line    int    // 0: the file as a whole
	SID     uint32 // 0 when it could not be read
	Keyword string // at fault; "" the rule as a whole
	Why     string
	Pending bool // the keyword is known to the language, but nothing fills its buffer
	Skipped bool // not at fault: what it requires is not there
}

// At is file:line.
func (r Refusal) At() string {
	if r.Line == 0 {
		return r.File
	}
	return fmt.Sprintf("%s:%d", r.File, r.Line)
}

// Error names file, line, keyword and reason.
func (r Refusal) Error() string {
	if r.Keyword == "" {
		return r.At() + ": " + r.Why
	}
	return r.At() + ": " + r.Keyword + ": " + r.Why
}

// NewEnv is an Env with the usual variables, classes and links. home is the value of HOME_NET: an address expression, "" for the private networks.
func NewEnv(home string) *Env {
	return &Env{Vars: DefaultVars(home), Classes: DefaultClasses(), Links: DefaultLinks(), Names: &Names{}}
}
