package http

import (
	"slices"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/wire"
)

// Resource is what content is of: its host and target as the request has them, and the name of its file.
type Resource struct{ Host, Target, Name string }

// resource is what the exchange is about.
func (x *exchange) resource() Resource { return Resource{x.a.Host, x.a.URI, x.path} }

// rangeOf is the first byte of "bytes 100-299/1000", and the size of the whole (RFC 9110 §14.4), 0 where that is not
// told; part says that it is not the whole.
func rangeOf(v string) (start, size uint64, part bool) {
	v = strings.TrimSpace(strings.TrimPrefix(v, "bytes"))
	span, all, _ := strings.Cut(v, "/")
	from, to, _ := strings.Cut(span, "-")
	start, err := strconv.ParseUint(from, 10, 62)
	last, bad := strconv.ParseUint(to, 10, 62)
	if err != nil || bad != nil {
		return 0, 0, false
	}
	size, err = strconv.ParseUint(all, 10, 62)
	if err != nil {
		size = 0
	}
	return start, size, start > 0 || size != last+1
}

// validRange reports whether a Content-Range says where its bytes belong (RFC 9110 §14.4), or that there are none.
func validRange(v string) bool {
	unit, rest, ok := strings.Cut(v, " ")
	if !ok || !strings.EqualFold(unit, "bytes") {
		return false
	}
	span, size, ok := strings.Cut(strings.TrimSpace(rest), "/")
	from, to, spanned := strings.Cut(span, "-")
	whole := size == "*" || digits([]byte(size))
	return ok && whole && (span == "*" || spanned && digits([]byte(from)) && digits([]byte(to)))
}

// maxCoded is how large a coded file may be that comes in parts, in bytes as sent: the parts are of what is coded (RFC 9110 §14.2),
// which is undone once all of it is there. A decoder that waited with what has come could hold a window of 16 MiB for each file.
const maxCoded = 4 << 20

// open begins a part of a resource that has size bytes.
func (c *content) open(h *head, of Resource, size uint64) {
	name, keep := of.Host+of.Target, c.keeps()
	if len(c.layers) > 0 {
		if size > maxCoded || !c.f.WantsFiles(c.t) {
			return
		}
		name, keep, c.coded = name+" "+strings.Join(c.layers, ","), maxCoded, slices.Clone(c.layers)
	}
	c.joint = c.f.OpenPart(name, c.start, size, keep)
}

// keeps is how many of the first bytes of a file rules see.
func (c *content) keeps() int {
	if c.f.Wants(wire.FileData) || c.f.Wants(wire.HTTPResponseBody) {
		return bodyLimit
	}
	return 0
}

// maxRanges bounds the parts of one answer that are looked at.
const maxRanges = 1 << 10

// makeRanges reads content of several parts of a resource, each with a Content-Range of its own (RFC 9110 §14.6).
func (c *content) makeRanges(boundary string, of Resource) {
	var joint *dissect.Part
	n := 0
	c.form = newForm(boundary)
	c.form.again = true
	c.form.begin = func(part *fields) bool {
		l := part.get("content-range")
		if n++; l == nil || n > maxRanges {
			return false
		}
		if !validRange(string(l.value)) {
			c.odd("http.range_invalid")
			return false
		}
		start, size, some := rangeOf(string(l.value))
		c.file = c.f.OpenFile(c.t, c.dir, c.name)
		if c.file.Limit(bodyLimit); some {
			c.file.Part(start)
		}
		if joint = nil; some {
			joint = c.f.OpenPart(of.Host+of.Target, start, size, c.keeps())
		}
		return true
	}
	c.form.data = func(b []byte) {
		joint.Write(b)
		c.file.Write(b)
	}
	c.form.close = func(whole bool) {
		c.closePart(whole)
		c.join(joint)
	}
	c.form.events = func(string) {} // these are of forms
}

// join shows the whole file, once its last part has come: as a file of its own, and to rules as content of the answer
// that completed it.
func (c *content) join(joint *dissect.Part) {
	first, ok := joint.Whole()
	if !ok {
		return
	}
	file := joint.File(c.t, c.dir, c.name, bodyLimit)
	all := file == nil // first are all bytes, and the file is to take them yet
	if all {
		file = c.f.OpenFile(c.t, c.dir, c.name)
		file.Limit(bodyLimit)
	}
	body := -1
	if c.body >= 0 {
		body = c.t.Begin(wire.HTTPResponseBody, c.dir)
	}
	whole := true
	undo(c.coded, first, &whole, func(b []byte) {
		if all {
			file.Write(b)
		}
		c.t.Grow(body, b, bodyLimit)
	})
	c.t.End(body)
	c.whole = file.Close(whole)
	c.dirty = c.t != nil
}

// undo gives b decoded; where that cannot be done, it is not whole.
func undo(layers []string, b []byte, whole *bool, take func([]byte)) {
	if len(layers) == 0 {
		take(b)
		return
	}
	d := newDecoder(layers)
	d.write(b, take)
	d.finish(take)
	*whole = !d.plain && !d.wrong && !d.bomb && !d.large
}
