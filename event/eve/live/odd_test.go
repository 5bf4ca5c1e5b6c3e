package live

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// TestWhatCannotBeRotatedGrowsOn has a folder in which nothing can be renamed, as where only the file itself is the sensor's: no
// line is lost, it is told once a minute, and rotated as soon as that is possible.
func TestWhatCannotBeRotatedGrowsOn(t *testing.T) {
	f, now := begin(t, FileConfig{Path: filepath.Join(t.TempDir(), "logs", "eve.json"), RotateBytes: 4})
	put(t, f, "one")
	dir := filepath.Dir(f.cfg.Path)
	stranger := filepath.Join(dir, "eve-20261121T093000Z.json")
	f.cfg.Path += strings.Repeat("x", 250) // no file can have such a name
	put(t, f, "two")
	err := f.trouble()
	if err == nil || !strings.Contains(err.Error(), "rotate") {
		t.Errorf("trouble is told as %v", err)
	}
	put(t, f, "three")
	if f.trouble() != nil {
		t.Error("told with each line")
	}
	f.cfg.Path = filepath.Join(dir, "eve.json")
	if got := text(t, f.cfg.Path); got != "one\ntwo\nthree\n" {
		t.Errorf("%q", got)
	}
	*now = now.Add(time.Hour)
	put(t, f, "four")
	if _, err := os.Stat(stranger); err == nil || text(t, f.cfg.Path) != "four\n" {
		t.Error("not rotated when it could be")
	}
}

// TestAClockThatWasAheadEndsNothing rotates under a clock that was four years ahead and is put right then: the clock's rotation goes on,
// and the files of today are those that are kept.
func TestAClockThatWasAheadEndsNothing(t *testing.T) {
	f, now := begin(t, FileConfig{RotateEvery: time.Hour, Keep: 2})
	s := shelf{cfg: f.cfg, now: f.now}
	f.aged = func(string) {
		if err := s.prune(); err != nil {
			t.Error(err)
		}
	}
	today := *now
	*now = now.AddDate(4, 0, 0)
	for range 4 {
		put(t, f, "ahead")
		*now = now.Add(time.Hour)
	}
	*now = today
	for range 4 {
		put(t, f, "today")
		*now = now.Add(time.Hour)
	}
	want := []string{"eve-20261121T113000Z.json", "eve-20261121T123000Z.json", "eve.json"}
	if d := cmp.Diff(want, names(t, f)); d != "" {
		t.Error(d)
	}
}

// TestWhatCannotBeCompressedStays has a folder where the compressed file should stand.
func TestWhatCannotBeCompressedStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "eve-20261121T093000Z.json")
	if err := os.WriteFile(path, []byte("line\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path+".gz", 0o700); err != nil {
		t.Fatal(err)
	}
	if squeeze(path) == nil {
		t.Error("no error")
	}
	if got := text(t, path); got != "line\n" {
		t.Errorf("%q", got)
	}
}

// TestALongHalfLineIsCutOffWhole leaves a torn line that is longer than what is read at a time.
func TestALongHalfLineIsCutOffWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "eve.json")
	if err := os.WriteFile(path, []byte("whole\n"+strings.Repeat("x", 3<<20)), 0o600); err != nil {
		t.Fatal(err)
	}
	f, _ := begin(t, FileConfig{Path: path})
	put(t, f, "new")
	if got := text(t, path); got != "whole\nnew\n" {
		t.Errorf("%d bytes", len(got))
	}
}

// TestAPipeIsNeverRenamed writes more into a named pipe than a file may have.
func TestAPipeIsNeverRenamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "eve.json")
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	f, _ := begin(t, FileConfig{Path: path, RotateBytes: 4})
	put(t, f, "one")
	put(t, f, "two")
	if d := cmp.Diff([]string{"eve.json"}, names(t, f)); d != "" {
		t.Error(d)
	}
}

// TestAFileThatWasEmptiedGetsNoZeros has the file emptied (copytruncate) before a write that fails in the middle.
func TestAFileThatWasEmptiedGetsNoZeros(t *testing.T) {
	f, _ := begin(t, FileConfig{})
	room := 16
	f.open = func(p string) (handle, error) {
		h, err := openAppend(p)
		return narrow{h, &room, false}, err
	}
	put(t, f, "a long line")
	if err := os.Truncate(f.cfg.Path, 0); err != nil {
		t.Fatal(err)
	}
	if f.write([]byte("lost again\n")) == nil {
		t.Fatal("the disk is not full")
	}
	room = 100
	put(t, f, "next")
	if got := text(t, f.cfg.Path); got != "next\n" {
		t.Errorf("%q", got)
	}
}
