package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// report is one comparison, as it is kept.
type report struct {
	Date    time.Time          `json:"date"`
	Commit  string             `json:"commit"`
	Host    machine            `json:"host"`
	Load    traffic            `json:"traffic"`
	Rounds  int                `json:"rounds"`
	Results []result           `json:"results"`
	Ratios  map[string]float64 `json:"times_nfpcapd"` // CPU-seconds by nfpcapd's of the same round, median: less is better
	Speedup map[string]float64 `json:"two_cores"`     // wall time of one core by that of two, median of the rounds
}

type machine struct {
	Kind   string `json:"kind"` // e.g. 2core-amd64
	CPU    string `json:"cpu"`
	Cores  int    `json:"cores"`
	Kernel string `json:"kernel"`
	Go     string `json:"go"`
	Busy   string `json:"load_average"` // when the comparison began: what else the machine did
}

// result is one program's figures. Start-up is taken off all but memory.
type result struct {
	Name             string  `json:"name"`
	What             string  `json:"what"`
	Version          string  `json:"version"`
	CPUSeconds       spread  `json:"cpu_s"`
	WallSeconds      spread  `json:"wall_s"`
	StartCPU         spread  `json:"start_cpu_s"`
	PacketsPerCPUSec float64 `json:"packets_per_cpu_s"`
	GbitPerCPUSec    float64 `json:"gbit_per_cpu_s"`
	PacketsPerSec    float64 `json:"packets_per_s"`
	GbitPerSec       float64 `json:"gbit_per_s"`
	RSS              int     `json:"rss_mb"`

	rounds []cost // without start-up
}

type spread struct {
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

func spreadOf(values []float64) spread {
	values = slices.Sorted(slices.Values(values))
	return spread{Median: values[len(values)/2], Min: values[0], Max: values[len(values)-1]}
}

func pick(costs []cost, of func(cost) float64) []float64 {
	var all []float64
	for _, c := range costs {
		all = append(all, of(c))
	}
	return all
}

// summarise takes each round's own start-up off its run.
func summarise(p runner, load traffic, starts, runs []cost) result {
	r := result{Name: p.name, What: p.what, Version: p.version}
	net := make([]cost, len(runs))
	for i := range runs {
		net[i] = cost{cpu: max(runs[i].cpu-starts[i].cpu, 0.001), wall: max(runs[i].wall-starts[i].wall, 0.001)}
		r.RSS = max(r.RSS, runs[i].rss)
	}
	r.rounds = net
	cpu, wall := func(c cost) float64 { return c.cpu }, func(c cost) float64 { return c.wall }
	r.CPUSeconds, r.WallSeconds = spreadOf(pick(net, cpu)), spreadOf(pick(net, wall))
	r.StartCPU = spreadOf(pick(starts, cpu))
	bits := float64(load.Bytes) * 8 / 1e9
	r.PacketsPerCPUSec, r.GbitPerCPUSec = float64(load.Packets)/r.CPUSeconds.Median, bits/r.CPUSeconds.Median
	r.PacketsPerSec, r.GbitPerSec = float64(load.Packets)/r.WallSeconds.Median, bits/r.WallSeconds.Median
	return r
}

// relate holds each run against nfpcapd's of the same round, and two cores against one: a machine that is busy is busy for both.
func (r *report) relate() {
	r.Ratios, r.Speedup = map[string]float64{}, map[string]float64{}
	by := r.by()
	for _, x := range r.Results {
		r.Ratios[x.Name] = median(x.rounds, by[peer].rounds, func(a, b cost) float64 { return a.cpu / b.cpu })
		if one, ok := strings.CutSuffix(x.Name, twice); ok {
			r.Speedup[one] = median(by[one].rounds, x.rounds, func(a, b cost) float64 { return a.wall / b.wall })
		}
	}
}

func median(a, b []cost, of func(a, b cost) float64) float64 {
	var all []float64
	for i := range min(len(a), len(b)) {
		all = append(all, of(a[i], b[i]))
	}
	if len(all) == 0 {
		return 0
	}
	return spreadOf(all).Median
}

func (r *report) by() map[string]result {
	by := map[string]result{}
	for _, x := range r.Results {
		by[x.Name] = x
	}
	return by
}

func (r *report) print(w io.Writer) {
	fmt.Fprintf(w, "%s, %d packets, %.1f MB, %d rounds, %s\n\n", r.Load.File, r.Load.Packets, float64(r.Load.Bytes)/1e6, r.Rounds, r.Host.CPU)
	fmt.Fprintf(w, "%-22s %9s %9s %13s %10s %8s %8s %8s\n", "", "× nfpcapd", "CPU-s", "packets/CPU-s", "Gbit/CPU-s", "wall s", "start s", "RSS MB")
	for _, x := range r.Results {
		fmt.Fprintf(w, "%-22s %9.2f %9.2f %13.0f %10.2f %8.2f %8.2f %8d  %s\n", x.Name, r.Ratios[x.Name], x.CPUSeconds.Median, x.PacketsPerCPUSec,
			x.GbitPerCPUSec, x.WallSeconds.Median, x.StartCPU.Median, x.RSS, x.What)
	}
	for one, times := range r.Speedup {
		fmt.Fprintf(w, "two cores: %s %.2f × as fast as one\n", one, times)
	}
}

// keep writes the report and one line of the table beside it.
func (r *report) keep(dir string) error {
	name := r.Date.Format("2006-01-02") + "-" + r.Host.Kind + "-" + strings.TrimSuffix(filepath.Base(r.Load.File), ".pcap")
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, name+".json"), append(text, '\n'), 0o644); err != nil {
		return err
	}
	return r.line(filepath.Join(dir, "README.md"), name)
}

