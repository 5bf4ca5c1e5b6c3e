// Command fuzz runs the fuzz targets of the module, those first that have been run least, and keeps the inputs that reach new code.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"sync"
	"syscall"
	"time"
)

const usage = `usage: go run ./script/fuzz [-time 10m] [-jobs 1] [-only REGEXP] [-keep]

Runs each fuzz target (func FuzzX in a _test.go) for a time, one line each, and notes the sums in lab/fuzz/RESULTS.md:
start it again and it goes on with what was fuzzed least. Inputs that reach code which no kept input reaches
are kept in the folder's testdata/fuzz/FuzzX, where every go test runs them.
  -time D       how long each target runs
  -jobs N       how many run at a time, each with one processor
  -only REGEXP  only targets such as "dissect/smb FuzzStream" that match
  -keep         run nothing; only look again at what to keep of the inputs that go test -fuzz has stored
Interrupted, it notes what it has done and ends.
exit: 0 nothing found, 1 a target failed (commit the input in its testdata/fuzz with the fix), 2 usage
`

func main() {
	length := flag.Duration("time", 10*time.Minute, "")
	jobs := flag.Int("jobs", 1, "")
	only := flag.String("only", "", "")
	keep := flag.Bool("keep", false, "")
	flag.Usage = func() { fmt.Fprint(os.Stderr, usage) }
	flag.Parse()
	pattern, err := regexp.Compile(*only)
	if err != nil || flag.NArg() > 0 || *jobs < 1 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	r := &runner{ctx: ctx, table: results{file: "lab/fuzz/RESULTS.md"}, length: *length, keepOnly: *keep}
	if err := r.run(pattern, *jobs); err != nil {
		fmt.Fprintln(os.Stderr, "fuzz:", err)
		os.Exit(1)
	}
}

type runner struct {
	ctx      context.Context
	mu       sync.Mutex // guards what follows, and standard output
	table    results
	failed   int
	length   time.Duration
	keepOnly bool
}

// run works through the targets that match.
func (r *runner) run(pattern *regexp.Regexp, jobs int) error {
	all, err := targets(".")
	if err != nil {
		return err
	}
	if err := r.table.read(); err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(t target) bool { return !pattern.MatchString(t.String()) })
	if len(all) == 0 {
		return fmt.Errorf("no fuzz target matches %q", pattern)
	}
	slices.SortStableFunc(all, func(a, b target) int {
		return int(r.table.of(a).length - r.table.of(b).length)
	})
	queue := make(chan target)
	var workers sync.WaitGroup
	for range jobs {
		workers.Go(func() {
			for t := range queue {
				r.one(t)
			}
		})
	}
	for _, t := range all {
		select {
		case queue <- t:
		case <-r.ctx.Done():
		}
	}
	close(queue)
	workers.Wait()
	if r.failed > 0 {
		return fmt.Errorf("%d of %d targets failed", r.failed, len(all))
	}
	return nil
}

// one fuzzes a target, keeps what is new, and tells.
func (r *runner) one(t target) {
	var o outcome
	if !r.keepOnly {
		o = t.fuzz(r.ctx, r.length)
	}
	if r.ctx.Err() != nil {
		o.fault = "" // it was told to end
	}
	kept, size, err := t.keep()
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		o.fault = fmt.Sprintf("nothing kept: %v\n%s", err, o.fault)
	}
	result := "ok"
	if o.fault != "" {
		result = "FAILED\n" + o.fault
		r.failed++
	}
	fmt.Printf("%-32s %9d execs %5d new, %d added to those kept (%d KB): %s\n", t, o.execs, o.found, kept, (size+1023)/1024, result)
	if err := r.table.add(t, o); err != nil {
		fmt.Fprintln(os.Stderr, "fuzz:", err)
	}
}
