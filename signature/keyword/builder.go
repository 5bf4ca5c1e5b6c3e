package keyword

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/content"
	"github.com/yagura-project/yagura/signature/rule"
	"github.com/yagura-project/yagura/signature/transform"
)

// builder is a rule being compiled.
type builder struct {
	env  *rule.Env
	pool *pool
	sig  *rule.Signature
	dir  string // folder of the rule file

	at       *place // where contents go; nil: payload
	recent   *place // where the last content went, by its modifiers; nil: payload
	payload  []content.Step
	places   []*place
	base64   *content.Base64  // base64_data has been said: contents go there
	decoded  *content.Base64  // last base64_decode
	last     *content.Content // that modifiers belong to
	lastAt   *place
	vars     []string
	asked    bool // some condition on traffic was given
	fast     *content.Content
	fastCut  [2]int // offset and length of the part to look for; length 0: all
	raw      bool   // the last content has rawbytes
	class    bool
	priority bool
	apps     [][]string // protocols that keywords belong to
	fileDirs [2]bool
	packet   bool   // a keyword looks at single packets
	sized    bool   // dsize does
	hook     string // state of the protocol that the rule waits for
}

// place is a buffer that contents go to.
type place struct {
	desc       *wire.Description
	name       string
	own        func(p *wire.Packet, f *wire.Flow, d wire.Dir) []byte // made of the packet; nil: of transactions
	each       func(p *wire.Packet, try func(b []byte) bool) bool    // made of the packet, which may have several
	transforms []transform.Transform
	steps      []content.Step
	dirs       [2]bool // as written behind the buffer: to_server, to_client
	absent     bool
	orElse     bool
	value      func(f *wire.Field) bool
	clock      func(at, now int64) bool
	index      rule.Index
}

// failure is an error with what is known of it.
type failure struct {
	err     error
	pending bool
	skipped bool
}

func (f *failure) Error() string { return f.err.Error() }

func bad(format string, args ...any) error { return fmt.Errorf(format, args...) }

var errUnknown = errors.New("this keyword is not known; check its spelling, or take the rule out")

// steps is where the next content goes.
func (b *builder) steps() *[]content.Step {
	switch {
	case b.base64 != nil:
		return &b.base64.Chain.Steps
	case b.at != nil:
		return &b.at.steps
	}
	return &b.payload
}

// besides is where a step goes: one that leans on a content goes to the buffer that http_uri and its like have moved that to.
func (b *builder) besides(s content.Step) *[]content.Step {
	if _, is := s.(*content.Content); !is && b.base64 == nil && b.at == nil && b.recent != nil && content.Relative(s) {
		return &b.recent.steps
	}
	return b.steps()
}

// add appends a step.
func (b *builder) add(s content.Step) {
	to := b.besides(s)
	*to = append(*to, s)
	b.asked = true
	if _, is := s.(*content.Content); is || b.at != nil {
		b.recent = b.at
	}
}

// variable is the index+1 of a variable that byte_extract or byte_math set before.
func (b *builder) variable(name string) int8 {
	for i, v := range b.vars {
		if v == name {
			return int8(i + 1)
		}
	}
	return 0
}

// define is the index of a variable.
func (b *builder) define(name string) (int, error) {
	if name == "" || name[0] >= '0' && name[0] <= '9' || name[0] == '-' {
		return 0, bad("%q is not a name for a variable", name)
	}
	if i := b.variable(name); i > 0 {
		return int(i - 1), nil
	}
	if len(b.vars) >= content.MaxVars {
		return 0, bad("more than %d variables", content.MaxVars)
	}
	b.vars = append(b.vars, strings.Clone(name))
	return len(b.vars) - 1, nil
}

// value reads a number or the name of a variable.
func (b *builder) value(s string, low, high int64) (content.Value, error) {
	if v := b.variable(s); v > 0 {
		return content.Value{Var: v}, nil
	}
	n, err := integer(s, low, high)
	if err != nil {
		return content.Value{}, bad("%q is neither a number from %d to %d nor a variable set before", s, low, high)
	}
	return content.Value{N: int32(n)}, nil
}

// beside is a file that a rule names, from the folder of the rule file.
func (b *builder) beside(name string) string {
	if filepath.IsAbs(name) || b.dir == "" {
		return name
	}
	return filepath.Join(b.dir, name)
}

// test adds a condition on packets and flows.
func (b *builder) test(t rule.Test) {
	b.sig.Tests = append(b.sig.Tests, t)
	b.asked = true
}

// app says that the rule is about protocols.
func (b *builder) app(names []string) {
	if len(names) > 0 {
		b.apps = append(b.apps, names)
	}
}

// pending reports a keyword of the language that nothing of event/wire fills yet; nil when it is no keyword at all.
func (b *builder) pending(name string) error {
	if !awaited[name] {
		return nil
	}
	return &failure{err: bad("the keyword is known, but nothing fills its buffer yet"), pending: true}
}
