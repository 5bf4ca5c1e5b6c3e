package http2

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/http2/hpack"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/dns"
	"github.com/yagura-project/yagura/dissect/dnsmsg"
	"github.com/yagura-project/yagura/dissect/http"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// stream is a request with its answer; stream 0 has one for each of its frames.
type stream struct {
	id      uint32
	a       event.HTTPActivity
	t       *wire.Tx // nil: no rule looks
	numbers int
	heads   [2]bool
	done    [2]bool
	body    [2]*http.Body
	about   [2]http.BodyFields
	path    string
	dns     [2]bool   // its content is a message of DNS
	doh     [2][]byte // that, so far
	told    bool
}

// stream finds or opens a stream; the oldest one ends when there are too many.
func (p *parser) stream(id uint32) *stream {
	if x := p.streams[id]; x != nil && id != 0 {
		return x
	}
	x := &stream{id: id, t: p.f.Tx("")}
	if x.t != nil && id != 0 {
		x.t.Ask = x
	}
	if len(p.order) >= maxStreams {
		p.end(p.order[0])
		x.t.Event(dissect.Orig, "http2.too_many_streams")
	}
	x.a = event.HTTPActivity{Header: p.f.Head(), Conn: p.f.Conn, Version: "2"}
	p.order = append(p.order, x)
	if id != 0 {
		p.streams[id] = x
	}
	return x
}

// renew forgets the table of a direction.
func (p *parser) renew(dir dissect.Dir) {
	s := &p.sides[dir]
	s.dec.SetMaxDynamicTableSize(0)
	s.dec.SetMaxDynamicTableSize(4096)
	_ = s.dec.Close() // it is in an error already
}

// head takes the fields of a message; a second block of a direction has trailers.
func (p *parser) head(dir dissect.Dir, x *stream, list []hpack.HeaderField) {
	if x.heads[dir] { // trailers change nothing of what was asked or answered (RFC 9113 §8.1)
		return
	}
	interim := false
	for _, h := range list {
		interim = interim || h.Name == ":status" && strings.HasPrefix(h.Value, "1")
		p.take(dir, x, h.Name, h.Value)
	}
	x.heads[dir] = !interim
	if x.t != nil && !interim {
		p.show(dir, x, list)
	}
	if !interim {
		p.judge(dir, x)
	}
	p.f.Show(x.t)
}

// take moves what a field says into the event.
func (p *parser) take(dir dissect.Dir, x *stream, name, value string) {
	a := &x.a
	to := (*string)(nil)
	switch name {
	case ":method":
		to = &a.Method
	case ":path":
		to = &a.URI
	case ":authority":
		to = &a.Host
	case "host":
		if a.Host == "" {
			to = &a.Host
		}
	case ":status":
		a.Status, _ = strconv.Atoi(value)
	case "user-agent":
		to = &a.UserAgent
	case "referer":
		to = &a.Referer
	case "x-forwarded-for":
		to = &a.XFF
	case "content-encoding":
		x.about[dir].Encoding = value
	case "content-disposition":
		x.about[dir].Disposition = value
	case "content-range":
		if x.about[dir].Range = value; dir == dissect.Resp {
			to = &a.Range
		}
	case "location":
		if dir == dissect.Resp {
			to = &a.Location
		}
	case "content-type":
		x.about[dir].Type = value
		if to = &a.RequestType; dir == dissect.Resp {
			to = &a.ResponseType
		}
	default:
		if dir == dissect.Orig && name[:min(len(name), 1)] != ":" && len(a.Fields)+len(name)+len(value) < 1<<10 {
			a.Fields += name + ": " + value + "\n"
		}
	}
	if to != nil {
		*to = strings.ToValidUTF8(value[:min(len(value), 4<<10)], "\uFFFD")
	}
}

// judge finds out what the content is about.
func (p *parser) judge(dir dissect.Dir, x *stream) {
	if dir == dissect.Orig {
		p.depth++
		x.a.Depth = p.depth
		path, query, _ := strings.Cut(x.a.URI, "?")
		if x.path = path; x.a.Method == "GET" {
			if v, err := url.ParseQuery(query); err == nil && v.Has("dns") && strings.HasPrefix(path, "/dns-query") {
				p.question(x, v.Get("dns"))
			}
		}
	}
	if strings.HasPrefix(x.about[dir].Type, "application/dns-message") {
		p.isDNS(dir, x)
	}
}

