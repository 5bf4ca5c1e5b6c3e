package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const captures = "../captures"

func TestEveryRecipeSaysWhatItIsFor(t *testing.T) {
	recipes, err := load()
	if err != nil {
		t.Fatal(err)
	}
	if len(recipes) < 17 {
		t.Errorf("%d recipes, want 17 or more", len(recipes))
	}
	for _, r := range recipes {
		if r.about == "" || (r.act == nil && r.filter == "" && r.name != "net-basics") {
			t.Errorf("%s: about %q, filter %q", r.name, r.about, r.filter)
		}
	}
}

func TestEveryRecipeHasItsCaptureAndTheOtherWayRound(t *testing.T) {
	recipes, err := load()
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join(captures, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, r := range recipes {
		file := r.name + ".pcap.gz"
		known[file] = true
		n, err := frames(filepath.Join(captures, file))
		if err != nil || n == 0 {
			t.Errorf("%s: %d frames, %v", file, n, err)
		}
		if !strings.Contains(string(readme), "`"+file+"`") || !strings.Contains(string(readme), r.about) {
			t.Errorf("README.md does not tell of %s in the recipe's words: go run ./lab/record -index", file)
		}
	}
	found, err := filepath.Glob(captures + "/*.pcap.gz")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range found {
		if !known[filepath.Base(path)] {
			t.Errorf("%s has no recipe", path)
		}
	}
}

func TestParseReadsTheHeader(t *testing.T) {
	r := parse("x", []byte("# first line\n# second line\n# filter: port 53\necho\n# not this\n"))
	if r.about != "first line second line" || r.filter != "port 53" {
		t.Errorf("%+v", r)
	}
}

func TestChooseNamesTheUnknown(t *testing.T) {
	_, err := choose([]recipe{{name: "a"}}, []string{"a", "b"})
	if err == nil || !strings.Contains(err.Error(), `"b"`) {
		t.Errorf("%v, want an error that names b", err)
	}
}
