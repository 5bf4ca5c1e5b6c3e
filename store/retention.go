package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// retain takes off what is older than KeepDays or beyond MaxGiB, and removes the files taken off a while ago.
func (s *State) retain(ctx context.Context) error {
	list, err := s.Segments(ctx, time.Time{}, time.Time{})
	if err != nil {
		return err
	}
	if out := s.outdated(list); len(out) > 0 {
		if err := s.change(ctx, func(tx *sql.Tx) error { return s.giveUp(ctx, tx, out) }); err != nil {
			return err
		}
	}
	return s.sweep(ctx, s.now().Add(-2*s.cfg.HuntTimeout))
}

// outdated chooses the segments to give up: by the time they were sealed, then the oldest until the rest fits.
func (s *State) outdated(list []Segment) (out []Segment) {
	oldest := s.now().AddDate(0, 0, -s.cfg.KeepDays)
	size := int64(0)
	var stay []Segment
	for _, g := range list {
		if g.Sealed.Before(oldest) {
			out = append(out, g)
			continue
		}
		stay = append(stay, g)
		size += g.Bytes
	}
	most := int64(s.cfg.MaxGiB) << 30
	for i := 0; most > 0 && size > most && i < len(stay); i++ {
		out = append(out, stay[i])
		size -= stay[i].Bytes
	}
	return out
}

// sweep removes the files of what was given up before the given time.
func (s *State) sweep(ctx context.Context, before time.Time) error {
	w := s.where()
	w.add("gone > 0 AND gone <= ?", micros(before))
	list, err := s.segments(ctx, w)
	if err != nil || len(list) == 0 {
		return err
	}
	for _, g := range list {
		if err := os.Remove(s.segmentFile(g)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove old telemetry: %w", err)
		}
		// The day's directory goes with its last file; Remove refuses while others are in it.
		_ = os.Remove(filepath.Dir(s.segmentFile(g)))
	}
	return s.forget(ctx, list)
}
