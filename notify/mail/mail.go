// Package mail sends notices by SMTP: plain text and simple HTML in UTF-8, over STARTTLS or TLS.
package mail

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"

	gomail "github.com/wneessen/go-mail"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/notify"
)

// Channel is mail.
var Channel = notify.Channel{
	Name:   "mail",
	Title:  event.Text{JA: "メール", EN: "mail"},
	Config: func() any { c := DefaultConfig(); return &c },
	Open:   open,
}

type sender struct {
	cfg  Config
	opts []gomail.Option
	tls  *tls.Config
	link func(ctx context.Context, order, person string) string // nil: none

	mu   sync.Mutex
	done map[string]bool // UID and recipient of what was accepted while others were not
}

func open(config any, d notify.Deps) (notify.Sender, error) {
	c, ok := config.(*Config)
	if !ok {
		return nil, fmt.Errorf("settings of type %T where *mail.Config is needed", config)
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	conf, err := c.tlsConfig()
	if err != nil {
		return nil, err
	}
	opts, err := c.options(conf)
	if err != nil {
		return nil, err
	}
	return &sender{cfg: *c, opts: opts, tls: conf, link: d.Answer, done: map[string]bool{}}, nil
}

func (s *sender) Name() string { return "mail" }

func (s *sender) Close() error { return nil }

// Send gives each recipient a mail of its own, so that one wrong address does
// not keep the notice from the others. What was accepted is not sent again
// when the rest is tried later.
func (s *sender) Send(ctx context.Context, m notify.Message) error {
	if err := m.Validate(); err != nil {
		return err
	}
	var msgs []*gomail.Msg
	var to []string
	for _, rcpt := range s.cfg.To {
		if s.accepted(m.UID, rcpt) {
			continue
		}
		msg, err := s.message(s.asking(ctx, m, rcpt), rcpt)
		if err != nil {
			return fmt.Errorf("mail to %s: %w: %w", rcpt, err, notify.ErrPermanent)
		}
		msgs, to = append(msgs, msg), append(to, rcpt)
	}
	if len(msgs) == 0 {
		s.forget(m.UID)
		return nil
	}
	client, err := gomail.NewClient(s.cfg.Host, append(slices.Clip(s.opts), gomail.WithDialContextFunc(s.dial(ctx)))...)
	if err != nil {
		return fmt.Errorf("mail by %s: %w", s.cfg.Host, err)
	}
	err = client.DialAndSendWithContext(ctx, msgs...)
	return s.judge(m.UID, msgs, to, err)
}

// dial connects, and cuts the conversation off when the whole of Send has taken too long: the
// mail library only bounds its single steps.
func (s *sender) dial(whole context.Context) gomail.DialContextFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		var d interface {
			DialContext(ctx context.Context, network, address string) (net.Conn, error)
		} = &net.Dialer{}
		if s.cfg.TLS == "tls" {
			d = &tls.Dialer{Config: s.tls}
		}
		conn, err := d.DialContext(ctx, network, address)
		if err == nil {
			context.AfterFunc(whole, func() { _ = conn.Close() })
		}
		return conn, err
	}
}

// judge tells what was accepted, what may be later, and what never will.
func (s *sender) judge(uid string, msgs []*gomail.Msg, to []string, dial error) error {
	var never, later []error
	for i, msg := range msgs {
		failure := msg.SendError()
		var told *gomail.SendError
		switch {
		case msg.IsDelivered():
			s.accept(uid, to[i])
		case failure == nil:
			later = append(later, dial) // the server was not reached, or ended the session
		case errors.As(failure, &told) && !told.IsTemp() && told.ErrorCode() >= 500:
			never = append(never, fmt.Errorf("mail to %s by %s: %w", to[i], s.cfg.Host, failure))
			s.accept(uid, to[i]) // not asked again
		default:
			later = append(later, fmt.Errorf("mail to %s by %s: %w", to[i], s.cfg.Host, failure))
		}
	}
	switch {
	case len(later) > 0:
		return fmt.Errorf("mail by %s: %w", s.cfg.Host, errors.Join(append(later[:1], never...)...))
	case len(never) > 0:
		s.forget(uid)
		return fmt.Errorf("%w: %w", errors.Join(never...), notify.ErrPermanent)
	}
	s.forget(uid)
	return nil
}

func (s *sender) accepted(uid, rcpt string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.done[uid+" "+rcpt]
}

// maxDone bounds the memory of half-sent messages; beyond it a recipient may get one twice.
const maxDone = 10_000

func (s *sender) accept(uid, rcpt string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.done) >= maxDone {
		clear(s.done)
	}
	s.done[uid+" "+rcpt] = true
}

func (s *sender) forget(uid string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k := range s.done {
		if strings.HasPrefix(k, uid+" ") {
			delete(s.done, k)
		}
	}
}

// message is the mail of one recipient.
func (s *sender) message(m notify.Message, rcpt string) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingB64), gomail.WithNoDefaultUserAgent())
	if err := msg.FromFormat("Yagura", s.cfg.From); err != nil {
		return nil, err
	}
	if err := msg.To(rcpt); err != nil {
		return nil, err
	}
	msg.Subject(m.Subject)
	msg.SetDateWithValue(m.Time)
	msg.SetMessageIDWithValue(messageID(m.UID, s.cfg.From))
	// RFC 3834: nobody's holiday answer comes back.
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Yagura-UID", hash(m.UID))
	if m.Severity >= 8 {
		msg.SetImportance(gomail.ImportanceHigh)
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	return msg, nil
}

// messageID is the same for every attempt (RFC 5322 §3.6.4), whatever letters the UID has.
func messageID(uid, from string) string {
	_, domain, _ := strings.Cut(from, "@")
	return hash(uid) + "@" + domain
}

func hash(uid string) string {
	sum := sha256.Sum256([]byte(uid))
	return "yagura-" + hex.EncodeToString(sum[:12])
}
