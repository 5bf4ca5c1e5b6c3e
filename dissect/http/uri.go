package http

import "bytes"

// target is a request target in its parts (RFC 9112 §3.2), as sent.
type target struct {
	host  []byte // of the absolute or the authority form, with its port
	path  []byte
	query []byte // with its question mark
	frag  []byte // with its hash
}

// split takes a request target apart; what has no slash in front and no scheme is a path all the same.
func split(method string, uri []byte) (t target) {
	if method == "CONNECT" {
		t.host = uri
		return t
	}
	if len(uri) > 0 && uri[0] != '/' {
		uri = t.authority(uri)
	}
	if i := bytes.IndexByte(uri, '#'); i >= 0 {
		t.frag, uri = uri[i:], uri[:i]
	}
	if i := bytes.IndexByte(uri, '?'); i >= 0 {
		t.query, uri = uri[i:], uri[:i]
	}
	t.path = uri
	return t
}

// authority takes scheme and authority off an absolute target.
func (t *target) authority(uri []byte) []byte {
	i := bytes.Index(uri, []byte("://"))
	if i <= 0 || bytes.ContainsAny(uri[:i], "/?#") {
		return uri
	}
	rest := uri[i+3:]
	end := bytes.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	t.host = rest[:end]
	if at := bytes.LastIndexByte(t.host, '@'); at >= 0 {
		t.host = t.host[at+1:]
	}
	return rest[end:]
}

// normal is the target as rules look at it: without scheme and authority, its escapes decoded, and its path clean.
func (t *target) normal() []byte {
	path, query := clean(t.path), unescape(t.query)
	if len(query) == 0 && len(t.frag) == 0 {
		return path
	}
	out := make([]byte, 0, len(path)+len(query)+len(t.frag))
	return append(append(append(out, path...), query...), t.frag...)
}

// unescape decodes %XX; what is no escape stays. b itself is given back where there is nothing to do.
func unescape(b []byte) []byte {
	i := bytes.IndexByte(b, '%')
	if i < 0 {
		return b
	}
	out := append(make([]byte, 0, len(b)), b[:i]...)
	for ; i < len(b); i++ {
		if b[i] == '%' && i+2 < len(b) && isHex(b[i+1]) && isHex(b[i+2]) {
			out = append(out, hex(b[i+1])<<4|hex(b[i+2]))
			i += 2
			continue
		}
		out = append(out, b[i])
	}
	return out
}

// twice reports whether b is escaped once more than it need be: an escape stands where its escapes are decoded.
func twice(b []byte) bool {
	for {
		i := bytes.Index(b, []byte("%25"))
		if i < 0 {
			return false
		}
		if b = b[i+3:]; len(b) > 1 && isHex(b[0]) && isHex(b[1]) {
			return true
		}
	}
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

func hex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// clean decodes a path, makes backslashes slashes, joins doubled slashes and takes dot segments out (RFC 3986 §5.2.4), in this order.
func clean(path []byte) []byte {
	if bytes.IndexByte(path, '%') < 0 && bytes.IndexByte(path, '\\') < 0 && !bytes.Contains(path, []byte("//")) && !bytes.Contains(path, []byte("/.")) {
		return path
	}
	b := unescape(path)
	out := make([]byte, 0, len(b))
	for _, c := range b {
		if c == '\\' {
			c = '/'
		}
		if c == '/' && len(out) > 0 && out[len(out)-1] == '/' {
			continue
		}
		out = append(out, c)
	}
	return undot(out)
}

// undot takes "." and ".." segments out, in place.
func undot(b []byte) []byte {
	if !bytes.Contains(b, []byte("/.")) {
		return b
	}
	n := 0 // what is written never overtakes what is read
	for i := 0; i < len(b); {
		end := i + 1
		for end < len(b) && b[end] != '/' {
			end++
		}
		switch string(b[i:end]) {
		case "/.", "/..":
			if end-i == 3 {
				n = max(0, bytes.LastIndexByte(b[:n], '/'))
			}
			if end == len(b) {
				b[n] = '/'
				n++
			}
		default:
			n += copy(b[n:], b[i:end])
		}
		i = end
	}
	return b[:n]
}
