// Package iprep knows what reputation addresses have in categories (iprep), from text files.
package iprep

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/signature/rule"
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

// Load reads the files; nil without any, or where the categories cannot be read. A line that cannot be understood is left out and named
// among what is refused, of each file the first hundred; so is a file that cannot be read, which is an error, too.
func Load(c Config) (*Table, []rule.Refusal, error) {
	if c.Categories == "" && len(c.Files) == 0 {
		return nil, nil, nil
	}
	if c.Categories == "" {
		err := errors.New("categories is missing: name the file that says which category has which number")
		return nil, []rule.Refusal{{File: "signature.reputation", Why: err.Error()}}, fmt.Errorf("signature.reputation: %w", err)
	}
	t := &Table{names: map[string]uint8{}, scores: map[entry]uint8{}}
	var refused []rule.Refusal
	if err := read(c.Categories, t.category, &refused); err != nil {
		return nil, refused, err
	}
	var errs []error
	for _, path := range c.Files {
		errs = append(errs, read(path, t.score, &refused))
	}
	for i := range t.bits {
		slices.SortFunc(t.bits[i], func(a, b int) int { return b - a })
	}
	return t, refused, errors.Join(errs...)
}

// maxNamed is how many lines of a file are named one by one.
const maxNamed = 100

func read(path string, add func(fields []string) error, refused *[]rule.Refusal) error {
	refuse := func(line int, why string) {
		*refused = append(*refused, rule.Refusal{File: path, Line: line, Keyword: "reputation", Why: why})
	}
	f, err := os.Open(path)
	if err != nil {
		refuse(0, err.Error())
		return fmt.Errorf("reputation: %w", err)
	}
	defer f.Close()
	bad := 0
	err = rule.Lines(f, func(line int, text string) {
		err := fields(text, add)
		if err == nil {
			return
		}
		if bad++; bad <= maxNamed {
			refuse(line, err.Error())
		}
	})
	if bad > maxNamed {
		refuse(0, fmt.Sprintf("%d more lines cannot be used", bad-maxNamed))
	}
	if err != nil {
		refuse(0, err.Error())
		return fmt.Errorf("reputation: %s: %w", path, err)
	}
	return nil
}

// fields reads one line.
func fields(line string, add func(fields []string) error) error {
	f := strings.SplitN(line, ",", 3)
	for i := range f {
		f[i] = strings.TrimSpace(f[i])
	}
	if len(f) != 3 {
		return fmt.Errorf("%d fields, not 3", len(f))
	}
	return add(f)
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
		if err != nil {
			return netip.Prefix{}, fmt.Errorf("%q is no network", text)
		}
		return p.Masked(), nil
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("%q is no address", text)
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
