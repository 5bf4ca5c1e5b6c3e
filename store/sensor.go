package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
)

// PutSensorStats keeps the counters of one source; of each minute the last put stays.
func (s *State) PutSensorStats(ctx context.Context, v event.SensorStats) error {
	if v.Time.IsZero() {
		v.Time = s.now().UTC()
	}
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("keep sensor counters: %w", err)
	}
	minute := v.Time.Unix() / 60
	return s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO sensor_stats (tenant, source, minute, time, body) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (tenant, source, minute) DO UPDATE SET time = excluded.time, body = excluded.body`,
			s.cfg.Tenant, v.Source, minute, micros(v.Time), string(body))
		return err
	})
}

// SensorStats gives the counters from … until (exclusive), oldest first, at most one a minute and source.
// Counters run on from the sensor's start: a smaller number than before means that it was restarted.
func (s *State) SensorStats(ctx context.Context, from, until time.Time) ([]event.SensorStats, error) {
	w := s.where()
	w.between(from, until)
	rows, err := s.read.QueryContext(ctx, `SELECT body FROM sensor_stats`+w.sql()+` ORDER BY time, source`, w.args...)
	if err != nil {
		return nil, fmt.Errorf("read sensor counters: %w", err)
	}
	defer rows.Close()
	var out []event.SensorStats
	for rows.Next() {
		var body sql.RawBytes
		var v event.SensorStats
		if err := rows.Scan(&body); err != nil {
			return nil, fmt.Errorf("read sensor counters: %w", err)
		}
		if err := json.Unmarshal(body, &v); err != nil {
			return nil, fmt.Errorf("read sensor counters: %w", err)
		}
		out = append(out, v)
	}
	return out, rows.Err()
}
