package store

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// heal makes the list and the directory agree after a crash: unfinished files go, whole files that the list
// lacks are taken in, entries without a file are taken off.
func (s *State) heal(ctx context.Context, log *slog.Logger) error {
	if err := emptyDir(s.cfg.tmpDir()); err != nil {
		return err
	}
	if err := s.sweep(ctx, s.now()); err != nil {
		return err
	}
	list, err := s.Segments(ctx, time.Time{}, time.Time{})
	if err != nil {
		return err
	}
	listed := map[string]bool{}
	var absent []Segment
	for _, g := range list {
		listed[g.Path] = true
		if info, err := os.Stat(s.segmentFile(g)); err != nil || info.Size() != g.Bytes {
			absent = append(absent, g)
			log.Error("a segment is missing or has another size; its events are lost", "file", s.segmentFile(g), "events", g.Rows, "error", err)
		}
	}
	if err := s.forget(ctx, absent); err != nil {
		return err
	}
	for _, g := range absent {
		delete(listed, g.Path)
	}
	return s.adopt(ctx, listed, log)
}

// adopt takes whole files into the list and removes what is no whole segment. Merged files that the list
// lacks are removed too: what they were made of is still there.
func (s *State) adopt(ctx context.Context, listed map[string]bool, log *slog.Logger) error {
	root := s.cfg.segmentDir()
	return filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		path, err := filepath.Rel(root, file)
		if err != nil || listed[path] {
			return err
		}
		if strings.HasPrefix(d.Name(), "s-") {
			g, err := inspectSegment(root, path, s.now())
			if err == nil {
				log.Info("a segment that the list lacked was taken in", "file", file, "events", g.Rows)
				return s.putSegment(ctx, g)
			}
			log.Error("an unreadable segment was removed", "file", file, "error", err)
		}
		if err := os.Remove(file); err != nil {
			return fmt.Errorf("remove %s: %w", file, err)
		}
		return nil
	})
}

func emptyDir(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}
