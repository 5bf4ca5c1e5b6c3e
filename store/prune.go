package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// How long what only helps for a while is kept. Cases, isolations and the ledger are kept for good.
const (
	keepStats   = 400 * 24 * time.Hour // a year and a month: for reports that compare
	keepNotices = 400 * 24 * time.Hour
)

// Prune removes expired logins, settled notices and old counters.
func (s *State) Prune(ctx context.Context) error {
	now := s.now()
	return s.change(ctx, func(tx *sql.Tx) error {
		for _, p := range []struct {
			query  string
			before time.Time
		}{
			{`DELETE FROM sessions WHERE tenant = ? AND expiry <= ?`, now},
			{`DELETE FROM notices WHERE tenant = ? AND state <> 'pending' AND due <= ?`, now.Add(-keepNotices)},
			{`DELETE FROM sensor_stats WHERE tenant = ? AND time < ?`, now.Add(-keepStats)},
		} {
			if _, err := tx.ExecContext(ctx, p.query, s.cfg.Tenant, micros(p.before)); err != nil {
				return fmt.Errorf("prune: %w", err)
			}
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM sensor_days WHERE tenant = ? AND day < ?`, s.cfg.Tenant, now.Add(-keepStats).In(japan).Format(time.DateOnly)); err != nil {
			return fmt.Errorf("prune: %w", err)
		}
		return nil
	})
}
