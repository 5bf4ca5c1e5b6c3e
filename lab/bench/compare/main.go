// Command compare measures `yagura replay` in its modes beside nfpcapd and ndpiReader on one capture: in turns, several rounds, with
// each program's start-up taken off, and tracks the result in lab/bench/results.
//
//	go run ./lab/bench/compare [-pcap lab/out/mix.pcap] [-rules FILE] [-rounds 5] [-yagura bin/yagura] [-results lab/bench/results]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	pcap := flag.String("pcap", "lab/out/mix.pcap", "capture to run on: pcap, not compressed")
	rounds := flag.Int("rounds", 5, "how often each program runs, 5 or more for a result to keep")
	rules := flag.String("rules", os.Getenv("YAGURA_BENCH_RULES"), "signature file, plain or gzip; empty leaves the runs with rules out")
	yagura := flag.String("yagura", "bin/yagura", "the program")
	results := flag.String("results", "lab/bench/results", "folder of tracked results; empty prints only")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := compare(ctx, *pcap, *yagura, *rules, *results, *rounds)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func compare(ctx context.Context, pcap, yagura, rules, results string, rounds int) error {
	load, err := measure(pcap)
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "yagura-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	tiny := filepath.Join(scratch, "one.pcap")
	if err := firstFrame(pcap, tiny); err != nil {
		return err
	}
	runners, err := present(ctx, yagura, rules, scratch)
	if err != nil {
		return err
	}
	r := report{Date: time.Now().UTC(), Host: host(), Load: load, Rounds: rounds, Commit: commit(ctx)}
	starts, runs := make([][]cost, len(runners)), make([][]cost, len(runners))
	for round := range rounds {
		for i, p := range runners { // in turns, so that a busy machine is busy for all
			start, err := p.run(ctx, tiny)
			if err != nil {
				return err
			}
			if err := warm(pcap); err != nil {
				return err
			}
			run, err := p.run(ctx, pcap)
			if err != nil {
				return err
			}
			starts[i], runs[i] = append(starts[i], start), append(runs[i], run)
			fmt.Fprintf(os.Stderr, "round %d/%d  %-22s %6.2f CPU-s %6.2f s %5d MB\n", round+1, rounds, p.name, run.cpu, run.wall, run.rss)
		}
	}
	for i, p := range runners {
		r.Results = append(r.Results, summarise(p, load, starts[i], runs[i]))
	}
	r.relate()
	r.print(os.Stdout)
	if results == "" {
		return nil
	}
	return r.keep(results)
}
