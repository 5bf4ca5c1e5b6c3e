package http

import (
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/truetype"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Bounds of what is looked at of a body.
const (
	sniffed   = 2 * truetype.Need // of a coded body that nobody wants, to tell its type
	bodyLimit = 100 << 10         // decoded bytes that rules see
)

// maxFileName is what systems take for a path at most.
const maxFileName = 4 << 10

// content is a body passing by in one direction: codings are undone where somebody looks at it.
type content struct {
	f    *dissect.Flow
	t    *wire.Tx
	dir  dissect.Dir
	name string // of its file

	file  *dissect.File // nil until the first byte, and with a form until its first file
	first *event.File   // of a form, or of several parts of a file
	more  []event.File  // of it, behind the first
	form  *form
	body  int // field of the body's buffer; -1
	kept  int // bytes in it

	layers []string
	dec    *decoder
	judged bool   // the first bytes of a coded body that nobody wants have been looked at
	head   []byte // these
	words  []byte // first decoded bytes of a request
	call   bool   // of WinRM: more of them are looked at
	start  uint64 // first byte of a partial answer
	part   bool   // it is partial
	joint  *dissect.Part
	coded  []string    // as the joined file is
	whole  *event.File // of which this was the last part that lacked
	dirty  bool        // rules have something new to see
	framed bool        // by HTTP/2
}

// newContent prepares for a body as the fields describe it.
func newContent(f *dissect.Flow, t *wire.Tx, h *head, dir dissect.Dir, of Resource) *content {
	c := &content{f: f, t: t, dir: dir, name: of.Name, body: -1, framed: h.framed}
	var many, odd bool
	if c.layers, many, odd = codings(h.encoding + h.transferred); many {
		c.odd("http.too_many_encoding_layers")
	}
	if odd {
		c.odd("http.abnormal_ce_header")
	}
	if n, ok := fileName(h.disposition); ok && n != "" {
		c.name = n
	}
	id := wire.HTTPRequestBody
	if dir == dissect.Resp {
		id = wire.HTTPResponseBody
		var size uint64
		if c.start, size, c.part = rangeOf(h.rng); h.rng != "" && !validRange(h.rng) {
			c.odd("http.range_invalid")
		}
		if c.part {
			c.open(h, of, size)
		}
		if b := boundary(h.typ, "multipart/byteranges"); b != "" && h.partial && len(c.layers) == 0 {
			c.makeRanges(b, of)
		}
	} else if b := boundary(h.typ, "multipart/form-data"); b != "" {
		c.makeForm(b)
	}
	if f.Wants(id) {
		c.body = t.Begin(id, dir)
	}
	return c
}

func (c *content) makeForm(boundary string) {
	c.form = newForm(boundary)
	c.form.begin = func(part *fields) bool {
		l := part.get("content-disposition")
		if l == nil {
			return false
		}
		name, isFile := fileName(string(l.value))
		if len(name) > maxFileName {
			c.odd("http.file_name_too_long")
		}
		if isFile {
			c.file = c.f.OpenFile(c.t, c.dir, name)
			c.file.Limit(bodyLimit)
		}
		return isFile
	}
	c.form.data = func(b []byte) { c.file.Write(b) }
	c.form.close = c.closePart
	c.form.events = c.odd
}

// closePart ends the file of a part.
func (c *content) closePart(whole bool) {
	told := c.file.Close(whole)
	switch {
	case c.first == nil:
		c.first = told
	case told != nil && len(c.more) < event.MaxMoreFiles:
		c.more = append(c.more, *told)
	}
	c.file = nil
}

// add takes the next bytes as they are on the wire.
func (c *content) add(b []byte) {
	c.joint.Write(b)
	switch {
	case len(c.layers) == 0:
		c.take(b)
	case !c.f.WantsFiles(c.t) && c.body < 0:
		c.glance(b)
	default:
		if c.dec == nil {
			c.dec = newDecoder(c.layers)
		}
		if c.file == nil || !c.file.Full() || c.kept < bodyLimit && c.body >= 0 {
			c.dec.write(b, c.take)
		}
	}
}

// glance keeps the first bytes of a coded body that nobody wants.
func (c *content) glance(b []byte) {
	if c.judged {
		return
	}
	n := min(len(b), sniffed-len(c.head))
	c.head = append(c.head, b[:n]...)
	if len(c.head) == sniffed {
		c.judge()
	}
}

// judge decodes them.
func (c *content) judge() {
	c.judged = true
	d := newDecoder(c.layers)
	d.write(c.head, c.take)
	d.finish(c.take)
	if d.plain || d.wrong {
		c.odd("http.gzip_decompression_failed")
	}
	c.head = nil
}

// take takes the next decoded bytes.
func (c *content) take(b []byte) {
	if most := c.most(); c.dir == dissect.Orig && len(c.words) < most {
		c.words = append(c.words, b[:min(len(b), most-len(c.words))]...)
	}
	if c.form != nil {
		c.form.write(b)
	} else {
		if c.file == nil {
			c.file = c.f.OpenFile(c.t, c.dir, c.name)
			c.file.Limit(bodyLimit)
			if c.part {
				c.file.Part(c.start)
			}
		}
		c.file.Write(b)
	}
	c.dirty = c.t != nil
	if c.body < 0 || c.kept >= bodyLimit {
		return
	}
	c.kept += min(len(b), bodyLimit-c.kept)
	if shown := c.shown(); shown != nil && len(shown) == c.kept {
		c.t.Share(c.body, shown) // the same bytes: kept once
	} else {
		c.t.Grow(c.body, b, bodyLimit)
	}
}

func (c *content) shown() []byte {
	if c.form != nil || c.file == nil {
		return nil
	}
	return c.file.Shown()
}

// readable types may carry what a form or a program sends.
var readable = map[string]bool{"text": true, "json": true, "xml": true, "html": true, "script": true}

// most is how many of its first bytes are kept.
func (c *content) most() int {
	if c.call {
		return maxSOAP
	}
	return maxValue
}

// text is the beginning of a request's readable body.
func (c *content) text() string {
	if b := plain(c.words); readable[truetype.Of(b)] {
		return string(b)
	}
	return ""
}

// lost says that n bytes are missing here.
func (c *content) lost(n uint64) {
	c.joint.Lost(n)
	if c.dec != nil {
		c.dec.finish(c.take)
		c.dec = nil
	}
	c.layers = nil // what follows cannot be decoded
	if c.body >= 0 {
		c.t.Lose(c.body)
		c.kept = bodyLimit
	}
	if c.form != nil {
		c.form.lose()
	} else if c.file != nil {
		c.file.Lost(n)
	} else if c.judged = true; c.head != nil {
		c.judge()
	}
}

// newer are the names of anomalies of content in HTTP/2.
var newer = map[string]string{"http.range_invalid": "http2.invalid_range", "http.gzip_decompression_failed": "http2.failed_decompression",
	"http.compression_bomb": "http2.compression_bomb"}

// odd tells of an anomaly.
func (c *content) odd(name string) {
	if other := newer[name]; c.framed && other != "" {
		name = other
	}
	c.t.Event(c.dir, name)
}

// close ends the body of size bytes on the wire; whole says that its end was seen.
func (c *content) close(size uint64, whole bool) *event.File {
	switch {
	case c.dec != nil:
		c.dec.finish(c.take)
		if c.dec.plain || c.dec.wrong {
			c.odd("http.gzip_decompression_failed")
		}
		if c.dec.large {
			c.dec.large = false
			c.odd("http.lzma_memlimit_reached")
		}
		if c.dec.bomb {
			c.odd("http.compression_bomb")
		}
	case len(c.layers) > 0 && !c.judged:
		c.judge()
	}
	if c.body >= 0 {
		c.t.End(c.body)
	}
	if c.form != nil {
		c.form.finish()
		if c.first != nil {
			return c.first
		}
	}
	if c.file == nil {
		return &event.File{Size: size}
	}
	if len(c.layers) > 0 && c.dec == nil {
		c.file.Counted(size)
	}
	told := c.file.Close(whole)
	c.join(c.joint)
	return told
}
