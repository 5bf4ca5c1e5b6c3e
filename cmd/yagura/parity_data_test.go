//go:build !race

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event/eve/live"
	"github.com/yagura-project/yagura/signature/rule"
)

// told is an alert of one engine.
type told struct {
	sid  string
	ends string // both endpoints, in either order
	src  string // address
	at   time.Time
}

// otherEngine is what Suricata 7.0.0 told, by capture.
func otherEngine(t *testing.T, data string) map[string][]told {
	t.Helper()
	alerts := map[string][]told{}
	for _, r := range table(t, filepath.Join(data, "parity", "alerts.tsv")) {
		a := told{sid: r["sid"], ends: ends(r["src_ip"]+":"+r["src_port"], r["dest_ip"]+":"+r["dest_port"]), src: r["src_ip"]}
		n, err := strconv.Atoi(r["count"])
		if err != nil {
			t.Fatal(err)
		}
		for range n {
			alerts[r["capture"]] = append(alerts[r["capture"]], a)
		}
	}
	return alerts
}

func ends(a, b string) string {
	if b < a {
		a, b = b, a
	}
	return a + " " + b
}

// ourAlerts replays a capture with rules that are loaded already.
func ourAlerts(t *testing.T, j *judgement, file string) (out []told) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "eve.json")
	records, done, err := openEve(name, nil, live.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	var quiet bytes.Buffer
	r := replay{cmd: replayCmd{Only: "signature", Quiet: true, Lang: "en", Workers: 1}, judgement: j, path: file, eve: records, out: &quiet, err: &quiet}
	if err := r.run(context.Background()); err != nil {
		t.Logf("%s: %v", file, err)
	}
	if err := done(); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	in.Buffer(nil, 16<<20)
	for in.Scan() {
		var e struct {
			Type  string          `json:"event_type"`
			Time  string          `json:"timestamp"`
			Src   string          `json:"src_ip"`
			Dst   string          `json:"dest_ip"`
			SPort json.RawMessage `json:"src_port"`
			DPort json.RawMessage `json:"dest_port"`
			Alert struct {
				SID int `json:"signature_id"`
			} `json:"alert"`
		}
		if err := json.Unmarshal(in.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		if e.Type != "alert" {
			continue
		}
		at, err := time.Parse("2006-01-02T15:04:05.999999-0700", e.Time)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, told{fmt.Sprint(e.Alert.SID), ends(e.Src+":"+string(e.SPort), e.Dst+":"+string(e.DPort)), e.Src, at})
	}
	return out
}

// TestAlertsOfAnotherEngine holds our alerts against those that Suricata 7.0.0 raised with the same 24,877 rules on the same captures.
//
// Rules that count over the flows of a host are held apart. The other engine gave flows to several threads, which do not keep to
// the packets' order: which of a host's flows is told is left to chance there, and even how many are. In the capture of the Zerologon
// test it told ten alerts of a rule (2030871) that may tell five within the 20 seconds that the capture lasts. What is asserted of those
// is that ours keep to their limits, and that both engines saw the same hosts do the same.
//
// What we have beyond it: flows of DNS of which an answer is the first packet, which it takes for flows of the server and gives up
// ("failed" in flows.tsv); and segments whose IP length is 0 because the card was to cut them, which it does not read.
func TestAlertsOfAnotherEngine(t *testing.T) {
	data := ruleData(t)
	if testing.Short() {
		t.Skip("all captures with all rules: not with -short")
	}
	cfg := defaultConfig()
	cfg.Signature.Files = []string{filepath.Join(data, "rules", "et-open-2025.rules.gz")}
	j, err := newJudgement(cfg)
	if err != nil {
		t.Fatal(err)
	}
	limits := map[string]rule.Rate{}
	for _, r := range j.rules.loaded.Rules {
		if len(r.Rates) > 0 {
			limits[fmt.Sprint(r.SID)] = r.Rates[0]
		}
	}
	theirs := otherEngine(t, data)
	var found, missing, extra, captures int
	files, _ := filepath.Glob(filepath.Join(data, "pcap", "*", "*"))
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".gz")
		want := theirs[name]
		captures++
		got := ourAlerts(t, j, file)
		holdLimits(t, name, got, want, limits)
		a, b := pairs(want, limits), pairs(got, limits)
		for p := range a {
			if b[p] {
				found++
			} else {
				missing++
				t.Logf("%s: missing %s", name, p)
			}
		}
		for p := range b {
			if !a[p] {
				extra++
				t.Logf("%s: extra %s", name, p)
			}
		}
	}
	t.Logf("%d captures: %d found, %d missing, %d extra", captures, found, missing, extra)
	if captures < 10 || missing*100 > found+missing || extra*50 > found+missing {
		t.Errorf("%d captures: %d found, %d missing, %d extra", captures, found, missing, extra)
	}
}

// pairs are the alerts of rules without a limit, each once for the two endpoints.
func pairs(list []told, limits map[string]rule.Rate) map[string]bool {
	m := map[string]bool{}
	for _, a := range list {
		if _, limited := limits[a.sid]; !limited {
			m[a.sid+" "+a.ends] = true
		}
	}
	return m
}

// holdLimits asserts of rules with a limit that ours keep to it in capture time, and that both engines have them for the same senders.
func holdLimits(t *testing.T, name string, got, want []told, limits map[string]rule.Rate) {
	t.Helper()
	type key struct{ sid, src string }
	times := map[key][]time.Time{}
	for _, a := range got {
		times[key{a.sid, a.src}] = append(times[key{a.sid, a.src}], a.at)
	}
	reference := map[key]int{}
	for _, a := range want {
		reference[key{a.sid, a.src}]++
	}
	for k, n := range reference {
		r, limited := limits[k.sid]
		if !limited {
			continue
		}
		ours := len(times[k])
		if ours == 0 {
			t.Errorf("%s: sid %s: none of ours from %s, %d of the other engine", name, k.sid, k.src, n)
		}
		if n != ours {
			t.Logf("%s: sid %s (at most %d in %d s): %d alerts of ours from %s, %d of the other engine", name, k.sid, r.Count, r.Seconds, ours, k.src, n)
		}
	}
	for k, at := range times {
		r, limited := limits[k.sid]
		if !limited || r.Kind != rule.Limit || r.Track != rule.BySource || !slices.IsSortedFunc(at, time.Time.Compare) {
			continue // a capture that is not in the order of time begins limits anew
		}
		for i := int(r.Count); i < len(at); i++ {
			if gap := at[i].Sub(at[i-int(r.Count)]); gap < time.Duration(r.Seconds)*time.Second {
				t.Errorf("%s: sid %s: %d alerts from %s within %v", name, k.sid, r.Count+1, k.src, gap)
			}
		}
	}
}
