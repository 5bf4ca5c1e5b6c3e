// Package keyvalue reads lines of name=value pairs, as firewalls and UTM devices write them.
package keyvalue

import (
	"fmt"
	"strings"

	"github.com/yagura-project/yagura/dissect/log"
	"github.com/yagura-project/yagura/dissect/log/syslog"
	"github.com/yagura-project/yagura/event"
)

// Format is name=value with blanks or commas between, values in quotes where they hold blanks.
var Format = log.Format{Name: "keyvalue", Spec: "FortiOS log message reference, and what is like it", Alert: Alert}

// names are FortiOS's, then those of other devices.
var names = log.Names{
	Src: []string{"srcip", "src", "src_ip", "source_ip", "SRC", "remip"}, SrcPort: []string{"srcport", "src_port", "spt", "SPT", "sport", "s_port"},
	SrcMAC: []string{"srcmac", "src_mac", "smac", "srcMac"}, SrcHost: []string{"srcname", "src_host", "shost"},
	Dst: []string{"dstip", "dst", "dst_ip", "dest_ip", "DST", "locip"}, DstPort: []string{"dstport", "dst_port", "dpt", "DPT", "dport", "service"},
	DstMAC: []string{"dstmac", "dst_mac", "dmac", "dstMac"}, DstHost: []string{"hostname", "dstname", "dst_host", "dhost"},
	Proto: []string{"proto", "protocol", "PROTO"}, User: []string{"user", "unauthuser", "usr", "username"},
	Action: []string{"action", "act", "fw_action", "log_subtype"},
	ID:     []string{"attackid", "virusid", "logid", "id", "log_id", "message_id", "m"},
	Name:   []string{"attack", "virus", "threat_name", "signature", "eventtype", "msg", "logdesc", "message"},
	Rated:  []string{"severity", "crlevel", "level", "apprisk"}, Time: []string{"eventtime", "timestamp", "datetime"},
}

// least is how many pairs make such a line.
const least = 3

// Alert reads one line.
func Alert(b []byte, c log.Clock) (*event.OtherAlert, error) {
	h := syslog.Parse(b, c)
	fields := Parse(string(h.Content))
	if len(fields) < least {
		return nil, fmt.Errorf("%d name=value pairs; at least %d are expected", len(fields), least)
	}
	a := &event.OtherAlert{Format: "keyvalue", Reporter: h.Host, Reported: h.Time, Product: fields.Get("devname", "device_name", "fw")}
	names.Fill(a, fields, c)
	if t, ok := c.Time(dated(fields)); ok && fields.Get(names.Time...) == "" {
		a.Reported = t
	}
	if a.Reporter == "" {
		a.Reporter = fields.Get("devname", "device_name")
	}
	a.Rated = rated(a.Rated, fields, h)
	a.Grade = log.Grade(a.Rated)
	return a, nil
}

// severities are those of syslog (RFC 5424 §6.2.1), the gravest first.
var severities = [...]string{"emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"}

// rated is how grave the device holds it. A record of traffic is no alert, whatever the reputation score in it (crlevel) says;
// a numeric priority counts as syslog's do, downwards.
func rated(word string, f log.Fields, h syslog.Header) string {
	if f.Get("type") == "traffic" {
		word = f.Get("severity", "level")
	}
	if p := f.Get("pri", "priority"); word == "" && len(p) == 1 && p[0] >= '0' && p[0] <= '7' {
		return severities[p[0]-'0']
	} else if word == "" {
		word = p
	}
	if log.Grade(word) < 0 && h.Priority >= 0 {
		return severities[h.Severity()]
	}
	return word
}

// dated joins FortiOS's date=2026-04-23 time=12:17:48 tz="+0900".
func dated(f log.Fields) string {
	date, at := f.Get("date"), f.Get("time")
	if date == "" || at == "" {
		return at
	}
	return strings.TrimSpace(date + " " + at + " " + f.Get("tz"))
}

// Parse reads the pairs of a line; words without an equal sign belong to the value before them only within quotes.
func Parse(s string) (f log.Fields) {
	for s != "" {
		s = strings.TrimLeft(s, " ,\t;[]")
		eq := strings.IndexAny(s, "= \t")
		if colon := strings.Index(s, `:"`); colon > 0 && (eq < 0 || colon < eq) { // name:"value", as Check Point writes it
			eq = colon
			s = s[:eq] + "=" + s[eq+1:]
		}
		if eq < 0 {
			break
		}
		if s[eq] != '=' {
			s = s[eq:]
			continue
		}
		name := s[:eq]
		var value string
		value, s = read(s[eq+1:])
		f.Add(strings.Trim(name, `"'`), value)
	}
	return f
}

// read takes one value: in quotes with \" within, or up to the next blank or comma.
func read(s string) (value, rest string) {
	if s == "" || s[0] != '"' && s[0] != '\'' {
		end := strings.IndexAny(s, " ,\t;")
		if end < 0 {
			return s, ""
		}
		return s[:end], s[end:]
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == s[0] || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		case s[i] == s[0]:
			return b.String(), s[i+1:]
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), "" // the quote never ends: the line was cut
}
