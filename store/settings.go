package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/yagura-project/yagura/event"
)

// PutSetting keeps one value under a key, replacing what was there: freeze switch, first-start mark, cursor …
func (s *State) PutSetting(ctx context.Context, key, value string) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO settings (tenant, key, value) VALUES (?, ?, ?)
			ON CONFLICT (tenant, key) DO UPDATE SET value = excluded.value`, s.cfg.Tenant, key, value)
		return err
	})
}

// Setting gives the value kept under a key, or event.ErrNotFound.
func (s *State) Setting(ctx context.Context, key string) (value string, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT value FROM settings WHERE tenant = ? AND key = ?`, s.cfg.Tenant, key).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("setting %q: %w", key, event.ErrNotFound)
	}
	return value, err
}
