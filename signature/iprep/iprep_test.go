package iprep_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/signature/iprep"
)

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestScores(t *testing.T) {
	table, _, err := iprep.Load(iprep.Config{Categories: file(t, "# number, name, words\n1,BadHosts,Known bad hosts\n2,Google,Google, and its like\n"),
		Files: []string{file(t, "192.0.2.1,1,90\n192.0.2.0/24,1,20\n"), file(t, "2001:db8::/32,2,5\n")}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		address, category string
		score             uint8
	}{{"192.0.2.1", "badhosts", 90}, {"192.0.2.9", "BadHosts", 20}, {"::ffff:192.0.2.9", "BadHosts", 20}, {"192.0.3.9", "BadHosts", 0},
		{"2001:db8::9", "google", 5}, {"2001:db8::9", "badhosts", 0}} {
		n, ok := table.Category(c.category)
		if !ok {
			t.Fatalf("category %s is not known", c.category)
		}
		if s, _ := table.Score(netip.MustParseAddr(c.address), n); s != c.score {
			t.Errorf("%s %s: %d, want %d", c.address, c.category, s, c.score)
		}
	}
	if _, ok := table.Category("nobody"); ok {
		t.Error("a category that no file names is known")
	}
}

// TestRefused wants each line that cannot be used named, and the others used.
func TestRefused(t *testing.T) {
	good := file(t, "1,a,b\n")
	for bad, c := range map[string]iprep.Config{
		"61,a,b": {}, "1,a": {}, "192.0.2.1,1,128": {}, "192.0.2.1,0,1": {}, "192.0.2.300,1,1": {}, "192.0.2.0/40,1,1": {}, ",,": {}, "\xff": {},
	} {
		c.Categories, c.Files = file(t, "1,a,b\n"+bad+"\n2,c,d\n"), []string{file(t, "192.0.2.1,1,5\n"+bad+"\n192.0.2.2,1,6\n")}
		table, refused, err := iprep.Load(c)
		if err != nil || len(refused) == 0 {
			t.Errorf("%q: %v, %v", bad, refused, err)
			continue
		}
		for _, r := range refused {
			if r.Line != 2 || r.File != c.Categories && r.File != c.Files[0] || r.Keyword != "reputation" || r.Why == "" {
				t.Errorf("%q: %+v", bad, r)
			}
		}
		if s, _ := table.Score(netip.MustParseAddr("192.0.2.2"), 1); s != 6 {
			t.Errorf("%q: what stands behind it is lost", bad)
		}
		if n, ok := table.Category("c"); !ok || n != 2 {
			t.Errorf("%q: the category behind it is lost", bad)
		}
	}
	if table, refused, err := iprep.Load(iprep.Config{}); table != nil || refused != nil || err != nil {
		t.Errorf("%v %v %v", table, refused, err)
	}
	if table, refused, err := iprep.Load(iprep.Config{Categories: "/nowhere"}); table != nil || len(refused) != 1 || err == nil {
		t.Errorf("%v %v %v", table, refused, err)
	}
	here := file(t, "192.0.2.1,1,5\n")
	table, refused, err := iprep.Load(iprep.Config{Categories: good, Files: []string{"/nowhere", here}})
	if err == nil || len(refused) != 1 || refused[0].File != "/nowhere" || refused[0].Line != 0 {
		t.Errorf("%v %v", refused, err)
	}
	if s, _ := table.Score(netip.MustParseAddr("192.0.2.1"), 1); s != 5 {
		t.Error("the list behind one that is missing is lost")
	}
}

// TestTold wants what is wrong to be said with file and line, a list of nothing else in a hundred lines.
func TestTold(t *testing.T) {
	if _, _, err := iprep.Load(iprep.Config{Files: []string{file(t, "")}}); err == nil || !strings.Contains(err.Error(), "categories is missing") {
		t.Errorf("%v", err)
	}
	long := file(t, "1,a,b\n2,c,"+strings.Repeat("d", 1<<17)+"\n3,e,f\n")
	if table, refused, err := iprep.Load(iprep.Config{Categories: long}); err != nil || len(refused) > 0 {
		t.Errorf("%v %v", refused, err)
	} else if _, ok := table.Category("e"); !ok {
		t.Error("what stands behind a long line is lost")
	}
	if _, refused, err := iprep.Load(iprep.Config{Categories: file(t, "\ufeff1,a,b\r\n"), Files: []string{file(t, "\ufeff192.0.2.1,1,5\r\n")}}); err != nil || len(refused) > 0 {
		t.Error(refused, err)
	}
	_, refused, err := iprep.Load(iprep.Config{Categories: file(t, strings.Repeat("nothing\n", 5000))})
	if err != nil || len(refused) != 101 || refused[99].Line != 100 || refused[100].Why != "4900 more lines cannot be used" {
		t.Errorf("%d, %v", len(refused), err)
	}
}
