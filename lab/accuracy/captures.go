package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// recording is one line of captures.jsonl.
type recording struct {
	File    string  `json:"file"`
	Role    string  `json:"role"` // attack, benign …
	Home    string  `json:"home_net"`
	Minutes float64 `json:"host_minutes"`
	Allow   string  `json:"allow"` // a benign capture that may hold grayware, say
}

// truth is one line of truth.jsonl.
type truth struct {
	File      string   `json:"file"`
	Behaviour string   `json:"behaviour"`
	Endpoint  string   `json:"endpoint"`
	Least     string   `json:"min_severity"`
	Optional  bool     `json:"optional"`
	Start     *float64 `json:"t_start"`
	End       *float64 `json:"t_end"`
}

// told is what is read of a finding of yagura replay --json.
type told struct {
	Time     float64 `json:"time"`
	Severity int     `json:"severity_id"`
	Device   struct {
		IP string `json:"ip"`
	} `json:"device"`
	Unmapped struct {
		Behaviour string `json:"behaviour"`
	} `json:"unmapped"`
}

// captured is how the labelled captures were judged.
type captured struct {
	Rules       string           `json:"rules,omitempty"` // the rule file that was on; "" = detectors alone
	Captures    int              `json:"captures"`
	Labels      int              `json:"labels"`
	Macro       float64          `json:"macro"` // of the recall of each behaviour: the endpoint is named
	Behaviours  map[string]ratio `json:"behaviours"`
	BenignHours float64          `json:"benign_host_hours"`
	BenignHigh  int              `json:"benign_high"`
	BenignMore  int              `json:"benign_medium_or_above"`
}

var severityIDs = map[string]int{"info": 1, "low": 2, "medium": 3, "high": 4, "critical": 5}

func (out *captured) print(w io.Writer, how string) {
	fmt.Fprintf(w, "%d captures, %s: macro recall %.2f, benign: %d high, %d medium or above\n", out.Captures, how, out.Macro, out.BenignHigh, out.BenignMore)
}

// measureCaptures replays each capture of the set and holds the findings against its labels; rules may be "".
func measureCaptures(dir, yagura, rules string) (*captured, error) {
	captures, err := lines[recording](filepath.Join(dir, "captures.jsonl"))
	if err != nil {
		return nil, err
	}
	labels, err := lines[truth](filepath.Join(dir, "truth.jsonl"))
	if err != nil {
		return nil, err
	}
	out := &captured{Behaviours: map[string]ratio{}}
	if rules != "" {
		out.Rules = filepath.Base(rules)
	}
	for _, c := range captures {
		found, err := replay(dir, yagura, rules, c)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out.Captures++
		out.label(c, found, labels)
	}
	for _, r := range out.Behaviours {
		out.Labels += r.Of
		out.Macro += r.share() / float64(len(out.Behaviours))
	}
	return out, nil
}

func (out *captured) label(c recording, found []told, labels []truth) {
	for _, t := range labels {
		if t.Optional || strings.TrimSuffix(t.File, ".gz") != strings.TrimSuffix(c.File, ".gz") {
			continue
		}
		r := out.Behaviours[t.Behaviour]
		r.add(slices.ContainsFunc(found, func(f told) bool { return f.meets(t) }))
		out.Behaviours[t.Behaviour] = r
	}
	if c.Role != "benign" {
		return
	}
	out.BenignHours += c.Minutes / 60
	for _, f := range found {
		if f.Severity >= 4 {
			out.BenignHigh++
		}
		if f.Severity >= 3 {
			out.BenignMore++
		}
	}
}

// meets: severe enough, in its time, and the machine to act on is named.
func (f told) meets(t truth) bool {
	at := f.Time / 1000
	return f.Severity >= severityIDs[t.Least] && (t.Endpoint == "*" || f.Device.IP == t.Endpoint) &&
		(t.Start == nil || t.End == nil || at >= *t.Start-60 && at <= *t.End+600)
}

func replay(dir, yagura, rules string, c recording) ([]told, error) {
	file := filepath.Join(dir, c.File)
	if _, err := os.Stat(file); err != nil {
		if other := strings.TrimSuffix(file, ".gz"); other != file {
			file = other
		} else {
			file += ".gz"
		}
	}
	if strings.HasSuffix(file, ".gz") {
		plain, err := unpack(file)
		if err != nil {
			return nil, err
		}
		defer os.Remove(plain)
		file = plain
	}
	args := []string{"replay", "--quiet", "--json"}
	if c.Home != "" {
		args = append(args, "--home", c.Home)
	}
	if rules != "" {
		args = append(args, "--rules", rules)
	}
	b, err := exec.Command(yagura, append(args, file)...).Output()
	if err != nil {
		return nil, fmt.Errorf("%s replay %s: %w", yagura, file, err)
	}
	return decode[told](bytes.NewReader(b))
}

func unpack(file string) (string, error) {
	in, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer in.Close()
	z, err := gzip.NewReader(in)
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	out, err := os.CreateTemp("", "accuracy-*.pcap")
	if err != nil {
		return "", err
	}
	if _, err = io.Copy(out, z); err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	return out.Name(), out.Close()
}

func lines[T any](file string) ([]T, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return decode[T](f)
}

func decode[T any](r io.Reader) (out []T, err error) {
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, 16<<20)
	for sc.Scan() {
		if len(bytes.TrimSpace(sc.Bytes())) == 0 {
			continue
		}
		var v T
		if err := json.Unmarshal(sc.Bytes(), &v); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, sc.Err()
}
