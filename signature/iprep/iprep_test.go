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
	table, err := iprep.Load(iprep.Config{Categories: file(t, "# number, name, words\n1,BadHosts,Known bad hosts\n2,Google,Google, and its like\n"),
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

func TestRefused(t *testing.T) {
	good := file(t, "1,a,b\n")
	for _, c := range []iprep.Config{
		{Categories: "/nowhere"}, {Categories: file(t, "61,a,b")}, {Categories: file(t, "1,a")},
		{Categories: good, Files: []string{file(t, "192.0.2.1,1,128")}}, {Categories: good, Files: []string{file(t, "192.0.2.1,0,1")}},
		{Categories: good, Files: []string{file(t, "192.0.2.300,1,1")}}, {Categories: good, Files: []string{file(t, "192.0.2.0/40,1,1")}},
	} {
		if _, err := iprep.Load(c); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
	if table, err := iprep.Load(iprep.Config{}); table != nil || err != nil {
		t.Errorf("%v %v", table, err)
	}
}

// TestTold wants what is wrong to be said with file and line.
func TestTold(t *testing.T) {
	if _, err := iprep.Load(iprep.Config{Files: []string{file(t, "")}}); err == nil || !strings.Contains(err.Error(), "categories is missing") {
		t.Errorf("%v", err)
	}
	long := file(t, "1,a,b\n2,c,"+strings.Repeat("d", 1<<17)+"\n")
	if _, err := iprep.Load(iprep.Config{Categories: long}); err == nil || !strings.Contains(err.Error(), long+":2") {
		t.Errorf("%v", err)
	}
	if _, err := iprep.Load(iprep.Config{Categories: file(t, "\ufeff1,a,b\r\n"), Files: []string{file(t, "\ufeff192.0.2.1,1,5\r\n")}}); err != nil {
		t.Error(err)
	}
}
