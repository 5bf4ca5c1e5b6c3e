package signature

import (
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/signature/rule"
)

// TestOddFiles has one line that is far too long among rules: it alone is refused, by its number. A file that is larger than what is read
// is none of the rules that stand at its beginning.
func TestOddFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.rules")
	one := "alert tcp any any -> any any (content:\"a\"; sid:1;)\n"
	if err := os.WriteFile(path, []byte(one+strings.Repeat("x", 2<<20)+"\n"+strings.Replace(one, "sid:1", "sid:2", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := Load([]string{path}, rule.NewEnv(""))
	if err != nil || len(l.Rules) != 2 || len(l.Refused) != 1 || l.Refused[0].Line != 2 || !strings.Contains(l.Refused[0].Why, "longer than") {
		t.Errorf("%d rules, refused %.300v, %v", len(l.Rules), l.Refused, err)
	}
	before := maxRuleFile
	defer func() { maxRuleFile = before }()
	maxRuleFile = 1 << 20
	l, err = Load([]string{path}, rule.NewEnv(""))
	if err != nil || len(l.Rules) != 0 || l.Broken == nil || !strings.Contains(l.Refused[len(l.Refused)-1].Error(), "a.rules: it has more than 1 MiB") {
		t.Errorf("%d rules, refused %.300v, %v", len(l.Rules), l.Refused, err)
	}
}

// TestListsAreNotThere begins without a database that is broken, with what can be read of the scores of addresses, and with the rules before
// the place where a packed file ends too early: each is named, and the rules that need none of it do their work.
func TestListsAreNotThere(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	var packed strings.Builder
	z, _ := gzip.NewWriterLevel(&packed, gzip.NoCompression)
	fmt.Fprintln(z, `alert ip any any -> any any (content:"a"; sid:1;)`)
	fmt.Fprintln(z, `alert ip any any -> any any (iprep:any,a,>,1; sid:2;)`)
	fmt.Fprintln(z, `alert ip any any -> any any (geoip:any,JP; sid:3;)`)
	fmt.Fprintln(z, strings.Repeat("#", 70_000))
	z.Close()
	c := DefaultConfig()
	c.Files = []string{put("a.rules.gz", packed.String()[:packed.Len()-40])}
	c.GeoIP = put("x.mmdb", "no database")
	c.Reputation.Categories, c.Reputation.Files = put("cat", "1,a,b\n"), []string{put("list", "192.0.2.1,1,5\n192.0.2.300,1,5\n")}
	l, err := c.Load(rule.NewEnv(""))
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Rules) != 2 || l.Broken == nil {
		t.Errorf("%d rules, broken %v", len(l.Rules), l.Broken)
	}
	var told strings.Builder
	for _, r := range l.Refused {
		fmt.Fprintln(&told, strings.TrimPrefix(r.Error(), dir+"/"))
	}
	for _, want := range []string{
		"list:2: reputation: ", "x.mmdb: geoip: this is no database", "a.rules.gz:3: geoip: ", "a.rules.gz: the file, packed by gzip, is cut off",
	} {
		if !strings.Contains(told.String(), want) {
			t.Errorf("%q is not told in\n%s", want, &told)
		}
	}
}
