package detecttest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/netip"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

var compare = []cmp.Option{cmpopts.EquateComparable(netip.Addr{}), cmpopts.EquateEmpty()}

var digits = regexp.MustCompile(`[0-9]+`)

// Texts checks that a finding speaks both languages, with the numbers of the case, the same in both.
func Texts(t *testing.T, f event.Finding) {
	t.Helper()
	texts := []event.Text{f.Summary}
	for _, r := range append(slices.Clone(f.Reasons), f.Counter...) {
		texts = append(texts, r.Text)
		if r.Name == "" {
			t.Errorf("%s: a reason without a name: %s", f.Advisory.ID, r.Text.EN)
		}
	}
	if len(f.Reasons) == 0 {
		t.Errorf("%s: no reasons", f.Advisory.ID)
	}
	for _, x := range texts {
		if !japanese(x.JA) || x.EN == "" {
			t.Errorf("%s: text lacks a language: %q / %q", f.Advisory.ID, x.JA, x.EN)
		}
		if a, b := numbers(x.JA), numbers(x.EN); !slices.Equal(a, b) {
			t.Errorf("%s: numbers differ between the languages: %v %v\n%s\n%s", f.Advisory.ID, a, b, x.JA, x.EN)
		}
	}
	if len(numbers(f.Summary.JA)) == 0 {
		t.Errorf("%s: the summary holds no number of the case: %s", f.Advisory.ID, f.Summary.JA)
	}
	if len(f.Evidence) == 0 || f.Severity == 0 || f.Confidence <= 0 || f.Confidence > 100 || f.Subject == "" {
		t.Errorf("%s: evidence %d, severity %d, confidence %d, subject %q: all are needed", f.Advisory.ID, len(f.Evidence), f.Severity, f.Confidence, f.Subject)
	}
	if !f.SingleShot && (f.Weight <= 0 || f.Weight > 1) {
		t.Errorf("%s: neither single-shot nor a weight of 0–1: %v", f.Advisory.ID, f.Weight)
	}
}

func numbers(s string) []string {
	n := digits.FindAllString(s, -1)
	slices.Sort(n)
	return n
}

func japanese(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han) })
}

var address = regexp.MustCompile(`\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b`)

// noConstants parses the detector's own files: no addresses, and no name that a sample uses.
func noConstants(t *testing.T, samples []Sample) {
	names := map[string]bool{}
	for _, s := range samples {
		for _, e := range s.Events {
			maps.Copy(names, namesIn(e))
		}
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				s, _ := strconv.Unquote(l.Value)
				if address.MatchString(s) || names[strings.ToLower(s)] {
					t.Errorf("%s: %q is a constant of a sample: judge behaviour", file, s)
				}
			}
			return true
		})
	}
}

func namesIn(e event.Event) map[string]bool {
	m := map[string]bool{}
	add := func(s string) {
		if strings.Contains(s, ".") {
			m[strings.ToLower(s)] = true
		}
	}
	switch e := e.(type) {
	case *event.HTTPActivity:
		add(e.Host)
	case *event.DNSActivity:
		add(e.Query)
	case *event.NetworkActivity:
		if e.TLS != nil {
			add(e.TLS.SNI)
		}
	}
	return m
}

// MaxKeys is how many keys a detector may hold.
const MaxKeys = 120_000

// memory shows the detector events of ever new made-up sources.
func (s Suite) memory(t *testing.T, d detect.Detector) {
	spoof := s.Spoof
	if spoof == nil {
		spoof = s.spoofFirst(t)
	}
	deps := s.Deps
	deps.Home = func(ip netip.Addr) bool { return ip.Is4() && ip.As4()[0] == 10 }
	inst, err := d.Make(s.Config, deps)
	if err != nil {
		t.Fatal(err)
	}
	emit := func(event.Finding) {}
	for i := range spoofed {
		e := spoof(i)
		inst.Observe(e, emit)
		if i%10_000 == 0 {
			inst.Advance(e.Head().Time, emit)
		}
	}
	if st := inst.Stats(); st.Keys > MaxKeys {
		t.Errorf("%d keys held after %d sources, more than %d", st.Keys, spoofed, MaxKeys)
	}
}

// spoofFirst repeats the events of the first attack sample from ever new inside sources.
func (s Suite) spoofFirst(t *testing.T) func(i int) event.Event {
	for _, sample := range s.Samples {
		if strings.HasPrefix(sample.Name, "attack-") && len(sample.Events) > 0 {
			evs := sample.Events[:min(len(sample.Events), 64)]
			return func(i int) event.Event { return resource(evs[i%len(evs)], i) }
		}
	}
	t.Fatal("no attack sample to take events from")
	return nil
}

// resource copies an event and gives it the i-th made-up source.
func resource(e event.Event, i int) event.Event {
	ip := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
	c := copyOf(e)
	c.Tuple().Src.IP = ip
	c.Tuple().FlowID = uint64(i)
	return c
}

// FromSource is the event as if the i-th made-up inside machine had caused it at that time.
func FromSource(e event.Event, i int, at time.Time) event.Event {
	c := resource(e, i)
	c.Head().Time = at
	return c
}

func copyOf(e event.Event) event.Event {
	switch e := e.(type) {
	case *event.NetworkActivity:
		c := *e
		return &c
	case *event.HTTPActivity:
		c := *e
		return &c
	case *event.OtherAlert:
		c := *e
		return &c
	case *event.DNSActivity:
		c := *e
		return &c
	case *event.DHCPActivity:
		c := *e
		return &c
	case *event.SMBActivity:
		c := *e
		return &c
	case *event.Authentication:
		c := *e
		return &c
	case *event.SSHActivity:
		c := *e
		return &c
	case *event.AppActivity:
		c := *e
		return &c
	case *event.EmailActivity:
		c := *e
		return &c
	case *event.FTPActivity:
		c := *e
		return &c
	case *event.LDAPActivity:
		c := *e
		return &c
	case *event.RDPActivity:
		c := *e
		return &c
	case *event.NFSActivity:
		c := *e
		return &c
	}
	panic(fmt.Sprintf("unknown event %T", e))
}
