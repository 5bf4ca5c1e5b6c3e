package detect

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// Destination is where a web request goes, whoever carries it there.
type Destination struct {
	Host   string     // lower case, without port; an address where the request names one; "" = not told
	IP     netip.Addr // the server's; not valid behind a proxy
	Port   uint16
	Proxy  bool // an inside proxy, or a log, stands between
	Tunnel bool // CONNECT: what follows is encrypted
}

// Destination says where a request of an inside machine goes: straight out, or through an inside proxy by absolute
// form or CONNECT (RFC 9112 §3.2.2, §3.2.3), also as read from a proxy's log. ok is false when it stays inside.
func (d Deps) Destination(h *event.HTTPActivity) (to Destination, ok bool) {
	if !d.Home(h.Src.IP) {
		return to, false
	}
	outside := h.Dst.IP.IsValid() && !d.Home(h.Dst.IP) && !h.Dst.IP.IsMulticast()
	switch {
	case h.Method == "CONNECT":
		to.Host, to.Port = HostPort(h.URI, 443)
		to.Proxy, to.Tunnel = true, true
	case strings.HasPrefix(h.URI, "http://"), strings.HasPrefix(h.URI, "https://"), strings.HasPrefix(h.URI, "ftp://"):
		to.Host, to.Port = absolute(h.URI)
		to.Proxy = !outside || h.Depth == 0 // a log knows the server, and is the proxy's all the same
	case outside:
		to.Host, _ = HostPort(h.Host, 80)
		to.Port = h.Dst.Port
	default:
		return to, false
	}
	if outside {
		to.IP = h.Dst.IP
	}
	if ip, err := netip.ParseAddr(strings.Trim(to.Host, "[]")); err == nil {
		if d.Home(ip) || ip.IsLoopback() || ip.IsUnspecified() {
			return to, false
		}
		if !to.IP.IsValid() {
			to.IP = ip
		}
	}
	return to, to.Host != "" || to.IP.IsValid()
}

// Client is the machine on whose behalf a request was sent: the first inside address that an inside proxy names in
// X-Forwarded-For, else the sender.
func (d Deps) Client(h *event.HTTPActivity) netip.Addr {
	if h.XFF == "" {
		return h.Src.IP
	}
	first, _, _ := strings.Cut(h.XFF, ",")
	if ip, err := netip.ParseAddr(strings.TrimSpace(first)); err == nil && d.Home(ip.Unmap()) && !ip.IsLoopback() {
		return ip.Unmap()
	}
	return h.Src.IP
}

func absolute(uri string) (string, uint16) {
	scheme, rest, _ := strings.Cut(uri, "://")
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		rest = rest[i+1:]
	}
	port := uint16(80)
	switch scheme {
	case "https":
		port = 443
	case "ftp":
		port = 21
	}
	return HostPort(rest, port)
}

// HostPort splits what a Host field or CONNECT names; port is what holds where none is written. The host is lower case.
func HostPort(s string, port uint16) (string, uint16) {
	host := s
	if i := strings.LastIndexByte(s, ':'); i > 0 && !strings.HasSuffix(s, "]") && strings.Count(s, ":") == 1 || i > 0 && strings.HasPrefix(s, "[") && i > strings.IndexByte(s, ']') {
		host = s[:i]
		if n, err := strconv.ParseUint(s[i+1:], 10, 16); err == nil && n > 0 {
			port = uint16(n)
		}
	}
	return strings.ToLower(strings.TrimSuffix(host, ".")), port
}
