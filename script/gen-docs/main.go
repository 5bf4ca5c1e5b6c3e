// Command gen-docs writes the page of each detector from its value: what it notices, sees and misses, and its settings.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/yagura-project/yagura/detect/all"
)

const usage = `usage: go run ./script/gen-docs [-check] [-only NAME] [-root DIR]

Writes detect/NAME/README.md for each detector, in Japanese and English.
  -only    this detector's page alone
  -check   write nothing; exit 1 when a page is not what it would be
exit: 0 done, 1 a page is stale or cannot be made, 2 usage
`

func main() {
	check := flag.Bool("check", false, "")
	root := flag.String("root", ".", "")
	only := flag.String("only", "", "")
	flag.Usage = func() { fmt.Fprint(os.Stderr, usage) }
	flag.Parse()
	if flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*root, *only, *check); err != nil {
		fmt.Fprintln(os.Stderr, "gen-docs:", err)
		os.Exit(1)
	}
}

// run writes the pages below root, of one detector when only names it, or only compares them when check is set.
func run(root, only string, check bool) error {
	var errs []error
	for _, d := range all.Detectors {
		if only != "" && d.Info.ID != only {
			continue
		}
		dir := filepath.Join(root, "detect", d.Info.ID)
		text, err := page(dir, d)
		if err == nil {
			err = settle(filepath.Join(dir, "README.md"), text, check)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// settle makes file hold want, or says that it does not.
func settle(file string, want []byte, check bool) error {
	have, err := os.ReadFile(file)
	switch {
	case err == nil && bytes.Equal(have, want):
		return nil
	case check:
		return fmt.Errorf("%s is not current: run make generate", file)
	}
	return os.WriteFile(file, want, 0o644)
}
