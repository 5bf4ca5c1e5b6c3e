package keyword

import (
	"strings"

	"github.com/yagura-project/yagura/signature/rule"
)

func msg(b *builder, _, arg string) error {
	if len(arg) < 2 || arg[0] != '"' || arg[len(arg)-1] != '"' {
		return bad("the text does not stand in quotation marks")
	}
	arg = arg[1 : len(arg)-1]
	if strings.IndexByte(arg, '\\') < 0 {
		b.sig.Msg = b.pool.letters.keep(arg)
		return nil
	}
	var out strings.Builder
	for i := 0; i < len(arg); i++ {
		if arg[i] == '\\' && i+1 < len(arg) && strings.IndexByte(`";:\`, arg[i+1]) >= 0 {
			i++
		}
		out.WriteByte(arg[i])
	}
	b.sig.Msg = b.pool.letters.keep(out.String())
	return nil
}

// identity reads sid, gid and rev.
func identity(b *builder, keyword, arg string) error {
	low := int64(0)
	if keyword == "sid" {
		low = 1
	}
	n, err := integer(strings.Trim(arg, `"`), low, 1<<32-1)
	switch keyword {
	case "sid":
		if b.sig.SID != 0 {
			return bad("it stands twice")
		}
		b.sig.SID = uint32(n)
	case "gid":
		b.sig.GID = uint32(n)
	default:
		b.sig.Rev = uint32(n)
	}
	return err
}

func classtype(b *builder, _, arg string) error {
	c := b.env.Classes[arg]
	if c == nil {
		c = b.env.Classes[strings.ToLower(arg)]
	}
	if c == nil || b.class { // an unknown one is no reason to go without the rule
		return nil
	}
	b.class = true
	b.sig.Class = c
	if !b.priority {
		b.sig.Priority = c.Priority
	}
	return nil
}

func priority(b *builder, _, arg string) error {
	n, err := integer(strings.Trim(arg, `"`), 1, 255)
	if err == nil {
		b.sig.Priority, b.priority = uint8(n), true
	}
	return err
}

// reference reads reference:kind,value.
func reference(b *builder, _, arg string) error {
	kind, value, ok := strings.Cut(arg, ",")
	kind, value = strings.TrimSpace(kind), strings.TrimSpace(value)
	if !ok || kind == "" || value == "" {
		return bad("%q is not kind,value", arg)
	}
	url, known := b.pool.links[[2]string{kind, value}]
	if !known {
		prefix, ok := b.env.Links[strings.ToLower(kind)]
		if !ok {
			prefix = "undefined" // as Suricata writes it
		}
		value = b.pool.letters.keep(value)
		if url = value; !strings.Contains(value, "://") {
			url = b.pool.letters.keep(prefix + value)
		}
		b.pool.links[[2]string{b.pool.text(kind), value}] = url
	}
	b.sig.References = append(b.sig.References, url)
	return nil
}

// metadata reads metadata:key value, key value.
func metadata(b *builder, _, arg string) error {
	for part := range strings.SplitSeq(arg, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), " ")
		if key != "" {
			b.pool.pairs.Add(&b.sig.Metadata, rule.Pair{Key: key, Value: strings.TrimSpace(value)}, b.pool.text)
		}
	}
	return nil
}

func target(b *builder, _, arg string) error {
	switch arg {
	case "src_ip":
		b.sig.Target = rule.TargetSource
	case "dest_ip":
		b.sig.Target = rule.TargetDestination
	default:
		return bad("%q is neither src_ip nor dest_ip", arg)
	}
	return nil
}

func noalert(b *builder, _, _ string) error {
	b.sig.NoAlert = true
	return nil
}

// tell makes a pass rule alert; others do anyway.
func tell(b *builder, _, _ string) error {
	if b.sig.NoAlert {
		return bad("alert and noalert exclude each other")
	}
	b.sig.Tell = b.sig.Action == rule.Pass
	return nil
}
