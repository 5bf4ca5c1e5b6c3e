// Command accuracy plays a town to the detectors and tells what they find, how soon, and what they find where there is nothing.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"time"

	alldetectors "github.com/yagura-project/yagura/detect/all"
	"github.com/yagura-project/yagura/lab/town/attack"
)

func main() {
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "accuracy:", err)
		os.Exit(1)
	}
}

func run(w io.Writer) error {
	var o options
	flag.IntVar(&o.pcs, "pcs", 1300, "PCs in the town")
	flag.IntVar(&o.days, "days", 20, "days")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of the town")
	flag.BoolVar(&o.quiet, "quiet", false, "no attacks")
	flag.BoolVar(&o.verbose, "v", false, "every miss, and each day on standard error")
	flag.BoolVar(&o.packets, "packets", false, "as frames through the dissectors, not as events")
	flag.StringVar(&o.pcap, "pcap", "", "write the frames to this file (implies -packets)")
	flag.StringVar(&o.heap, "heap", "", "write a profile of the heap to this file at the end of the play")
	cpu := flag.String("cpu", "", "write a profile of the processor to this file")
	only := flag.String("only", "", "these attacks alone: beacon-tls,psexec")
	file := flag.String("record", "", "keep the result in this file, beside what it holds of other runs")
	docs := flag.String("docs", "", "write the page from the file of -record below this folder, and play nothing")
	captures := flag.String("captures", "", "replay the labelled captures of this folder with -yagura, and play nothing")
	rules := flag.String("rules", "", "with -captures: also with this rule file, kept as a second table")
	yagura := flag.String("yagura", "bin/yagura", "the binary that replays captures")
	flag.Parse()
	if *only != "" {
		names := strings.Split(*only, ",")
		o.only = func(a attack.Attack) bool { return slices.Contains(names, a.Name) }
	}
	r, err := load(*file)
	if err != nil {
		return err
	}
	switch {
	case *docs != "":
		if r.Quiet == nil || r.Attacked == nil {
			return errors.New("-docs: the file of -record must hold a town with and without attacks")
		}
		return r.write(*docs)
	case *captures != "":
		if r.Captures, err = measureCaptures(*captures, *yagura, ""); err != nil {
			return err
		}
		r.Captures.print(w, "detectors alone")
		if *rules != "" {
			if r.Ruled, err = measureCaptures(*captures, *yagura, *rules); err != nil {
				return err
			}
			r.Ruled.print(w, "with rules")
		}
	default:
		var done context.CancelFunc
		o.stop, done = signal.NotifyContext(context.Background(), os.Interrupt)
		defer done()
		profiled, err := profileCPU(*cpu)
		if err != nil {
			return err
		}
		res, err := measure(o, alldetectors.Detectors)
		if err = errors.Join(err, profiled()); err != nil {
			return err
		}
		res.print(w, o.verbose)
		s := res.summarise()
		switch {
		case (o.packets || o.pcap != "") && o.quiet:
			r.Packets = &s
		case o.packets || o.pcap != "":
			r.Struck = &s
		case o.quiet:
			r.Quiet = &s
		default:
			r.Attacked = &s
		}
	}
	return r.save(*file)
}

// load reads the record, or begins one.
func load(file string) (*record, error) {
	r := &record{}
	if file == "" {
		return r, nil
	}
	b, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b, r); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return r, nil
}

// save keeps the record with the day and the commit of the last run.
func (r *record) save(file string) error {
	if file == "" {
		return nil
	}
	r.Date = time.Now().UTC().Format(time.DateOnly)
	if b, err := exec.Command("git", "rev-parse", "--short", "HEAD").Output(); err == nil {
		r.Commit = strings.TrimSpace(string(b))
	}
	b, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(b, '\n'), 0o644)
}
