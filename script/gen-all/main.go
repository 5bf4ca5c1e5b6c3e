// Command gen-all writes the visible list of variants, all/all.go, of every room that has variants.
package main

import (
	"flag"
	"fmt"
	"os"
)

const usage = `usage: go run ./script/gen-all [-check] [-root DIR]

Writes ROOM/all/all.go for each room that house.txt lists under [variants].
  -check   write nothing; exit 1 when a list is not what it would be
exit: 0 done, 1 a list is stale or a variant is not as it must be, 2 usage
`

func main() {
	check := flag.Bool("check", false, "")
	root := flag.String("root", ".", "")
	flag.Usage = func() { fmt.Fprint(os.Stderr, usage) }
	flag.Parse()
	if flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*root, *check); err != nil {
		fmt.Fprintln(os.Stderr, "gen-all:", err)
		os.Exit(1)
	}
}
