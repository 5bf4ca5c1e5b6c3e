package street

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What a program has started ends with it, before its files are tidied away.
func TestChildrenEndWithTheirParent(t *testing.T) {
	g := Lay(t, "child", "sh")
	g.Space("x")
	file, child := filepath.Join(t.TempDir(), "pid"), ""
	t.Cleanup(func() { // runs behind that of Start, and before those of the folder and the namespace
		if words, _ := os.ReadFile("/proc/" + child + "/cmdline"); child == "" || len(words) > 0 { // a dead one that nobody has asked for has none
			t.Errorf("child %q lives on: %q", child, words)
		}
	})
	g.Start("x", nil, "sh", "-c", "sleep 1000 & echo $! > "+file+"; wait")
	for end := time.Now().Add(30 * time.Second); child == "" && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		b, _ := os.ReadFile(file)
		child = strings.TrimSpace(string(b))
	}
}
