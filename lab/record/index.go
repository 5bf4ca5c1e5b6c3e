package main

import (
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// index writes the README beside the captures from the recipes' own words.
func index(out string, recipes []recipe) error {
	var b strings.Builder
	b.WriteString("# Captures that the lab made\n\nEach was recorded on the mirror port of a town hall (`lab/hall`) while real clients talked " +
		"to real servers there.\nMake one again with `sudo go run ./lab/record NAME`; the recipe is `lab/record/recipes/NAME.sh`. " +
		"Addresses inside are 10.20.0.0/16 and fd20::/32.\n\n| capture | frames | what |\n|---|---|---|\n")
	for _, r := range recipes {
		n, err := frames(filepath.Join(out, r.name+".pcap.gz"))
		if err != nil {
			continue // not recorded yet
		}
		fmt.Fprintf(&b, "| `%s.pcap.gz` | %d | %s |\n", r.name, n, r.about)
	}
	return os.WriteFile(filepath.Join(out, "README.md"), []byte(b.String()), 0o644)
}

// frames counts the records of a gzipped little-endian pcap file, which is what tcpdump writes on this machine.
func frames(path string) (int, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	if _, err := io.CopyN(io.Discard, z, 24); err != nil {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	var head [16]byte
	for n := 0; ; n++ {
		if _, err := io.ReadFull(z, head[:]); err != nil {
			return n, nil
		}
		if _, err := io.CopyN(io.Discard, z, int64(binary.LittleEndian.Uint32(head[8:]))); err != nil {
			return n, nil
		}
	}
}
