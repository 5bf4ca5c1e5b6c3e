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
		if err := s.addToDay(ctx, tx, v); err != nil {
			return err
		}
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

// japan is the calendar of days.
var japan = time.FixedZone("JST", 9*60*60)

// addToDay adds what the counters of a source gained since they were last kept to its day.
func (s *State) addToDay(ctx context.Context, tx *sql.Tx, v event.SensorStats) error {
	var before event.SensorStats
	var text string
	err := tx.QueryRowContext(ctx, `SELECT body FROM sensor_stats WHERE tenant = ? AND source = ? ORDER BY minute DESC LIMIT 1`, s.cfg.Tenant, v.Source).Scan(&text)
	if err = unlessMissing(err, text, &before); err != nil {
		return err
	}
	day := event.SensorDay{Day: v.Time.In(japan).Format(time.DateOnly), Source: v.Source}
	text = ""
	err = tx.QueryRowContext(ctx, `SELECT body FROM sensor_days WHERE tenant = ? AND source = ? AND day = ?`, s.cfg.Tenant, v.Source, day.Day).Scan(&text)
	if err = unlessMissing(err, text, &day); err != nil {
		return err
	}
	day.Add(before, v)
	body, err := json.Marshal(day)
	if err != nil {
		return fmt.Errorf("keep a sensor's day: %w", err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO sensor_days (tenant, source, day, body) VALUES (?, ?, ?, ?)
		ON CONFLICT (tenant, source, day) DO UPDATE SET body = excluded.body`, s.cfg.Tenant, v.Source, day.Day, string(body))
	return err
}

func unlessMissing(err error, text string, out any) error {
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err == nil:
		err = json.Unmarshal([]byte(text), out)
	}
	if err != nil {
		return fmt.Errorf("read sensor counters: %w", err)
	}
	return nil
}

// SensorDays gives the days of all sensors since one day ("2026-11-21"), oldest first.
func (s *State) SensorDays(ctx context.Context, since string) ([]event.SensorDay, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT body FROM sensor_days WHERE tenant = ? AND day >= ? ORDER BY day, source`, s.cfg.Tenant, since)
	if err != nil {
		return nil, fmt.Errorf("read a sensor's days: %w", err)
	}
	defer rows.Close()
	var out []event.SensorDay
	for rows.Next() {
		var body sql.RawBytes
		var d event.SensorDay
		if err := rows.Scan(&body); err != nil {
			return nil, fmt.Errorf("read a sensor's days: %w", err)
		}
		if err := json.Unmarshal(body, &d); err != nil {
			return nil, fmt.Errorf("read a sensor's days: %w", err)
		}
		out = append(out, d)
	}
	return out, rows.Err()
}
