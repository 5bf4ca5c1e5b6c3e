package eve

import (
	"cmp"
	"strconv"
	"time"

	"github.com/yagura-project/yagura/event"
)

func (w *Encoder) tls(e *event.NetworkActivity) {
	k := TLS
	if e.App == "quic" {
		k = QUIC
	}
	if !w.begin(k, &e.Header, &e.Conn, forward) {
		return
	}
	if k == QUIC {
		w.quicObject(e.TLS)
	} else {
		w.tlsObject(e)
	}
	w.finish()
}

func (w *Encoder) tlsObject(e *event.NetworkActivity) {
	t, o := e.TLS, &w.o
	o.open("tls")
	if c := t.Certificate; c != nil {
		w.certificate(c)
	}
	o.yes("session_resumed", t.Resumed)
	o.text("sni", t.SNI)
	o.text("version", tlsVersion(t.Version, t.Draft))
	if c := t.Certificate; c != nil {
		w.day("notbefore", c.NotBefore)
		w.day("notafter", c.NotAfter)
	}
	w.hash("ja3", t.JA3, t.JA3Text)
	w.hash("ja3s", t.JA3S, t.JA3SText)
	o.text("ja4", t.JA4)
	if c := t.Certificate; c != nil {
		o.texts("subjectaltname", c.SANs)
	}
	o.texts("client_alpns", t.ALPN)
	if c := t.Client; c != nil {
		o.open("client")
		w.certificate(c)
		w.day("notbefore", c.NotBefore)
		w.day("notafter", c.NotAfter)
		o.texts("subjectaltname", c.SANs)
		o.close()
	}
	if from := cmp.Or(e.Before, e.App); from != "" && from != "tls" && from != "ssl" {
		o.str("from_proto", ruleName(from))
	}
	o.close()
}

// certificate writes whose it is, and which.
func (w *Encoder) certificate(c *event.Certificate) {
	w.o.text("subject", cmp.Or(c.SubjectDN, c.Subject))
	w.o.text("issuerdn", cmp.Or(c.IssuerDN, c.Issuer))
	w.serial(c.Serial)
	w.colons("fingerprint", c.SHA1)
	w.colons("fingerprint_sha256", c.SHA256)
}

// hash writes a fingerprint as readers of Suricata find it: an object with its digest and what that was made of.
func (w *Encoder) hash(k, v, of string) {
	if v != "" {
		w.o.open(k)
		w.o.str("hash", v)
		w.o.text("string", of)
		w.o.close()
	}
}

// colons writes hex digits as lower-case pairs with colons between them.
func (w *Encoder) colons(k, v string) {
	if v == "" {
		return
	}
	o := &w.o
	o.key(k)
	o.b = append(o.b, '"')
	o.b = appendPairs(o.b, v, 0x20)
	o.b = append(o.b, '"')
}

// serial writes the number as its DER bytes, upper-case: a leading zero byte stands where it would else be negative.
func (w *Encoder) serial(v string) {
	if v == "" {
		return
	}
	o := &w.o
	o.key("serial")
	o.b = append(o.b, '"')
	if len(v)%2 == 1 {
		v = "0" + v
	} else if v[0] >= '8' {
		o.b = append(o.b, "00:"...)
	}
	o.b = appendPairs(o.b, v, 0)
	o.b = append(o.b, '"')
}

// appendPairs leaves out all that is no hex digit; lower is 0x20 for lower-case letters.
func appendPairs(b []byte, v string, lower byte) []byte {
	n := 0
	for i := range len(v) {
		c := v[i]
		switch {
		case '0' <= c && c <= '9':
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c&^0x20 | lower
		default:
			continue
		}
		if n > 0 && n%2 == 0 {
			b = append(b, ':')
		}
		b = append(b, c)
		n++
	}
	return b
}

// day writes a certificate's time, which has no zone and no fractions.
func (w *Encoder) day(k string, t time.Time) {
	if t.IsZero() {
		return
	}
	o := &w.o
	o.key(k)
	o.b = append(o.b, '"')
	o.b = t.UTC().AppendFormat(o.b, "2006-01-02T15:04:05")
	o.b = append(o.b, '"')
}

func tlsVersion(v string, draft uint8) string {
	if draft != 0 {
		return "TLS 1.3 draft-" + strconv.Itoa(int(draft))
	}
	switch v {
	case "":
		return "UNDETERMINED"
	case "1.0":
		return "TLSv1"
	case "1.1":
		return "TLS 1.1"
	case "1.2":
		return "TLS 1.2"
	case "1.3":
		return "TLS 1.3"
	case "3.0", "ssl3.0":
		return "SSLv3"
	case "2.0", "ssl2.0":
		return "SSLv2"
	}
	return v
}
