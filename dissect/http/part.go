package http

import (
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

// join shows the whole file, once its last part has come: as a file of its own, and to rules as content of the answer
// that completed it.
func (c *content) join() {
	file, body := (*dissect.File)(nil), -1
	whole := c.joint.Whole(func(b []byte) {
		if file == nil {
			file = c.f.OpenFile(c.t, c.dir, c.name)
			file.Limit(bodyLimit)
			if c.body >= 0 {
				body = c.t.Begin(wire.HTTPResponseBody, c.dir)
			}
		}
		file.Write(b)
		c.t.Grow(body, b, bodyLimit)
	})
	if !whole {
		return
	}
	c.t.End(body)
	c.whole = file.Close(true)
	c.dirty = c.t != nil
}
