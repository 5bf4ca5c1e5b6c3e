package act

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSecretIsTheFirstLine(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	for text, want := range map[string]string{"s3cret\n": "s3cret", " a b \r\nsecond line\n": "a b", "x": "x"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := Secret("token_file", file); err != nil || got != want {
			t.Errorf("%q: %q %v", text, got, err)
		}
	}
	for _, text := range []string{"", "\nsecret\n", strings.Repeat("x", maxSecret+1)} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := Secret("token_file", file); err == nil || !strings.HasPrefix(err.Error(), "token_file: ") {
			t.Errorf("%.10q: %q %v", text, got, err)
		}
	}
	if _, err := Secret("token_file", ""); err == nil {
		t.Error("no file was named, and nothing was said")
	}
	if _, err := Secret("token_file", filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("there is no such file, and nothing was said")
	}
}
