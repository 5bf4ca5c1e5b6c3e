package iprep_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/yagura-project/yagura/signature/iprep"
)

// FuzzLoad wants scores of 1 to 127 and nothing else from whatever a file says.
func FuzzLoad(f *testing.F) {
	f.Add("192.0.2.1,1,90\n192.0.2.0/24,1,20\n2001:db8::/32,1,5\n", uint8(1))
	f.Add("# a\n0.0.0.0/0,60,127\r\n::ffff:192.0.2.9,1,1\n::/0,1,2\n", uint8(60))
	names := filepath.Join(f.TempDir(), "names")
	if err := os.WriteFile(names, []byte("1,BadHosts,Known bad hosts\n"), 0o600); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string, category uint8) {
		path := filepath.Join(t.TempDir(), "list")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		table, _, err := iprep.Load(iprep.Config{Categories: names, Files: []string{path}})
		if err != nil {
			return
		}
		for _, a := range []string{"192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1"} {
			if s, ok := table.Score(netip.MustParseAddr(a), category); ok != (s > 0) || s > 127 {
				t.Errorf("%s in category %d: %d, %v", a, category, s, ok)
			}
		}
	})
}
