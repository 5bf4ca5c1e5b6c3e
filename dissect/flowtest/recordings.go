package flowtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Recordings are all captures of the lab, and the samples where they are at hand; root is the way to the top of the repository.
func Recordings(t *testing.T, root string) (out []string) {
	t.Helper()
	dirs := []string{filepath.Join(root, "lab", "captures")}
	data := os.Getenv("YAGURA_DATA")
	if data == "" {
		data = filepath.Join(root, "..", "shared", "data")
	}
	if _, err := os.Stat(filepath.Join(data, "pcap")); err == nil {
		dirs = append(dirs, filepath.Join(data, "pcap"))
	} else {
		t.Logf("no sample captures at %s: only the lab's are looked at", data)
	}
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if name := strings.TrimSuffix(path, ".gz"); err == nil && (strings.HasSuffix(name, ".pcap") || strings.HasSuffix(name, ".pcapng")) {
				out = append(out, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}
