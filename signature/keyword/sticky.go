package keyword

import (
	"regexp"
	"strings"
	"sync"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/content"
	"github.com/yagura-project/yagura/signature/rule"
	"github.com/yagura-project/yagura/signature/transform"
)

// described are the buffers of event/wire by their names, old ones too.
var described = sync.OnceValue(func() map[string]*wire.Description {
	all := wire.Descriptions()
	m := make(map[string]*wire.Description, 2*len(all))
	for i := range all {
		d := &all[i]
		for _, name := range d.Old {
			if _, taken := m[name]; !taken {
				m[name] = d
			}
		}
	}
	for i := range all {
		if all[i].Name != "" {
			m[all[i].Name] = &all[i]
		}
	}
	return m
})

// several are the buffers of which a rule may ask for several instances by naming them again; each other buffer is one, however often a
// rule comes back to it.
var several = map[string]bool{
	"dns.query": true, "dns.query.name": true, "dns.answer.name": true, "dns.queries.rrname": true, "dns.answers.rrname": true,
	"dns.authorities.rrname": true, "dns.additionals.rrname": true, "dns.response.rrname": true,
	"mdns.queries.rrname": true, "mdns.answers.rrname": true, "mdns.authorities.rrname": true, "mdns.additionals.rrname": true, "mdns.response.rrname": true,
	"llmnr.queries.rrname": true, "llmnr.answers.rrname": true, "llmnr.authorities.rrname": true, "llmnr.additionals.rrname": true, "llmnr.response.rrname": true,
	"file.data": true, "file.magic": true, "file.name": true, "http.request_header": true, "http.response_header": true, "http2.header_name": true,
	"ike.vendor": true, "krb5_cname": true, "krb5_sname": true, "krb5.cname": true, "krb5.sname": true, "ldap.request.attribute_type": true,
	"ldap.responses.attribute_type": true, "ldap.responses.dn": true, "ldap.responses.message": true, "mqtt.subscribe.topic": true,
	"mqtt.unsubscribe.topic": true, "quic.cyu.hash": true, "quic.cyu.string": true, "sip.content_length": true, "sip.content_type": true,
	"sip.from": true, "sip.to": true, "sip.ua": true, "sip.user_agent": true, "sip.via": true, "smtp.rcpt_to": true, "tls.alpn": true,
	"tls.cert_subject": true, "tls.certs": true, "tls.subjectaltname": true, "email.url": true, "email.received": true,
	"mime.url": true, "mime.email.url": true, "mime.email.received": true, "snmp.trap_oid": true, "pgsql.data": true, "mysql.rows": true,
	"ldap.request.attributes": true, "ldap.responses.attributes": true, "ftp.reply": true, "ftp.completion_code": true,
	"imap.request": true, "imap.response": true, "imap.email.header": true, "imap.email.header.name": true, "imap.email.header.value": true,
	"sdp.attribute": true, "sdp.bandwidth": true, "sdp.time": true, "sdp.repeat_time": true,
	"sdp.media.media": true, "sdp.media.media_info": true, "sdp.media.connection_data": true, "sdp.media.encryption_key": true,
}

// sticky makes the contents behind it belong to a buffer; a number is compared.
func sticky(b *builder, name, arg string) error {
	d := described()[name]
	if d.Number {
		return b.number(d, name, arg)
	}
	p := &place{desc: d, name: b.pool.text(name)}
	for word := range strings.SplitSeq(arg, ",") {
		switch strings.TrimSpace(word) {
		case "":
		case "to_server", "toserver", "request":
			p.dirs[wire.Orig] = true
		case "to_client", "toclient", "response":
			p.dirs[wire.Resp] = true
		default:
			return bad("%q is neither to_server nor to_client", arg)
		}
	}
	b.enter(p)
	return nil
}

// enter makes a place the current one; a buffer that was named before, and has one value only, is entered again.
func (b *builder) enter(p *place) {
	b.last, b.base64 = nil, nil
	if p.desc != nil && !several[p.desc.Name] {
		for _, q := range b.places {
			if q.desc == p.desc && q.value == nil && q.dirs == p.dirs && len(q.transforms) == 0 && !q.absent {
				b.at = q
				return
			}
		}
	}
	b.places = append(b.places, p)
	b.at = p
}

// change adds a transform to the current buffer. Contents that came before see the buffer without it.
func change(b *builder, name, arg string) error {
	if b.at == nil || b.base64 != nil {
		return bad("it belongs behind a sticky buffer")
	}
	t, err := transform.New(name, arg, pattern)
	if err != nil {
		return err
	}
	t.Name = b.pool.text(t.Name)
	if len(b.at.steps) > 0 {
		p := *b.at
		p.steps, p.absent, p.orElse = nil, false, false
		p.transforms = append([]transform.Transform(nil), b.at.transforms...)
		b.places = append(b.places, &p)
		b.at = &p
	}
	b.at.transforms = append(b.at.transforms, t)
	b.last = nil
	return nil
}

