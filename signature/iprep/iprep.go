// Package iprep knows what reputation addresses have in categories (iprep), from text files.
package iprep

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Config names the files.
type Config struct {
	Categories string   `yaml:"categories"` // lines "number,name,description"; numbers are 1 to 60
	Files      []string `yaml:"files"`      // lines "address or network,category's number,score"; scores are 1 to 127
}

// Table is what the files say. It is immutable and implements rule.Reputation.
type Table struct {
	names  map[string]uint8
	scores map[entry]uint8
	bits   [2][]int // lengths of prefixes that there are, longest first; IPv4, IPv6
}

type entry struct {
	network  netip.Prefix
	category uint8
}

// Bounds of what files may hold.
const (
	maxCategory = 60
	maxScore    = 127
	maxEntries  = 8 << 20
)

// Load reads the files; nil without any.
func Load(c Config) (*Table, error) {
	if c.Categories == "" && len(c.Files) == 0 {
		return nil, nil
	}
	if c.Categories == "" {
		return nil, errors.New("reputation: categories is missing: name the file that says which category has which number")
	}
	t := &Table{names: map[string]uint8{}, scores: map[entry]uint8{}}
	if err := read(c.Categories, t.category); err != nil {
		return nil, err
	}
	for _, path := range c.Files {
		if err := read(path, t.score); err != nil {
			return nil, err
		}
	}
	for i := range t.bits {
		slices.SortFunc(t.bits[i], func(a, b int) int { return b - a })
	}
	return t, nil
}

func read(path string, add func(fields []string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("reputation: %w", err)
	}
	defer f.Close()
	return readLines(f, path, add)
}

func readLines(r io.Reader, path string, add func(fields []string) error) error {
	in := bufio.NewScanner(r)
	n := 1
	for ; in.Scan(); n++ {
		line := strings.TrimSpace(strings.TrimPrefix(in.Text(), "\ufeff"))
		if line == "" || line[0] == '#' {
			continue
		}
		fields := strings.SplitN(line, ",", 3)
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		if len(fields) != 3 {
			return fmt.Errorf("reputation: %s:%d: %d fields, not 3", path, n, len(fields))
		}
		if err := add(fields); err != nil {
			return fmt.Errorf("reputation: %s:%d: %w", path, n, err)
		}
	}
	if err := in.Err(); err != nil {
		return fmt.Errorf("reputation: %s:%d: %w", path, n, err)
	}
	return nil
}

func (t *Table) category(f []string) error {
	n, err := number(f[0], maxCategory)
	if err == nil {
		t.names[strings.ToLower(f[1])] = n
	}
	return err
}

func (t *Table) score(f []string) error {
	p, err := network(f[0])
	if err != nil {
		return err
	}
	category, err := number(f[1], maxCategory)
	if err != nil {
		return err
	}
	score, err := number(f[2], maxScore)
	if err != nil {
		return err
	}
	if len(t.scores) >= maxEntries {
		return fmt.Errorf("more than %d entries", maxEntries)
	}
	k := family(p.Addr())
	if !slices.Contains(t.bits[k], p.Bits()) {
		t.bits[k] = append(t.bits[k], p.Bits())
	}
	t.scores[entry{p, category}] = score
	return nil
}

func number(text string, most uint64) (uint8, error) {
	n, err := strconv.ParseUint(text, 10, 8)
	if err != nil || n < 1 || n > most {
		return 0, fmt.Errorf("%q is not 1 to %d", text, most)
	}
	return uint8(n), nil
}

func network(text string) (netip.Prefix, error) {
	if strings.Contains(text, "/") {
		p, err := netip.ParsePrefix(text)
		return p.Masked(), err
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, err
	}
	a = a.Unmap()
	return netip.PrefixFrom(a, a.BitLen()), nil
}

func family(a netip.Addr) int {
	if a.Is4() {
		return 0
	}
	return 1
}

// Category is the number of a category by its name; false when no file names it.
func (t *Table) Category(name string) (uint8, bool) {
	n, ok := t.names[strings.ToLower(name)]
	return n, ok
}

// Score is what the narrowest network that holds a has in a category; false when there is none.
func (t *Table) Score(a netip.Addr, category uint8) (uint8, bool) {
	a = a.Unmap()
	for _, bits := range t.bits[family(a)] {
		p, err := a.Prefix(bits)
		if err != nil {
			continue
		}
		if s, ok := t.scores[entry{p, category}]; ok {
			return s, true
		}
	}
	return 0, false
}
