package mail

import (
	b64 "encoding/base64"
	"strings"
)

// Mechanism follows a log-on by SASL (RFC 4422) as far as it shows who logs on.
type Mechanism struct {
	name string
	User string // "" while it is not known
}

// Begin reads the argument of AUTH or AUTHENTICATE: a mechanism, and a first answer as the case may be.
func (m *Mechanism) Begin(arg string) {
	name, first, _ := strings.Cut(strings.TrimSpace(arg), " ")
	m.name, m.User = strings.ToUpper(name), ""
	m.Answer(first)
}

// Answer reads a line of the client that answers a demand for more. Passwords are not kept.
func (m *Mechanism) Answer(line string) {
	b, err := b64.StdEncoding.DecodeString(strings.TrimSpace(line))
	if err != nil || len(b) == 0 || m.User != "" {
		return
	}
	m.User = named(m.name, strings.ToValidUTF8(string(b), "\uFFFD"))
}

// named is who logs on by a mechanism, as its answer says; "" where that does not.
func named(mechanism, text string) string {
	switch mechanism {
	case "PLAIN": // RFC 4616: who to act as, who, password
		if parts := strings.Split(text, "\x00"); len(parts) == 3 {
			return parts[1]
		}
	case "LOGIN":
		return text
	case "CRAM-MD5": // RFC 2195 §2: who, digest
		if i := strings.LastIndexByte(text, ' '); i > 0 {
			return text[:i]
		}
	case "XOAUTH2":
		return between(text, "user=", "\x01")
	case "OAUTHBEARER": // RFC 7628 §3.1
		return unescaped(between(text, ",a=", ","))
	}
	if strings.HasPrefix(mechanism, "SCRAM-") { // RFC 5802 §7
		return unescaped(between(text, ",n=", ","))
	}
	return ""
}

// between is what stands behind a word, up to another one.
func between(text, word, end string) string {
	_, rest, _ := strings.Cut(text, word)
	rest, _, ok := strings.Cut(rest, end)
	if !ok {
		return ""
	}
	return rest
}

func unescaped(s string) string { return strings.NewReplacer("=2C", ",", "=3D", "=").Replace(s) }