// group is the beginning of a group that catches.
var group = regexp.MustCompile(`(^|[^\\])(\\\\)*\(([^?*]|\?P?<[^=!]|\?')`)

// pattern is the regular expression of pcrexform.
func pattern(text string) (func(b []byte) []byte, error) {
	_, text, err := quoted(text)
	if err != nil {
		return nil, err
	}
	if !group.MatchString(text) {
		return nil, bad("%q has no group in brackets, which is what goes on", text)
	}
	if strings.Contains(text, "(?|") {
		return nil, errShared
	}
	p, err := content.NewPattern(text, content.Flags{})
	if err != nil {
		return nil, err
	}
	return p.Group, nil
}

// pktData leads back to the payload.
func pktData(b *builder, _, _ string) error {
	b.at, b.base64, b.last = nil, nil, nil
	return nil
}

// absent says that the buffer must not be there.
func absent(b *builder, _, arg string) error {
	if b.at == nil || b.at.desc == nil || len(b.at.steps) > 0 {
		return bad("it belongs directly behind a sticky buffer")
	}
	if b.at.desc.ID.IsFrame() {
		return bad("each frame is looked at when it comes; that none comes is no frame's")
	}
	switch arg {
	case "":
	case "or_else":
		b.at.orElse = true
	default:
		return bad("%q is not or_else", arg)
	}
	b.at.absent = true
	b.asked = true
	return nil
}

// number compiles a comparison with a numeric buffer.
func (b *builder) number(d *wire.Description, name, arg string) error {
	p := &place{desc: d, name: b.pool.text(name)}
	arg = strings.Trim(arg, `"`)
	if rest, ok := counted(arg); ok {
		c, err := plainNumber.compare(rest)
		if err != nil {
			return err
		}
		p.index = rule.Index{Kind: rule.Count, Count: c.Holds}
		p.value = func(*wire.Field) bool { return true }
		return b.put(p)
	}
	for _, dir := range []struct {
		word string
		d    wire.Dir
	}{{"to_server", wire.Orig}, {"toserver", wire.Orig}, {"request", wire.Orig}, {"to_client", wire.Resp}, {"toclient", wire.Resp}, {"response", wire.Resp}} {
		if rest, ok := strings.CutPrefix(arg, dir.word+","); ok {
			arg = strings.TrimSpace(rest)
			p.dirs[dir.d] = true
		}
	}
	k := numeric{bits: d.Bits, signed: d.Signed, closed: d.Closed, words: d.Enum}
	if w, ok := d.Words[strings.ToLower(strings.TrimLeft(arg, "! "))]; ok {
		other := buffer(w.Buffer)
		if other == nil {
			return bad("%q is not known", arg)
		}
		p.desc = other
		c := content.Compare{A: w.N}
		if strings.HasPrefix(arg, "!") {
			c.Op = content.NotEqual
		}
		p.value = func(f *wire.Field) bool { return c.Holds(f.N) }
		return b.put(p)
	}
	text, index, _ := strings.Cut(arg, ",")
	c, err := k.compare(text)
	switch {
	case index != "" && (err != nil || isFlags(index, d.Enum)):
		if c, err = k.flags(arg); err != nil {
			return err
		}
	case index != "":
		if p.index, err = readIndex(index); err != nil {
			return err
		}
	case err != nil && d.Enum != nil:
		if f, e := k.flags(arg); e == nil {
			c, err = f, nil
		}
	}
	if err != nil {
		return err
	}
	p.value = func(f *wire.Field) bool { return c.Holds(f.N) }
	return b.put(p)
}

// put adds a condition that no contents belong to.
func (b *builder) put(p *place) error {
	b.places = append(b.places, p)
	b.at, b.base64, b.last = nil, nil, nil
	b.asked = true
	return nil
}

// isFlags reports that all words are names of bits.
func isFlags(s string, words map[string]uint64) bool {
	for w := range strings.SplitSeq(s, ",") {
		if _, ok := words[strings.ToLower(strings.TrimLeft(strings.TrimSpace(w), "!"))]; !ok {
			return false
		}
	}
	return true
}

// buffer is the description of a buffer that words lead to.
func buffer(id wire.Buffer) *wire.Description {
	for _, d := range wire.Descriptions() {
		if d.ID == id {
			return &d
		}
	}
	return nil
}
