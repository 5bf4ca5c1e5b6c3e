package signature_test

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/signature"
	"github.com/yagura-project/yagura/signature/rule"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if !strings.HasSuffix(path, ".gz") {
		_, err = f.WriteString(text)
	} else {
		z := gzip.NewWriter(f)
		if _, err = z.Write([]byte(text)); err == nil {
			err = z.Close()
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestLoadFiles(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.rules"), "alert tcp any any -> any any (content:\"a\"; sid:1; rev:2;)\nalert tcp any any -> any any (nosuchkeyword:1; sid:2;)\n")
	write(t, filepath.Join(dir, "b.rules.gz"), "alert tcp any any -> any any (content:\"b\"; sid:1; rev:3;)\n# comment\nalert tcp any any -> any any (content:\"c\"; sid:3;)\n")
	l, err := signature.Load([]string{filepath.Join(dir, "*.rules"), filepath.Join(dir, "b.rules.gz")}, rule.NewEnv(""))
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Rules) != 2 || l.Rules[0].Rev != 3 {
		t.Errorf("%d rules", len(l.Rules))
	}
	if len(l.Refused) != 2 || l.Refused[0].Line != 2 || l.Refused[0].Keyword != "nosuchkeyword" {
		t.Errorf("refused: %v", l.Refused)
	}
	for _, missing := range []string{"none.rules", "none*.rules"} {
		if _, err := signature.Load([]string{filepath.Join(dir, missing)}, rule.NewEnv("")); err == nil {
			t.Errorf("%s was read", missing)
		}
	}
}

func TestConfig(t *testing.T) {
	if err := signature.DefaultConfig().Validate(); err != nil {
		t.Error(err)
	}
	bad := signature.DefaultConfig()
	bad.Limits.Bits, bad.Files = 1, []string{"[a"}
	if err := bad.Validate(); err == nil || !strings.Contains(err.Error(), "limits.bits") || !strings.Contains(err.Error(), "files") {
		t.Errorf("%v", err)
	}
}
