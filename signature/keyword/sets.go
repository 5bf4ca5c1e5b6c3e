package keyword

import (
	mathbits "math/bits"
	"slices"
	"strings"

	"github.com/yagura-project/yagura/signature/content"
	"github.com/yagura-project/yagura/signature/rule"
)

// dataset reads dataset:set|unset|isset|isnotset,name[,options]; the value is the buffer.
func (b *builder) dataset(_, arg string) error {
	if b.at == nil {
		return bad("it belongs behind a sticky buffer")
	}
	w := words(arg)
	if len(w) < 2 {
		return bad("%q is not command,name", arg)
	}
	spec := rule.SetSpec{Name: b.pool.text(w[1]), Format: "csv"}
	if err := b.setOptions(&spec, w[2:]); err != nil {
		return err
	}
	if spec.RemoveKey && spec.Format == "csv" || spec.Format != "csv" && spec.ValueKey == "" {
		return bad("format json and ndjson need a value_key")
	}
	if spec.Mask > 0 && w[0] != "set" && w[0] != "unset" {
		return bad("mask goes with set and unset")
	}
	if b.env.Sets == nil {
		return &failure{err: bad("sets of values are not kept here"), pending: true}
	}
	set, err := b.env.Sets.Set(spec)
	if err != nil {
		return err
	}
	var do func(v []byte) bool
	switch w[0] {
	case "isset":
		do = set.Has
	case "isnotset":
		do = func(v []byte) bool { return !set.Has(v) }
	case "set":
		do = ofNetwork(spec.Mask, set.Add)
	case "unset":
		do = ofNetwork(spec.Mask, set.Remove)
	default:
		return bad("%q is not set, unset, isset or isnotset", w[0])
	}
	if spec.EnrichKey != "" && w[0] == "isset" {
		do = nil
	}
	return b.lookup(set, spec, do)
}

// lookup adds the check; with a key for its context, what a set knows of the value is told with the alert.
func (b *builder) lookup(set rule.ValueSet, spec rule.SetSpec, do func(v []byte) bool) error {
	c := &content.Check{Name: "dataset"}
	if do != nil {
		c.Do = func(_ *content.State, buf []byte, _ int) bool { return do(buf) }
	} else {
		key := b.pool.text("json:" + spec.EnrichKey)
		c.Do = func(s *content.State, buf []byte, _ int) bool {
			if !set.Has(buf) {
				return false
			}
			if known := set.Context(buf); known != nil {
				s.Captures = append(s.Captures, content.Capture{Name: key, Value: known})
			}
			return true
		}
	}
	b.add(c)
	return nil
}

// setOptions reads what stands behind the name of a set.
func (b *builder) setOptions(s *rule.SetSpec, w []string) error {
	for _, o := range w {
		key, value, _ := strings.Cut(o, " ")
		value = strings.TrimSpace(value)
		var err error
		var n int64
		switch key {
		case "type":
			switch value {
			case "string", "md5", "sha256", "ipv4", "ip", "ipv6", "cidr":
				s.Kind = b.pool.text(value)
			default:
				err = bad("%q is not string, md5, sha256, ipv4, ipv6, ip or cidr", value)
			}
		case "mask":
			s.Mask, err = mask(value)
		case "load":
			s.Load = b.beside(value)
		case "save":
			s.Save = b.beside(value)
		case "state":
			s.Load, s.Save, s.Keep = b.beside(value), b.beside(value), true
		case "format":
			switch value {
			case "csv", "json", "ndjson", "jsonline":
				s.Format = b.pool.text(value)
			default:
				err = bad("%q is not csv, json, ndjson or jsonline", value)
			}
		case "match":
			switch value {
			case "exact":
			case "subdomain":
				s.Subdomain = true
			default:
				err = bad("%q is not exact or subdomain", value)
			}
		case "value_key":
			s.ValueKey = strings.Clone(value)
		case "array_key":
			s.ArrayKey = strings.Clone(value)
		case "context_key", "enrichment_key":
			s.EnrichKey = strings.Clone(value)
		case "remove_key":
			s.RemoveKey = true
		case "memcap":
			n, err = integer(value, 1, 1<<40)
			s.MemCap = uint64(n)
		case "hashsize":
			n, err = integer(value, 1, 1<<31)
			s.HashSize = uint32(n)
		case "":
		default:
			err = bad("%q is not known", o)
		}
		if err != nil {
			return err
		}
	}
	switch {
	case s.Keep && stateTwice(w):
		return bad("state is load and save in one; neither goes beside it")
	case s.Kind == "" && (s.Load != "" || s.Save != ""):
		return bad("type is missing")
	case s.Kind == "cidr" && (s.Save != "" || s.Reputation):
		return bad("networks are neither saved nor have they a reputation")
	case s.Kind != "cidr" && s.Mask > 0:
		return bad("mask is for type cidr")
	}
	return nil
}

// stateTwice reports whether a file to load or to save stands beside state.
func stateTwice(w []string) bool {
	return slices.ContainsFunc(w, func(o string) bool { return strings.HasPrefix(o, "load ") || strings.HasPrefix(o, "save ") })
}

// mask reads the number of bits of a network, or its mask in 32 bits.
func mask(s string) (uint8, error) {
	n, err := unsigned(s)
	if ones := mathbits.LeadingZeros32(^uint32(n)); err == nil && n > 128 && n>>32 == 0 && uint32(n)<<ones == 0 {
		n = uint64(ones)
	}
	if err != nil || n == 0 || n > 128 {
		return 0, bad("%q is neither 1 to 128 bits nor a mask of a network", s)
	}
	return uint8(n), nil
}

// ofNetwork gives do the network of an address that has so many bits.
func ofNetwork(width uint8, do func(v []byte) bool) func(v []byte) bool {
	if width == 0 {
		return do
	}
	return func(v []byte) bool {
		if len(v) != 4 && len(v) != 16 {
			return false
		}
		return do(append(append(make([]byte, 0, 17), v...), min(width, uint8(8*len(v)))))
	}
}

// datarep reads datarep:name,operator,value[,options].
func (b *builder) datarep(_, arg string) error {
	if b.at == nil {
		return bad("it belongs behind a sticky buffer")
	}
	w := words(arg)
	if len(w) < 3 {
		return bad("%q is not name,operator,value", arg)
	}
	op := w[1]
	if op == "==" {
		op = "="
	}
	c, err := u16.compare(op + w[2])
	if err != nil {
		return err
	}
	spec := rule.SetSpec{Name: b.pool.text(w[0]), Format: "csv", Reputation: true}
	if err := b.setOptions(&spec, w[3:]); err != nil {
		return err
	}
	if b.env.Sets == nil {
		return &failure{err: bad("sets of values are not kept here"), pending: true}
	}
	set, err := b.env.Sets.Set(spec)
	if err != nil {
		return err
	}
	b.add(&content.Check{Name: "datarep", Do: func(_ *content.State, buf []byte, _ int) bool {
		score, ok := set.Score(buf)
		return ok && c.Holds(uint64(score))
	}})
	return nil
}
