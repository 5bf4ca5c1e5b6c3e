//go:build !race

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// ruleData is the directory of the shared captures; tests that need it say why they do not run.
func ruleData(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("YAGURA_DATA")
	if dir == "" {
		dir = "../../../shared/data"
	}
	if _, err := os.Stat(filepath.Join(dir, "suricata-verify", "INDEX.tsv")); err != nil {
		t.Skipf("no captures: %v (set YAGURA_DATA)", err)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// table reads a file of columns with a heading.
func table(t *testing.T, path string) (rows []map[string]string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes = '\t', true
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// alerts replays a capture with rules and gives the alerts in EVE.
func alerts(t *testing.T, rules, capture string) (out []map[string]any) {
	t.Helper()
	eve := filepath.Join(t.TempDir(), "eve.json")
	c := replayCmd{Rules: []string{rules}, Only: "signature", Eve: eve, Quiet: true, Lang: "en", Workers: 1, Files: []string{capture}}
	var quiet bytes.Buffer
	if err := c.Run(context.Background(), streams{out: &quiet, err: &quiet}); err != nil {
		t.Logf("%s: %v", capture, err)
	}
	f, err := os.Open(eve)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	in.Buffer(nil, 16<<20)
	for in.Scan() {
		var e map[string]any
		if err := json.Unmarshal(in.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		if e["event_type"] == "alert" {
			out = append(out, e)
		}
	}
	return out
}

// verification is a test of suricata-verify as far as it is about alerts.
type verification struct {
	Args   []string
	Skip   any
	Checks []struct {
		Filter struct {
			Count    int
			Match    map[string]any
			Requires any
		}
	}
}

var plainArgs = regexp.MustCompile(`^(-k none|--runmode=\w+)$`)

// TestSuricataVerify holds a tenth of suricata-verify's tests: what rules must find in a capture, and how often.
func TestSuricataVerify(t *testing.T) {
	data := filepath.Join(ruleData(t), "suricata-verify")
	held, failed := 0, 0
	for i, row := range table(t, filepath.Join(data, "INDEX.tsv")) {
		dir := filepath.Join(data, "tests", row["test"])
		v, ok := readVerification(dir, row)
		if i%10 != 0 || !ok {
			continue
		}
		rules, _ := filepath.Glob(filepath.Join(dir, "*.rules"))
		got := alerts(t, rules[0], filepath.Join(data, row["pcaps"]))
		for _, c := range v.Checks {
			if c.Filter.Match["event_type"] != "alert" || c.Filter.Requires != nil || !comparableFields(c.Filter.Match) {
				continue
			}
			held++
			if n := count(got, c.Filter.Match); n != c.Filter.Count {
				failed++
				t.Logf("%s: %v: %d, want %d", row["test"], c.Filter.Match, n, c.Filter.Count)
			}
		}
	}
	if held < 20 || failed*100 > held*8 {
		t.Errorf("%d of %d checks failed", failed, held)
	}
}

// readVerification reads a test that needs neither settings nor files of its own.
func readVerification(dir string, row map[string]string) (v verification, ok bool) {
	rules, _ := filepath.Glob(filepath.Join(dir, "*.rules"))
	_, own := os.Stat(filepath.Join(dir, "suricata.yaml"))
	if len(rules) != 1 || own == nil || row["needs_lua"] != "no" || strings.Contains(row["pcaps"], ",") || row["pcaps"] == "" {
		return v, false
	}
	text, err := os.ReadFile(filepath.Join(dir, "test.yaml"))
	if err != nil || yaml.Unmarshal(text, &v) != nil || v.Skip != nil {
		return v, false
	}
	for _, a := range v.Args {
		if !plainArgs.MatchString(a) {
			return v, false
		}
	}
	return v, true
}

// comparableFields reports whether only fields that alerts have are compared.
func comparableFields(match map[string]any) bool {
	for k := range match {
		switch {
		case k == "event_type", strings.HasPrefix(k, "alert.") && !strings.ContainsAny(k, "["), k == "src_ip", k == "dest_ip", k == "src_port", k == "dest_port", k == "proto":
		default:
			return false
		}
	}
	return true
}

func count(events []map[string]any, match map[string]any) (n int) {
	for _, e := range events {
		all := true
		for k, want := range match {
			var v any = e
			for _, part := range strings.Split(k, ".") {
				m, _ := v.(map[string]any)
				v = m[part]
			}
			all = all && fmt.Sprint(v) == fmt.Sprint(want)
		}
		if all {
			n++
		}
	}
	return n
}
