package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/yagura-project/yagura/event"
	"go.uber.org/goleak"
)

func rowsOf(t *testing.T, s *State) (rows []Row) {
	t.Helper()
	list, err := s.Segments(t.Context(), time.Time{}, time.Time{})
	must(t, err)
	for _, g := range list {
		part, err := parquet.ReadFile[Row](s.segmentFile(g))
		must(t, err)
		if int64(len(part)) != g.Rows {
			t.Errorf("%s: %d rows, the list says %d", g.Path, len(part), g.Rows)
		}
		rows = append(rows, part...)
	}
	return rows
}

func TestEventsAreLaidFlatAndSealed(t *testing.T) {
	cfg := testConfig(t.TempDir())
	cfg.SealRows = 100
	s, tel := written(t, cfg, world())
	rows := rowsOf(t, s)
	if len(rows) != kept || tel.Stats().Kept != kept || tel.Stats().Segments != 2 {
		t.Fatalf("%d rows, %+v", len(rows), tel.Stats())
	}
	var exe, smb, tls, auth Row
	for _, r := range rows {
		switch {
		case r.Method == "GET":
			exe = r
		case r.Class == int32(event.ClassSMBActivity):
			smb = r
		case r.SNI == "News.example":
			tls = r
		case r.Class == int32(event.ClassAuthentication):
			auth = r
		}
	}
	if exe.Domain != "dl.example" || exe.SHA256 != "e3b0c442" || exe.Host != "PC-013" || !exe.Outside || exe.Status != "200" {
		t.Errorf("%+v", exe)
	}
	if smb.DstHost != "PC-002" || smb.Outside || smb.Account != `TOWN\u13` || smb.Share != `\\fs\share` {
		t.Errorf("%+v", smb)
	}
	if tls.Domain != "news.example" || tls.JA4 != "t13d" || tls.User == "" {
		t.Errorf("%+v", tls)
	}
	if auth.Account != `TOWN\u13` || auth.Method != "AS-REP" {
		t.Errorf("%+v", auth)
	}
}

func TestSegmentsAreListedByTime(t *testing.T) {
	cfg := testConfig(t.TempDir())
	s, tel := written(t, cfg, flow(1, at(0), "10.1.0.11", "203.0.113.9", "a", 1, 1))
	for _, e := range flow(2, at(48*time.Hour), "10.1.0.11", "203.0.113.9", "b", 1, 1) {
		tel.Append(e)
	}
	must(t, tel.Flush(t.Context()))
	for name, c := range map[string]struct {
		from, until time.Time
		want        int
	}{
		"all": {want: 2}, "first day": {at(0), at(24 * time.Hour), 1}, "between": {at(24 * time.Hour), at(47 * time.Hour), 0},
		"until is exclusive": {at(24 * time.Hour), at(48 * time.Hour), 0}, "second day": {from: at(48 * time.Hour), want: 1},
	} {
		if list, err := s.Segments(t.Context(), c.from, c.until); len(list) != c.want || err != nil {
			t.Errorf("%s: %v %v", name, list, err)
		}
	}
}

