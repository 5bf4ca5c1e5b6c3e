package dga_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"

	"github.com/yagura-project/yagura/detect"
)

// On a labelled list, most names of random generators look made up, few real ones do.
func TestLabelledNames(t *testing.T) {
	dir := os.Getenv("YAGURA_DATA")
	if dir == "" {
		dir = "../../../shared/data"
	}
	f, err := os.Open(filepath.Join(dir, "lists", "dga_labelled.csv"))
	if err != nil {
		t.Skipf("no labelled names (set YAGURA_DATA): %v", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	total, odd := map[string]int{}, map[string]int{}
	for _, r := range rows[1:] {
		total[r[0]]++
		if detect.MadeUp(r[2]) {
			odd[r[0]]++
		}
	}
	legit := float64(odd["legit"]) / float64(total["legit"])
	made := float64(odd["dga"]) / float64(total["dga"])
	t.Logf("made up: %.3f of generated names, %.3f of real ones", made, legit)
	if legit > 0.12 || made < 0.5 {
		t.Errorf("%.3f of generated and %.3f of real names look made up; want at least 0.50 and at most 0.12", made, legit)
	}
}
