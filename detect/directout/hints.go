package directout

import (
	"regexp"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// hints are what a message or a file tells of its purpose.
type hints struct {
	self    bool   // sender and receiver are the same
	machine string // name of the machine or of its user that it is about
	loot    string // a word by which stealers call what they send
}

// loot are beginnings and words of subjects and file names that stealers use by their own code: passwords, keys typed,
// screens, cookies, with the kind in front (PW_, KL_, SC_, CO_).
var loot = regexp.MustCompile(`(?i)^(PW|KL|SC|CO|CK|LOG)_|passw(or)?d[s_]? recover|recovered|keystroke|keylog|stealer|clipboard|cookies?[ _]|screen ?(shot|capture)[s_]`)

// windowsName is the form of names that Windows gives machines by itself.
var windowsName = regexp.MustCompile(`(?i)(DESKTOP|LAPTOP|WIN)-[A-Z0-9]{7,11}|\b[A-Z0-9]{2,12}-(PC|LAPTOP|DESKTOP)\b`)

// plain are words of loot that nothing honest is called, and kinds of loot with a date.
var plain = regexp.MustCompile(`(?i)^(PW|KL|SC|CO|CK)_\S+_\d{4}[-_]\d{2}[-_]\d{2}|keylog|keystroke|stealer|(passw(or)?ds?|credentials?)[ _-]?recover|recover(ed|y)[ _-]?(passw(or)?ds?|credentials?|log)`)

// about finds in a text the name of the machine: as it greeted the server, as it is known, or as Windows makes them.
func about(text string, names ...string) string {
	lower := strings.ToLower(text)
	for _, name := range names {
		if len(name) >= 4 && !strings.Contains(name, ".") && strings.Contains(lower, strings.ToLower(name)) {
			return name
		}
	}
	return windowsName.FindString(text)
}

func mailHints(m *event.EmailActivity, host, user string) (h hints) {
	h.self = m.MailFrom != "" && len(m.RcptTo) == 1 && strings.EqualFold(m.MailFrom, m.RcptTo[0])
	texts := []string{m.Subject}
	for _, a := range m.Attachments {
		texts = append(texts, a.Name)
	}
	for _, t := range texts {
		h.take(t, m.Helo, host, user)
	}
	return h
}

func (h *hints) take(text string, names ...string) {
	if h.machine == "" {
		h.machine = about(text, names...)
	}
	if h.loot == "" && loot.MatchString(text) {
		h.loot = text
	}
}

// join adds what another message told.
func (h *hints) join(g hints) {
	h.self = h.self || g.self
	if g.machine != "" {
		h.machine = g.machine
	}
	if g.loot != "" {
		h.loot = g.loot
	}
}

// telling: a mail about the machine to oneself, or under a stealer's heading.
func (h hints) telling() bool {
	return h.loot != "" && (h.machine != "" || h.self || plain.MatchString(h.loot)) || h.machine != "" && h.self
}
