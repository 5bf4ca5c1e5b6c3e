// Package leef reads alerts in IBM QRadar's Log Event Extended Format, 1.0 and 2.0, with or without a syslog header.
package leef

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/yagura-project/yagura/dissect/log"
	"github.com/yagura-project/yagura/dissect/log/syslog"
	"github.com/yagura-project/yagura/event"
)

// Format is LEEF 1.0 and 2.0.
var Format = log.Format{Name: "leef", Spec: "IBM QRadar LEEF guide, version 2", Alert: Alert}

// names are LEEF's predefined attributes, and what Deep Discovery products add.
var names = log.Names{
	Src: []string{"src", "srcIP"}, SrcPort: []string{"srcPort"}, SrcMAC: []string{"srcMAC"}, SrcHost: []string{"identHostName", "shost"},
	Dst: []string{"dst", "dstIP"}, DstPort: []string{"dstPort"}, DstMAC: []string{"dstMAC"}, DstHost: []string{"dhost", "url"},
	Interested: []string{"interestedIp"}, InterestedMAC: []string{"interestedMacAddress"}, InterestedHost: []string{"interestedHost"}, Peer: []string{"peerIp"},
	Proto: []string{"proto"}, User: []string{"usrName", "suser"}, Action: []string{"act", "action"}, Rated: []string{"sev", "severity"},
	Name: []string{"ruleName", "threatName", "malName", "cat"}, Time: []string{"devTime"},
}

// Alert reads one line.
func Alert(b []byte, c log.Clock) (*event.OtherAlert, error) {
	at := bytes.Index(b, []byte("LEEF:"))
	if at < 0 {
		return nil, errors.New(`no "LEEF:" in it`)
	}
	h := syslog.Parse(b[:at], c)
	version, rest, ok := strings.Cut(string(b[at+len("LEEF:"):]), "|")
	if !ok || version != "1.0" && version != "2.0" && version != "1" && version != "2" {
		return nil, fmt.Errorf("version %q; 1.0 and 2.0 are known", log.Cut(version, 20))
	}
	part := strings.SplitN(rest, "|", 5)
	if len(part) < 5 {
		return nil, fmt.Errorf("its header ends after %d of 5 parts", len(part))
	}
	a := &event.OtherAlert{Format: "leef", Reporter: h.Host, Reported: h.Time, Grade: -1, Vendor: log.Cut(part[0], 256),
		Product: log.Cut(part[1], 256), Release: log.Cut(part[2], 256), ID: log.Cut(part[3], 256)}
	body, between := part[4], "\t"
	if version[0] == '2' {
		body, between = delimiter(body)
	}
	fields := attributes(body, between)
	names.Fill(a, fields, c)
	if a.Name == "" {
		a.Name = a.ID
	}
	if a.Rated != "" {
		a.Grade = log.Grade(a.Rated)
	}
	return a, nil
}

// delimiter reads the sixth part of LEEF 2.0: one character, or its code in hexadecimal after x or 0x; it may be left out.
func delimiter(s string) (body, between string) {
	first, rest, ok := strings.Cut(s, "|")
	switch {
	case !ok || strings.Contains(first, "="):
		return s, "\t"
	case first == "":
		return rest, "\t"
	case utf8.RuneCountInString(first) == 1:
		return rest, first
	}
	code, isHex := strings.CutPrefix(strings.TrimPrefix(strings.ToLower(first), "0"), "x")
	if !isHex || len(code) > 4 {
		return s, "\t"
	}
	raw, err := hex.DecodeString(strings.Repeat("0", len(code)%2) + code)
	if err != nil || len(raw) == 0 {
		return s, "\t"
	}
	r := rune(0)
	for _, c := range raw {
		r = r<<8 | rune(c)
	}
	return rest, string(r)
}

// attributes reads KEY=VALUE between delimiters. Relays turn tabs into blanks; then a value ends before the next " KEY=".
func attributes(s, between string) (f log.Fields) {
	if between == "\t" && !strings.Contains(s, "\t") {
		s = strings.ReplaceAll(s, `\t`, "\t")
		if !strings.Contains(s, "\t") {
			return blanks(s)
		}
	}
	for _, p := range strings.Split(s, between) {
		if key, value, ok := strings.Cut(p, "="); ok {
			f.Add(strings.TrimSpace(key), strings.TrimSpace(value))
		}
	}
	return f
}

func blanks(s string) (f log.Fields) {
	key := ""
	var value []string
	flush := func() { f.Add(key, strings.Join(value, " ")); value = value[:0] }
	for _, w := range strings.Split(s, " ") {
		if k, v, ok := strings.Cut(w, "="); ok && isKey(k) {
			flush()
			key, value = k, append(value, v)
			continue
		}
		value = append(value, w)
	}
	flush()
	return f
}

func isKey(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_'
	})
}
