package keyword

import (
	"bytes"
	"slices"
	"strings"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
)

// valueOf adds a condition on the fields of a described buffer; pending tells that nothing fills it yet.
func (b *builder) valueOf(buffer string, holds func(f *wire.Field) bool) error {
	d := described()[buffer]
	if d == nil {
		return &failure{err: bad("nothing fills the buffer %s yet", buffer), pending: true}
	}
	return b.put(&place{desc: d, name: d.Name, value: holds})
}

// timed adds a condition on a date of a transaction and the time of the packet.
func (b *builder) timed(buffer string, holds func(at, now int64) bool) error {
	d := described()[buffer]
	if d == nil {
		return &failure{err: bad("nothing fills the buffer %s yet", buffer), pending: true}
	}
	return b.put(&place{desc: d, name: d.Name, clock: holds})
}

// anyWord is a keyword that takes a list of names of a numeric buffer, of which one must be the value; one with "!" before it holds for every other value.
func anyWord(buffer string, separators string) func(*builder, string, string) error {
	return func(b *builder, _, arg string) error {
		d := described()[buffer]
		if d == nil {
			return &failure{err: bad("nothing fills the buffer %s yet", buffer), pending: true}
		}
		arg = strings.Trim(arg, `"`)
		in, out, unknown := map[uint64]bool{}, map[uint64]bool{}, false
		for _, w := range strings.FieldsFunc(arg, func(r rune) bool { return strings.ContainsRune(separators, r) }) {
			w = strings.ToLower(strings.TrimSpace(w))
			word, not := strings.CutPrefix(w, "!")
			if buffer == "ssl_state" && word == "unknown" { // of a list it adds nothing
				unknown = true
				continue
			}
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
		switch {
		case len(in)+len(out) == 0 && unknown:
			return bad("no message of TLS brings about the state unknown")
		case len(in)+len(out) == 0:
			return bad("a name is missing")
		}
		return b.valueOf(buffer, func(f *wire.Field) bool { return in[f.N] || len(out) > 1 || len(out) == 1 && !out[f.N] })
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

// secResult is rfb.secresult: a number or its name, or unknown for what has none (RFC 6143 §7.1.3 has 0 to 2).
func secResult(b *builder, name, arg string) error {
	word, not := strings.CutPrefix(strings.TrimSpace(arg), "!")
	if !strings.EqualFold(strings.TrimSpace(word), "unknown") {
		return b.number(described()[name], name, arg)
	}
	return b.valueOf(name, func(f *wire.Field) bool { return f.N > 2 != not })
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

// frame enters a frame of a protocol: frame:smb2.hdr, or frame:pdu where the header names the protocol.
func frame(b *builder, _, arg string) error {
	names := []string{"frame:" + arg}
	if app := b.sig.Head.App; app != "" {
		names = append(names, "frame:"+app+"."+arg)
	}
	if app, rest, ok := strings.Cut(arg, "."); ok && (apps[app] != nil || slices.Contains(plainApps, app)) { // smb.smb2.hdr
		names = append(names, "frame:"+rest)
	}
	for _, n := range names {
		if described()[n] != nil {
			return sticky(b, n, "")
		}
	}
	if app, ok := strings.CutSuffix(arg, "stream"); ok && (app == "" || app[len(app)-1] == '.') {
		return b.wholeStream(strings.TrimSuffix(app, "."))
	}
	return &failure{err: bad("the frame %q is not cut out", arg), pending: true}
}

// wholeStream enters the frame that is all that one side of a connection says: frame:smtp.stream.
func (b *builder) wholeStream(app string) error {
	if app == "" {
		app = b.sig.Head.App
	}
	names, ok := appNames(app)
	if !ok {
		return bad("%q is not a protocol that is known", app)
	}
	if b.sig.Flow.NoStream || b.sig.Head.Carrier == rule.TCPPacket {
		return bad("a stream is not looked at packet by packet")
	}
	b.app(names)
	b.sig.Flow.OnlyStream = true
	b.at, b.base64, b.last = nil, nil, nil
	return nil
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
