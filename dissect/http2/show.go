package http2

import (
	"bytes"
	"strings"

	"golang.org/x/net/http2/hpack"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// valued are fields that have a buffer of their own, by direction.
var valued = [2]map[string]wire.Buffer{
	{
		"user-agent": wire.HTTPUserAgent, "referer": wire.HTTPReferer, "accept": wire.HTTPAccept, "accept-encoding": wire.HTTPAcceptEnc,
		"accept-language": wire.HTTPAcceptLang, "connection": wire.HTTPConnection, "content-length": wire.HTTPContentLen,
		"content-type": wire.HTTPContentType, ":method": wire.HTTPMethod, ":path": wire.HTTPURI,
	},
	{
		"connection": wire.HTTPConnection, "content-length": wire.HTTPContentLen, "content-type": wire.HTTPContentType,
		"location": wire.HTTPLocation, "server": wire.HTTPServer, ":status": wire.HTTPStatCode,
	},
}

// show puts the fields of a message into the buffers of HTTP.
func (p *parser) show(dir dissect.Dir, x *stream, list []hpack.HeaderField) {
	t := x.t
	each, cookies := wire.HTTPRequestHeader, "cookie"
	if dir == dissect.Resp {
		each, cookies = wire.HTTPResponseHeader, "set-cookie"
	}
	var cookie, host, authority []string
	var all, raw, names bytes.Buffer
	names.WriteString("\r\n")
	for _, h := range list {
		if id, ok := valued[dir][h.Name]; ok {
			t.PutString(id, dir, h.Value)
		}
		line := h.Name + ": " + h.Value
		t.PutString(each, dir, line)
		if p.f.Wants(wire.HTTP2HeaderName) {
			t.PutString(wire.HTTP2HeaderName, dir, h.Name)
		}
		if p.f.Wants(wire.HTTP2Header) {
			t.PutString(wire.HTTP2Header, dir, strings.ReplaceAll(h.Name, ":", "::")+": "+strings.ReplaceAll(h.Value, ":", "::"))
		}
		raw.WriteString(line + "\r\n")
		names.WriteString(h.Name + "\r\n")
		switch h.Name {
		case cookies:
			cookie = append(cookie, h.Value)
			continue
		case "host":
			host = append(host, h.Value)
		case ":authority":
			authority = append(authority, h.Value)
		case ":path":
			t.PutString(wire.HTTPRawURI, dir, h.Value)
		}
		all.WriteString(line + "\r\n")
	}
	names.WriteString("\r\n")
	t.Put(wire.HTTPHeader, dir, all.Bytes())
	t.Put(wire.HTTPRawHeader, dir, raw.Bytes())
	t.Put(wire.HTTPHeaderNames, dir, names.Bytes())
	t.PutString(wire.HTTPProtocol, dir, "HTTP/2")
	if len(cookie) > 0 {
		t.PutString(wire.HTTPCookie, dir, strings.Join(cookie, "; "))
	}
	if dir == dissect.Resp {
		t.PutString(wire.HTTPStatMsg, dir, "")
		t.PutString(wire.HTTPResponseLine, dir, "HTTP/2 "+value(list, ":status")+"\r\n")
		return
	}
	t.PutString(wire.HTTPRequestLine, dir, value(list, ":method")+" "+value(list, ":path")+" HTTP/2\r\n")
	p.showHost(t, host, authority)
}

func value(list []hpack.HeaderField, name string) string {
	for _, h := range list {
		if h.Name == name {
			return h.Value
		}
	}
	return ""
}

// showHost puts the host that a request is for, and what is wrong with it (RFC 9113 §8.3.1).
func (p *parser) showHost(t *wire.Tx, host, authority []string) {
	given := append(authority, host...)
	if len(given) == 0 {
		return
	}
	raw := given[0]
	t.PutString(wire.HTTPRawHost, dissect.Orig, raw)
	if user, rest, ok := strings.Cut(raw, "@"); ok && user != "" {
		t.Event(dissect.Orig, "http2.userinfo_in_uri")
		raw = rest
	}
	t.PutString(wire.HTTPHost, dissect.Orig, strings.ToLower(bare(raw)))
	if len(host) > 0 && len(authority) > 0 && !strings.EqualFold(host[0], authority[0]) {
		t.Event(dissect.Orig, "http2.authority_host_mismatch")
	}
}

// bare takes the port off a host.
func bare(host string) string {
	if strings.HasPrefix(host, "[") {
		if i := strings.IndexByte(host, ']'); i >= 0 {
			return host[:i+1]
		}
		return host
	}
	name, _, _ := strings.Cut(host, ":")
	return name
}
