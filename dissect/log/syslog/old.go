package syslog

import (
	"bytes"
	"strings"

	"github.com/yagura-project/yagura/dissect/log"
)

// old reads TIMESTAMP HOSTNAME TAG as far as they are there (RFC 3164 §4.1.2, and what devices make of it).
func (h *Header) old(b []byte, c log.Clock) {
	b = bytes.TrimLeft(b, " ")
	rest, timed := h.stamp(b, c)
	if timed {
		rest = h.hostname(rest)
	}
	h.Content = bytes.TrimLeft(rest, " ")
	h.Message = h.tag(h.Content)
}

// stamps are the lengths of "Jan _2 15:04:05" and of the same with the year, as Cisco and others write it.
var stamps = []int{len("Jan _2 2006 15:04:05"), len("Jan _2 15:04:05")}

// stamp reads the time, with what may stand behind it: fractions, a colon.
func (h *Header) stamp(b []byte, c log.Clock) (rest []byte, ok bool) {
	for _, n := range stamps {
		if len(b) < n {
			continue
		}
		t, ok := c.Time(string(b[:n]))
		if !ok {
			continue
		}
		h.Time, rest = t, b[n:]
		if len(rest) > 1 && rest[0] == '.' {
			i := 1
			for i < len(rest) && rest[i] >= '0' && rest[i] <= '9' {
				i++
			}
			rest = rest[i:]
		}
		rest = bytes.TrimPrefix(rest, []byte(":"))
		return rest, len(rest) == 0 || rest[0] == ' '
	}
	word, rest, _ := bytes.Cut(b, []byte(" "))
	if len(word) >= 19 && len(word) <= 40 && word[0] >= '0' && word[0] <= '9' && bytes.IndexByte(word, 'T') == 10 {
		if t, ok := c.Time(string(word)); ok { // RFC 3339, as rsyslog and others write it
			h.Time = t
			return append([]byte(" "), rest...), true
		}
	}
	return b, false
}

// hostname takes the next word where it can be one: a tag ends with a colon or holds a bracket, a field holds "=".
func (h *Header) hostname(b []byte) []byte {
	b = bytes.TrimLeft(b, " ")
	word, rest, ok := bytes.Cut(b, []byte(" "))
	if !ok || len(word) == 0 || len(word) > maxToken || word[0] == '%' || bytes.ContainsAny(word, `|=[]"<>{}`) || word[len(word)-1] == ':' {
		return b
	}
	h.Host = string(word)
	return rest
}

// tag reads NAME[PID]: before the message; without a colon there is none.
func (h *Header) tag(b []byte) []byte {
	end := bytes.IndexAny(b, ":[ ")
	if end <= 0 || end > 48 || b[end] == ' ' || isPayload(b) {
		return b
	}
	name, rest := string(b[:end]), b[end:]
	if strings.ContainsAny(name, `|="`) {
		return b
	}
	if rest[0] == '[' {
		shut := bytes.IndexByte(rest, ']')
		if shut < 0 || shut > 32 {
			return b
		}
		h.PID, rest = string(rest[1:shut]), rest[shut+1:]
		if len(rest) == 0 || rest[0] != ':' {
			h.PID = ""
			return b
		}
	}
	h.App = name
	return bytes.TrimLeft(rest[1:], " ")
}

// isPayload tells formats whose own beginning looks like a tag.
func isPayload(b []byte) bool {
	for _, p := range []string{"CEF:", "LEEF:", "TMEF:"} {
		if bytes.HasPrefix(b, []byte(p)) {
			return true
		}
	}
	return false
}
