// Command accuracy plays a town to the detectors and tells what they find, how soon, and what they find where there is nothing.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"

	alldetectors "github.com/yagura-project/yagura/detect/all"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "accuracy:", err)
		os.Exit(1)
	}
}

func run() error {
	var o options
	flag.IntVar(&o.pcs, "pcs", 1300, "PCs in the town")
	flag.IntVar(&o.days, "days", 20, "days")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of the town")
	flag.BoolVar(&o.quiet, "quiet", false, "no attacks")
	flag.BoolVar(&o.verbose, "v", false, "every false finding and every miss")
	out := flag.String("json", "", "write the result to this file")
	flag.Parse()
	res, err := measure(o, alldetectors.Detectors)
	if err != nil {
		return err
	}
	res.print(os.Stdout, o.verbose)
	if *out == "" {
		return nil
	}
	b, err := json.MarshalIndent(res, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(*out, append(b, '\n'), 0o644)
}
