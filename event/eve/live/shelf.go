package live

import (
	"cmp"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// shelf looks after rotated files: it compresses them and deletes the oldest. It runs on a goroutine of its own, for
// compressing takes long.
type shelf struct {
	cfg FileConfig
	now func() time.Time // nil: time.Now
}

func (s shelf) clock() time.Time {
	if s.now == nil {
		return time.Now()
	}
	return s.now()
}

// put takes in one rotated file.
func (s shelf) put(path string) error {
	var err error
	if s.cfg.Gzip {
		err = squeeze(path)
	}
	return errors.Join(err, s.prune())
}

// tidy compresses what an earlier run left plain, and deletes what is too old.
func (s shelf) tidy() error {
	var errs []error
	for _, old := range s.rotated() {
		switch {
		case strings.HasSuffix(old, ".gz.tmp"):
			errs = append(errs, os.Remove(old))
		case s.cfg.Gzip && !strings.HasSuffix(old, ".gz"):
			errs = append(errs, squeeze(old))
		}
	}
	return errors.Join(append(errs, s.prune())...)
}

// prune deletes the oldest; names sort by time. What bears a time yet to come is of a clock that was wrong, and goes before all else:
// or it would stay, and each file that is rotated now would go at once.
func (s shelf) prune() error {
	if s.cfg.Keep <= 0 {
		return nil
	}
	old := s.rotated()
	ahead := order(stampedName(s.cfg.Path, s.clock().Add(time.Hour)))
	rank := func(path string) int { return min(0, strings.Compare(ahead, order(path))) }
	slices.SortStableFunc(old, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
	var errs []error
	for _, p := range old[:max(0, len(old)-s.cfg.Keep)] {
		errs = append(errs, os.Remove(p))
	}
	return errors.Join(errs...)
}

// rotated are the files that rotate made, oldest first, compressed or not.
func (s shelf) rotated() []string {
	ext := filepath.Ext(s.cfg.Path)
	stem := strings.TrimSuffix(filepath.Base(s.cfg.Path), ext) + "-"
	entries, err := os.ReadDir(filepath.Dir(s.cfg.Path))
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		rest, mine := strings.CutPrefix(e.Name(), stem)
		if mine && e.Type().IsRegular() && stamped(rest) && strings.Contains(rest, ext) {
			out = append(out, filepath.Join(filepath.Dir(s.cfg.Path), e.Name()))
		}
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(order(a), order(b)) })
	return out
}

// stamped reports whether s begins with a time as rotatedName writes it.
func stamped(s string) bool {
	const form = "00000000T000000Z"
	if len(s) < len(form) {
		return false
	}
	for i, c := range []byte(form) {
		if c == '0' && (s[i] < '0' || s[i] > '9') || c != '0' && s[i] != c {
			return false
		}
	}
	return true
}

// order makes names comparable by time: without what compressing added.
func order(path string) string {
	return strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(path, ".tmp"), ".gz"), filepath.Ext(strings.TrimSuffix(path, ".gz")))
}

// squeeze replaces a file by its compressed form; a crash in between leaves the plain one.
func squeeze(path string) (err error) {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	tmp := path + ".gz.tmp"
	out, err := os.OpenFile(tmp, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o640)
	if err != nil {
		return err
	}
	z := gzip.NewWriter(out)
	_, err = io.Copy(z, in)
	if err = errors.Join(err, z.Close(), out.Sync(), out.Close()); err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	if err := os.Rename(tmp, path+".gz"); err != nil { // the plain one is all there is
		return errors.Join(err, os.Remove(tmp))
	}
	return os.Remove(path)
}
