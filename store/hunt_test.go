//go:build !slim && cgo

package store

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/yagura-project/yagura/event"
)

var update = flag.Bool("update", false, "write the golden answers anew")

// theDay bounds a hunt to the day of the tests' world.
func theDay(params map[string]string) map[string]string {
	out := map[string]string{"from": at(0).Format(time.RFC3339), "to": at(24 * time.Hour).Format(time.RFC3339)}
	for k, v := range params {
		out[k] = v
	}
	return out
}

func print(t event.Table) string {
	var b strings.Builder
	fmt.Fprintln(&b, strings.Join(t.Columns, " | "))
	for _, r := range t.Rows {
		for i, v := range r {
			if i > 0 {
				b.WriteString(" | ")
			}
			if at, ok := v.(time.Time); ok {
				v = at.Format("01-02T15:04:05")
			}
			fmt.Fprint(&b, v)
		}
		b.WriteByte('\n')
	}
	if t.Truncated {
		b.WriteString("…\n")
	}
	return b.String()
}

func TestHuntsGiveTheirGoldenAnswers(t *testing.T) {
	cfg := testConfig(t.TempDir())
	cfg.SealRows = 100
	s, _ := written(t, cfg, world())
	for name, c := range map[string]struct {
		hunt   string
		params map[string]string
	}{
		"timeline":             {"timeline", map[string]string{"host": "pc-013"}},
		"timeline-address":     {"timeline", map[string]string{"host": "10.1.0.2", "limit": "3"}},
		"destinations":         {"destinations", nil},
		"destinations-of-one":  {"destinations", map[string]string{"host": "10.1.0.12", "by": "flows", "outside": "no"}},
		"whoelse-domain":       {"whoelse", map[string]string{"what": "NEWS.example."}},
		"whoelse-address":      {"whoelse", map[string]string{"what": "198.51.100[.]7"}},
		"whoelse-hash":         {"whoelse", map[string]string{"what": "E3B0C442"}},
		"rare":                 {"rare", map[string]string{"machines": "1"}},
		"beacons":              {"beacons", map[string]string{"calls": "20"}},
		"indicator":            {"indicator", map[string]string{"values": "203.0.113.9, example\ne3b0c442 aa nothing.invalid"}},
		"firstseen":            {"firstseen", map[string]string{"what": "update.example"}},
		"firstseen-never":      {"firstseen", map[string]string{"what": "never.example"}},
		"volume":               {"volume", map[string]string{"host": "pc-012"}},
		"volume-day":           {"volume", map[string]string{"step": "day"}},
		"leak":                 {"leak", map[string]string{"what": "pc-011"}},
		"leak-to":              {"leak", map[string]string{"what": "example"}},
		"sql":                  {"sql", map[string]string{"query": "SELECT app, count(*) n, sum(orig_bytes) s, 1.5::DECIMAL(4,2) d, [1,2] l FROM events GROUP BY app ORDER BY n DESC, app -- mine;"}},
		"sql-truncated-answer": {"sql", map[string]string{"query": "SELECT * FROM range(10) ORDER BY 1 DESC", "limit": "3"}},
	} {
		t.Run(name, func(t *testing.T) {
			table, err := s.Hunt(t.Context(), c.hunt, theDay(c.params))
			must(t, err)
			golden(t, name, print(table))
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "hunts", name+".txt")
	if *update {
		must(t, os.MkdirAll(filepath.Dir(file), 0o755))
		must(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	must(t, err)
	if d := cmp.Diff(string(want), got); d != "" {
		t.Error(d)
	}
}

func TestHuntsOverNothing(t *testing.T) {
	s := openTest(t, t.TempDir())
	for _, h := range s.Hunts() {
		params := map[string]string{}
		for _, p := range h.Params {
			switch p.Kind {
			case ParamHost, ParamThing, ParamThings:
				params[p.Name] = "x"
			case ParamSQL:
				params[p.Name] = "SELECT * FROM events JOIN flows USING (flow_id)"
			}
		}
		table, err := s.Hunt(t.Context(), h.Name, params)
		if err != nil || len(table.Rows) != 0 || len(table.Columns) == 0 {
			t.Errorf("%s: %v %v", h.Name, table, err)
		}
		if h.Title.JA == "" || h.Title.EN == "" || h.Version < 1 {
			t.Errorf("%s has no title or version", h.Name)
		}
	}
}

func TestHuntSaysWhatIsWrong(t *testing.T) {
	s := openTest(t, t.TempDir())
	for want, c := range map[string]struct {
		hunt   string
		params map[string]string
		is     error
	}{
		`did you mean "beacons"?`:    {"beacon", nil, ErrNoHunt},
		`there are: timeline`:        {"xyzzy-plugh", nil, ErrNoHunt},
		`did you mean "host"?`:       {"timeline", map[string]string{"hots": "x"}, ErrHuntParam},
		`needs host`:                 {"timeline", nil, ErrHuntParam},
		`whole number from 1 to`:     {"rare", map[string]string{"machines": "two"}, ErrHuntParam},
		`number from 0 to 10`:        {"beacons", map[string]string{"jitter": "NaN"}, ErrHuntParam},
		`choose one of bytes`:        {"destinations", map[string]string{"by": "size"}, ErrHuntParam},
		`write "2026-11-02"`:         {"rare", map[string]string{"from": "yesterday"}, ErrHuntParam},
		`is not before`:              {"rare", map[string]string{"from": "2026-11-03", "to": "2026-11-02"}, ErrHuntParam},
		`Did you mean "events"`:      {"sql", map[string]string{"query": "SELECT * FROM evnts"}, ErrHuntParam},
		`must be one SELECT`:         {"sql", map[string]string{"query": "DROP VIEW events"}, ErrHuntParam},
		`this is 2 statements`:       {"sql", map[string]string{"query": "SELECT 1; SELECT 2"}, ErrHuntParam},
		`unterminated quoted string`: {"sql", map[string]string{"query": "SELECT 'x"}, ErrHuntParam},
	} {
		_, err := s.Hunt(t.Context(), c.hunt, c.params)
		if !errors.Is(err, c.is) || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func TestAHuntSeesWhatIsNotYetSealed(t *testing.T) {
	s, tel := written(t, testConfig(t.TempDir()), nil)
	tel.patience = time.Minute // however busy this machine is
	for _, e := range world()[:10] {
		tel.Append(e)
	}
	count := func() any {
		table, err := s.Hunt(t.Context(), "sql", theDay(map[string]string{"query": "SELECT count(*) FROM events"}))
		must(t, err)
		return table.Rows[0][0]
	}
	if n := count(); n != int64(10) {
		t.Errorf("the hunt sees %v of 10 events", n)
	}
	tel.refreshed.Store(s.now().Add(time.Hour).UnixNano()) // just refreshed
	for _, e := range world()[10:12] {
		tel.Append(e)
	}
	if n := count(); n != int64(10) {
		t.Errorf("each hunt seals a file of its own: %v", n)
	}
}

func TestAnalystsAreCaged(t *testing.T) {
	dir := t.TempDir()
	cfg := testConfig(dir)
	cfg.Tenant = "kita"
	s, _ := written(t, cfg, world()[:4])
	neighbour, _ := written(t, testConfig(dir), world()[:4]) // kitakata: kita is how its directory begins
	list, err := neighbour.Segments(t.Context(), time.Time{}, time.Time{})
	must(t, err)
	theirs := quoteFor(neighbour.segmentFile(list[0]))
	secret := filepath.Join(t.TempDir(), "secret.csv")
	must(t, os.WriteFile(secret, []byte("a\n1\n"), 0o600))
	mine := quoteFor(filepath.Join(cfg.segmentDir(), "x.parquet"))
	for _, query := range []string{
		"SELECT * FROM read_parquet(" + theirs + ")",
		"SELECT * FROM read_parquet(" + quoteFor(cfg.segmentDir()+"/../kitakata/*/*.parquet") + ")",
		"SELECT * FROM glob('/etc/*')",
		"SELECT * FROM read_csv(" + quoteFor(secret) + ")",
		"SELECT * FROM read_text('/etc/passwd')",
		"SELECT * FROM " + quoteFor(secret),
		"COPY (SELECT 1) TO " + mine,
		"SELECT 1; COPY (SELECT 1) TO " + mine,
		"SELECT 1) TO " + mine + "; SELECT * FROM (SELECT 1",
		"SET enable_external_access = true",
		"SELECT 1; SET memory_limit = '100GB'; SELECT 1",
		"ATTACH '/tmp/x.db'",
		"INSTALL httpfs", "LOAD httpfs", "PRAGMA database_list",
		"CREATE TABLE x AS SELECT 1", "EXPORT DATABASE '/tmp/x'",
		"SELECT * FROM query('COPY (SELECT 1) TO " + strings.ReplaceAll(mine, "'", "''") + "')",
	} {
		if table, err := s.Hunt(t.Context(), "sql", theDay(map[string]string{"query": query})); err == nil {
			t.Errorf("%s was answered: %v", query, table)
		}
	}
	if files, _ := filepath.Glob(filepath.Join(cfg.segmentDir(), "*.parquet")); len(files) != 0 {
		t.Errorf("something was written: %v", files)
	}
	table, err := s.Hunt(t.Context(), "sql", theDay(map[string]string{"query": "SELECT count(*) FROM events"}))
	if err != nil || table.Rows[0][0] != int64(4) {
		t.Errorf("their own is refused: %v %v", table, err)
	}
}

func quoteFor(s string) string { return "'" + s + "'" }

func TestAHuntThatNeedsTooMuchEndsAlone(t *testing.T) {
	s := openTest(t, t.TempDir())
	s.cfg.HuntMemoryMiB = 64
	s.cfg.tmpless(t)
	_, err := s.Hunt(t.Context(), "sql", map[string]string{"query": "SELECT a, list(b) FROM (SELECT range % 7 a, random()::VARCHAR || range::VARCHAR b FROM range(60000000)) GROUP BY a"})
	if !errors.Is(err, ErrHuntTooBig) {
		t.Errorf("%v", err)
	}
}

// tmpless makes the scratch directory unusable, so that a hunt must fit into memory.
func (c Config) tmpless(t *testing.T) {
	t.Helper()
	must(t, os.RemoveAll(c.tmpDir()))
}

func TestAHuntEndsWithItsAsker(t *testing.T) {
	s := openTest(t, t.TempDir())
	endless := map[string]string{"query": "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 3"}
	s.cfg.HuntTimeout = 300 * time.Millisecond
	if _, err := s.Hunt(t.Context(), "sql", endless); !errors.Is(err, ErrHuntTimeout) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s.cfg.HuntTimeout = time.Minute
	time.AfterFunc(200*time.Millisecond, cancel)
	if _, err := s.Hunt(ctx, "sql", endless); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestADeadHuntingProcessIsAnError(t *testing.T) {
	s := openTest(t, t.TempDir())
	for _, command := range [][]string{{"/bin/false"}, {"/bin/echo", "no gob"}, {"/nowhere/yagura"}, {"/bin/sh", "-c", "echo boom >&2; kill -9 $$"}} {
		s.cfg.HuntCommand = command
		if _, err := s.Hunt(t.Context(), "volume", nil); err == nil {
			t.Errorf("%v: no error", command)
		} else if command[0] == "/bin/sh" && !strings.Contains(err.Error(), "boom") {
			t.Errorf("what it said is lost: %v", err)
		}
	}
}
