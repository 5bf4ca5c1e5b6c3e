package keyword

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/content"
)

// valueOf adds a condition on the fields of a described buffer; pending tells that nothing fills it yet.
func (b *builder) valueOf(buffer string, holds func(f *wire.Field) bool) error {
	d := described()[buffer]
	if d == nil {
		return &failure{err: bad("nothing fills the buffer %s yet", buffer), pending: true}
	}
	return b.put(&place{desc: d, name: d.Name, value: holds})
}

// anyWord is a keyword that takes a list of names of a numeric buffer, of which one must be the value; one with "!" before it holds for every other value.
func anyWord(buffer string, separators string) func(*builder, string, string) error {
	return func(b *builder, _, arg string) error {
		d := described()[buffer]
		if d == nil {
			return &failure{err: bad("nothing fills the buffer %s yet", buffer), pending: true}
		}
		arg = strings.Trim(arg, `"`)
		in, out := map[uint64]bool{}, map[uint64]bool{}
		for _, w := range strings.FieldsFunc(arg, func(r rune) bool { return strings.ContainsRune(separators, r) }) {
			w = strings.ToLower(strings.TrimSpace(w))
			word, not := strings.CutPrefix(w, "!")
			n, ok := d.Enum[strings.TrimSpace(word)]
			if !ok {
				if _, ok = d.Words[word]; ok || len(in)+len(out) == 0 {
					return b.number(d, buffer, arg)
				}
				return bad("%q is not known", w)
			}
			if not {
				out[n] = true
			} else {
				in[n] = true
			}
		}
		if len(in)+len(out) == 0 {
			return bad("a name is missing")
		}
		return b.valueOf(buffer, func(f *wire.Field) bool { return in[f.N] || len(out) > 1 || len(out) == 1 && !out[f.N] })
	}
}

// interface reads dcerpc.iface:UUID[,<version][,any_frag].
func iface(b *builder, _, arg string) error {
	w := words(arg)
	id, err := hex.DecodeString(strings.ReplaceAll(w[0], "-", ""))
	if err != nil || len(id) != 16 {
		return bad("%q is not a UUID", w[0])
	}
	version := func(uint64) bool { return true }
	any := false
	for _, o := range w[1:] {
		if o == "any_frag" {
			any = true
			continue
		}
		c, err := u16.compare(o)
		if err != nil {
			return err
		}
		version = c.Holds
	}
	return b.valueOf("dcerpc.iface", func(f *wire.Field) bool {
		return len(f.B) == wire.IfaceLen && bytes.Equal(f.B[:16], id) && version(uint64(binary.BigEndian.Uint16(f.B[16:]))) && (any || f.B[18] == 1)
	})
}

// opnum reads dcerpc.opnum:12,15-20.
func opnum(b *builder, _, arg string) error {
	var spans [][2]uint64
	for _, w := range words(arg) {
		low, high, ok := strings.Cut(w, "-")
		if !ok {
			if _, err := u16.number(w); err != nil { // one comparison, as of other numbers
				return b.number(described()["dcerpc.opnum"], "dcerpc.opnum", arg)
			}
			high = low
		}
		a, err := u16.number(low)
		if err != nil {
			return err
		}
		z, err := u16.number(high)
		if err != nil || z < a {
			return bad("%q is not a range of numbers", w)
		}
		spans = append(spans, [2]uint64{a, z})
	}
	return b.valueOf("dcerpc.opnum", func(f *wire.Field) bool {
		for _, s := range spans {
			if s[0] <= f.N && f.N <= s[1] {
				return true
			}
		}
		return false
	})
}

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

