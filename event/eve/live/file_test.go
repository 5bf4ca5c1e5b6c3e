package live

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// begin makes a file whose clock the test moves.
func begin(t *testing.T, cfg FileConfig) (*file, *time.Time) {
	t.Helper()
	if cfg.Path == "" {
		cfg.Path = filepath.Join(t.TempDir(), "eve.json")
	}
	now := time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)
	f := newFile(cfg)
	f.now = func() time.Time { return now }
	t.Cleanup(func() {
		if err := f.close(); err != nil {
			t.Error(err)
		}
	})
	return f, &now
}

func put(t *testing.T, f *file, lines ...string) {
	t.Helper()
	if err := f.write([]byte(strings.Join(lines, "\n") + "\n")); err != nil {
		t.Fatal(err)
	}
}

func names(t *testing.T, f *file) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(f.cfg.Path))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func text(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestRotationBySizeKeepsLinesWhole(t *testing.T) {
	f, now := begin(t, FileConfig{RotateBytes: 10})
	var aged []string
	f.aged = func(p string) { aged = append(aged, filepath.Base(p)) }
	put(t, f, "one", "two")
	put(t, f, "three") // 8 + 6 > 10
	*now = now.Add(time.Minute)
	put(t, f, "longer than ten bytes") // alone in its file
	put(t, f, "x")                     // a second rotation within one second
	want := []string{"eve-20261121T093000Z.json", "eve-20261121T093100Z.0001.json", "eve-20261121T093100Z.json", "eve.json"}
	if d := cmp.Diff(want, names(t, f)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{want[0], want[2], want[1]}, aged); d != "" {
		t.Error("told of rotated files: ", d)
	}
	if got := text(t, filepath.Join(filepath.Dir(f.cfg.Path), want[0])); got != "one\ntwo\n" {
		t.Errorf("first file: %q", got)
	}
}

// Who moves or deletes the file and says nothing finds the next second's lines in a new one; where none can be had, the old
// one takes them.
func TestAFileThatIsGoneIsBegunAnew(t *testing.T) {
	f, now := begin(t, FileConfig{})
	put(t, f, "one")
	for i, gone := range []func() error{
		func() error { return os.Rename(f.cfg.Path, f.cfg.Path+".1") },
		func() error { return os.Remove(f.cfg.Path) },
		func() error { return errors.Join(os.Remove(f.cfg.Path), os.WriteFile(f.cfg.Path, nil, 0o600)) },
	} {
		if err := gone(); err != nil {
			t.Fatal(err)
		}
		put(t, f, "at once")
		*now = now.Add(time.Second)
		put(t, f, "later")
		if got := text(t, f.cfg.Path); got != "later\n" {
			t.Errorf("%d: %q", i, got)
		}
	}
	if got := text(t, f.cfg.Path+".1"); got != "one\nat once\n" {
		t.Errorf("what was moved: %q", got)
	}

	open := f.open
	f.open = func(string) (handle, error) { return nil, os.ErrPermission }
	if err := os.Rename(f.cfg.Path, f.cfg.Path+".2"); err != nil {
		t.Fatal(err)
	}
	*now = now.Add(time.Second)
	put(t, f, "homeless")
	if err := f.trouble(); !errors.Is(err, os.ErrPermission) {
		t.Errorf("what is said of it: %v", err)
	}
	*now = now.Add(time.Second)
	put(t, f, "too")
	if err := f.trouble(); err != nil {
		t.Errorf("it is said again: %v", err)
	}
	if got := text(t, f.cfg.Path+".2"); got != "later\nhomeless\ntoo\n" {
		t.Errorf("%q", got)
	}
	f.open = open
	*now = now.Add(grumble)
	put(t, f, "at home")
	if got := text(t, f.cfg.Path); got != "at home\n" {
		t.Errorf("%q", got)
	}
}

func TestRotationByTheClock(t *testing.T) {
	f, now := begin(t, FileConfig{RotateEvery: time.Hour})
	put(t, f, "before")
	*now = now.Add(29 * time.Minute) // 9:59
	put(t, f, "still before")
	*now = now.Add(2 * time.Minute) // 10:01
	put(t, f, "after")
	if d := cmp.Diff([]string{"eve-20261121T100100Z.json", "eve.json"}, names(t, f)); d != "" {
		t.Error(d)
	}
	if got := text(t, f.cfg.Path); got != "after\n" {
		t.Errorf("new file: %q", got)
	}
}

func TestOldFilesAreCompressedAndDeleted(t *testing.T) {
	cfg := FileConfig{RotateBytes: 1, Keep: 2, Gzip: true}
	f, now := begin(t, cfg)
	shelf := shelf{cfg: f.cfg, now: f.now}
	f.aged = func(p string) {
		if err := shelf.put(p); err != nil {
			t.Error(err)
		}
	}
	for i := range 5 {
		*now = now.Add(time.Second)
		put(t, f, fmt.Sprint("line ", i))
	}
	got := names(t, f)
	if d := cmp.Diff([]string{"eve-20261121T093004Z.json.gz", "eve-20261121T093005Z.json.gz", "eve.json"}, got); d != "" {
		t.Fatal(d)
	}
	in, err := os.Open(filepath.Join(filepath.Dir(f.cfg.Path), got[1]))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	z, err := gzip.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(z); err != nil || string(b) != "line 3\n" {
		t.Errorf("compressed: %q, %v", b, err)
	}
}

func TestForeignFilesAreNeverDeleted(t *testing.T) {
	f, now := begin(t, FileConfig{RotateBytes: 1, Keep: 1})
	dir := filepath.Dir(f.cfg.Path)
	for _, n := range []string{"eve-notes.json", "eve-20261121.json", "eve.json.bak", "other-20200101T000000Z.json"} {
		if err := os.WriteFile(filepath.Join(dir, n), []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		*now = now.Add(time.Second)
		put(t, f, "line")
	}
	if err := (shelf{cfg: f.cfg, now: f.now}).prune(); err != nil {
		t.Fatal(err)
	}
	want := []string{"eve-20261121.json", "eve-20261121T093003Z.json", "eve-notes.json", "eve.json", "eve.json.bak", "other-20200101T000000Z.json"}
	if d := cmp.Diff(want, names(t, f)); d != "" {
		t.Error(d)
	}
}

func TestAHalfLineOfAKilledProcessIsCutOff(t *testing.T) {
	for name, c := range map[string]struct{ left, want string }{
		"nothing":   {"", "new\n"},
		"whole":     {"a\nb\n", "a\nb\nnew\n"},
		"half":      {"a\nb\nhal", "a\nb\nnew\n"},
		"only half": {"hal", "new\n"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "eve.json")
			if err := os.WriteFile(path, []byte(c.left), 0o600); err != nil {
				t.Fatal(err)
			}
			f, _ := begin(t, FileConfig{Path: path})
			put(t, f, "new")
			if got := text(t, path); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// narrow is a disk that takes so many bytes and no more.
type narrow struct {
	handle
	room  *int
	stuck bool // cannot even be truncated
}

func (n narrow) Write(b []byte) (int, error) {
	if len(b) <= *n.room {
		*n.room -= len(b)
		return n.handle.Write(b)
	}
	part, err := n.handle.Write(b[:*n.room])
	*n.room = 0
	return part, errors.Join(err, syscall.ENOSPC)
}

func (n narrow) Truncate(size int64) error {
	if n.stuck {
		return syscall.EIO
	}
	return n.handle.Truncate(size)
}

func TestAFullDiskLeavesNoTornLine(t *testing.T) {
	for name, stuck := range map[string]bool{"taken back": false, "cannot be taken back": true} {
		t.Run(name, func(t *testing.T) {
			f, _ := begin(t, FileConfig{})
			room := 12
			f.open = func(p string) (handle, error) {
				h, err := openAppend(p)
				return narrow{h, &room, stuck}, err
			}
			put(t, f, "first")
			if err := f.write([]byte("second\nthird\n")); !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("error %v", err)
			}
			room = 100
			put(t, f, "fourth")
			want := "first\nfourth\n"
			if stuck {
				want = "first\nsecond\nfourth\n" // the broken line stands alone
			}
			got := text(t, f.cfg.Path)
			if got != want || int(f.size) != len(got) {
				t.Errorf("file %q of size %d, want %q", got, f.size, want)
			}
		})
	}
}

func TestAnUnwritableFileIsTriedAgain(t *testing.T) {
	dir := t.TempDir()
	blocked := filepath.Join(dir, "logs")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f, _ := begin(t, FileConfig{Path: filepath.Join(blocked, "eve.json")})
	if err := f.write([]byte("lost\n")); err == nil {
		t.Fatal("written through a file")
	}
	if err := os.Remove(blocked); err != nil {
		t.Fatal(err)
	}
	put(t, f, "kept")
	if got := text(t, f.cfg.Path); got != "kept\n" {
		t.Errorf("%q", got)
	}
}

func TestAFileThatWasMovedAwayIsStillRotated(t *testing.T) {
	f, _ := begin(t, FileConfig{RotateBytes: 4})
	put(t, f, "one")
	if err := os.Rename(f.cfg.Path, f.cfg.Path+".moved"); err != nil {
		t.Fatal(err)
	}
	put(t, f, "two")
	if d := cmp.Diff([]string{"eve.json", "eve.json.moved"}, names(t, f)); d != "" {
		t.Error(d)
	}
	if got := text(t, f.cfg.Path); !bytes.Equal([]byte(got), []byte("two\n")) {
		t.Errorf("%q", got)
	}
}

// TestOneWriter refuses a file that another process writes, and takes it when that one has ended.
func TestOneWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "eve.json")
	first, err := openAppend(path)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := openAppend(path); err == nil || !strings.Contains(err.Error(), "another process writes this file") {
		t.Errorf("%v, %v", second, err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	third, err := openAppend(path)
	if err != nil {
		t.Fatal(err)
	}
	third.Close()
}
