// Package notify tells a person now what happened to which machine and what to do, over one or more channels, without a storm and without losing anything.
package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Channel describes one way to reach people; each folder under notify exports one.
type Channel struct {
	Name  string     // the folder's name: mail, webhook
	Title event.Text // what it is, for people
	// Config gives a pointer to the default settings (yaml tags), to be filled from the configuration.
	Config func() any
	// Open makes the Sender. config is what Config gave, filled. Nothing is sent.
	Open func(config any, d Deps) (Sender, error)
}

// Deps is what an opened channel is given.
type Deps struct {
	Log *slog.Logger
	Now func() time.Time
	// Answer is the link by which the person of a mail address answers an order, "" where that person may not. It is made
	// when a message is sent and kept nowhere. nil = there are no such links.
	Answer func(ctx context.Context, order, person string) string
}

// Sender is one opened channel.
//
// Send gives one message to the next hop and returns nil only when that has
// accepted it for all recipients. An error that the same message would meet
// again wraps ErrPermanent; every other error is tried again. Errors hold no
// password, token or secret part of an address. Sending a message of one UID
// twice is allowed; it carries the UID so that the receiver can tell. ctx
// bounds the time. Safe for concurrent use.
type Sender interface {
	Name() string
	Send(ctx context.Context, m Message) error
	Close() error
}

// ErrPermanent says that trying again is of no use.
var ErrPermanent = errors.New("will not be accepted")

// Later is an error that says when the next hop wants to be asked again.
type Later struct {
	After time.Duration
	Err   error
}

// Error is that of Err.
func (l *Later) Error() string { return l.Err.Error() }

// Unwrap gives Err.
func (l *Later) Unwrap() error { return l.Err }

// Message is one notice, written out.
type Message struct {
	UID      string    `json:"uid"` // the same in every attempt
	Kind     Kind      `json:"kind"`
	Time     time.Time `json:"time"`
	Severity int       `json:"severity"` // host severity 1–10, 0 = none
	Incident string    `json:"incident,omitempty"`
	Number   string    `json:"number,omitempty"`
	Device   string    `json:"device,omitempty"` // name for people
	Subject  string    `json:"subject"`          // one line, at most 80 characters
	Text     string    `json:"text"`
	HTML     string    `json:"html,omitempty"`
	Link     string    `json:"link,omitempty"` // the case in the console
	Ask      string    `json:"ask,omitempty"`  // UID of an order that waits for an answer
}

// Kind says what a message is about.
type Kind string

// Kinds of messages.
const (
	KindIncident Kind = "incident"
	KindOrder    Kind = "order"
	KindDigest   Kind = "digest"
	KindTest     Kind = "test"
)

// LetterState is where a letter stands.
type LetterState string

// States of a letter.
const (
	LetterPending LetterState = "pending"
	LetterSent    LetterState = "sent"
	LetterFailed  LetterState = "failed" // given up
)

// Letter is one message on its way over one channel.
type Letter struct {
	UID      string      `json:"uid"`
	Channel  string      `json:"channel"` // Use.Name
	Created  time.Time   `json:"created"`
	Due      time.Time   `json:"due"`
	State    LetterState `json:"state"`
	Attempts int         `json:"attempts,omitempty"`
	Error    string      `json:"error,omitempty"`
	Sent     time.Time   `json:"sent,omitzero"`
	Message  Message     `json:"message"`
	Items    []Item      `json:"items,omitempty"` // of a digest, until it is written out
	More     int         `json:"more,omitempty"`  // items beyond those listed
	Folded   int         `json:"folded,omitempty"`
}

// Outbox keeps letters; what PutLetter has returned from survives a crash. Letter answers event.ErrNotFound.
type Outbox interface {
	PutLetter(ctx context.Context, l Letter) error
	Letter(ctx context.Context, uid string) (Letter, error)
	// DueLetters gives what is pending and due at the given time, oldest due first.
	DueLetters(ctx context.Context, at time.Time, limit int) ([]Letter, error)
}

// Contact is one line of the telephone list.
type Contact struct {
	Name  string
	Phone string
	Mail  string
}

// String is the line as it stands in a notice.
func (c Contact) String() string {
	s := c.Name
	if c.Phone != "" {
		s += "　" + c.Phone
	}
	if c.Mail != "" {
		s += "　" + c.Mail
	}
	return s
}

// Validate holds a message against the room's rules.
func (m Message) Validate() error {
	switch {
	case m.UID == "":
		return fmt.Errorf("message without UID: %w", ErrPermanent)
	case m.Subject == "" || m.Text == "":
		return fmt.Errorf("message %s without subject or text: %w", m.UID, ErrPermanent)
	}
	return nil
}
