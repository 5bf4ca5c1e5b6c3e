package keyword

import (
	"bytes"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event/wire"
)

// certText is tls.subject, tls.issuerdn and tls.fingerprint: [!]"text" within the buffer.
func certText(buffer string) func(*builder, string, string) error {
	return func(b *builder, _, arg string) error {
		if arg == "" { // as a sticky buffer
			return sticky(b, buffer, "")
		}
		negated, raw, err := text(arg)
		if err != nil {
			return err
		}
		if strings.HasSuffix(buffer, "fingerprint") {
			raw = bytes.ToLower(raw)
		}
		return b.valueOf(buffer, func(f *wire.Field) bool { return bytes.Contains(f.B, raw) != negated })
	}
}

// dates are the forms of a date in a rule.
var dates = []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02T15", "2006-01-02 15", "2006-01-02", "2006-01", "2006"}

func date(s string) (int64, error) {
	s = strings.TrimSpace(s)
	for _, form := range dates {
		if t, err := time.Parse(form, s); err == nil {
			return t.Unix(), nil
		}
	}
	return 0, bad("%q is not a date: 2026-04-01, 2026-04-01T12:00:00", s)
}

// certDate compares the first or last day of a certificate: DATE, <DATE, >DATE, DATE<>DATE.
func certDate(buffer string) func(*builder, string, string) error {
	return func(b *builder, _, arg string) error {
		if low, high, ok := strings.Cut(arg, "<>"); ok {
			a, err := date(low)
			if err != nil {
				return err
			}
			z, err := date(high)
			if err != nil || z <= a {
				return bad("%q is not a span of time", arg)
			}
			return b.valueOf(buffer, func(f *wire.Field) bool { return int64(f.N) > a && int64(f.N) < z })
		}
		op := byte('=')
		if arg != "" && strings.IndexByte("<>", arg[0]) >= 0 {
			op, arg = arg[0], arg[1:]
		}
		at, err := date(arg)
		if err != nil {
			return err
		}
		return b.valueOf(buffer, func(f *wire.Field) bool {
			switch op {
			case '<':
				return int64(f.N) < at
			case '>':
				return int64(f.N) > at
			}
			return int64(f.N) == at
		})
	}
}

// certAge is tls_cert_expired and tls_cert_valid: the certificate's dates against the time of the packet.
func certAge(b *builder, keyword, _ string) error {
	valid := keyword == "tls_cert_valid"
	if valid {
		if err := b.timed("tls_cert_notbefore", func(at, now int64) bool { return at <= now }); err != nil {
			return err
		}
		return b.timed("tls_cert_notafter", func(at, now int64) bool { return now <= at })
	}
	return b.timed("tls_cert_notafter", func(at, now int64) bool { return now > at })
}
