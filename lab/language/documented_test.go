package language_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/lab/language"
	"github.com/yagura-project/yagura/signature/keyword"
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

// apart are words whose cases stand elsewhere, or that cannot be asked here.
var apart = map[string]string{
	"config": "it tells of nothing: cmd/yagura sees what is left out", "lua": "no scripts are run", "luajit": "no scripts are run", "luaxform": "no scripts are run",
	"ndpi-protocol": "not built in", "ndpi-risk": "not built in", "geoip": "signature/geoip has the database and its tests",
}

// TestEveryWordHasACase lists the words of the language that no case asks for.
func TestEveryWordHasACase(t *testing.T) {
	asked := map[string]bool{"sid": true} // every case has one
	for _, list := range cases(t) {
		for _, c := range list {
			for _, w := range c.Rules {
				_, options, _ := strings.Cut(w.Text, "(")
				for option := range strings.SplitSeq(options, ";") {
					word, _, _ := strings.Cut(strings.TrimSpace(option), ":")
					asked[strings.TrimSpace(word)] = true
				}
			}
		}
	}
	var missing []string
	for _, w := range keyword.Words() {
		if !asked[w[0]] && apart[w[0]] == "" {
			missing = append(missing, w[0])
		}
	}
	if len(missing) > 0 {
		t.Errorf("%d words have no case: %s", len(missing), strings.Join(missing, " "))
	}
}
