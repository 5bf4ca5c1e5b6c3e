// Command record makes the project's captures: it builds a town hall, listens on its mirror port while a recipe lets
// real clients talk to real servers, and writes what was seen to lab/captures.
//
//	go run ./lab/record              every recipe
//	go run ./lab/record dns-udp      one of them
//	go run ./lab/record -list        what there is
//	go run ./lab/record -index       write lab/captures/README.md only
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	out := flag.String("out", "lab/captures", "folder for the captures")
	list := flag.Bool("list", false, "list the recipes and exit")
	only := flag.Bool("index", false, "write the README beside the captures and exit")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *out, *list, *only, flag.Args())
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out string, list, only bool, names []string) error {
	recipes, err := load()
	if err != nil {
		return err
	}
	if list {
		for _, r := range recipes {
			fmt.Printf("%-22s %s\n", r.name, r.about)
		}
		return nil
	}
	if only {
		return index(out, recipes)
	}
	chosen, err := choose(recipes, names)
	if err != nil {
		return err
	}
	for _, r := range chosen {
		if err := r.record(ctx, out); err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
	}
	return index(out, recipes)
}

// choose picks the recipes by name; no name means all.
func choose(recipes []recipe, names []string) ([]recipe, error) {
	if len(names) == 0 {
		return recipes, nil
	}
	var chosen []recipe
	for _, name := range names {
		found := false
		for _, r := range recipes {
			if r.name == name {
				chosen, found = append(chosen, r), true
			}
		}
		if !found {
			return nil, fmt.Errorf("no recipe %q: -list shows what there is", name)
		}
	}
	return chosen, nil
}
