// Package cef reads alerts in ArcSight's Common Event Format, with or without a syslog header.
package cef

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/yagura-project/yagura/dissect/log"
	"github.com/yagura-project/yagura/dissect/log/syslog"
	"github.com/yagura-project/yagura/event"
)

// Format is CEF version 0 and 1. The keys of Deep Discovery Inspector for the machine that it holds for infected are read too.
var Format = log.Format{Name: "cef", Spec: "ArcSight Common Event Format, implementation standard 27", Alert: Alert}

// Names are CEF's.
var Names = log.Names{
	Src: []string{"src", "c6a2"}, SrcPort: []string{"spt"}, SrcMAC: []string{"smac"}, SrcHost: []string{"shost"},
	Dst: []string{"dst", "c6a3"}, DstPort: []string{"dpt"}, DstMAC: []string{"dmac"}, DstHost: []string{"dhost"},
	Proto: []string{"proto"}, User: []string{"suser", "duser"}, Action: []string{"act", "deviceAction"}, Time: []string{"rt", "end", "start"},
}

// errNone says that a line holds no CEF.
var errNone = errors.New(`no "CEF:0|" in it`)

// Alert reads one line.
func Alert(b []byte, c log.Clock) (*event.OtherAlert, error) {
	a, fields, err := Parse(b, c)
	if err != nil {
		return nil, err
	}
	Names.Fill(a, fields, c)
	interested(a, fields)
	return a, nil
}

// interested reads whom Deep Discovery Inspector holds for infected: in CEF it puts that machine where others put the
// address behind NAT, and an IPv6 one under a label (DDI syslog content mapping, "InterestedIPv6").
func interested(a *event.OtherAlert, f log.Fields) {
	if !strings.EqualFold(a.Vendor, "Trend Micro") || !strings.HasPrefix(a.Product, "Deep Discovery") {
		return
	}
	if ip, ok := first(f, f.Get("sourceTranslatedAddress"), f.Get("InterestedIPv6")); ok {
		a.Interested.IP = ip.IP
	}
	if ip, ok := first(f, f.Get("destinationTranslatedAddress"), f.Get("PeerIPv6")); ok {
		a.Peer.IP = ip.IP
	}
}

func first(_ log.Fields, values ...string) (event.Endpoint, bool) {
	for _, v := range values {
		if ip, ok := log.Addr(v); ok {
			return event.Endpoint{IP: ip}, true
		}
	}
	return event.Endpoint{}, false
}

// Parse reads the header into an alert and gives the extension's fields. What a sender labels (cs1Label=…) stands under
// its label too.
func Parse(b []byte, c log.Clock) (*event.OtherAlert, log.Fields, error) {
	at := bytes.Index(b, []byte("CEF:"))
	if at < 0 {
		return nil, nil, errNone
	}
	h := syslog.Parse(b[:at], c)
	head, ext, ok := header(string(b[at+len("CEF:"):]))
	if !ok {
		return nil, nil, fmt.Errorf("its header ends after %d of 7 parts", len(head))
	}
	if v := strings.TrimSpace(head[0]); v != "0" && v != "1" {
		return nil, nil, fmt.Errorf("version %q; 0 and 1 are known", log.Cut(v, 20))
	}
	a := &event.OtherAlert{Format: "cef", Reporter: h.Host, Reported: h.Time, Vendor: head[1], Product: head[2], Release: head[3],
		ID: head[4], Name: head[5], Rated: strings.TrimSpace(head[6])}
	a.Grade = log.Grade(a.Rated)
	return a, labelled(extension(ext)), nil
}

// header cuts the seven parts at bars that are not escaped.
func header(s string) (part []string, ext string, ok bool) {
	var cur strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '|' || s[i+1] == '\\'):
			i++
			cur.WriteByte(s[i])
		case s[i] == '|':
			part = append(part, log.Cut(cur.String(), 256))
			cur.Reset()
			if len(part) == 7 {
				return part, s[i+1:], true
			}
		default:
			cur.WriteByte(s[i])
		}
	}
	// A line without an extension may lack the last bar.
	if part = append(part, log.Cut(cur.String(), 256)); len(part) == 7 {
		return part, "", true
	}
	return part, "", false
}

// extension reads KEY=VALUE; a value goes on to the next blank with a key behind it. Equal signs that senders forgot to
// escape stay in the value, as what stands before them is no key or has no blank before it.
func extension(s string) (f log.Fields) {
	key, from := "", 0
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			i++
			continue
		}
		if s[i] != '=' {
			continue
		}
		start := i
		for start > from && isKey(s[start-1]) {
			start--
		}
		if start == i || start > 0 && s[start-1] != ' ' && s[start-1] != '\t' || start < from {
			continue
		}
		if key != "" {
			f.Add(key, unescape(strings.TrimSpace(s[from:start])))
		}
		key, from = s[start:i], i+1
	}
	if key != "" {
		f.Add(key, unescape(strings.TrimSpace(s[from:])))
	}
	return f
}

func isKey(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '-' || c == '[' || c == ']'
}

func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return strings.NewReplacer(`\\`, `\`, `\=`, `=`, `\|`, `|`, `\n`, "\n", `\r`, "\r").Replace(s)
}

// labelled adds the custom fields under the names that the sender gave them.
func labelled(f log.Fields) log.Fields {
	for _, a := range f[:len(f):len(f)] {
		if key, ok := strings.CutSuffix(a.Name, "Label"); ok {
			if v := f.Get(key); v != "" && f.Get(a.Value) == "" {
				f.Add(a.Value, v)
			}
		}
	}
	return f
}
