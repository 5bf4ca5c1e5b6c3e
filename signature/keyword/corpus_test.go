package keyword

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/signature/rule"
)

// data is the folder of captures and rules that are not part of the repository.
func data(t testing.TB) string {
	dir := os.Getenv("YAGURA_DATA")
	if dir == "" {
		dir = "../../../shared/data"
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no data: %v; set YAGURA_DATA", err)
	}
	return dir
}

func etOpen(t testing.TB) []byte {
	f, err := os.Open(filepath.Join(data(t), "rules/et-open-2025.rules.gz"))
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestLoadPublicRules loads 24,877 rules; less than 0.5 % may be refused.
func TestLoadPublicRules(t *testing.T) {
	sigs, refused, err := Load(bytes.NewReader(etOpen(t)), "et-open.rules", testEnv())
	if err != nil {
		t.Fatal(err)
	}
	why := map[string]int{}
	for _, r := range refused {
		why[r.Keyword+": "+r.Why]++
		if why[r.Keyword+": "+r.Why] == 1 {
			t.Log(r)
		}
	}
	t.Logf("%d rules, %d refused", len(sigs), len(refused))
	if len(refused)*200 > len(sigs) {
		t.Errorf("%d of %d rules are refused", len(refused), len(refused)+len(sigs))
	}
}

// TestLoadVerificationRules loads the rules of every public verification test and tells which are refused.
func TestLoadVerificationRules(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(data(t), "suricata-verify/tests/*/*.rules"))
	more, _ := filepath.Glob(filepath.Join(data(t), "suricata-verify/tests/*/*/*.rules"))
	loaded, pending, bad := 0, 0, 0
	for _, name := range append(files, more...) {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		sigs, refused, err := Load(f, name, testEnv())
		f.Close()
		if err != nil {
			t.Error(err)
		}
		loaded += len(sigs)
		for _, r := range refused {
			if r.Pending || r.Skipped {
				pending++
			} else {
				bad++
			}
			t.Log(strings.TrimPrefix(r.Error(), data(t)+"/suricata-verify/tests/"))
		}
	}
	t.Logf("%d rules, %d pending, %d refused", loaded, pending, bad)
}

// sets stands for the engine's.
type sets struct{}

func (sets) Set(rule.SetSpec) (rule.ValueSet, error) { return emptySet{}, nil }

type emptySet struct{}

func (emptySet) Has([]byte) bool             { return false }
func (emptySet) Add([]byte) bool             { return false }
func (emptySet) Remove([]byte) bool          { return false }
func (emptySet) Score([]byte) (uint16, bool) { return 0, false }
func (emptySet) Context([]byte) []byte       { return nil }

func testEnv() *rule.Env {
	env := rule.NewEnv("")
	env.Sets = sets{}
	return env
}

func BenchmarkLoad(b *testing.B) {
	all := etOpen(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Load(bytes.NewReader(all), "et-open.rules", testEnv()); err != nil {
			b.Fatal(err)
		}
	}
}
