package signature

import (
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
	if _, err := Load([]string{path}, rule.NewEnv("")); err == nil || !strings.Contains(err.Error(), "more than 1 MiB") {
		t.Errorf("%v", err)
	}
}
