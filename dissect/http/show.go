package http

import (
	"bytes"
	"net/netip"
	"strconv"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// showRequest puts a request line into its buffers, and the path of its target into the exchange.
func (p *parser) showRequest(x *exchange, line, method, uri, version []byte) {
	to := split(x.a.Method, uri)
	x.path = string(clean(to.path[:min(len(to.path), maxURI)]))
	t := x.tx
	if t == nil {
		return
	}
	p.rawLine(dissect.Orig, x, line)
	x.host = bytes.Clone(to.host)
	x.start = bytes.Clone(line)
	t.Put(wire.HTTPRequestLine, dissect.Orig, x.start)
	t.Put(wire.HTTPMethod, dissect.Orig, bytes.Clone(method))
	if len(uri) > 0 {
		t.Put(wire.HTTPRawURI, dissect.Orig, bytes.Clone(uri))
	}
	if twice(to.path) || twice(to.query) {
		t.Event(dissect.Orig, "http.double_encoded_uri")
	}
	if port := to.host[len(bare(to.host)):]; len(port) > 1 {
		if n, ok := portOf(to.host); !ok || n == 0 {
			t.Event(dissect.Orig, "http.invalid_authority_port")
		}
	}
	if u := to.normal(); len(u) > 0 {
		t.Put(wire.HTTPURI, dissect.Orig, bytes.Clone(u))
	}
	if len(version) > 0 {
		t.PutString(wire.HTTPProtocol, dissect.Orig, "HTTP/"+string(version))
	} else {
		t.Event(dissect.Orig, "http.request_line_missing_protocol")
	}
	if len(line) > 0 && (line[0] == ' ' || line[0] == '\t') {
		t.Event(dissect.Orig, "http.request_line_leading_whitespace")
	}
	if bytes.ContainsAny(method, "\t\v\f\r") { // the first space comes later
		t.Event(dissect.Orig, "http.method_delim_non_compliant")
	}
	if bytes.IndexByte(line, '\t') >= 0 {
		t.Event(dissect.Orig, "http.uri_delim_non_compliant")
	}
}

var frames = [2]wire.Buffer{wire.FrameHTTPRequest, wire.FrameHTTPResponse}

// raw shows bytes of a message as they were sent.
func (p *parser) raw(dir dissect.Dir, x *exchange, b []byte) {
	if x == nil || x.tx == nil || !p.f.Wants(frames[dir]) {
		return
	}
	p.begin(dir, x, b)
	x.tx.Grow(x.frame[dir]-1, b, bodyLimit)
}

// begin opens the frame of a message whose first bytes are b.
func (p *parser) begin(dir dissect.Dir, x *exchange, b []byte) {
	if x.frame[dir] == 0 {
		x.frame[dir] = x.tx.Begin(frames[dir], dir) + 1
		p.f.MarkFrame(x.tx, dir, p.f.At(b))
	}
}

// rawLine is raw for a start line, without its end.
func (p *parser) rawLine(dir dissect.Dir, x *exchange, line []byte) {
	if p.f.Wants(frames[dir]) {
		p.begin(dir, x, line)
		p.raw(dir, x, append(append(make([]byte, 0, len(line)+2), line...), "\r\n"...))
	}
}

// showStatus puts a status line into its buffers.
func (p *parser) showStatus(x *exchange, line []byte) {
	t := x.tx
	if t == nil {
		return
	}
	p.rawLine(dissect.Resp, x, line)
	x.answer = bytes.Clone(line)
	t.Put(wire.HTTPResponseLine, dissect.Resp, x.answer)
	protocol, rest, _ := bytes.Cut(x.answer, []byte(" "))
	code, msg, _ := bytes.Cut(bytes.TrimLeft(rest, " \t"), []byte(" "))
	t.Put(wire.HTTPProtocol, dissect.Resp, protocol)
	if !bytes.HasPrefix(protocol, []byte("HTTP/1.")) || len(protocol) != 8 {
		t.Event(dissect.Resp, "http.response_invalid_protocol")
	}
	if len(code) > 0 {
		t.Put(wire.HTTPStatCode, dissect.Resp, code)
	}
	if len(code) != 3 || code[0] < '1' || code[0] > '9' {
		t.Event(dissect.Resp, "http.response_invalid_status")
	}
	if msg = bytes.TrimSpace(msg); len(msg) > 0 {
		t.Put(wire.HTTPStatMsg, dissect.Resp, msg)
	}
}

// showHead puts the fields of a message into their buffers and shows them.
func (p *parser) showHead(dir dissect.Dir, s *side) {
	t := s.x.tx
	if t == nil {
		return
	}
	f := fieldsOf(s.head.raw)
	start := s.x.start
	if dir == dissect.Resp {
		start = s.x.answer
	} else {
		p.showHost(s.x, &f)
	}
	f.put(p.f, t, dir, start, s.head.raw)
	f.faults(t, dir, s)
	p.f.Show(t)
}

// showHost finds the host that a request is for: that of an absolute target before the field (RFC 9112 §3.2.2).
func (p *parser) showHost(x *exchange, f *fields) {
	t, raw := x.tx, x.host
	l := f.get("host")
	if l == nil && x.a.Version == "1.1" && len(raw) == 0 {
		t.Event(dissect.Orig, "http.missing_host_header")
	}
	if l != nil {
		if !validHost(l.value) {
			t.Event(dissect.Orig, "http.request_header_host_invalid")
		}
		if len(raw) > 0 && !bytes.EqualFold(bare(raw), bare(l.value)) {
			t.Event(dissect.Orig, "http.host_header_ambiguous")
		}
	}
	if len(raw) > 0 && !validHost(raw) {
		t.Event(dissect.Orig, "http.request_uri_host_invalid")
	}
	given := raw
	if len(given) == 0 && l != nil {
		given = l.value
	}
	if port, ok := portOf(given); ok && port != x.a.Conn.Dst.Port {
		t.Event(dissect.Orig, "http.request_server_port_tcp_port_mismatch")
	}
	if raw = bytes.Clone(given); len(raw) > 0 {
		t.Put(wire.HTTPRawHost, dissect.Orig, raw)
		if host := bytes.ToLower(bytes.TrimRight(bare(raw), ".")); len(host) > 0 { // the dot of the root names the same host
			t.Put(wire.HTTPHost, dissect.Orig, host)
		}
	}
}

// bare takes the port off a host.
func bare(host []byte) []byte {
	if len(host) > 0 && host[0] == '[' {
		if i := bytes.IndexByte(host, ']'); i >= 0 {
			return host[:i+1]
		}
		return host
	}
	if i := bytes.IndexByte(host, ':'); i >= 0 {
		return host[:i]
	}
	return host
}

// portOf is the port that a host is given with.
func portOf(host []byte) (uint16, bool) {
	port := host[len(bare(host)):]
	if len(port) < 2 || port[0] != ':' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(port[1:]), 10, 16)
	return uint16(n), err == nil
}

// validHost judges a host with its port (RFC 9110 §4.2.3): labels of 1–63 bytes, or an IPv6 address in brackets.
func validHost(b []byte) bool {
	host := bare(b)
	if port := b[len(host):]; len(port) > 0 {
		if port[0] != ':' {
			return false
		}
		for _, c := range port[1:] {
			if c < '0' || c > '9' {
				return false
			}
		}
	}
	if len(host) > 1 && host[0] == '[' {
		return validV6(host)
	}
	host = bytes.TrimSuffix(host, []byte("."))
	if len(host) == 0 || len(host) > 255 {
		return false
	}
	for label := range bytes.SplitSeq(host, []byte(".")) {
		if len(label) == 0 || len(label) > 63 {
			return false
		}
		for _, c := range label {
			if c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' {
				continue
			}
			return false
		}
	}
	return true
}

// validV6 judges an address in brackets.
func validV6(b []byte) bool {
	if b[len(b)-1] != ']' {
		return false
	}
	a, err := netip.ParseAddr(string(b[1 : len(b)-1]))
	return err == nil && a.Is6()
}
