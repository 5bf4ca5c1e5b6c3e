package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/notify"
	allchannels "github.com/yagura-project/yagura/notify/all"
	"github.com/yagura-project/yagura/store"
)

// outbox lets the desk keep its letters in the store.
type outbox struct{ state *store.State }

// PutLetter implements notify.Outbox.
func (o outbox) PutLetter(ctx context.Context, l notify.Letter) error {
	body, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("letter %s: %w", l.UID, err)
	}
	return o.state.PutNotice(ctx, store.Notice{UID: l.UID, Channel: l.Channel, Created: l.Created, Due: l.Due,
		State: store.NoticeState(l.State), Attempts: l.Attempts, Error: l.Error, Sent: l.Sent, Body: body})
}

// Letter implements notify.Outbox.
func (o outbox) Letter(ctx context.Context, uid string) (notify.Letter, error) {
	n, err := o.state.Notice(ctx, uid)
	if err != nil {
		return notify.Letter{}, err
	}
	return letterOf(n)
}

// DueLetters implements notify.Outbox.
func (o outbox) DueLetters(ctx context.Context, at time.Time, limit int) ([]notify.Letter, error) {
	due, err := o.state.PendingNotices(ctx, at, limit)
	if err != nil {
		return nil, err
	}
	out := make([]notify.Letter, 0, len(due))
	for _, n := range due {
		l, err := letterOf(n)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

func letterOf(n store.Notice) (l notify.Letter, err error) {
	if err = json.Unmarshal(n.Body, &l); err != nil {
		err = fmt.Errorf("letter %s: %w", n.UID, err)
	}
	return l, err
}

// newDesk opens the channels and makes the desk that speaks over them.
func (r *river) newDesk() (*notify.Desk, error) {
	senders, err := notify.Open(r.cfg.Notify, allchannels.Channels, notify.Deps{Log: r.log, Answer: r.answerLink})
	if err != nil {
		return nil, failure{exitUsage, err}
	}
	return notify.New(r.cfg.Notify, notify.DeskDeps{Log: r.log, Outbox: outbox{r.state}, Senders: senders, Contacts: r.contacts})
}

// answerLink is the link by which the person of a mail address answers an order; "" where none can be given.
func (r *river) answerLink(ctx context.Context, order, person string) string {
	if r.cfg.Notify.Link == "" || r.console == nil {
		return ""
	}
	path := r.console.AnswerPath(ctx, order, person)
	if path == "" {
		return ""
	}
	return strings.TrimSuffix(r.cfg.Notify.Link, "/") + path
}

// contacts are those whom the policy names for t.
func (r *river) contacts(t time.Time) []notify.Contact {
	var out []notify.Contact
	for _, c := range r.policy.Contacts(t) {
		out = append(out, notify.Contact{Name: c.Name, Phone: c.Phone, Mail: c.Mail})
	}
	return out
}

var _ bell = (*notify.Desk)(nil)

// bell tells people; the notify room's desk is one.
type bell interface {
	Tell(ctx context.Context, inc event.Incident, order *event.Order) error
}
