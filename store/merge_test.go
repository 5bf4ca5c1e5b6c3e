package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSmallSegmentsAreMergedAndNothingIsLost(t *testing.T) {
	cfg := testConfig(t.TempDir())
	cfg.SealRows = 100
	s, _ := written(t, cfg, bulk(3000))
	before := rowsOf(t, s)
	must(t, s.merge(t.Context(), quiet))
	list, err := s.Segments(t.Context(), time.Time{}, time.Time{})
	must(t, err)
	if len(list) != 1 || list[0].Rows != 3000 {
		t.Fatalf("%d segments: %+v", len(list), list)
	}
	if d := cmp.Diff(before, rowsOf(t, s)); d != "" {
		t.Error(d)
	}
	same, err := inspectSegment(cfg.segmentDir(), list[0].Path, list[0].Sealed)
	if err != nil || same != list[0] {
		t.Errorf("the list says %+v, the file %+v, %v", list[0], same, err)
	}
	must(t, s.heal(t.Context(), quiet)) // a start removes what was merged
	files, err := filepath.Glob(filepath.Join(cfg.segmentDir(), "*", "*"))
	if len(files) != 1 || err != nil {
		t.Errorf("%v %v", files, err)
	}
}

func TestAMergeThatCannotReadLeavesAllAsItWas(t *testing.T) {
	cfg := testConfig(t.TempDir())
	cfg.SealRows = 100
	s, _ := written(t, cfg, bulk(400))
	list, err := s.Segments(t.Context(), time.Time{}, time.Time{})
	must(t, err)
	must(t, os.Truncate(s.segmentFile(list[1]), 200))
	if err := s.merge(t.Context(), quiet); err == nil {
		t.Fatal("a broken file was merged")
	}
	after, err := s.Segments(t.Context(), time.Time{}, time.Time{})
	must(t, err)
	if d := cmp.Diff(list, after); d != "" {
		t.Error(d)
	}
	if left, _ := os.ReadDir(cfg.tmpDir()); len(left) != 0 {
		t.Errorf("unfinished files stay: %v", left)
	}
}

func TestWhatIsMerged(t *testing.T) {
	segments := func(day string, n int, rows int64) (out []Segment) {
		for i := range n {
			out = append(out, Segment{Path: fmt.Sprintf("%s/s-%d", day, i), Rows: rows})
		}
		return out
	}
	for name, c := range map[string]struct {
		list []Segment
		want []int
	}{
		"few of today wait":         {segments("2026-11-03", 23, 10), nil},
		"many of today":             {segments("2026-11-03", 24, 10), []int{24}},
		"two of yesterday":          {segments("2026-11-02", 2, 10), []int{2}},
		"one of yesterday":          {segments("2026-11-02", 1, 10), nil},
		"long ones stay":            {segments("2026-11-02", 9, mergeBelow), nil},
		"not too long":              {segments("2026-11-02", 25, 100_000), []int{10, 10, 5}},
		"the rest is one: it waits": {segments("2026-11-02", 11, 100_000), []int{10}},
	} {
		var got []int
		for _, p := range mergeable(c.list, "2026-11-03") {
			got = append(got, len(p))
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestAFullDiskStopsNoMerge(t *testing.T) {
	cfg := testConfig(tinyDisk(t, "3m"))
	cfg.SealRows = 100
	s, _ := written(t, cfg, bulk(3000))
	fill(t, filepath.Join(cfg.Dir, "ballast"))
	if err := s.merge(t.Context(), quiet); !errors.Is(err, ErrDiskFull) {
		t.Fatalf("%v", err)
	}
	if n := len(rowsOf(t, s)); n != 3000 {
		t.Errorf("%d rows are left", n)
	}
}

func TestChangedSegmentsAreFound(t *testing.T) {
	cfg := testConfig(t.TempDir())
	cfg.SealRows = 100
	s, _ := written(t, cfg, bulk(400))
	if n, err := s.VerifySegments(t.Context()); n != 4 || err != nil {
		t.Fatal(n, err)
	}
	list, err := s.Segments(t.Context(), time.Time{}, time.Time{})
	must(t, err)
	f, err := os.OpenFile(s.segmentFile(list[2]), os.O_WRONLY, 0)
	must(t, err)
	_, err = f.WriteAt([]byte{0xff}, 100)
	must(t, err)
	must(t, f.Close())
	must(t, os.Remove(s.segmentFile(list[0])))
	if n, err := s.VerifySegments(t.Context()); n != 2 || !errors.Is(err, ErrSegment) || !strings.Contains(err.Error(), list[2].Path) {
		t.Error(n, err)
	}
}
