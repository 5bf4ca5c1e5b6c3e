package mail

import (
	"bytes"
	"crypto/md5" // #nosec: rules ask for it
	"encoding/hex"
	"hash"
	"slices"
	"strings"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// Bounds of what is kept of a message.
const (
	maxValue = 1 << 10
	maxURLs  = 64
	maxURL   = 2 << 10
)

// Message is a message on its way: rules see its fields and files, and the event gathers what is worth keeping.
type Message struct {
	f    *dissect.Flow
	t    *wire.Tx
	dir  dissect.Dir
	r    *Reader
	a    event.EmailActivity
	file []*dissect.File
	text []byte // the end of the text so far: an address may go on
	sum  hash.Hash
	lost bool // bytes are missing
	seen map[string]bool

	OnField func(name, value []byte) // is told of each field, too; nil: nobody
	OnBody  func(b []byte)           // is told of the bytes behind the fields, too
}

// Begin reads a message that is sent in direction d as part of t, which may be nil.
func Begin(f *dissect.Flow, t *wire.Tx, d dissect.Dir, app string) *Message {
	m := &Message{f: f, t: t, dir: d, a: event.EmailActivity{Header: f.Head(), Conn: f.Conn, App: app, TxID: f.LastTx()}}
	if t != nil {
		m.a.TxID = t.ID
	}
	if f.Wants(wire.EmailBodyMD5) {
		m.sum = md5.New()
	}
	m.r = NewReader(Hooks{Field: m.field, File: m.open, Text: m.words, Body: m.body, Fault: m.fault})
	return m
}

// Write takes the next bytes, their dots undone.
func (m *Message) Write(b []byte) {
	if m.r != nil {
		m.a.Size += uint64(len(b))
		m.r.Write(b)
	}
}

// Told takes fields that were sent before, as IMAP tells them; whole says that what comes now is the message, not one part of it.
func (m *Message) Told(fields []byte, whole bool) {
	if m.r != nil && len(fields) > 0 {
		if !whole {
			m.sum = nil
		}
		m.r.Write(fields)
	}
}

// Size is how many bytes have come.
func (m *Message) Size() uint64 { return m.a.Size }

// Dot says that a dot before the next line was taken away.
func (m *Message) Dot() {
	if m.r != nil && m.r.inner {
		m.body([]byte("."))
	}
}

// Lost says that n bytes are missing here.
func (m *Message) Lost(n int) {
	if m.r != nil {
		m.a.Size += uint64(n)
		m.sum, m.lost = nil, true
		m.r.Lost(n)
	}
}

// Close ends the message and gives its event, which the caller completes and emits; whole says that its end was seen.
func (m *Message) Close(whole bool) *event.EmailActivity {
	if m.r == nil {
		return &m.a
	}
	m.r.Close(whole)
	m.r = nil
	m.words([]byte("\n"))
	for i, x := range m.file {
		m.a.Attachments[i] = x.Close(whole)
	}
	if m.sum != nil && whole {
		m.t.PutString(wire.EmailBodyMD5, m.dir, hex.EncodeToString(m.sum.Sum(nil)))
	}
	m.a.Whole = whole && !m.lost
	return &m.a
}

var buffers = map[string]wire.Buffer{
	"from": wire.EmailFrom, "to": wire.EmailTo, "cc": wire.EmailCC, "subject": wire.EmailSubject, "date": wire.EmailDate,
	"message-id": wire.EmailMessageID, "x-mailer": wire.EmailXMailer, "received": wire.EmailReceived,
}

func (m *Message) field(name, value []byte) {
	if m.OnField != nil {
		m.OnField(name, value)
	}
	key := strings.ToLower(string(name[:min(len(name), 32)]))
	id, known := buffers[key]
	if known {
		m.t.Put(id, m.dir, bytes.Clone(value))
	}
	var to *string
	switch key {
	case "from":
		to = &m.a.From
	case "to":
		to = &m.a.To
	case "cc":
		to = &m.a.CC
	case "subject":
		to = &m.a.Subject
	case "date":
		to = &m.a.Date
	case "message-id":
		to, value = &m.a.MessageID, bytes.Trim(value, "<>")
	case "x-mailer":
		to = &m.a.XMailer
	case "reply-to":
		to = &m.a.ReplyTo
	default:
		return
	}
	if *to == "" {
		*to = Decode(string(value[:min(len(value), maxValue)]))
	}
}

func (m *Message) open(name string) *dissect.File {
	x := m.f.OpenFile(m.t, m.dir, Decode(name))
	x.By(m)
	m.file, m.a.Attachments = append(m.file, x), append(m.a.Attachments, &event.File{Name: x.Name()})
	return x
}

// Envelope says between whom the message is sent: the name that the client gave itself, and the addresses of the envelope.
func (m *Message) Envelope(helo, from string, to []string) {
	m.a.Helo, m.a.MailFrom, m.a.RcptTo = helo, from, to
}

// Said is what is known of the message so far. It is a wire.Teller.
func (m *Message) Said() event.Event {
	a := m.a
	a.RcptTo, a.URLs, a.Attachments = slices.Clone(a.RcptTo), slices.Clone(a.URLs), slices.Clone(a.Attachments)
	return &a
}

func (m *Message) body(b []byte) {
	if m.OnBody != nil {
		m.OnBody(b)
	}
	if m.sum != nil {
		_, _ = m.sum.Write(b) // never fails
	}
}

func (m *Message) fault(name string) { m.t.Event(m.dir, "smtp."+name) }

// words looks for addresses of pages in text.
func (m *Message) words(b []byte) {
	if len(m.text) > 0 {
		b = append(m.text, b...)
		m.text = nil
	}
	for {
		i := bytes.Index(b, []byte("://"))
		if i < 0 {
			b = b[max(0, len(b)-8):] // "https:/" may be its end
			break
		}
		end := i + 3
		for end < len(b) && b[end] > ' ' && b[end] < 0x7f && bytes.IndexByte([]byte(`"'<>)]}`), b[end]) < 0 {
			end++
		}
		if end == len(b) && end-i < maxURL {
			b = b[max(0, i-8):]
			break
		}
		m.address(b[:i], b[i+3:end])
		b = b[end:]
	}
	m.text = bytes.Clone(b)
}

// address adds one, if its scheme is of the web or FTP.
func (m *Message) address(before, rest []byte) {
	scheme := ""
	for _, s := range []string{"https", "http", "ftp"} {
		if len(before) >= len(s) && is(before[len(before)-len(s):], s) {
			scheme = s
			break
		}
	}
	rest = bytes.TrimRight(rest, ".,;:!?")
	if scheme == "" || len(rest) == 0 || len(m.a.URLs) >= maxURLs || m.seen[string(rest)] {
		return
	}
	if m.seen == nil {
		m.seen = map[string]bool{}
	}
	m.seen[string(rest)] = true
	m.a.URLs = append(m.a.URLs, scheme+"://"+string(rest))
	m.t.Put(wire.EmailURL, m.dir, bytes.Clone(rest))
}
