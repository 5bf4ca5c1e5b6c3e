// Package keyword compiles rules: one function a keyword.
package keyword

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/yagura-project/yagura/signature/rule"
)

// compiler makes signatures of the rules of one file after the other.
type compiler struct {
	env  *rule.Env
	pool *pool
	room []rule.Option
	own  *rule.Seldom // for the rule at hand
}

// Compile makes a signature of one rule on one line. The error is a rule.Refusal.
func Compile(file string, line int, text string, env *rule.Env) (*rule.Signature, error) {
	c := compiler{env: env, pool: newPool()}
	return c.compile(file, line, text)
}

// Load compiles the rules of a file. It goes on behind a rule that it refuses; file names it in messages, and its folder is where the
// files stand that rules name. Empty lines and comments are passed over; a backslash at its end continues a line.
func Load(r io.Reader, file string, env *rule.Env) ([]*rule.Signature, []rule.Refusal, error) {
	c := compiler{env: env, pool: newPool()}
	return c.load(r, file)
}

func (c *compiler) load(r io.Reader, file string) ([]*rule.Signature, []rule.Refusal, error) {
	var sigs []*rule.Signature
	var refused []rule.Refusal
	seen := map[[2]uint32]int{}
	more, first := 0, 0
	err := rule.Lines(r, func(line int, text string) {
		sigs, refused = c.one(file, line, text, sigs, refused, seen)
		if len(refused) > maxRefused {
			refused = refused[:maxRefused]
			if more++; more == 1 {
				first = line
			}
		}
	})
	if more > 0 {
		refused = append(refused, rule.Refusal{File: file, Line: first, Why: fmt.Sprintf("%d more rules from here on are refused, and not listed one by one", more)})
	}
	if err != nil {
		return sigs, refused, fmt.Errorf("%s: %w", file, err)
	}
	return sigs, refused, nil
}

// Bounds of what is said of rules that are refused.
var maxRefused = 1 << 17 // of one file

const maxReason = 400 // bytes of a reason, which quotes the rule

// one compiles a rule of a file; of two with one number the later revision stays.
func (c *compiler) one(file string, line int, text string, sigs []*rule.Signature, refused []rule.Refusal, seen map[[2]uint32]int) ([]*rule.Signature, []rule.Refusal) {
	sig, err := c.compile(file, line, text)
	if err != nil {
		var r rule.Refusal
		errors.As(err, &r)
		return sigs, append(refused, r)
	}
	key := [2]uint32{sig.GID, sig.SID}
	if i, twice := seen[key]; twice {
		keep, drop := sigs[i], sig
		if keep.Rev < sig.Rev {
			keep, drop = sig, keep
		}
		sigs[i] = keep
		return sigs, append(refused, rule.Refusal{File: file, Line: drop.Line, SID: drop.SID, Keyword: "sid",
			Why: fmt.Sprintf("rule %d stands in line %d as well", sig.SID, keep.Line)})
	}
	seen[key] = len(sigs)
	return append(sigs, sig), refused
}

// reason is what an error says, cut where it says too much.
func reason(err error) string {
	s := err.Error()
	if len(s) <= maxReason {
		return s
	}
	return strings.ToValidUTF8(s[:maxReason], "") + "…"
}

// none is what most rules have of it.
var none = &rule.Seldom{}

// seldom is empty, for one rule.
func (c *compiler) seldom() *rule.Seldom {
	if c.own == nil || !c.own.Empty() {
		c.own = &rule.Seldom{}
	}
	return c.own
}

func (c *compiler) compile(file string, line int, text string) (*rule.Signature, error) {
	refusal := rule.Refusal{File: file, Line: line}
	t, err := rule.ParseText(strings.TrimSpace(text), c.room[:0])
	c.room = t.Options[:0]
	for _, o := range t.Options {
		if o.Name == "sid" {
			n, _ := integer(o.Value, 0, 1<<32-1)
			refusal.SID = uint32(n)
		}
	}
	if err != nil {
		refusal.Why = reason(err)
		return nil, refusal
	}
	b := &builder{env: c.env, pool: c.pool, dir: filepath.Dir(file), sig: c.pool.sigs.one()}
	*b.sig = rule.Signature{File: file, Line: line, GID: 1, Priority: 3, Seldom: c.seldom()}
	refuse := func(keyword string, err error) error {
		refusal.Keyword, refusal.Why = strings.Clone(keyword[:min(len(keyword), 100)]), reason(err)
		if f := (*failure)(nil); errors.As(err, &f) {
			refusal.Pending, refusal.Skipped = f.pending, f.skipped
		}
		return refusal
	}
	if err := b.header(&t); err != nil {
		return nil, refuse("", err)
	}
	if err := b.required(t.Options); err != nil {
		return nil, refuse("requires", err)
	}
	for _, o := range t.Options {
		k, ok := keywords()[o.Name]
		if !ok {
			if err := b.pending(o.Name); err != nil {
				return nil, refuse(o.Name, err)
			}
			return nil, refuse(o.Name, errUnknown)
		}
		if o.Value != "" && bare()[o.Name] {
			return nil, refuse(o.Name, bad("%q: it takes no value", o.Value))
		}
		if err := k.take(b, o.Name, o.Value); err != nil {
			return nil, refuse(o.Name, err)
		}
	}
	if keyword, err := b.finish(); err != nil {
		return nil, refuse(keyword, err)
	}
	if b.sig.Seldom.Empty() {
		b.sig.Seldom = none
	}
	return b.sig, nil
}
