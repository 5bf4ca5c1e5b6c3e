// Package notifytest is what every channel must do, and an outbox in memory.
package notifytest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/notify"
)

// Bench is one channel with a receiver.
type Bench struct {
	Open func(t *testing.T) notify.Sender
	// Got gives what the receiver has accepted, oldest first, decoded.
	Got func(t *testing.T) []Received
	// Answer makes the receiver accept ("ok"), refuse for now ("later"), refuse for good ("never") or hang ("hang").
	Answer func(mode string)
	// Secrets are what may stand in no error.
	Secrets []string
}

// Received is one message as its receiver read it.
type Received struct {
	UID     string // whatever tells one message from another
	Subject string
	Text    string
	Headers []string // names of the headers, where there are any
}

// Message is a notice with everything that channels get wrong: Japanese, long
// lines, quotes, a leading dot, and a subject that tries to add a header.
func Message(uid string) notify.Message {
	return notify.Message{
		UID: uid, Kind: notify.KindIncident, Time: time.Date(2026, 11, 21, 1, 2, 3, 0, time.UTC), Severity: 9,
		Incident: "case-1", Number: "2026-1121-03", Device: "PC-SOUMU",
		Subject: "【Yagura】総務課 PC-SOUMU：外部の不審なサーバーと通信（危険度9）",
		Text:    "■ 何が起きたか\n  髙橋さんの端末①が \"外部\" と通信\n.\n..\n" + strings.Repeat("長い行", 400) + "\n",
		HTML:    "<p>髙橋さんの端末①</p>", Link: "https://yagura.example.lg.jp/incidents/case-1",
	}
}

// Run holds the channel against the contract of notify.Sender.
func Run(t *testing.T, b Bench) {
	t.Run("delivers it whole", b.delivers)
	t.Run("the same UID", b.sameUID)
	t.Run("later is no never", b.refusals)
	t.Run("time is bounded", b.bounded)
	t.Run("nothing is added", b.injection)
	t.Run("incomplete", b.incomplete)
}

func (b Bench) open(t *testing.T) notify.Sender {
	t.Helper()
	b.Answer("ok")
	s := b.Open(t)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (b Bench) last(t *testing.T) Received {
	t.Helper()
	got := b.Got(t)
	if len(got) == 0 {
		t.Fatal("nothing was received")
	}
	return got[len(got)-1]
}

func (b Bench) delivers(t *testing.T) {
	s, m := b.open(t), Message("u-1")
	if err := s.Send(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	got := b.last(t)
	if got.Subject != m.Subject {
		t.Errorf("subject %q", got.Subject)
	}
	if strings.ReplaceAll(got.Text, "\r\n", "\n") != m.Text {
		t.Errorf("the text came as %.200q", got.Text)
	}
}

func (b Bench) sameUID(t *testing.T) {
	s := b.open(t)
	var uids []string
	for _, uid := range []string{"u-2", "u-2", "u-3 ＠"} {
		if err := s.Send(context.Background(), Message(uid)); err != nil {
			t.Fatal(err)
		}
		uids = append(uids, b.last(t).UID)
	}
	if uids[0] == "" || uids[0] != uids[1] || uids[1] == uids[2] {
		t.Errorf("the receiver cannot tell repeats: %q", uids)
	}
}

func (b Bench) refusals(t *testing.T) {
	s := b.open(t)
	for _, mode := range []string{"later", "never"} {
		b.Answer(mode)
		err := s.Send(context.Background(), Message("u-4"+mode))
		if err == nil || errors.Is(err, notify.ErrPermanent) != (mode == "never") {
			t.Errorf("%s: %v", mode, err)
		}
		b.noSecrets(t, err)
	}
	b.Answer("ok")
	if err := s.Send(context.Background(), Message("u-4later")); err != nil {
		t.Errorf("after a refusal: %v", err)
	}
}

func (b Bench) noSecrets(t *testing.T, err error) {
	t.Helper()
	for _, secret := range b.Secrets {
		if err != nil && strings.Contains(fmt.Sprintf("%v %+v", err, err), secret) {
			t.Errorf("the error tells a secret: %v", err)
		}
	}
}

func (b Bench) bounded(t *testing.T) {
	s := b.open(t)
	b.Answer("hang")
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	err := s.Send(ctx, Message("u-5"))
	if err == nil || errors.Is(err, notify.ErrPermanent) {
		t.Errorf("a receiver that hangs: %v", err)
	}
	b.noSecrets(t, err)
	b.Answer("ok")
}

func (b Bench) injection(t *testing.T) {
	s, m := b.open(t), Message("u-6")
	m.Subject = "端末\r\nBcc: evil@example.com\r\n\r\nbody"
	if err := s.Send(context.Background(), m); err != nil {
		return // refusing it is right too
	}
	got := b.last(t)
	if slices.ContainsFunc(got.Headers, func(h string) bool { return strings.EqualFold(h, "bcc") }) || strings.HasPrefix(got.Text, "body") {
		t.Errorf("the subject made a header or a body: %q", got)
	}
}

func (b Bench) incomplete(t *testing.T) {
	s := b.open(t)
	for _, m := range []notify.Message{{}, {UID: "u-7"}, {UID: "u-7", Subject: "x"}} {
		if err := s.Send(context.Background(), m); !errors.Is(err, notify.ErrPermanent) {
			t.Errorf("%+v: %v", m, err)
		}
	}
}

// Outbox keeps letters in memory as notify.Outbox says.
type Outbox struct {
	mu     sync.Mutex
	Kept   map[string]notify.Letter
	Puts   int
	Fail   error
	Before func(notify.Letter) // called before each PutLetter keeps
}

// NewOutbox makes an empty one.
func NewOutbox() *Outbox { return &Outbox{Kept: map[string]notify.Letter{}} }

// PutLetter keeps l.
func (o *Outbox) PutLetter(_ context.Context, l notify.Letter) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.Fail != nil {
		return o.Fail
	}
	if o.Before != nil {
		o.Before(l)
	}
	o.Puts++
	o.Kept[l.UID] = l
	return nil
}

// Letter gives one letter or event.ErrNotFound.
func (o *Outbox) Letter(_ context.Context, uid string) (notify.Letter, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	l, ok := o.Kept[uid]
	if !ok {
		return l, fmt.Errorf("letter %s: %w", uid, event.ErrNotFound)
	}
	return l, nil
}

// DueLetters gives what is pending and due.
func (o *Outbox) DueLetters(_ context.Context, at time.Time, limit int) ([]notify.Letter, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []notify.Letter
	for _, l := range o.Kept {
		if l.State == notify.LetterPending && !l.Due.After(at) {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(a, b notify.Letter) int {
		if c := a.Due.Compare(b.Due); c != 0 {
			return c
		}
		return strings.Compare(a.UID, b.UID)
	})
	return out[:min(len(out), limit)], nil
}
