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

// TestBrokenGzip wants the rules before the break, and to be told what to do.
func TestBrokenGzip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.rules.gz")
	write(t, path, strings.Repeat("alert tcp any any -> any any (content:\"a\"; sid:1;)\n", 2000))
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"a cut one": whole[:len(whole)-9], "a changed one": append(whole[:len(whole)-8:len(whole)-8], "12345678"...), "its head": whole[:5]} {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		l, err := signature.Load([]string{path}, rule.NewEnv(""))
		if err != nil || len(l.Refused) == 0 || !strings.Contains(l.Refused[len(l.Refused)-1].Error(), "fetch it again") {
			t.Errorf("%s: %v %+v", name, err, l)
		}
		if name != "its head" && len(l.Rules) != 1 {
			t.Errorf("%s: %d rules are used", name, len(l.Rules))
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
