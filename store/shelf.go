package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Limits of one answer: what a filter without Limit gets, and the most that one may ask for.
const (
	defaultLimit = 100
	maxLimit     = 10_000
)

// shelf is one table of values that are kept whole, with the columns they are searched by.
type shelf[T any] struct {
	table   string
	noun    string // for errors: incident, order …
	columns []string
	values  func(*T) (uid string, at time.Time, columns []any)
}

func (b shelf[T]) put(ctx context.Context, s *State, values ...T) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		stmt, err := tx.PrepareContext(ctx, b.upsert())
		if err != nil {
			return err
		}
		defer stmt.Close()
		for i := range values {
			uid, at, columns := b.values(&values[i])
			if uid == "" {
				return fmt.Errorf("keep %s: it has no uid", b.noun)
			}
			body, err := json.Marshal(&values[i])
			if err != nil {
				return fmt.Errorf("keep %s %s: %w", b.noun, uid, err)
			}
			args := append([]any{s.cfg.Tenant, uid, micros(at)}, columns...)
			if _, err := stmt.ExecContext(ctx, append(args, string(body))...); err != nil {
				return fmt.Errorf("keep %s %s: %w", b.noun, uid, err)
			}
		}
		return nil
	})
}

func (b shelf[T]) upsert() string {
	names := append([]string{"tenant", "uid", "time"}, b.columns...)
	names = append(names, "body")
	var set []string
	for _, n := range names[2:] {
		set = append(set, n+" = excluded."+n)
	}
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (?%s) ON CONFLICT (tenant, uid) DO UPDATE SET %s",
		b.table, strings.Join(names, ", "), strings.Repeat(", ?", len(names)-1), strings.Join(set, ", "))
}

func (b shelf[T]) get(ctx context.Context, s *State, uid string) (T, error) {
	var v T
	var body string
	err := s.read.QueryRowContext(ctx, "SELECT body FROM "+b.table+" WHERE tenant = ? AND uid = ?", s.cfg.Tenant, uid).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return v, fmt.Errorf("%s %q: %w", b.noun, uid, event.ErrNotFound)
	}
	if err == nil {
		err = json.Unmarshal([]byte(body), &v)
	}
	if err != nil {
		return v, fmt.Errorf("read %s %q: %w", b.noun, uid, err)
	}
	return v, nil
}

func (b shelf[T]) list(ctx context.Context, s *State, w *where, limit, offset int) ([]T, error) {
	query := "SELECT body FROM " + b.table + w.sql() + " ORDER BY time DESC, uid DESC LIMIT ? OFFSET ?"
	rows, err := s.read.QueryContext(ctx, query, append(w.args, bound(limit), max(offset, 0))...)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", b.table, err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		var body sql.RawBytes
		var v T
		if err := rows.Scan(&body); err != nil {
			return nil, fmt.Errorf("list %s: %w", b.table, err)
		}
		if err := json.Unmarshal(body, &v); err != nil {
			return nil, fmt.Errorf("list %s: %w", b.table, err)
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

func (b shelf[T]) count(ctx context.Context, s *State, w *where) (n int, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT count(*) FROM "+b.table+w.sql(), w.args...).Scan(&n)
	if err != nil {
		err = fmt.Errorf("count %s: %w", b.table, err)
	}
	return n, err
}

// change runs f in one durable transaction.
func (s *State) change(ctx context.Context, f func(*sql.Tx) error) error {
	if s.write == nil {
		return ErrReadOnly
	}
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return full(s.cfg.stateFile(), err)
	}
	if err := f(tx); err != nil {
		return errors.Join(full(s.cfg.stateFile(), err), ignoreDone(tx.Rollback()))
	}
	return full(s.cfg.stateFile(), tx.Commit())
}

// ignoreDone forgives a roll-back of a transaction that has already ended by itself, as on a full disk.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) || err != nil && strings.Contains(err.Error(), "no transaction is active") {
		return nil
	}
	return err
}

// own stamps the tenant on a value that names none, and refuses another tenant's.
func (s *State) own(tenant *string) error {
	if *tenant == "" {
		*tenant = s.cfg.Tenant
	}
	if *tenant != s.cfg.Tenant {
		return fmt.Errorf("%w: it is of %q, this store of %q", ErrForeign, *tenant, s.cfg.Tenant)
	}
	return nil
}

func bound(limit int) int {
	if limit <= 0 {
		return defaultLimit
	}
	return min(limit, maxLimit)
}

// micros is the stored form of a time: microseconds since 1970 UTC, 0 when unknown.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// moment undoes micros.
func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
