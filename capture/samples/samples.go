// Package samples finds what tests read and the repository does not hold: captures, logs and rules of others.
package samples

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Path is where rel, with slashes, stands among the samples: in the folder that YAGURA_DATA names, or in shared/data beside the
// repository. A test is skipped where it is absent.
func Path(t testing.TB, rel string) string {
	t.Helper()
	path, ok := find(rel)
	if !ok {
		t.Skipf("no sample %s: set YAGURA_DATA to the folder of the shared data", path)
	}
	return path
}

// find is Path without a judgement.
func find(rel string) (path string, ok bool) {
	dir := os.Getenv("YAGURA_DATA")
	if dir == "" {
		dir = filepath.Join(root(), "..", "shared", "data")
	}
	path = filepath.Join(dir, filepath.FromSlash(rel))
	_, err := os.Stat(path)
	return path, err == nil
}

// root is the top of the repository, above the folder in which a test runs.
func root() string {
	dir, _ := os.Getwd()
	for up := dir; ; up = filepath.Dir(up) {
		if _, err := os.Stat(filepath.Join(up, "go.mod")); err == nil {
			return up
		}
		if up == filepath.Dir(up) {
			return dir
		}
	}
}

// Captures are the capture files below dir.
func Captures(t testing.TB, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if name := strings.TrimSuffix(path, ".gz"); err == nil && (strings.HasSuffix(name, ".pcap") || strings.HasSuffix(name, ".pcapng")) {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Recordings are all captures of the lab, and the samples where they are at hand.
func Recordings(t testing.TB) []string {
	t.Helper()
	out := Captures(t, filepath.Join(root(), "lab", "captures"))
	dir, ok := find("pcap")
	if !ok {
		t.Logf("no sample captures at %s: only the lab's are looked at", dir)
		return out
	}
	return append(out, Captures(t, dir)...)
}