func TestAppendNeverWaits(t *testing.T) {
	cfg := testConfig(t.TempDir())
	cfg.Queue = 3
	tel := NewTelemetry(openTest(t, cfg.Dir), nil, quiet)
	tel.queue = make(chan event.Event, 3) // not started: nobody takes
	for _, e := range world()[:5] {
		tel.Append(e)
	}
	if v := tel.Stats(); v.Queued != 3 || v.Dropped != 2 {
		t.Errorf("%+v", v)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := tel.AppendWait(ctx, world()[0]); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestStopSealsAndLeavesNothingRunning(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s, err := Open(t.Context(), testConfig(t.TempDir()))
	must(t, err)
	tel := NewTelemetry(s, town{}, quiet)
	must(t, tel.Start(t.Context()))
	for _, e := range world() {
		tel.Append(e)
	}
	must(t, tel.Stop(t.Context()))
	if n := len(rowsOf(t, s)); n != kept {
		t.Errorf("%d rows", n)
	}
	tel.Append(world()[0])
	if tel.Stats().Dropped != 1 {
		t.Error("an event after the end was not counted")
	}
	must(t, s.Close())
}

// appendForever keeps events until it is killed, and says how many are sealed.
func appendForever(dir string) error {
	ctx := context.Background()
	s, err := Open(ctx, testConfig(dir))
	if err != nil {
		return err
	}
	tel := NewTelemetry(s, town{}, quiet)
	if err := tel.Start(ctx); err != nil {
		return err
	}
	for n := uint64(0); ; n++ {
		for _, e := range flow(n, at(time.Duration(n)*time.Second), "10.1.0.11", "203.0.113.9", "x.example", 1, 1) {
			tel.Append(e)
		}
		if n%50 == 49 {
			if err := tel.Flush(ctx); err != nil {
				return err
			}
			fmt.Println((n + 1) * 2)
		}
	}
}

func TestKilledWhileAppendingLosesOnlyTheOpenSegment(t *testing.T) {
	dir := t.TempDir()
	cmd, _, lines := again(t, "append", dir)
	sealed := 0
	for sealed < 1000 && lines.Scan() {
		sealed, _ = strconv.Atoi(lines.Text())
	}
	must(t, cmd.Process.Kill())
	sealed = last(lines, sealed)
	if cmd.Wait() == nil {
		t.Fatal("the child ended by itself")
	}
	must(t, os.WriteFile(filepath.Join(dir, "tmp", "kitakata", "segment-123"), []byte("half"), 0o600))
	s, tel := written(t, testConfig(dir), nil)
	if n := len(rowsOf(t, s)); n < sealed || n%100 != 0 {
		t.Errorf("%d rows were acknowledged, %d are there", sealed, n)
	}
	if left, _ := os.ReadDir(filepath.Join(dir, "tmp", "kitakata")); len(left) != 0 {
		t.Errorf("unfinished files stay: %v", left)
	}
	must(t, tel.Flush(t.Context()))
}

func last(lines *bufio.Scanner, n int) int {
	for lines.Scan() {
		n, _ = strconv.Atoi(lines.Text())
	}
	return n
}

func TestHealMakesListAndDirectoryAgree(t *testing.T) {
	cfg := testConfig(t.TempDir())
	cfg.SealRows = 100
	s, _ := written(t, cfg, world())
	list, err := s.Segments(t.Context(), time.Time{}, time.Time{})
	must(t, err)
	must(t, os.Remove(s.segmentFile(list[0])))            // listed, but gone
	must(t, s.forget(t.Context(), list[1:]))              // there, but not listed
	junk := filepath.Join(cfg.segmentDir(), "2026-11-02") // there, but no segment
	for name, data := range map[string]string{"s-junk.parquet": "PAR1 and then nothing", "m-half.parquet": "x", "note.txt": ""} {
		must(t, os.WriteFile(filepath.Join(junk, name), []byte(data), 0o600))
	}
	must(t, s.heal(t.Context(), quiet))
	healed, err := s.Segments(t.Context(), time.Time{}, time.Time{})
	must(t, err)
	if len(healed) != 1 {
		t.Fatalf("%+v", healed)
	}
	healed[0].Sealed = list[1].Sealed // adopted later than sealed
	if healed[0] != list[1] {
		t.Errorf("adopted %+v, was %+v", healed[0], list[1])
	}
	if files, _ := os.ReadDir(junk); len(files) != 1 {
		t.Errorf("what is no segment stays: %v", files)
	}
}

func TestRetentionByAgeAndBySize(t *testing.T) {
	cfg := testConfig(t.TempDir())
	cfg.SealRows, cfg.KeepDays = 100, 30
	s, _ := written(t, cfg, world())
	list, err := s.Segments(t.Context(), time.Time{}, time.Time{})
	must(t, err)
	s.cfg.MaxGiB = 1
	list[0].Bytes = 1 << 30
	if out := s.outdated(list); len(out) != 1 || out[0] != list[0] {
		t.Errorf("by size the oldest goes alone: %v", out)
	}
	now := time.Now().AddDate(0, 0, 31)
	s.now = func() time.Time { return now }
	must(t, s.retain(t.Context()))
	if left, err := s.Segments(t.Context(), time.Time{}, time.Time{}); len(left) != 0 || err != nil {
		t.Errorf("by age all go: %v %v", left, err)
	}
	if _, err := os.Stat(s.segmentFile(list[0])); err != nil {
		t.Errorf("a running hunt lost its file: %v", err)
	}
	now = now.Add(time.Hour)
	must(t, s.retain(t.Context()))
	if left, err := os.ReadDir(cfg.segmentDir()); len(left) != 0 || err != nil {
		t.Errorf("files stay: %v %v", left, err)
	}
}

func TestTelemetryOnAFullDiskIsHeldAndWrittenLater(t *testing.T) {
	cfg := testConfig(tinyDisk(t, "2m"))
	s, tel := written(t, cfg, nil)
	ballast := filepath.Join(cfg.Dir, "ballast")
	fill(t, ballast)
	for _, e := range world() {
		tel.Append(e)
	}
	err := tel.Flush(t.Context())
	if !errors.Is(err, ErrDiskFull) || !strings.Contains(tel.Stats().Failure, "full") {
		t.Fatalf("%v, %+v", err, tel.Stats())
	}
	must(t, os.Remove(ballast))
	must(t, tel.Flush(t.Context()))
	if n := len(rowsOf(t, s)); n != kept || tel.Stats().Failure != "" || tel.Stats().Lost != 0 {
		t.Errorf("%d rows, %+v", n, tel.Stats())
	}
}

// fill takes all the space that is left.
func fill(t *testing.T, file string) {
	t.Helper()
	f, err := os.Create(file)
	must(t, err)
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	_ = f.Close()
}

func TestMemoryIsBoundedWhileTheDiskTakesNothing(t *testing.T) {
	tel := NewTelemetry(openTest(t, t.TempDir()), nil, quiet)
	big := make([]byte, maxWaiting/2)
	for i := range 5 {
		tel.waiting = append(tel.waiting, sealed{Segment{Rows: int64(i)}, big})
	}
	tel.makeRoom()
	if len(tel.waiting) != 2 || tel.waiting[0].Rows != 3 || tel.Stats().Lost != 0+1+2 {
		t.Errorf("%d wait, %d lost", len(tel.waiting), tel.Stats().Lost)
	}
}
