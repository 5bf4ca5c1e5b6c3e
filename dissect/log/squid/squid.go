// Package squid reads the access log of the squid web proxy.
package squid

import (
	"bytes"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/yagura-project/yagura/dissect/log"
	"github.com/yagura-project/yagura/event"
)

// Format is squid's native log: time, elapsed ms, client, code/status, bytes, method, URL, user, hierarchy/server, type.
// Behind it the agent, or referer and agent, may stand in quotes (logformat with "%{Referer}>h" "%{User-Agent}>h").
var Format = log.Format{Name: "squid", Spec: "squid.conf: logformat squid", Line: line}

const (
	fields   = 10
	maxURL   = 4096
	maxField = 1024
	// longest is up to how long a request may have taken for its beginning to be taken as its time.
	longest = 10 * time.Minute
)

func line(b []byte) (event.Event, error) {
	if len(bytes.TrimSpace(b)) == 0 || b[0] == '#' {
		return nil, nil
	}
	part, quoted := split(b)
	if len(part) < 7 {
		return nil, fmt.Errorf("%d fields; squid's native log has %d", len(part), fields)
	}
	at, err := when(part[0])
	if err != nil {
		return nil, err
	}
	client, err := netip.ParseAddr(part[2])
	if err != nil {
		return nil, fmt.Errorf("field 3: %q is no address", short(part[2]))
	}
	h := &event.HTTPActivity{Method: part[5], URI: part[6][:min(len(part[6]), maxURL)]}
	if ms, err := strconv.ParseInt(part[1], 10, 64); err == nil && ms > 0 && ms <= longest.Milliseconds() {
		at = at.Add(-time.Duration(ms) * time.Millisecond) // the line is written at the end
	}
	h.Time, h.Src.IP, h.Proto = at, client.Unmap(), event.ProtoTCP
	if err := result(h, part[3], part[4]); err != nil {
		return nil, err
	}
	log.Requested(h)
	rest(h, part[7:], quoted)
	return h, nil
}

// split cuts a line at blanks; what stands in quotes comes separately.
func split(b []byte) (part, quoted []string) {
	s := string(b)
	for s != "" {
		s = strings.TrimLeft(s, " \t")
		if s == "" {
			break
		}
		if s[0] == '"' {
			q, rest, ok := strings.Cut(s[1:], `"`)
			if !ok {
				return part, quoted
			}
			quoted, s = append(quoted, q), rest
			continue
		}
		word := s
		if i := strings.IndexAny(s, " \t"); i >= 0 {
			word, s = s[:i], s[i:]
		} else {
			s = ""
		}
		if part = append(part, word); len(part) > 16 {
			break
		}
	}
	return part, quoted
}

func when(s string) (time.Time, error) {
	sec, frac, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(sec, 10, 64)
	if err != nil || n < 0 || n > 1<<34 {
		return time.Time{}, fmt.Errorf("field 1: %q are no seconds since 1970", short(s))
	}
	ms, err := strconv.ParseInt((frac + "000")[:3], 10, 64)
	if err != nil || ms < 0 {
		ms = 0
	}
	return time.Unix(n, ms*int64(time.Millisecond)).UTC(), nil
}

// result reads TCP_MISS/200 and the bytes of the answer.
func result(h *event.HTTPActivity, code, size string) error {
	action, status, ok := strings.Cut(code, "/")
	if !ok || !strings.Contains(action, "_") && action != "NONE" {
		return fmt.Errorf("field 4: %q is no result like TCP_MISS/200", short(code))
	}
	h.Status, _ = strconv.Atoi(status)
	n, err := strconv.ParseUint(size, 10, 63)
	if err != nil {
		return fmt.Errorf("field 5: %q are no bytes", short(size))
	}
	h.ResponseLen = n
	return nil
}

// rest reads user, server, type and what was added in quotes.
func rest(h *event.HTTPActivity, part, quoted []string) {
	for _, p := range part {
		if i := strings.LastIndexByte(p, '/'); i > 0 && (strings.Contains(p[:i], "DIRECT") || strings.Contains(p[:i], "PARENT") || strings.Contains(p[:i], "HIER_")) {
			if ip, err := netip.ParseAddr(p[i+1:]); err == nil && strings.Contains(p[:i], "DIRECT") {
				h.Dst.IP = ip.Unmap()
			}
		}
	}
	if n := len(part); n >= 3 && strings.Contains(part[n-1], "/") {
		h.ResponseType = part[n-1]
	}
	switch len(quoted) {
	case 0:
	case 1:
		h.UserAgent = agent(quoted[0])
	default:
		h.Referer, h.UserAgent = limit(quoted[0]), agent(quoted[1])
		if h.Referer == "-" {
			h.Referer = ""
		}
	}
}

// agent is "-" where the log has a place for the agent and the request had none.
func agent(s string) string {
	if s == "" {
		return "-"
	}
	return limit(s)
}

func limit(s string) string { return s[:min(len(s), maxField)] }

func short(s string) string { return s[:min(len(s), 40)] }
