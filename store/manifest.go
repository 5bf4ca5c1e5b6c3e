package store

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"time"
)

func (s *State) putSegment(ctx context.Context, g Segment) error {
	return s.change(ctx, func(tx *sql.Tx) error { return insertSegment(ctx, tx, s.cfg.Tenant, g) })
}

func insertSegment(ctx context.Context, tx *sql.Tx, tenant string, g Segment) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO segments (tenant, path, min_time, max_time, row_count, bytes, sha256, sealed)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, path) DO NOTHING`,
		tenant, g.Path, micros(g.Min), micros(g.Max), g.Rows, g.Bytes, g.SHA256, micros(g.Sealed))
	return err
}

// Segments lists the sealed files that hold something of from … until (exclusive), oldest first; zero times do
// not restrict.
func (s *State) Segments(ctx context.Context, from, until time.Time) ([]Segment, error) {
	w := s.where()
	w.add("gone = 0")
	if !from.IsZero() {
		w.add("max_time >= ?", micros(from))
	}
	if !until.IsZero() {
		w.add("min_time < ?", micros(until))
	}
	return s.segments(ctx, w)
}

func (s *State) segments(ctx context.Context, w *where) ([]Segment, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT path, min_time, max_time, row_count, bytes, sha256, sealed FROM segments`+
		w.sql()+` ORDER BY min_time, path`, w.args...)
	if err != nil {
		return nil, fmt.Errorf("read the list of segments: %w", err)
	}
	defer rows.Close()
	var out []Segment
	for rows.Next() {
		var g Segment
		var low, high, sealed int64
		if err := rows.Scan(&g.Path, &low, &high, &g.Rows, &g.Bytes, &g.SHA256, &sealed); err != nil {
			return nil, fmt.Errorf("read the list of segments: %w", err)
		}
		g.Min, g.Max, g.Sealed = moment(low), moment(high), moment(sealed)
		out = append(out, g)
	}
	return out, rows.Err()
}

// giveUp takes segments off the list; their files go later, so that a hunt that reads them can end.
func (s *State) giveUp(ctx context.Context, tx *sql.Tx, list []Segment) error {
	for _, g := range list {
		_, err := tx.ExecContext(ctx, `UPDATE segments SET gone = ? WHERE tenant = ? AND path = ?`,
			micros(s.now()), s.cfg.Tenant, g.Path)
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *State) forget(ctx context.Context, list []Segment) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		for _, g := range list {
			if _, err := tx.ExecContext(ctx, `DELETE FROM segments WHERE tenant = ? AND path = ?`, s.cfg.Tenant, g.Path); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *State) segmentFile(g Segment) string { return filepath.Join(s.cfg.segmentDir(), g.Path) }
