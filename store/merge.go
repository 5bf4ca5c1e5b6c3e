package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/parquet-go/parquet-go"
)

// A hunt pays for each file that it opens, so the small ones of a day are written together: as soon as there
// are many, and once more when the day is over.
const (
	mergeEvery = 10 * time.Minute
	mergeBelow = 250_000   // rows; longer segments stay as they are
	mergeFrom  = 24        // files
	mergedRows = 1_000_000 // rows of one merged file
	groupRows  = 122_880   // rows of one row group: what the engine reads in one go
)

// merge writes the small segments of each day together. What it replaces goes a little later, as in retain.
func (s *State) merge(ctx context.Context, log *slog.Logger) error {
	list, err := s.Segments(ctx, time.Time{}, time.Time{})
	if err != nil {
		return err
	}
	today := s.now().UTC().Format(time.DateOnly)
	var errs []error
	for _, part := range mergeable(list, today) {
		merged, err := s.mergeOne(ctx, part)
		if err != nil {
			errs = append(errs, fmt.Errorf("merge segments of %s: %w", filepath.Dir(part[0].Path), err))
			continue
		}
		log.Debug("segments merged", "into", merged.Path, "files", len(part), "events", merged.Rows)
	}
	return errors.Join(errs...)
}

// mergeable chooses what is to be written together, by day, oldest first.
func mergeable(list []Segment, today string) (parts [][]Segment) {
	days := map[string][]Segment{}
	var order []string
	for _, g := range list {
		if g.Rows >= mergeBelow {
			continue
		}
		d := filepath.Dir(g.Path)
		if days[d] == nil {
			order = append(order, d)
		}
		days[d] = append(days[d], g)
	}
	for _, d := range order {
		small := days[d]
		if len(small) < mergeFrom && (d >= today || len(small) < 2) {
			continue
		}
		var part []Segment
		rows := int64(0)
		for _, g := range small {
			if rows+g.Rows > mergedRows {
				parts, part, rows = append(parts, part), nil, 0
			}
			part, rows = append(part, g), rows+g.Rows
		}
		if len(part) > 1 {
			parts = append(parts, part)
		}
	}
	return parts
}

func (s *State) mergeOne(ctx context.Context, part []Segment) (Segment, error) {
	tmp, err := os.CreateTemp(s.cfg.tmpDir(), "merge-*")
	if err != nil {
		return Segment{}, full(s.cfg.tmpDir(), err)
	}
	defer os.Remove(tmp.Name()) // gone already when all went well
	sum := sha256.New()
	rows, err := s.copySegments(ctx, io.MultiWriter(tmp, sum), part)
	info, statErr := tmp.Stat()
	if err = errors.Join(err, statErr, tmp.Sync(), tmp.Close()); err != nil {
		return Segment{}, full(tmp.Name(), err)
	}
	m := Segment{Min: part[0].Min, Max: part[0].Max, Rows: rows, Bytes: info.Size(), SHA256: hex.EncodeToString(sum.Sum(nil)), Sealed: part[0].Sealed}
	for _, g := range part {
		m.Rows -= g.Rows
		if g.Max.After(m.Max) {
			m.Max = g.Max
		}
		if g.Sealed.After(m.Sealed) {
			m.Sealed = g.Sealed
		}
	}
	if m.Rows != 0 {
		return Segment{}, fmt.Errorf("%d events are not as many as the list says", rows)
	}
	m.Rows = rows
	m.Path = filepath.Join(filepath.Dir(part[0].Path), fmt.Sprintf("m-%s-%s.parquet", m.Min.Format("150405.000000"), m.SHA256[:12]))
	if err := settle(tmp.Name(), s.segmentFile(m)); err != nil {
		return Segment{}, full(s.segmentFile(m), err)
	}
	err = s.change(ctx, func(tx *sql.Tx) error {
		return errors.Join(insertSegment(ctx, tx, s.cfg.Tenant, m), s.giveUp(ctx, tx, part))
	})
	return m, err
}

// copySegments writes the rows of some segments as one file.
func (s *State) copySegments(ctx context.Context, out io.Writer, part []Segment) (rows int64, err error) {
	w := parquet.NewGenericWriter[Row](out, append(segmentOptions(), parquet.MaxRowsPerRowGroup(groupRows))...)
	for _, g := range part {
		n, err := copySegment(ctx, w, s.segmentFile(g))
		rows += n
		if err != nil {
			return rows, fmt.Errorf("%s: %w", g.Path, err)
		}
	}
	return rows, w.Close()
}

func copySegment(ctx context.Context, w *parquet.GenericWriter[Row], file string) (rows int64, err error) {
	defer unreadable(&err)
	f, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	whole, err := parquet.OpenFile(f, info.Size())
	if err != nil {
		return 0, err
	}
	r := parquet.NewGenericReader[Row](whole)
	defer r.Close()
	batch := make([]Row, 512)
	for {
		n, err := r.Read(batch)
		if n > 0 {
			if _, err := w.Write(batch[:n]); err != nil {
				return rows, err
			}
			rows += int64(n)
		}
		switch {
		case errors.Is(err, io.EOF):
			return rows, nil
		case err != nil:
			return rows, err
		case ctx.Err() != nil:
			return rows, ctx.Err()
		}
	}
}
