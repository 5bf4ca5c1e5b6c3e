package eve

import (
	"strings"

	"github.com/yagura-project/yagura/event"
)

// mail writes a message that was sent or fetched.
func (w *Encoder) mail(e *event.EmailActivity) {
	k := SMTP
	switch e.App {
	case "pop3":
		k = POP3
	case "imap":
		k = IMAP
	}
	if !w.begin(k, &e.Header, &e.Conn, forward) {
		return
	}
	w.o.num("tx_id", e.TxID)
	if k == SMTP {
		w.envelope(e)
	}
	w.email(e)
	w.finish()
}

// envelope writes between whom a message was sent.
func (w *Encoder) envelope(e *event.EmailActivity) {
	o := &w.o
	o.open("smtp")
	o.text("helo", e.Helo)
	o.key("mail_from")
	o.b = bracketed(o.b, e.MailFrom)
	if len(e.RcptTo) > 0 {
		o.list("rcpt_to")
		for _, r := range e.RcptTo {
			o.comma()
			o.b = bracketed(o.b, r)
		}
		o.endList()
	}
	o.close()
}

// bracketed writes an address of the envelope as it stands there: <user@example.lg.jp>.
func bracketed(b []byte, addr string) []byte {
	at := len(b)
	b = quote(b, addr)
	b = append(b, '>', '"')
	copy(b[at+2:], b[at+1:len(b)-3])
	b[at+1] = '<'
	return b
}

func (w *Encoder) email(e *event.EmailActivity) {
	o := &w.o
	o.open("email")
	if e.Whole {
		o.str("status", "PARSE_DONE")
	} else {
		o.str("status", "BODY_STARTED")
	}
	o.text("from", e.From)
	w.addresses("to", e.To)
	w.addresses("cc", e.CC)
	o.text("subject", e.Subject)
	o.text("date", e.Date)
	if e.MessageID != "" {
		o.key("message_id")
		o.b = bracketed(o.b, e.MessageID)
	}
	o.text("x_mailer", e.XMailer)
	o.text("reply_to", e.ReplyTo)
	if len(e.Attachments) > 0 {
		o.list("attachment")
		for _, f := range e.Attachments {
			o.each(f.Name)
		}
		o.endList()
	}
	o.texts("url", e.URLs)
	o.close()
}

// addresses writes a list of mailboxes, taken apart at the commas that stand outside of quotation marks.
func (w *Encoder) addresses(k, v string) {
	if v == "" {
		return
	}
	o := &w.o
	o.list(k)
	quoted := false
	start := 0
	for i := range len(v) {
		switch {
		case v[i] == '"' && (i == 0 || v[i-1] != '\\'):
			quoted = !quoted
		case v[i] == ',' && !quoted:
			o.each(strings.TrimSpace(v[start:i]))
			start = i + 1
		}
	}
	o.each(strings.TrimSpace(v[start:]))
	o.endList()
}
