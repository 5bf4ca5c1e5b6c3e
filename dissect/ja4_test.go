package dissect_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/capture/samples"
	"github.com/yagura-project/yagura/dissect/all"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// TestJA4 holds JA4 of TLS and QUIC against what FoxIO's own implementation says of its sample captures.
func TestJA4(t *testing.T) {
	dir := filepath.Dir(samples.Path(t, "../../shared/data/ja4/tls12.pcap"))
	lists, err := filepath.Glob(filepath.Join(dir, "*.expected.json"))
	if err != nil || len(lists) == 0 {
		t.Fatal("no expected fingerprints", err)
	}
	checked := 0
	for _, list := range lists {
		got := map[string]string{}
		events, _, err := flowtest.Analyze(strings.TrimSuffix(list, ".expected.json"), all.Protocols...)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if n, ok := e.(*event.NetworkActivity); ok && n.TLS != nil && n.TLS.JA4 != "" {
				got[n.Src.IP.String()+" "+itoa(n.Src.Port)+" "+n.Dst.IP.String()+" "+itoa(n.Dst.Port)] = n.TLS.JA4
			}
		}
		for key, want := range foxIO(t, list) {
			checked++
			if got[key] != want {
				t.Errorf("%s: %s: %q, want %q", filepath.Base(list), key, got[key], want)
			}
		}
	}
	t.Logf("%d fingerprints compared", checked)
	if checked < 80 {
		t.Errorf("only %d fingerprints compared", checked)
	}
}

func itoa(v uint16) string { b, _ := json.Marshal(v); return string(b) }

// foxIO are the fingerprints of clients in a list.
func foxIO(t *testing.T, list string) map[string]string {
	t.Helper()
	b, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	var flows []map[string]any
	if err := json.Unmarshal(b, &flows); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range flows {
		if want, _ := f["JA4.1"].(string); want != "" {
			out[f["src"].(string)+" "+f["srcport"].(string)+" "+f["dst"].(string)+" "+f["dstport"].(string)] = want
		}
	}
	return out
}
