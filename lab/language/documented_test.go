package language_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/lab/language"
)

// cases reads all of testdata, by the names of the files.
func cases(t *testing.T) map[string][]*language.Case {
	t.Helper()
	files, err := filepath.Glob("testdata/*.cases")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	all := map[string][]*language.Case{}
	for _, path := range files {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		list, err := language.Read(f)
		f.Close()
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all[strings.TrimSuffix(filepath.Base(path), ".cases")] = list
	}
	return all
}

// TestDocumented holds each rule against the traffic of its case.
func TestDocumented(t *testing.T) {
	for name, list := range cases(t) {
		for _, c := range list {
			t.Run(name+"/"+c.Title, func(t *testing.T) { hold(t, name, c) })
		}
	}
}

func hold(t *testing.T, name string, c *language.Case) {
	dir := t.TempDir()
	told, err := c.Run(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range c.Rules {
		if n := told[i]; n != w.Count && !(w.Count < 0 && n > 0) {
			t.Errorf("testdata/%s.cases:%d: %d alerts of %s", name, w.Line, n, w.Text)
		}
	}
	for file, want := range c.Saved {
		got, err := os.ReadFile(filepath.Join(dir, file))
		if d := cmp.Diff(want, string(got)); err != nil || d != "" {
			t.Errorf("%s: %v %s", file, err, d)
		}
	}
}
