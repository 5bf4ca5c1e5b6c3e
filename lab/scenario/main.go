// Scenario runs what every enforcer must do against the real thing, and prints one line for each enforcer and behaviour.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
)

const usage = `usage: scenario [-run REGEXP] [PACKAGE ...]

Prints, for each enforcer and behaviour, one line:
  PASS <enforcer> <behaviour> <figure>
  FAIL <enforcer> <behaviour> <first words of what went wrong>
  SKIP <enforcer> <behaviour> <reason>     (no pass)
Exit code 0 nothing failed, 1 something failed, 2 it could not run.
`

func main() {
	run := flag.String("run", "^(TestConformance|TestScenario)", "which tests")
	flag.Usage = func() { fmt.Fprint(os.Stderr, usage) }
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	packages := flag.Args()
	if len(packages) == 0 {
		packages = []string{"./act/...", "./lab/drill", "./cmd/yagura"}
	}
	failed, err := play(ctx, *run, packages, os.Stdout)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "scenario:", err)
		os.Exit(2)
	case failed:
		os.Exit(1)
	}
}

// play runs the tests, one package at a time (namespaces and daemons want the machine to themselves), and prints as they end.
func play(ctx context.Context, run string, packages []string, out io.Writer) (failed bool, err error) {
	args := append([]string{"test", "-tags", "slim", "-count=1", "-p=1", "-timeout=30m", "-json", "-run", run}, packages...)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Env = append([]string{"YAGURA_LOAD=60s", "YAGURA_PROMISES=1"}, os.Environ()...) // the caller's own comes last, and holds
	var complaint strings.Builder
	cmd.Stderr = &complaint
	lines, err := cmd.StdoutPipe()
	if err != nil {
		return false, err
	}
	if err := cmd.Start(); err != nil {
		return false, err
	}
	b := newBoard(out)
	err = b.read(lines)
	waited := cmd.Wait()
	var exit *exec.ExitError
	switch {
	case err != nil:
		return false, err
	case waited != nil && !errors.As(waited, &exit), ctx.Err() != nil:
		return false, errors.Join(ctx.Err(), waited)
	case waited != nil && b.failed == 0:
		return false, fmt.Errorf("%w: %s", waited, complaint.String())
	}
	fmt.Fprintf(os.Stderr, "%d passed, %d failed, %d skipped\n", b.passed, b.failed, b.skipped)
	return b.failed > 0, nil
}