const head = `# Tracked results

One line a run of ` + "`make bench`" + `: CPU-seconds by those of nfpcapd in the same round, start-up taken off, median of the rounds: less is
better. nfpcapd keeps flows only, ndpiReader names protocols. Compare lines of one kind of machine and traffic only: mix is the
lab's own recording, corpus is the public captures joined. Two cores: wall time of one by that of two.

| result | commit | packets | load | flows | metadata | + EVE | + rules | ndpiReader | 2 cores: metadata, rules | nfpcapd CPU-s | start, RSS with rules |
|---|---|---|---|---|---|---|---|---|---|---|---|
`

// line adds the run to the table, in place of an earlier one of the same day and kind of machine.
func (r *report) line(path, name string) error {
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		text = []byte(head)
	} else if err != nil {
		return err
	}
	var kept bytes.Buffer
	for l := range strings.Lines(string(text)) {
		if !strings.HasPrefix(l, "| ["+name+"]") {
			kept.WriteString(l)
		}
	}
	by := r.by()
	times := func(name string) string {
		if r.Ratios[name] == 0 {
			return "–"
		}
		return fmt.Sprintf("%.2f", r.Ratios[name])
	}
	fmt.Fprintf(&kept, "| [%s](%s.json) | %s | %d | %s | %s | %s | %s | %s | %s | %.2f, %.2f | %.2f | %.2f s, %d MB |\n", name, name, r.Commit, r.Load.Packets,
		strings.Fields(r.Host.Busy + " –")[0], times("flows"), times("metadata"), times(metadata), times(signed), times("ndpiReader"), r.Speedup[metadata], r.Speedup[signed],
		by[peer].CPUSeconds.Median, by[signed].StartCPU.Median, by[signed].RSS)
	return os.WriteFile(path, kept.Bytes(), 0o644)
}

func host() machine {
	m := machine{Kind: fmt.Sprintf("%dcore-%s", runtime.NumCPU(), runtime.GOARCH), Cores: runtime.NumCPU(), Go: runtime.Version()}
	var name unix.Utsname
	if unix.Uname(&name) == nil {
		m.Kernel = unix.ByteSliceToString(name.Release[:])
	}
	busy, _ := os.ReadFile("/proc/loadavg")
	m.Busy = strings.Join(strings.Fields(string(busy))[:min(3, len(strings.Fields(string(busy))))], " ")
	info, _ := os.ReadFile("/proc/cpuinfo")
	for l := range strings.Lines(string(info)) {
		if key, value, ok := strings.Cut(l, ":"); ok && strings.TrimSpace(key) == "model name" {
			m.CPU = strings.TrimSpace(value)
			break
		}
	}
	return m
}

func commit(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "git", "rev-parse", "--short", "HEAD").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}