// isDNS says that the content of a direction is a message of DNS (RFC 8484).
func (p *parser) isDNS(dir dissect.Dir, x *stream) {
	x.dns[dir] = true
	p.f.SetApp("doh2")
	if x.t != nil {
		x.t.App = "doh2"
	}
}

// question reads the message of a GET.
func (p *parser) question(x *stream, v string) {
	b, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(v, "="))
	if err != nil {
		return
	}
	p.isDNS(dissect.Orig, x)
	p.message(dissect.Orig, x, b)
	x.dns[dissect.Orig] = false
}

var tooLong = [2]string{"http2.dns_request_too_long", "http2.dns_response_too_long"}

// message shows and tells of a message of DNS.
func (p *parser) message(dir dissect.Dir, x *stream, b []byte) {
	if len(b) > maxDNS {
		x.t.Event(dir, tooLong[dir])
		return
	}
	if x.t != nil {
		dnsmsg.Show(x.t, dir, b, &dnsmsg.DNS)
	}
	_ = dns.Tell(p.f, dir, b) // what cannot be read is told by the event of the stream alone
}

// content takes content of a stream.
func (p *parser) content(dir dissect.Dir, x *stream, b []byte) {
	if len(b) == 0 || x.id == 0 {
		return
	}
	if x.body[dir] == nil {
		if dir == dissect.Resp {
			x.about[dir].Status = x.a.Status
		}
		x.body[dir] = http.NewBody(p.f, x.t, dir, x.about[dir], http.Resource{Host: x.a.Host, Target: x.a.URI, Name: x.path})
	}
	x.body[dir].Write(b)
	if x.dns[dir] {
		before := len(x.doh[dir])
		x.doh[dir] = append(x.doh[dir], b[:min(len(b), maxDNS+1-before)]...)
		if len(x.doh[dir]) > maxDNS && before <= maxDNS {
			x.t.Event(dir, tooLong[dir])
		}
	}
}

// finish ends a direction of a stream.
func (p *parser) finish(dir dissect.Dir, x *stream) {
	if x.done[dir] {
		return
	}
	x.done[dir] = true
	p.closeBody(dir, x, true)
	if b := x.doh[dir]; x.dns[dir] && len(b) > 0 && len(b) <= maxDNS {
		p.message(dir, x, bytes.Clone(b))
	}
	x.doh[dir] = nil
	if x.t != nil {
		x.t.Done[dir] = true
		p.f.Show(x.t)
	}
	if x.done[dissect.Orig] && x.done[dissect.Resp] {
		p.end(x)
	}
}

func (p *parser) closeBody(dir dissect.Dir, x *stream, whole bool) {
	body := x.body[dir]
	if body == nil {
		return
	}
	x.body[dir] = nil
	file, text := body.Close(whole)
	if dir == dissect.Orig {
		x.a.RequestLen, x.a.RequestFile, x.a.MoreFiles, x.a.Body = body.Size(), file, body.More(), text
	} else {
		x.a.ResponseLen, x.a.ResponseFile, x.a.MoreParts, x.a.WholeFile = body.Size(), file, body.More(), body.Whole()
	}
}

// end tells of a stream and forgets it.
func (p *parser) end(x *stream) {
	if x.told {
		return
	}
	x.told = true
	for d := range p.sides {
		p.closeBody(dissect.Dir(d), x, false)
		if p.sides[d].in == x {
			p.sides[d].in = &stream{told: true} // what is left of its frame is passed over
		}
	}
	if p.streams[x.id] == x {
		delete(p.streams, x.id)
	}
	for i, o := range p.order {
		if o == x {
			p.order = append(p.order[:i], p.order[i+1:]...)
			break
		}
	}
	if x.heads[dissect.Orig] || x.heads[dissect.Resp] {
		p.f.Emit(&x.a)
	}
	p.f.EndTx(x.t)
}
