package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// ErrLedger says that the hash chain of the ledger does not hold: a line was changed, removed or put in.
var ErrLedger = errors.New("the ledger has been tampered with")

// AppendAudit writes one line at the end of the ledger. Seq, Prev and Hash are set here; a zero Time is now.
func (s *State) AppendAudit(ctx context.Context, a event.Audit) error {
	if err := s.own(&a.Tenant); err != nil {
		return err
	}
	if a.Time.IsZero() {
		a.Time = s.now()
	}
	a.Time = a.Time.UTC().Truncate(time.Microsecond)
	for _, text := range []*string{&a.Who, &a.Action, &a.Object, &a.Detail} {
		*text = strings.ToValidUTF8(*text, "\uFFFD")
	}
	return s.change(ctx, func(tx *sql.Tx) error {
		seq, prev, err := head(ctx, tx, s.cfg.Tenant)
		if err != nil {
			return err
		}
		a.Seq, a.Prev = seq+1, prev
		a.Hash = chain(a)
		_, err = tx.ExecContext(ctx, `INSERT INTO audit (tenant, seq, time, who, action, object, detail, prev, hash)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			a.Tenant, a.Seq, micros(a.Time), a.Who, a.Action, a.Object, a.Detail, a.Prev, a.Hash)
		return err
	})
}

// chain is the hash of a line: SHA-256, in hex, over the JSON array
// [seq, microseconds, tenant, who, action, object, detail, prev].
func chain(a event.Audit) string {
	line, err := json.Marshal([]any{a.Seq, micros(a.Time), a.Tenant, a.Who, a.Action, a.Object, a.Detail, a.Prev})
	if err != nil {
		return "" // numbers and strings always marshal
	}
	sum := sha256.Sum256(line)
	return hex.EncodeToString(sum[:])
}

// LineHash is what the Hash of a line must be, for whoever holds a line without the ledger.
func LineHash(a event.Audit) string { return chain(a) }

type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// head is the last line's number and hash; 0 and "" while the ledger is empty.
func head(ctx context.Context, q querier, tenant string) (seq int64, hash string, err error) {
	err = q.QueryRowContext(ctx, `SELECT seq, hash FROM audit WHERE tenant = ? ORDER BY seq DESC LIMIT 1`, tenant).Scan(&seq, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, "", nil
	}
	return seq, hash, err
}

// AuditHead is the number and the hash of the ledger's last line. Printed on paper or sent elsewhere, it
// proves later that no line up to it was changed.
func (s *State) AuditHead(ctx context.Context) (seq int64, hash string, err error) {
	return head(ctx, s.read, s.cfg.Tenant)
}

const auditColumns = `SELECT seq, time, tenant, who, action, object, detail, prev, hash FROM audit WHERE tenant = ?`

// Audits gives the ledger's lines written at or after since, newest first; limit as in event.IncidentFilter.
func (s *State) Audits(ctx context.Context, since time.Time, limit int) ([]event.Audit, error) {
	rows, err := s.read.QueryContext(ctx, auditColumns+` AND time >= ? ORDER BY seq DESC LIMIT ?`,
		s.cfg.Tenant, micros(since), bound(limit))
	if err != nil {
		return nil, fmt.Errorf("read ledger: %w", err)
	}
	defer rows.Close()
	var out []event.Audit
	for rows.Next() {
		a, err := scanAudit(rows)
		if err != nil {
			return nil, fmt.Errorf("read ledger: %w", err)
		}
		out = append(out, a)
	}
	return out, rows.Err()
}

// AuditLine is one line of the ledger; event.ErrNotFound where there is none of that number.
func (s *State) AuditLine(ctx context.Context, seq int64) (event.Audit, error) {
	rows, err := s.read.QueryContext(ctx, auditColumns+` AND seq = ?`, s.cfg.Tenant, seq)
	if err != nil {
		return event.Audit{}, fmt.Errorf("read ledger: %w", err)
	}
	defer rows.Close()
	if !rows.Next() {
		return event.Audit{}, errors.Join(rows.Err(), fmt.Errorf("line %d of the ledger: %w", seq, event.ErrNotFound))
	}
	return scanAudit(rows)
}

func scanAudit(rows *sql.Rows) (a event.Audit, err error) {
	var at int64
	err = rows.Scan(&a.Seq, &at, &a.Tenant, &a.Who, &a.Action, &a.Object, &a.Detail, &a.Prev, &a.Hash)
	a.Time = moment(at)
	return a, err
}

// VerifyAudit walks the whole ledger and answers ErrLedger, with the first bad line, when the chain is broken.
func (s *State) VerifyAudit(ctx context.Context) error { return s.verifyFrom(ctx, 0) }

// checkHead verifies the last lines at start-up; the whole chain is VerifyAudit's work.
func (s *State) checkHead(ctx context.Context) error {
	seq, _, err := head(ctx, s.read, s.cfg.Tenant)
	if err != nil {
		return err
	}
	return s.verifyFrom(ctx, max(seq-1000, 0))
}

// verifyFrom checks the lines after the given one, which is taken as it is.
func (s *State) verifyFrom(ctx context.Context, after int64) error {
	rows, err := s.read.QueryContext(ctx, auditColumns+` AND seq >= ? ORDER BY seq`, s.cfg.Tenant, after)
	if err != nil {
		return fmt.Errorf("read ledger: %w", err)
	}
	defer rows.Close()
	seq, prev := int64(0), ""
	for rows.Next() {
		a, err := scanAudit(rows)
		if err != nil {
			return fmt.Errorf("read ledger: %w", err)
		}
		if a.Seq > after && (a.Seq != seq+1 || a.Prev != prev || a.Hash != chain(a)) {
			return fmt.Errorf("%w: line %d (%s, %s %s) does not follow line %d",
				ErrLedger, a.Seq, a.Time.Format(time.RFC3339), a.Who, a.Action, seq)
		}
		seq, prev = a.Seq, a.Hash
	}
	return rows.Err()
}
