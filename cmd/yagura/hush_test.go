package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// replayed are the lines of EVE of a recording under rules, but for alerts and statistics, each by its type and what it is about.
func replayed(t *testing.T, workers, recording, rules string) (lines []string) {
	t.Helper()
	dir := t.TempDir()
	eve, file := filepath.Join(dir, "eve.json"), filepath.Join(dir, "own.rules")
	if err := os.WriteFile(file, []byte(rules), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"replay", "--quiet", "--only", "signature", "--workers", workers, "--rules", file, "--eve", eve, recording}, streams{&out, &errs}); code != exitOK {
		t.Fatalf("%d: %s", code, errs.String())
	}
	b, err := os.ReadFile(eve)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(b) {
		var e struct {
			Type string `json:"event_type"`
			Port int    `json:"src_port"`
			Flow struct{ Alerted bool }
			HTTP struct{ URL string }
			DNS  struct {
				ID   int
				Type string
			}
		}
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		if e.Flow.Alerted {
			t.Errorf("a rule of config alerted: %s", line)
		}
		if e.Type != "stats" {
			lines = append(lines, string(appendAll(nil, e.Type, e.Port, e.HTTP.URL, e.DNS.Type, e.DNS.ID)))
		}
	}
	return lines
}

func appendAll(b []byte, parts ...any) []byte {
	for _, p := range parts {
		text, _ := json.Marshal(p) // texts and numbers: cannot fail
		b = append(append(b, text...), ' ')
	}
	return b
}

// TestConfigRulesLeaveOut: what a rule keeps out is missing from EVE, also of requests behind one another of one connection, and nothing else is.
func TestConfigRulesLeaveOut(t *testing.T) {
	const other = "config http any any -> any any (http.uri; content:\"/not-there\"; config:logging disable, type tx, scope tx; sid:9;)\n"
	for name, c := range map[string]struct {
		recording, rule string
		gone            func(line string) bool
		least           int // lines that are left out
	}{
		"one of several requests": {"http-pipeline.pcap.gz", `config http any any -> any any (http.uri; content:"/style.css"; config:logging disable, type tx, scope tx; sid:1;)`,
			func(line string) bool { return strings.Contains(line, "/style.css") }, 2},
		"by its answer": {"http-pipeline.pcap.gz", `config http any any -> any any (http.stat_code; content:"200"; config:logging disable, type tx, scope tx; sid:1;)`,
			func(line string) bool {
				return strings.HasPrefix(line, `"http" `) || strings.HasPrefix(line, `"fileinfo" `)
			}, 6},
		"flows": {"dns-udp.pcap.gz", `config dns any any -> any any (config:logging disable, type flow, scope flow; sid:1;)`,
			func(line string) bool { return strings.HasPrefix(line, `"flow" `) }, 2},
		"all of a flow": {"dns-tcp.pcap.gz", `config dns any any -> any any (dns.query; content:"."; config:logging disable, type tx, scope flow; sid:1;)`,
			func(line string) bool { return strings.HasPrefix(line, `"dns" `) }, 2},
		"answers alone": {"dns-udp.pcap.gz", `config dns any any -> any any (dns.response.rrname; content:"."; config:logging disable, type tx, scope tx; sid:1;)`,
			func(line string) bool { return strings.Contains(line, `"response"`) }, 2},
	} {
		recording := "../../lab/captures/" + c.recording
		for _, workers := range []string{"1", "2"} {
			all := replayed(t, workers, recording, other)
			want := slices.DeleteFunc(slices.Clone(all), c.gone)
			got := replayed(t, workers, recording, c.rule)
			if len(all)-len(want) < c.least || !slices.Equal(got, want) {
				t.Errorf("%s: %d lines of %d, want %d: %q", name, len(got), len(all), len(want), got)
			}
		}
	}
}
