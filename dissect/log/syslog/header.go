// Package syslog reads the header of syslog messages, old (RFC 3164) and new (RFC 5424), from senders that keep to neither.
package syslog

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/yagura-project/yagura/dissect/log"
)

// Header is what stands before a message. Senders leave out any of it.
type Header struct {
	Priority int       // 0–191; -1: none was sent
	Version  int       // 1 = RFC 5424, 0 = RFC 3164 or none
	Time     time.Time // by the sender's clock; zero where it says none
	Host     string    //
	App      string    // APP-NAME, or the tag of RFC 3164
	PID      string
	ID       string // MSGID
	Data     []Element
	Message  []byte // the rest; of RFC 3164 without the tag
	Content  []byte // the rest with the tag, in case it was none
}

// Element is one part of STRUCTURED-DATA (RFC 5424 §6.3).
type Element struct {
	ID     string
	Params log.Fields
}

const maxToken = 255

// Facility and Severity are the two halves of the priority (RFC 5424 §6.2.1); -1 without one.
func (h Header) Facility() int {
	if h.Priority < 0 {
		return -1
	}
	return h.Priority / 8
}

// Severity is 0 (emergency) to 7 (debug), -1 without a priority.
func (h Header) Severity() int {
	if h.Priority < 0 {
		return -1
	}
	return h.Priority % 8
}

// Parse reads the header of b, UTF-8. It takes any line: what is no header is message.
func Parse(b []byte, c log.Clock) Header {
	h := Header{Priority: -1}
	rest := h.priority(bytes.TrimRight(b, "\r\n\x00"))
	if after, ok := bytes.CutPrefix(rest, []byte("1 ")); ok && h.Priority >= 0 {
		if h.structured(after, c) {
			return h
		}
	}
	h.old(rest, c)
	return h
}

// priority reads <PRI>, one to three digits up to 191.
func (h *Header) priority(b []byte) []byte {
	end := bytes.IndexByte(b, '>')
	if len(b) < 3 || b[0] != '<' || end < 2 || end > 4 {
		return b
	}
	n, err := strconv.Atoi(string(b[1:end]))
	if err != nil || n < 0 || n > 191 || b[1] == '+' || b[1] == '-' {
		return b
	}
	h.Priority = n
	return b[end+1:]
}

// structured reads what follows the version (RFC 5424 §6).
func (h *Header) structured(b []byte, c log.Clock) bool {
	var part [5]string
	for i := range part {
		word, rest, ok := bytes.Cut(b, []byte(" "))
		if !ok && i < 4 || len(word) == 0 {
			return false
		}
		part[i], b = nilvalue(word), rest
	}
	if part[0] != "" {
		t, ok := c.Time(part[0])
		if !ok {
			return false
		}
		h.Time = t
	}
	h.Version, h.Host, h.App, h.PID, h.ID = 1, part[1], part[2], part[3], part[4]
	h.Message = h.data(b)
	h.Content = h.Message
	return true
}

func nilvalue(b []byte) string {
	if string(b) == "-" {
		return ""
	}
	return string(b[:min(len(b), maxToken)])
}

// data reads STRUCTURED-DATA and gives the message behind it. What is malformed there is message.
func (h *Header) data(b []byte) []byte {
	if len(b) == 0 {
		return b
	}
	if b[0] == '-' {
		return bom(bytes.TrimPrefix(b[1:], []byte(" ")))
	}
	rest := b
	for len(rest) > 0 && rest[0] == '[' && len(h.Data) < 16 {
		e, after, ok := element(rest[1:])
		if !ok {
			return b
		}
		h.Data, rest = append(h.Data, e), after
	}
	return bom(bytes.TrimPrefix(rest, []byte(" ")))
}

func bom(b []byte) []byte { return bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")) }

// element reads ID NAME="VALUE" … ] with \" \\ \] escaped.
func element(b []byte) (e Element, rest []byte, ok bool) {
	end := bytes.IndexAny(b, " ]")
	if end <= 0 {
		return e, nil, false
	}
	e.ID, b = string(b[:min(end, maxToken)]), b[end:]
	for {
		b = bytes.TrimLeft(b, " ")
		if len(b) == 0 {
			return e, nil, false
		}
		if b[0] == ']' {
			return e, b[1:], true
		}
		name, after, found := bytes.Cut(b, []byte(`="`))
		if !found || len(name) == 0 || bytes.ContainsAny(name, ` ]"`) {
			return e, nil, false
		}
		value, after, found := quoted(after)
		if !found {
			return e, nil, false
		}
		e.Params.Add(string(name), value)
		b = after
	}
}

func quoted(b []byte) (value string, rest []byte, ok bool) {
	var out strings.Builder
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] == '\\' && i+1 < len(b) && (b[i+1] == '"' || b[i+1] == '\\' || b[i+1] == ']'):
			i++
			out.WriteByte(b[i])
		case b[i] == '"':
			return out.String(), b[i+1:], true
		default:
			out.WriteByte(b[i])
		}
	}
	return "", nil, false
}
