package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
)

// NoticeState is where a notice stands.
type NoticeState string

// States of a notice.
const (
	NoticePending NoticeState = "pending" // to be sent when due
	NoticeSent    NoticeState = "sent"
	NoticeFailed  NoticeState = "failed" // given up
)

// Notice is one message to one channel that must not be lost when Yagura is.
type Notice struct {
	UID      string          `json:"uid"`
	Channel  string          `json:"channel"` // mail webhook …
	Incident string          `json:"incident,omitempty"`
	Created  time.Time       `json:"created,omitzero"`
	Due      time.Time       `json:"due,omitzero"` // not before; zero = at once
	State    NoticeState     `json:"state"`        // "" is taken as pending
	Attempts int             `json:"attempts,omitempty"`
	Error    string          `json:"error,omitempty"` // of the last attempt
	Sent     time.Time       `json:"sent,omitzero"`
	Body     json.RawMessage `json:"body,omitempty"` // the sender's own JSON
}

// PutNotice keeps a notice, replacing what was kept under its UID.
func (s *State) PutNotice(ctx context.Context, n Notice) error {
	if n.UID == "" || n.Channel == "" {
		return errors.New("keep notice: uid and channel are needed")
	}
	if n.State == "" {
		n.State = NoticePending
	}
	body, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("keep notice %s: %w", n.UID, err)
	}
	return s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO notices (tenant, uid, due, state, body) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (tenant, uid) DO UPDATE SET due = excluded.due, state = excluded.state, body = excluded.body`,
			s.cfg.Tenant, n.UID, micros(n.Due), string(n.State), string(body))
		return err
	})
}

// PendingNotices gives what is due at the given time, longest due first.
func (s *State) PendingNotices(ctx context.Context, at time.Time, limit int) ([]Notice, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT body FROM notices
		WHERE tenant = ? AND state = 'pending' AND due <= ? ORDER BY due, uid LIMIT ?`, s.cfg.Tenant, micros(at), bound(limit))
	if err != nil {
		return nil, fmt.Errorf("read notices: %w", err)
	}
	defer rows.Close()
	var out []Notice
	for rows.Next() {
		var body sql.RawBytes
		var n Notice
		if err := rows.Scan(&body); err != nil {
			return nil, fmt.Errorf("read notices: %w", err)
		}
		if err := json.Unmarshal(body, &n); err != nil {
			return nil, fmt.Errorf("read notices: %w", err)
		}
		out = append(out, n)
	}
	return out, rows.Err()
}

// Notice gives one notice, or event.ErrNotFound.
func (s *State) Notice(ctx context.Context, uid string) (n Notice, err error) {
	var body string
	err = s.read.QueryRowContext(ctx, `SELECT body FROM notices WHERE tenant = ? AND uid = ?`, s.cfg.Tenant, uid).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return n, fmt.Errorf("notice %q: %w", uid, event.ErrNotFound)
	}
	if err == nil {
		err = json.Unmarshal([]byte(body), &n)
	}
	return n, err
}

// MarkNotice records an attempt: failure nil means sent; otherwise the notice is due again at retry, or given
// up when retry is zero.
func (s *State) MarkNotice(ctx context.Context, uid string, failure error, retry time.Time) error {
	n, err := s.Notice(ctx, uid)
	if err != nil {
		return err
	}
	n.Attempts++
	switch {
	case failure == nil:
		n.State, n.Sent, n.Error = NoticeSent, s.now().UTC(), ""
	case retry.IsZero():
		n.State, n.Error = NoticeFailed, failure.Error()
	default:
		n.Due, n.Error = retry.UTC(), failure.Error()
	}
	return s.PutNotice(ctx, n)
}
