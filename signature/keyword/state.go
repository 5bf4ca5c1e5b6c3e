package keyword

import (
	"strings"

	"github.com/yagura-project/yagura/signature/rule"
)

var bitWords = map[string]rule.Bit{"set": rule.Set, "unset": rule.Unset, "toggle": rule.Toggle, "isset": rule.IsSet, "isnotset": rule.IsNotSet}

// names are the numbers of "a|b"; kind keeps names of different keywords apart.
func (b *builder) names(kind, s string) ([]uint32, error) {
	var ids []uint32
	for name := range strings.SplitSeq(s, "|") {
		if name = strings.TrimSpace(name); name == "" || strings.ContainsAny(name, " ,") {
			return nil, bad("%q is not a name", s)
		}
		ids = append(ids, b.env.Names.ID(kind+name))
	}
	return ids, nil
}

// flowbits reads flowbits:command[,name[|name]].
func flowbits(b *builder, _, arg string) error {
	word, name, _ := strings.Cut(arg, ",")
	word, name = strings.ToLower(strings.TrimSpace(word)), strings.TrimSpace(name)
	if word == "noalert" && name == "" {
		b.sig.NoAlert = true
		return nil
	}
	op, ok := bitWords[word]
	if !ok {
		return bad("%q is not set, unset, toggle, isset, isnotset or noalert", word)
	}
	ids, err := b.names("", name)
	if err != nil {
		return err
	}
	if len(ids) > 1 && !op.Condition() {
		return bad("| may stand with isset and isnotset only")
	}
	b.sig.FlowBits = append(b.sig.FlowBits, rule.BitOp{Op: op, Names: ids, Track: rule.ByFlow})
	b.asked = true
	return nil
}

var tracks = map[string]rule.Track{
	"ip_src": rule.BySource, "by_src": rule.BySource, "src": rule.BySource, "ip_dst": rule.ByDestination, "by_dst": rule.ByDestination, "dst": rule.ByDestination,
	"ip_pair": rule.ByPair, "by_both": rule.ByPair, "both": rule.ByPair, "by_rule": rule.ByRule, "by_flow": rule.ByFlow, "tx": rule.ByTx,
}

// xbits reads xbits:command,name,track ip_src|ip_dst|ip_pair|tx[,expire seconds].
func xbits(b *builder, _, arg string) error {
	w := words(arg)
	if w[0] == "noalert" {
		b.sig.NoAlert = true
		return nil
	}
	op, ok := bitWords[w[0]]
	if !ok || len(w) < 3 {
		return bad("%q is not command,name,track ip_src", arg)
	}
	ids, err := b.names("x:", w[1])
	if err != nil {
		return err
	}
	if len(ids) > 1 && !op.Condition() {
		return bad("| may stand with isset and isnotset only")
	}
	x := rule.BitOp{Op: op, Names: ids, Expire: 30}
	tracked := false
	for _, o := range w[2:] {
		key, value, _ := strings.Cut(o, " ")
		value = strings.TrimSpace(value)
		switch key {
		case "track":
			if x.Track, tracked = tracks[value]; !tracked {
				return bad("%q is not ip_src, ip_dst, ip_pair or tx", value)
			}
		case "expire":
			n, err := integer(value, 1, 1<<31)
			if err != nil {
				return err
			}
			x.Expire = uint32(n)
		default:
			return bad("%q is not known", o)
		}
	}
	if !tracked {
		return bad("track is missing")
	}
	b.sig.XBits = append(b.sig.XBits, x)
	b.asked = true
	return nil
}

// hostbits reads hostbits:command,name[,src|dst|both[,expire seconds]]; its bits are those of xbits.
func hostbits(b *builder, _, arg string) error {
	w := words(arg)
	if w[0] == "noalert" {
		b.sig.NoAlert = true
		return nil
	}
	op, ok := bitWords[w[0]]
	if !ok || len(w) < 2 || len(w) > 4 {
		return bad("%q is not command,name[,src|dst|both[,seconds]]", arg)
	}
	ids, err := b.names("x:", w[1])
	if err != nil {
		return err
	}
	if len(ids) > 1 && !op.Condition() {
		return bad("| may stand with isset and isnotset only")
	}
	x := rule.BitOp{Op: op, Names: ids, Expire: 300}
	if len(w) >= 3 {
		if x.Track, ok = tracks[w[2]]; !ok {
			return bad("%q is not src, dst or both", w[2])
		}
	}
	if len(w) == 4 {
		n, err := integer(strings.TrimSpace(strings.TrimPrefix(w[3], "expire")), 1, 1<<31)
		if err != nil {
			return err
		}
		x.Expire = uint32(n)
	}
	b.sig.XBits = append(b.sig.XBits, x)
	b.asked = true
	return nil
}

var intWords = map[string]rule.IntKind{
	"=": rule.IntSet, "+": rule.IntAdd, "-": rule.IntSub, "<": rule.IntLess, "lt": rule.IntLess, "<=": rule.IntLessEqual, "lte": rule.IntLessEqual, "le": rule.IntLessEqual,
	"==": rule.IntEqual, "eq": rule.IntEqual, "!=": rule.IntNotEqual, "ne": rule.IntNotEqual, ">=": rule.IntGreaterEqual, "gte": rule.IntGreaterEqual, "ge": rule.IntGreaterEqual,
	">": rule.IntGreater, "gt": rule.IntGreater, "isset": rule.IntIsSet, "isnotset": rule.IntIsNotSet, "notset": rule.IntIsNotSet,
}

// flowint reads flowint:name,operator,value; the value may be another counter.
func flowint(b *builder, _, arg string) error {
	w := words(arg)
	if len(w) < 2 || len(w) > 3 {
		return bad("%q is not name,operator,value", arg)
	}
	op, ok := intWords[w[1]]
	if !ok {
		return bad("%q is not an operator", w[1])
	}
	ids, err := b.names("i:", w[0])
	if err != nil {
		return err
	}
	x := rule.IntOp{Op: op, Name: ids[0]}
	if op != rule.IntIsSet && op != rule.IntIsNotSet {
		if len(w) != 3 {
			return bad("the value is missing")
		}
		n, err := integer(w[2], 0, 1<<32-1)
		x.N = uint32(n)
		if err != nil {
			if ids, err = b.names("i:", w[2]); err != nil || w[2][0] >= '0' && w[2][0] <= '9' {
				return bad("%q is neither a number nor a counter", w[2])
			}
			x.Other = ids[0] + 1
		}
	}
	b.sig.FlowInts = append(b.sig.FlowInts, x)
	b.asked = true
	return nil
}
