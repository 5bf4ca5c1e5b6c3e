package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// runner is one program of the comparison and how it reads a capture.
type runner struct {
	name    string
	what    string // what it does with the packets
	version string
	cores   int // GOMAXPROCS of Yagura's runs; 0 = another program
	args    func(pcap string) []string
	clean   func()
}

// cost is what one run took.
type cost struct {
	cpu, wall float64 // s
	rss       int     // MB, at most
}

// Names of the runs that others are held against.
const (
	peer     = "nfpcapd"
	metadata = "metadata, EVE"
	signed   = "rules, EVE"
	twice    = ", 2 cores"
)

// present lists the programs; every one must be there, or the figures would not stand side by side.
func present(ctx context.Context, yagura, rules, scratch string) ([]runner, error) {
	eve, flows := filepath.Join(scratch, "eve.json"), filepath.Join(scratch, "flows")
	own := func(name, what string, cores int, flags ...string) runner {
		return runner{name: name, what: what, cores: cores, clean: func() { _ = os.Remove(eve) },
			args: func(f string) []string {
				return append(append([]string{yagura, "replay", "--json", "--quiet"}, flags...), f)
			}}
	}
	all := []runner{
		{name: peer, what: "flows only",
			args:  func(f string) []string { return []string{"nfpcapd", "-r", f, "-w", flows} },
			clean: func() { _ = os.RemoveAll(flows); _ = os.MkdirAll(flows, 0o755) }},
		{name: "ndpiReader", what: "protocols and flow risks",
			args: func(f string) []string { return []string{"ndpiReader", "-q", "-i", f} }},
		own("flows", "Yagura: flows, and behaviours that need no more", 1, "--protocols", "none"),
		own("metadata", "Yagura: protocols, metadata, behaviours", 1),
		own(metadata, "the same, and every event written as EVE JSON", 1, "--eve", eve),
		own(metadata+twice, "the same, two workers", 2, "--workers", "2", "--eve", eve),
	}
	if rules != "" {
		all = append(all, own(signed, "all that, and all rules of "+filepath.Base(rules), 1, "--rules", rules, "--eve", eve),
			own(signed+twice, "the same, two workers", 2, "--workers", "2", "--rules", rules, "--eve", eve))
	}
	for i, r := range all {
		program := r.args("")[0]
		if _, err := exec.LookPath(program); err != nil {
			return nil, fmt.Errorf("%s: %w: run script/setup bench and make build", program, err)
		}
		all[i].version = version(ctx, program)
	}
	return all, nil
}

// version asks Debian, or the program itself.
func version(ctx context.Context, program string) string {
	pack := map[string]string{"nfpcapd": "nfdump", "ndpiReader": "libndpi-bin"}[program]
	cmd := exec.CommandContext(ctx, program, "--version")
	if pack != "" {
		cmd = exec.CommandContext(ctx, "dpkg-query", "-W", "-f", "${Package} ${Version}", pack)
	}
	out, err := cmd.Output()
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	return first
}

func (r runner) run(ctx context.Context, pcap string) (cost, error) {
	if r.clean != nil {
		r.clean()
	}
	args := r.args(pcap)
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	if r.cores > 0 {
		cmd.Env = append(os.Environ(), fmt.Sprintf("GOMAXPROCS=%d", r.cores))
	}
	var complaint strings.Builder
	cmd.Stderr = &complaint
	begun := time.Now()
	if err := cmd.Run(); err != nil {
		return cost{}, fmt.Errorf("%s: %w: %s", strings.Join(args, " "), err, complaint.String())
	}
	wall := time.Since(begun).Seconds()
	used := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return cost{cpu: cpu.Seconds(), wall: wall, rss: int(used.Maxrss >> 10)}, nil
}
