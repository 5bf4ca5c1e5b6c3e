package log

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// Fields are the names and values of one line, in its order.
type Fields []event.Attr

// Add appends a field within the bounds of an alert; values of passwords are not kept.
func (f *Fields) Add(name, value string) {
	if name == "" || value == "" || len(*f) >= event.MaxFields {
		return
	}
	if k := strings.ToLower(name); strings.Contains(k, "passw") || strings.Contains(k, "secret") {
		value = "***"
	}
	*f = append(*f, event.Attr{Name: name[:min(len(name), 128)], Value: Cut(value, event.MaxFieldValue)})
}

// Get is the first value that stands under one of the names, "" where none does. Products write N/A or - for nothing.
func (f Fields) Get(names ...string) string {
	for _, n := range names {
		for _, a := range f {
			if a.Name == n && a.Value != "N/A" && a.Value != "-" && a.Value != "n/a" {
				return a.Value
			}
		}
	}
	return ""
}

// Cut shortens s to n bytes without breaking a character.
func Cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}

// Names say under which names a format writes what an alert holds; of several the first that has a value counts.
type Names struct {
	Src, SrcPort, SrcMAC, SrcHost                    []string
	Dst, DstPort, DstMAC, DstHost                    []string
	Interested, InterestedMAC, InterestedHost        []string
	Peer, Proto, User, Action, ID, Name, Rated, Time []string
}

// Fill reads the fields into the alert; what it holds already stays.
func (n Names) Fill(a *event.OtherAlert, f Fields, c Clock) {
	a.Fields = f
	a.Src = endpoint(f, n.Src, n.SrcPort, n.SrcMAC)
	a.Dst = endpoint(f, n.Dst, n.DstPort, n.DstMAC)
	a.Interested = endpoint(f, n.Interested, nil, n.InterestedMAC)
	a.Peer = endpoint(f, n.Peer, nil, nil)
	a.Proto = Proto(f.Get(n.Proto...))
	for _, x := range [...]struct {
		to    *string
		names []string
	}{
		{&a.SrcHost, n.SrcHost}, {&a.DstHost, n.DstHost}, {&a.InterestedHost, n.InterestedHost},
		{&a.User, n.User}, {&a.Action, n.Action}, {&a.ID, n.ID}, {&a.Name, n.Name}, {&a.Rated, n.Rated},
	} {
		if *x.to == "" {
			*x.to = Cut(f.Get(x.names...), 256)
		}
	}
	for _, name := range n.Time {
		if t, ok := c.Time(f.Get(name)); ok {
			a.Reported = t
			break
		}
	}
}

func endpoint(f Fields, ip, port, mac []string) (e event.Endpoint) {
	for _, n := range ip {
		if a, ok := Addr(f.Get(n)); ok {
			e.IP = a
			break
		}
	}
	if p, err := strconv.ParseUint(f.Get(port...), 10, 16); err == nil {
		e.Port = uint16(p)
	}
	if m, err := event.ParseMAC(f.Get(mac...)); err == nil && !m.Multicast() {
		e.MAC = m
	}
	return e
}

// Addr reads an address as products write it: bare, with a zone, after "IPV4:", or with a port. Unspecified addresses say nothing.
func Addr(s string) (netip.Addr, bool) {
	s = strings.TrimSpace(s)
	if len(s) > 5 && (strings.EqualFold(s[:5], "IPV4:") || strings.EqualFold(s[:5], "IPV6:")) {
		s = strings.TrimSpace(s[5:])
	}
	ip, err := netip.ParseAddr(s)
	if err != nil {
		if ap, portErr := netip.ParseAddrPort(s); portErr == nil {
			ip, err = ap.Addr(), nil
		} else if host, _, ok := strings.Cut(s, ":"); ok { // 10.1.2.30:50000:X0, with the interface behind
			ip, err = netip.ParseAddr(host)
		}
	}
	if err != nil {
		return netip.Addr{}, false
	}
	ip = ip.Unmap().WithZone("")
	return ip, !ip.IsUnspecified()
}

// Proto reads a transport protocol by number (IANA) or name.
func Proto(s string) event.Proto {
	if n, err := strconv.ParseUint(s, 10, 8); err == nil {
		return event.Proto(n)
	}
	switch strings.ToLower(s) {
	case "tcp":
		return event.ProtoTCP
	case "udp":
		return event.ProtoUDP
	case "icmp":
		return event.ProtoICMP
	}
	return 0
}

// Grade reads a severity: a number of 0 to 10, or a word of CEF, syslog or firewalls. -1: it is neither.
func Grade(s string) float64 {
	if n, err := strconv.ParseFloat(s, 64); err == nil && n >= 0 && n <= 10 {
		return n
	}
	switch strings.ToLower(strings.ReplaceAll(strings.TrimSpace(s), " ", "-")) {
	case "very-high", "critical", "crit", "emergency", "emerg", "alert", "fatal":
		return 10
	case "high", "error", "err", "severe", "major":
		return 8
	case "medium", "moderate", "warning", "warn", "minor":
		return 5
	case "low", "notice":
		return 3
	case "info", "information", "informational", "debug", "none":
		return 1
	}
	return -1
}