// sshProto is ssh.protoversion: a version, or 2_compat for all that speak version 2 (RFC 4253 §5.1).
func sshProto(b *builder, _, arg string) error {
	want := strings.Trim(strings.TrimSpace(arg), `"`)
	if want == "" || strings.Trim(want, "0123456789.") != "" && want != "2_compat" {
		return bad("%q is not a version of SSH: 1.5, 2.0, 2_compat", arg)
	}
	return b.valueOf("ssh.proto", func(f *wire.Field) bool {
		if want == "2_compat" {
			return string(f.B) == "2.0" || string(f.B) == "1.99" || string(f.B) == "2"
		}
		return string(f.B) == want
	})
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

// timed adds a condition on a date of a transaction and the time of the packet.
func (b *builder) timed(buffer string, holds func(at, now int64) bool) error {
	d := described()[buffer]
	if d == nil {
		return &failure{err: bad("nothing fills the buffer %s yet", buffer), pending: true}
	}
	return b.put(&place{desc: d, name: d.Name, clock: holds})
}

// ftpbounce asks whether a PORT command names another address than the client's.
func ftpbounce(b *builder, _, _ string) error {
	b.app([]string{"ftp"})
	b.packetTest(func(p *wire.Packet) bool {
		line := p.Payload
		if p.Kind != wire.TCP || len(line) < 5 || !bytes.EqualFold(line[:5], []byte("PORT ")) || !p.Src.IP().Is4() {
			return false
		}
		var a [4]byte
		n, digits, v := 0, 0, 0
		for _, c := range line[5:] {
			if '0' <= c && c <= '9' && digits < 3 {
				v, digits = v*10+int(c-'0'), digits+1
				continue
			}
			if c == ' ' && digits == 0 {
				continue
			}
			if c != ',' || digits == 0 || v > 255 {
				return false
			}
			a[n], v, digits = byte(v), 0, 0
			if n++; n == 4 {
				return a != [4]byte(p.Src[12:])
			}
		}
		return false
	})
	return nil
}

// rpc reads rpc:program,version|*,procedure|*: a call of Sun RPC in one packet (RFC 5531).
func rpc(b *builder, _, arg string) error {
	var want [3]content.Compare
	var given [3]bool
	w := words(arg)
	if len(w) > 3 {
		return bad("%q is not program,version,procedure", arg)
	}
	for i, s := range w {
		if s == "*" && i > 0 {
			continue
		}
		c, err := u32.compare(s)
		if err != nil {
			return err
		}
		want[i], given[i] = c, true
	}
	b.packetTest(func(p *wire.Packet) bool {
		m := p.Payload
		if p.Kind == wire.TCP && len(m) >= 4 {
			m = m[4:]
		}
		if p.Kind != wire.TCP && p.Kind != wire.UDP || len(m) < 24 || binary.BigEndian.Uint32(m[4:]) != 0 {
			return false
		}
		for i := range want {
			if n, _ := word(m, 12+4*i, 4); given[i] && !want[i].Holds(n) {
				return false
			}
		}
		return true
	})
	return nil
}

// frame enters a frame of a protocol: frame:smb2.hdr, or frame:pdu where the header names the protocol.
func frame(b *builder, _, arg string) error {
	names := []string{"frame:" + arg}
	if app := b.sig.Head.App; app != "" {
		names = append(names, "frame:"+app+"."+arg)
	}
	if app, rest, ok := strings.Cut(arg, "."); ok && apps[app] != nil || ok && slices.Contains(plainApps, app) { // smb.smb2.hdr
		names = append(names, "frame:"+rest)
	}
	for _, n := range names {
		if described()[n] != nil {
			return sticky(b, n, "")
		}
	}
	return &failure{err: bad("the frame %q is not cut out", arg), pending: true}
}

// cipService reads cip_service:SERVICE[,CLASS[,ATTRIBUTE]]; with a comparison or an index it is a number like others.
func cipService(b *builder, keyword, arg string) error {
	w := words(arg)
	if len(w) > 3 {
		return bad("%q is not SERVICE, SERVICE,CLASS or SERVICE,CLASS,ATTRIBUTE", arg)
	}
	for _, one := range w[1:] {
		if _, err := u32.number(one); err != nil {
			return b.number(described()[keyword], keyword, arg)
		}
	}
	for i, one := range w {
		name := [...]string{keyword, "enip.cip_class", "enip.cip_attribute"}[i]
		d := described()[name]
		if d == nil {
			return &failure{err: bad("nothing fills the buffer %s yet", name), pending: true}
		}
		if err := b.number(d, name, one); err != nil {
			return err
		}
	}
	return nil
}
