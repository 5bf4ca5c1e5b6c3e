package dataset_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/yagura-project/yagura/signature/dataset"
	"github.com/yagura-project/yagura/signature/rule"
)

// FuzzLoad wants what a file of values gives to be written and read back the same.
func FuzzLoad(f *testing.F) {
	for i, s := range []string{"Z29vZ2xlLmNvbQ==\n", "Z29vZ2xlLmNvbQ==,12\n", "# comment\n\n2001:db8::1\n", "192.0.2.1\n", `{"ioc":{"host":"a.test"},"year":2005}` + "\n", `{"x":{"y":[{"host":"a.test"},{"host":1}]}}`} {
		f.Add(s, uint8(i), "host", "x.y")
	}
	f.Add("192.168.0.0/16\nfc00::/7\n::ffff:10.0.0.0/104\n", uint8(6), "", "")
	f.Add("abababababababababababababababab,1\n", uint8(3), "", "")
	kinds, formats := []string{"string", "md5", "sha256", "ipv4", "ip", "ipv6", "cidr"}, []string{"csv", "ndjson", "json"}
	f.Fuzz(func(t *testing.T, text string, form uint8, key, array string) {
		dir := t.TempDir()
		path := filepath.Join(dir, "values")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		spec := rule.SetSpec{Name: "x", Kind: kinds[int(form)%len(kinds)], Load: path, Format: formats[int(form)/len(kinds)%len(formats)], ValueKey: key, ArrayKey: array, Reputation: form&128 != 0}
		if spec.Format == "csv" {
			spec.Save = path
		}
		store := dataset.NewStore(dir)
		was, err := store.Set(spec)
		if err != nil || spec.Format != "csv" {
			return
		}
		if err := store.Save(); err != nil {
			t.Fatal(err)
		}
		is, err := dataset.NewStore(dir).Set(spec)
		if err != nil {
			t.Fatalf("what was saved is refused: %v", err)
		}
		if a, b := was.(*dataset.Set).Len(), is.(*dataset.Set).Len(); a != b {
			t.Errorf("%d values, %d when read back", a, b)
		}
	})
}
