package http

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/capture/samples"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event/wire"
)

// TestEvader gives answers that are framed or coded against the standard, as HTTP Evader (noxxi.de) makes them: the EICAR
// test file within must be seen whatever a browser may make of them.
func TestEvader(t *testing.T) {
	index := samples.Path(t, "suricata-verify/INDEX.tsv")
	f, err := os.Open(index)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes = '\t', true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, row := range rows {
		if !strings.HasPrefix(row[0], "http-evader/") || strings.HasSuffix(row[0], "-lzma") { // no browser undoes lzma
			continue
		}
		n++
		s := flowtest.Show(t, filepath.Join(filepath.Dir(index), row[1]), Protocol)
		seen := false
		for _, tx := range s.Txs {
			for _, f := range tx.Fields {
				seen = seen || f.Buffer == wire.FileData && bytes.Contains(f.B, []byte("EICAR-STANDARD-ANTIVIRUS-TEST-FILE")) && bytes.Contains(f.B, []byte("X5O!P%@AP[4"))
			}
		}
		if !seen {
			t.Errorf("%s: the file was not seen", row[0])
		}
	}
	if n < 200 {
		t.Errorf("only %d captures", n)
	}
}
