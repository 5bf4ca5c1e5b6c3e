package keyword

import (
	"strings"

	"github.com/yagura-project/yagura/event/wire"
)

// pairOf reads NAME and a comparison behind it, NAME=5, NAME >5: a buffer whose numbers carry the name's number above the lower 32 bits.
func pairOf(buffer string, names map[string]uint64) func(*builder, string, string) error {
	return func(b *builder, _, arg string) error {
		arg = strings.TrimSpace(arg)
		end := len(arg)
		if i := strings.IndexFunc(arg, func(r rune) bool { return r != '_' && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z') }); i >= 0 {
			end = i
		}
		id, ok := names[strings.ToLower(arg[:end])]
		if !ok {
			return bad("%q is not known", arg[:end])
		}
		rest := strings.TrimSpace(arg[end:])
		if rest == "" {
			return bad("a value is missing behind %s", arg)
		}
		if strings.HasPrefix(rest, "=") && !strings.HasPrefix(rest, "==") {
			rest = rest[1:]
		}
		c, err := u32.compare(rest)
		if err != nil {
			return err
		}
		return b.valueOf(buffer, func(f *wire.Field) bool { return f.N>>32 == id && c.Holds(f.N&(1<<32-1)) })
	}
}

// certStore is tls.store: a rule of TLS. Certificates are not written anywhere; their facts stand in EVE.
func certStore(b *builder, keyword, arg string) error {
	if arg != "" {
		return bad("%s takes no value", keyword)
	}
	b.app(apps["tls"])
	return nil
}
