package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestScaffold makes one of each kind in a copy of this repository: git must show one new folder and the
// room's list, nothing else; the folder must pass its own tests, and all of them the house law.
func TestScaffold(t *testing.T) {
	root := copyTree(t)
	for what, k := range kinds {
		t.Run(what, func(t *testing.T) {
			if err := build(root, what, "kawaraban"); err != nil {
				t.Fatal(err)
			}
			want := " M " + k.room + "/all/all.go\n?? " + k.room + "/kawaraban/\n"
			if diff := cmp.Diff(want, run(t, root, "git", "status", "--porcelain")); diff != "" {
				t.Errorf("touched (-want +got):\n%s", diff)
			}
			run(t, root, "go", "vet", "./"+k.room+"/kawaraban", "./"+k.room+"/all")
			if out := run(t, root, "gofmt", "-l", k.room); out != "" {
				t.Errorf("not formatted: %s", out)
			}
			run(t, root, "git", "add", "-A")
			run(t, root, "git", "commit", "-qm", "made")
		})
	}
	run(t, root, "go", "test", "-count=1", "-run", "TestHouse", ".")
	run(t, root, "go", "run", "./script/gen-all", "-check")
	run(t, root, "go", "run", "./script/gen-comments", "-check")
}

func TestRefusals(t *testing.T) {
	cases := map[string]struct{ what, name, want string }{
		"unknown kind": {"gadget", "foo", "there is no kind"},
		"capital":      {"detector", "Foo", "lower-case"},
		"path":         {"detector", "../foo", "lower-case"},
		"keyword":      {"detector", "func", "no Go keyword"},
		"the list":     {"detector", "all", "not all"},
		"a suite":      {"detector", "footest", "not ending in test"},
		"there":        {"detector", "beacon", "is there already"},
	}
	root := t.TempDir()
	for _, name := range []string{"go.mod", "house.txt"} {
		text, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(root, "detect", "beacon"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := scaffold(root, c.what, c.name); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// copyTree puts what git knows, or would take, of this repository into a new repository.
func copyTree(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range strings.Split(run(t, "../..", "git", "ls-files", "-co", "--exclude-standard", "-z"), "\x00") {
		text, err := os.ReadFile(filepath.Join("../..", name))
		if name == "" || err != nil { // a file that was removed but is still listed
			continue
		}
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run(t, dir, "git", "init", "-q")
	run(t, dir, "git", "config", "user.name", "test")
	run(t, dir, "git", "config", "user.email", "test@example.org")
	run(t, dir, "git", "add", "-A")
	run(t, dir, "git", "commit", "-qm", "as it is")
	return dir
}

func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}
