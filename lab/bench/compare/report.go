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
	Ratios  map[string]float64 `json:"ratios"` // CPU-seconds of the second by those of the first; above 1 the first is faster
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
	cpu, wall := func(c cost) float64 { return c.cpu }, func(c cost) float64 { return c.wall }
	r.CPUSeconds, r.WallSeconds = spreadOf(pick(net, cpu)), spreadOf(pick(net, wall))
	r.StartCPU = spreadOf(pick(starts, cpu))
	bits := float64(load.Bytes) * 8 / 1e9
	r.PacketsPerCPUSec, r.GbitPerCPUSec = float64(load.Packets)/r.CPUSeconds.Median, bits/r.CPUSeconds.Median
	r.PacketsPerSec, r.GbitPerSec = float64(load.Packets)/r.WallSeconds.Median, bits/r.WallSeconds.Median
	return r
}

// relate compares Yagura's own runs with the others by CPU-seconds.
func (r *report) relate() {
	r.Ratios = map[string]float64{}
	for _, own := range r.Results {
		for _, peer := range r.Results {
			if strings.HasPrefix(own.Name, "yagura") && !strings.HasPrefix(peer.Name, "yagura") {
				r.Ratios[own.Name+" : "+peer.Name] = peer.CPUSeconds.Median / own.CPUSeconds.Median
			}
		}
	}
}

func (r *report) print(w io.Writer) {
	fmt.Fprintf(w, "%s, %d packets, %.1f MB, %d rounds, %s\n\n", r.Load.File, r.Load.Packets, float64(r.Load.Bytes)/1e6, r.Rounds, r.Host.CPU)
	fmt.Fprintf(w, "%-14s %12s %10s %10s %9s %8s %8s\n", "", "packets/CPU-s", "Gbit/CPU-s", "packets/s", "CPU-s", "wall s", "RSS MB")
	for _, x := range r.Results {
		fmt.Fprintf(w, "%-14s %12.0f %10.2f %10.0f %9.2f %8.2f %8d  %s\n", x.Name, x.PacketsPerCPUSec, x.GbitPerCPUSec, x.PacketsPerSec,
			x.CPUSeconds.Median, x.WallSeconds.Median, x.RSS, x.What)
	}
}

// keep writes the report and one line of the table beside it.
func (r *report) keep(dir string) error {
	name := r.Date.Format("2006-01-02") + "-" + r.Host.Kind
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

One line a run of ` + "`make bench`" + `: packets a CPU-second, start-up taken off, median of the rounds; memory at its peak.
nfpcapd keeps flows only, ndpiReader names protocols; Yagura also parses them and judges behaviour. Compare lines of
one kind of machine only.

| result | commit | packets | yagura | yagura --eve | nfpcapd | ndpiReader | RSS MB: yagura, nfpcapd, ndpiReader |
|---|---|---|---|---|---|---|---|
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
	by := map[string]result{}
	for _, x := range r.Results {
		by[x.Name] = x
	}
	speed := func(name string) string { return fmt.Sprintf("%.2f M", by[name].PacketsPerCPUSec/1e6) }
	fmt.Fprintf(&kept, "| [%s](%s.json) | %s | %d | %s | %s | %s | %s | %d, %d, %d |\n", name, name, r.Commit, r.Load.Packets, speed("yagura"),
		speed("yagura --eve"), speed("nfpcapd"), speed("ndpiReader"), by["yagura"].RSS, by["nfpcapd"].RSS, by["ndpiReader"].RSS)
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
