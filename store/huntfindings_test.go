package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/event"
)

// TestFindingsHunt lists findings with their UIDs, of all machines or of one by its name, address or MAC.
func TestFindingsHunt(t *testing.T) {
	s := openTest(t, t.TempDir())
	for i, uid := range []string{"f-old", "f-one", "f-two"} {
		must(t, s.PutFinding(t.Context(), event.Finding{
			Header: event.Header{UID: uid, Time: at(time.Duration(i) * time.Hour)}, Advisory: event.Advisory{ID: "beacon"}, Severity: event.High,
			Device: device(i), Count: 2 + i, Summary: event.Text{JA: "等間隔の通信"},
		}))
	}
	for host, want := range map[string][]string{"": {"f-one", "f-two"}, "PC-001": {"f-one"}, "10.1.0.2": {"f-two"}, "02-00-00-00-00-02": {"f-two"}, "pc-9": nil} {
		table, err := s.Hunt(t.Context(), "findings", map[string]string{"host": host, "from": at(30 * time.Minute).Format(time.RFC3339), "to": at(9 * time.Hour).Format(time.RFC3339)})
		must(t, err)
		var got []string
		for _, r := range table.Rows {
			got = append(got, r[1].(string))
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("host %q: %s", host, d)
		}
	}
	table, err := s.Hunt(t.Context(), "findings", map[string]string{"limit": "1", "from": at(-time.Hour).Format(time.RFC3339), "to": at(9 * time.Hour).Format(time.RFC3339)})
	must(t, err)
	want := event.Table{Truncated: true, Columns: []string{"last", "uid", "detector", "severity", "host", "src_ip", "times", "summary"},
		Rows: [][]any{{at(2 * time.Hour), "f-two", "beacon", int64(6), "PC-002", "10.1.0.2", int64(4), "等間隔の通信"}}}
	if d := cmp.Diff(want, table); d != "" {
		t.Error(d)
	}
}
