package http

import (
	"bytes"
	"strconv"
	"strings"
)

// head is what the fields of one message say, as far as it matters here.
type head struct {
	lines, bytes int
	last         string // field that a folded line would continue
	part         string // name of a field whose colon has not come
	answer       bool   // of a response
	bareLF       bool   // the last line ended without a carriage return
	length       uint64
	hasLength    bool
	chunked      bool
	coded        bool // some transfer coding that is not chunked is last
	encoding     string
	transferred  string // transfer codings that are undone like content codings
	typ          string
	disposition  string
	host         string
	agent        string
	referer      string
	forwarded    string
	rng          string // Content-Range
	upgrade      string
	location     string
	framed       bool   // by HTTP/2
	partial      bool   // an answer with a part (206)
	raw          []byte // field lines as sent, where rules look
	trailer      []byte // those behind chunked content
	logon        string // token of NTLM or Negotiate
	user         string // of an open log-on
	proxy        bool   // it is for the proxy
	rest         []byte // request fields that are not kept elsewhere
}

// add reads one field line; of folded lines (RFC 9112 §5.2) only those matter that frame the message.
func (h *head) add(line []byte) error {
	h.lines++
	h.bytes += len(line)
	if h.lines > maxLines || h.bytes > maxHead {
		return errHead
	}
	if bytes.IndexByte(line, 0) >= 0 { // receivers differ: some do not see them
		if line = bytes.ReplaceAll(line, []byte{0}, nil); len(line) == 0 || line[0] != ' ' && h.last != "" && bytes.IndexByte(line, ':') < 0 {
			line = append([]byte(" "), line...)
		}
	}
	for bytes.IndexByte(line, '\r') >= 0 { // and some take a carriage return alone for a line end
		var l []byte
		l, line, _ = bytes.Cut(line, []byte("\r"))
		h.one(l)
	}
	h.one(line)
	return nil
}

// one reads a field line, or one that continues the last.
func (h *head) one(line []byte) {
	if len(line) == 0 {
		return
	}
	name, value, ok := bytes.Cut(line, []byte(":"))
	name, value = trim(name), trim(value)
	if line[0] == ' ' || line[0] == '\t' {
		switch {
		case h.part != "": // the colon is in the continuation
			name, ok = []byte(h.part+string(name)), true
		case ok && h.answer && isToken(name): // a field all the same, to receivers that trim first
		default:
			h.more(trim(line))
			return
		}
	}
	if h.last, h.part = "", ""; !ok {
		h.part = string(name[:min(len(name), maxName)])
		return
	}
	h.token(name, value)
	if !h.known(name, value) && len(h.rest)+len(line) < maxValue {
		h.rest = append(append(h.rest, line...), '\n')
	}
}

// more continues a field that frames or codes the content.
func (h *head) more(value []byte) {
	switch {
	case h.last == "transfer-encoding":
		h.transfer(value)
	case h.last == "content-encoding" && len(value) > 0:
		h.encoding = strings.TrimSpace(h.encoding + " " + string(value[:min(len(value), maxValue)]))
	case h.last == "content-length" && len(value) > 0:
		h.hasLength = false
	}
}

// known keeps the fields that have a place in the event, or frame the message; false for others.
func (h *head) known(name, value []byte) bool {
	switch len(name) {
	case 4:
		return set(&h.host, name, "host", value)
	case 7:
		return set(&h.referer, name, "referer", value) || set(&h.upgrade, name, "upgrade", value)
	case 8:
		return h.answer && set(&h.location, name, "location", value)
	case 10:
		return set(&h.agent, name, "user-agent", value)
	case 12:
		return set(&h.typ, name, "content-type", value)
	case 13:
		return set(&h.rng, name, "content-range", value)
	case 14:
		if is(name, "content-length") {
			h.contentLength(value)
			return true
		}
	case 15:
		return set(&h.forwarded, name, "x-forwarded-for", value)
	case 16:
		if is(name, "content-encoding") {
			h.last = "content-encoding"
			if h.encoding != "" {
				h.encoding += ","
			}
			h.encoding += string(value[:min(len(value), maxValue)])
			return true
		}
	case 17:
		if is(name, "transfer-encoding") {
			h.transfer(value)
			return true
		}
	case 19:
		return set(&h.disposition, name, "content-disposition", value)
	}
	return false
}

func is(b []byte, lower string) bool {
	return len(b) == len(lower) && strings.EqualFold(string(b), lower)
}

// set keeps the first value of a field, if it is the one that is wanted.
func set(to *string, name []byte, want string, value []byte) bool {
	if !is(name, want) {
		return false
	}
	if *to == "" {
		*to = string(value[:min(len(value), maxValue)])
	}
	return true
}

// contentLength keeps the first of several (RFC 9112 §6.3). What is no number does not frame an answer; of a request it counts as
// far as it is one.
func (h *head) contentLength(value []byte) {
	h.last = "content-length"
	end := 0
	for end < len(value) && '0' <= value[end] && value[end] <= '9' {
		end++
	}
	n, err := strconv.ParseUint(string(value[:end]), 10, 63)
	if err == nil && !h.hasLength && (end == len(value) || !h.answer || value[end] == ',') {
		h.length, h.hasLength = n, true
	}
}

// transfer looks for the chunked coding, which alone frames a message (RFC 9112 §6.1), wherever it stands: receivers differ.
func (h *head) transfer(value []byte) {
	h.last = "transfer-encoding"
	value = bytes.ToLower(value)
	for c := range bytes.SplitSeq(value, []byte(",")) {
		switch c = trim(c); string(c) {
		case "gzip", "x-gzip", "deflate":
			if len(h.transferred) < maxName {
				h.transferred += "," + string(c)
			}
		}
	}
	h.chunked = h.chunked || bytes.Contains(value, []byte("chunked"))
	h.coded = h.coded || !h.chunked && len(value) > 0 && !bytes.Equal(value, []byte("identity"))
}
