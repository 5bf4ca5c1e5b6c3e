package keyword

import (
	"github.com/yagura-project/yagura/signature/content"
	"github.com/yagura-project/yagura/signature/rule"
)

// pool keeps what many rules share, so that it is read and held once.
type pool struct {
	addresses map[string]*rule.Addresses
	ports     map[string]*rule.Ports
	strings   map[string]string
	links     map[[2]string]string // URLs by kind and value of references
	pairs     *rule.PairPool
	doh       map[*string][]string

	letters    letters
	lists      slab[string]
	bytes      slab[byte]
	raw        []byte // a content as it is read
	sigs       slab[rule.Signature]
	conditions slab[rule.Condition]
	chains     slab[content.Chain]
	steps      slab[content.Step]
	contents   slab[content.Content]
}

func newPool() *pool {
	return &pool{addresses: map[string]*rule.Addresses{}, ports: map[string]*rule.Ports{}, strings: map[string]string{},
		links: map[[2]string]string{}, pairs: rule.NewPairPool(), doh: map[*string][]string{}, bytes: slab[byte]{most: mostBytes}}
}

// text is s in memory of its own, shared with equal ones.
func (p *pool) text(s string) string {
	if t, ok := p.strings[s]; ok {
		return t
	}
	s = p.letters.keep(s)
	p.strings[s] = s
	return s
}

func (p *pool) address(text string, vars map[string]string) (*rule.Addresses, error) {
	if a, ok := p.addresses[text]; ok {
		return a, nil
	}
	text = p.letters.keep(text)
	a, err := rule.ParseAddresses(text, vars)
	if err == nil {
		p.addresses[text] = a
	}
	return a, err
}

func (p *pool) port(text string, vars map[string]string) (*rule.Ports, error) {
	if a, ok := p.ports[text]; ok {
		return a, nil
	}
	text = p.letters.keep(text)
	a, err := rule.ParsePorts(text, vars)
	if err == nil {
		p.ports[text] = a
	}
	return a, err
}

// withDoH are the protocols of a buffer, and DNS over HTTP/2, which has those of both.
func (p *pool) withDoH(names []string) []string {
	if len(names) == 0 {
		return nil
	}
	if known, ok := p.doh[&names[0]]; ok {
		return known
	}
	more := names
	for _, n := range names {
		if n == "doh2" {
			more = names
			break
		}
		if n == "dns" || n == "http2" {
			more = append(names[:len(names):len(names)], "doh2")
		}
	}
	p.doh[&names[0]] = more
	return more
}
