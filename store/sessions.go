package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"time"
)

// Sessions keeps the console's logins across restarts, as a scs.CtxStore. Only a hash of each token is kept, so
// that a copy of the file lets nobody in.
type Sessions struct{ s *State }

// Sessions is the tenant's session store.
func (s *State) Sessions() *Sessions { return &Sessions{s} }

func hashed(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// DeleteCtx ends a session; an unknown token is no error.
func (k *Sessions) DeleteCtx(ctx context.Context, token string) error {
	return k.s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE tenant = ? AND token = ?`, k.s.cfg.Tenant, hashed(token))
		return err
	})
}

// FindCtx gives the data of a session that has not expired.
func (k *Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	err = k.s.read.QueryRowContext(ctx, `SELECT data FROM sessions WHERE tenant = ? AND token = ? AND expiry > ?`,
		k.s.cfg.Tenant, hashed(token), micros(k.s.now())).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return data, err == nil, err
}

// CommitCtx keeps a session until expiry.
func (k *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	return k.s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO sessions (tenant, token, data, expiry) VALUES (?, ?, ?, ?)
			ON CONFLICT (tenant, token) DO UPDATE SET data = excluded.data, expiry = excluded.expiry`,
			k.s.cfg.Tenant, hashed(token), data, micros(expiry))
		return err
	})
}

// Delete is DeleteCtx without a context.
func (k *Sessions) Delete(token string) error { return k.DeleteCtx(context.Background(), token) }

// Find is FindCtx without a context.
func (k *Sessions) Find(token string) ([]byte, bool, error) {
	return k.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (k *Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return k.CommitCtx(context.Background(), token, data, expiry)
}
