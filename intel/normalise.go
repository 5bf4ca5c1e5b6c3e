package intel

import (
	"fmt"
	"net/netip"
	"strings"
	"unicode"
)

func normalise(kind Kind, v string) (string, error) {
	switch kind {
	case IP:
		return normaliseIP(v)
	case Domain:
		return normaliseDomain(strings.TrimPrefix(v, "*."))
	case URL:
		return normaliseURL(v)
	case SHA256:
		return normaliseHex(v, 64)
	case JA3:
		return normaliseHex(v, 32)
	case JA4:
		if !ja4Shape(v) {
			return "", fmt.Errorf("%w: JA4 has the shape t13d1516h2_8daaf6152771_e5627efa2ab1", ErrIndicator)
		}
		return strings.ToLower(v), nil
	}
	return "", fmt.Errorf("%w: kind %q is not one of ip, domain, url, sha256, ja3, ja4", ErrIndicator, kind)
}

func normaliseHex(v string, n int) (string, error) {
	if !isHex(v, n) {
		return "", fmt.Errorf("%w: expected %d hexadecimal digits", ErrIndicator, n)
	}
	return strings.ToLower(v), nil
}

// normaliseIP refuses what would match everybody: prefixes shorter than /8 (IPv6: /16), loopback and multicast.
func normaliseIP(v string) (string, error) {
	if a, err := netip.ParseAddr(v); err == nil {
		a = a.Unmap()
		if a.IsLoopback() || a.IsMulticast() || a.IsUnspecified() || a.Zone() != "" {
			return "", fmt.Errorf("%w: loopback, multicast and unspecified addresses match nothing useful", ErrIndicator)
		}
		return a.String(), nil
	}
	p, err := netip.ParsePrefix(v)
	if err != nil {
		return "", fmt.Errorf("%w: neither an address nor a CIDR", ErrIndicator)
	}
	if least := map[bool]int{true: 8, false: 16}[p.Addr().Is4()]; p.Bits() < least {
		return "", fmt.Errorf("%w: a prefix shorter than /%d matches too much", ErrIndicator, least)
	}
	if p.IsSingleIP() {
		return normaliseIP(p.Addr().String())
	}
	return p.Masked().String(), nil
}

func normaliseDomain(v string) (string, error) {
	v = strings.ToLower(strings.TrimSuffix(v, "."))
	if len(v) == 0 || len(v) > 253 || !strings.Contains(v, ".") {
		return "", fmt.Errorf("%w: a domain has at least two labels and at most 253 bytes", ErrIndicator)
	}
	for _, label := range strings.Split(v, ".") {
		if len(label) == 0 || len(label) > 63 || strings.ContainsFunc(label, notOfDomain) {
			return "", fmt.Errorf("%w: label %q cannot stand in a domain", ErrIndicator, label)
		}
	}
	return v, nil
}

// notOfDomain tells runes that stand around or behind a domain, never in it.
func notOfDomain(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("/@:,;*\"'()[]{}<>", r)
}

// normaliseURL keeps host (lower case, with its port when not the default) and path with query; the scheme is dropped.
func normaliseURL(v string) (string, error) {
	// A URL without a scheme may name another one in its query.
	if scheme, rest, ok := strings.Cut(v, "://"); ok && !strings.ContainsAny(scheme, "/?#:") {
		v = rest
	}
	host, path, _ := strings.Cut(v, "/")
	host, ok := normaliseHost(strings.ToLower(host))
	if !ok || len(v) > 4096 {
		return "", fmt.Errorf("%w: a URL has the shape http://host/path", ErrIndicator)
	}
	path, _, _ = strings.Cut(path, "#")
	return host + "/" + path, nil
}

// normaliseHost takes a name, an IPv4 address or an IPv6 address in brackets, with or without a port (RFC 3986 §3.2); the default ports are dropped.
func normaliseHost(h string) (string, bool) {
	end, shape := strings.IndexByte(h, ':'), "abcdefghijklmnopqrstuvwxyz0123456789.-_"
	name := h
	if strings.HasPrefix(h, "[") {
		end, shape = strings.IndexByte(h, ']')+1, "0123456789abcdef.:[]"
	}
	port := ""
	if end >= 0 {
		name, port = h[:end], h[end:]
	}
	if name == "" || strings.ContainsAny(name[:1], ".-") || strings.Trim(name, shape) != "" {
		return "", false
	}
	switch digits := strings.TrimPrefix(port, ":"); {
	case digits == "" || port == ":80" || port == ":443":
		return name, true
	case port[0] != ':' || len(digits) > 5 || strings.Trim(digits, "0123456789") != "":
		return "", false
	}
	return name + port, true
}
