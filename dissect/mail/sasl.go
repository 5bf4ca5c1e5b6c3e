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
	switch text := strings.ToValidUTF8(string(b), "\uFFFD"); m.name {
	case "PLAIN": // RFC 4616: who to act as, who, password
		if parts := strings.Split(text, "\x00"); len(parts) == 3 {
			m.User = parts[1]
		}
	case "LOGIN":
		m.User = text
	}
}
