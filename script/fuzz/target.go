package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// target is one fuzz function.
type target struct {
	dir, name string // "dissect/smb", "FuzzStream"
}

func (t target) String() string { return t.dir + " " + t.name }

// inputs is the folder of the kept inputs.
func (t target) inputs() string { return filepath.Join(t.dir, "testdata", "fuzz", t.name) }

var declared = regexp.MustCompile(`(?m)^func (Fuzz\w*)\(\w+ \*testing\.F\)`)

// targets finds the fuzz functions below root.
func targets(root string) (out []target, err error) {
	files, err := exec.Command("git", "-C", root, "ls-files", "-co", "--exclude-standard", "*_test.go").Output()
	if err != nil {
		return nil, fmt.Errorf("git ls-files: %w: run this in the repository", err)
	}
	for _, file := range strings.Fields(string(files)) {
		b, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			continue // moved away since
		}
		for _, m := range declared.FindAllSubmatch(b, -1) {
			out = append(out, target{filepath.ToSlash(filepath.Dir(file)), string(m[1])})
		}
	}
	return out, nil
}

// Bounds of one run.
const (
	memory   = 6 << 20 // KiB of addresses: what asks for more, fails
	silence  = 40      // lines of progress (3 s each) without a new execution: it hangs
	minimise = "300x"  // how often a new input may be tried shorter
)

// outcome is what a run gave.
type outcome struct {
	length time.Duration
	execs  int
	found  int    // inputs that reached something new
	fault  string // what was said when it failed
}

// fuzz runs the target for a time, or until ctx ends.
func (t target) fuzz(ctx context.Context, length time.Duration) (o outcome) {
	cmd := exec.CommandContext(ctx, "bash", "-c", fmt.Sprintf("ulimit -v %d; exec go test -run '^$' -fuzz '^%s$' -fuzztime %s -fuzzminimizetime %s -parallel 1 -timeout 0 ./%s",
		memory, t.name, length, minimise, t.dir))
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return outcome{fault: err.Error()}
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		return outcome{fault: err.Error()}
	}
	said := o.follow(pipe, func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGQUIT) })
	if err := cmd.Wait(); err != nil {
		o.fault = fmt.Sprintf("%v\n%s", err, said)
	}
	return o
}

var progress = regexp.MustCompile(`^fuzz: elapsed: (\S+), execs: (\d+) .*new interesting: (\d+)`)

// follow reads the progress of a run and returns what else was said; it calls hang when nothing goes on.
func (o *outcome) follow(r io.Reader, hang func()) (said string) {
	still := 0
	for lines := bufio.NewScanner(r); lines.Scan(); {
		m := progress.FindStringSubmatch(lines.Text())
		if m == nil {
			if len(said) < 8<<10 && !strings.HasPrefix(lines.Text(), "fuzz: ") {
				said += lines.Text() + "\n"
			}
			continue
		}
		execs, _ := strconv.Atoi(m[2])
		if still++; execs != o.execs {
			still = 0
		}
		o.length, _ = time.ParseDuration(m[1])
		o.execs = execs
		o.found, _ = strconv.Atoi(m[3])
		if still == silence {
			said += "no execution for two minutes: its goroutines follow\n"
			hang()
		}
	}
	return said
}
