package amfsec

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/yagura-project/yagura/act"
)

// suspect is the machine of one line.
type suspect struct {
	ip, mac, host string // empty = not named
}

// suspects are the lines of a target: one for each IPv4 address, or one for the MAC.
func (c Config) suspects(t act.Target) []suspect {
	mac := ""
	if c.Send != "ip" && !t.MAC.IsZero() {
		mac = strings.ToUpper(t.MAC.String())
	}
	var out []suspect
	if c.Send != "mac" {
		for _, p := range t.Nets {
			if p.Addr().Is4() {
				out = append(out, suspect{p.Addr().String(), mac, t.Host})
			}
		}
	}
	if len(out) == 0 && mac != "" {
		out = append(out, suspect{"", mac, t.Host})
	}
	return out
}

// stamp is how these products write a moment: Mar 09 2015 17:05:21 GMT+08:00.
const stamp = "Jan 02 2006 15:04:05 GMT-07:00"

// pair is one key with its value; those without a value are left out.
type pair struct{ key, value string }

// line is the alert about one machine, without the syslog header.
func (c Config) line(s suspect, order string, n int, at time.Time) string {
	head := []string{c.Vendor, c.Product, c.Version}
	msg := "Yagura asks for isolation, order " + order
	log := strconv.FormatInt(at.UnixMilli()%1e9, 10) + strconv.Itoa(n)
	dvc := ""
	if c.Address.IsValid() {
		dvc = c.Address.String()
	}
	switch c.Format {
	case "leef":
		return leef(append(head, c.EventName), []pair{
			{"devTimeFormat", "MMM dd yyyy HH:mm:ss z"}, {"devTime", at.Format(stamp)}, {"sev", strconv.Itoa(c.Severity)},
			{"deviceGUID", c.GUID}, {"dvc", dvc}, {"dvchost", c.Host}, {"deviceDirection", "1"}, {"ptype", "IDS"}, {"cnt", "1"},
			{"src", s.ip}, {"srcMAC", s.mac}, {"shost", s.host}, {"interestedIp", s.ip}, {"interestedMacAddress", s.mac}, {"interestedHost", s.host},
			{"externalId", log}, {"msg", msg}})
	case "tmef":
		return cef(append(head, strconv.Itoa(c.Event), c.EventName, strconv.Itoa(c.Severity)), []pair{
			{"rt", at.Format(stamp)}, {"deviceGUID", c.GUID}, {"dvc", dvc}, {"dvchost", c.Host}, {"deviceDirection", "1"}, {"ptype", "IDS"}, {"cnt", "1"},
			{"src", s.ip}, {"smac", s.mac}, {"shost", s.host}, {"interestedIp", s.ip}, {"interestedMacAddress", s.mac}, {"interestedHost", s.host},
			{"cn4Label", "Deep Discovery_ThreatType"}, {"cn4", "1"}, {"externalId", log}, {"msg", msg}})
	}
	return cef(append(head, strconv.Itoa(c.Event), c.EventName, strconv.Itoa(c.Severity)), []pair{
		{"rt", at.Format(stamp)}, {"deviceExternalId", c.GUID}, {"dvc", dvc}, {"dvchost", c.Host}, {"deviceDirection", "1"}, {"cnt", "1"},
		{"src", s.ip}, {"smac", s.mac}, {"shost", s.host}, {"sourceTranslatedAddress", s.ip},
		{"cn3Label", "Threat Type"}, {"cn3", "1"}, {"devicePayloadId", "1:" + log + ":"}, {"msg", msg}})
}

// cef writes head and pairs as the Common Event Format, version 0.
func cef(head []string, pairs []pair) string {
	var b strings.Builder
	b.WriteString("CEF:0")
	for _, v := range head {
		b.WriteString("|" + escape(v, `\|`))
	}
	b.WriteByte('|')
	sep := ""
	for _, p := range pairs {
		if p.value != "" {
			b.WriteString(sep + p.key + "=" + escape(p.value, `\=`))
			sep = " "
		}
	}
	return b.String()
}

// leef writes the Log Event Extended Format 1.0: tabs between pairs, no escapes.
func leef(head []string, pairs []pair) string {
	var b strings.Builder
	b.WriteString("LEEF:1.0")
	for _, v := range head {
		b.WriteString("|" + strings.ReplaceAll(escape(v, ""), "|", "/"))
	}
	b.WriteByte('|')
	sep := ""
	for _, p := range pairs {
		if p.value != "" {
			b.WriteString(sep + p.key + "=" + escape(p.value, ""))
			sep = "\t"
		}
	}
	return b.String()
}

// escape puts a backslash before each of special; control characters become
// spaces, so that a host name can neither end the line nor add a field.
func escape(v, special string) string {
	var b strings.Builder
	for _, r := range v {
		switch {
		case r < 0x20 || r == 0x7f:
			b.WriteByte(' ')
			continue
		case strings.ContainsRune(special, r):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// priority is facility local4 (20) with the severity that syslog has for these alerts (RFC 5424 §6.2.1).
const priority = 20*8 + 2

// message puts the header of RFC 3164 §4.1.1 before the line, as these products do.
func (c Config) message(line string, at time.Time) string {
	return fmt.Sprintf("<%d>%s %s %s", priority, at.Format("Jan _2 15:04:05"), c.Host, line)
}
