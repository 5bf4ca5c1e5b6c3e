package act_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/act"
)

func TestMemorySurvives(t *testing.T) {
	d := act.Deps{Dir: filepath.Join(t.TempDir(), "act")}
	kept := map[string]int{"port1.0.5": 10}
	if err := d.Memory("CLI sw/1").Save(kept); err != nil {
		t.Fatal(err)
	}
	var got map[string]int
	if err := d.Memory("CLI sw/1").Load(&got); err != nil || got["port1.0.5"] != 10 {
		t.Errorf("%v %v", got, err)
	}
	entries, err := os.ReadDir(d.Dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != "cli_sw_1.json" {
		t.Errorf("%v %v", entries, err)
	}
	if info, err := entries[0].Info(); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if err := d.Memory("other").Load(&got); err != nil || got["port1.0.5"] != 10 {
		t.Errorf("nothing was kept, but %v %v", got, err)
	}
	if err := os.WriteFile(filepath.Join(d.Dir, "cli_sw_1.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.Memory("CLI sw/1").Load(&got); err == nil || !strings.Contains(err.Error(), "backup") {
		t.Errorf("a torn file: %v", err)
	}
}

func TestNoMemoryWithoutADirectory(t *testing.T) {
	m := act.Deps{}.Memory("x")
	n := 1
	if err := m.Save(2); err != nil {
		t.Error(err)
	}
	if err := m.Load(&n); err != nil || n != 1 {
		t.Error(n, err)
	}
}
