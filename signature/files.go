package signature

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/yagura-project/yagura/signature/keyword"
	"github.com/yagura-project/yagura/signature/rule"
)

// Paths are the rule files, in the order in which they are read. A name that stands for none is an error.
func (c Config) Paths() (all []string, err error) {
	for _, pattern := range c.Files {
		paths, err := expand(pattern)
		if err != nil {
			return nil, err
		}
		all = append(all, paths...)
	}
	return all, nil
}

// expand gives the files that a name stands for.
func expand(pattern string) ([]string, error) {
	if !strings.ContainsAny(pattern, "*?[") {
		return []string{pattern}, nil
	}
	paths, err := filepath.Glob(pattern)
	if err == nil && len(paths) == 0 {
		err = fmt.Errorf("rules: no file is named %s", pattern)
	}
	slices.Sort(paths)
	return paths, err
}

// maxRuleFile bounds an unpacked rule file.
var maxRuleFile int64 = 512 << 20

var errTooLarge = errors.New("it has more")

func loadFile(f io.Reader, path string, env *rule.Env) (sigs []*rule.Signature, refused []rule.Refusal, err error) {
	err = unpacked(f, func(in io.Reader) error {
		sigs, refused, err = keyword.Load(in, path, env)
		return err
	})
	if errors.Is(err, errTooLarge) {
		sigs = nil
	}
	return sigs, refused, err
}

// Lines gives the lines of rules of all files to do, until it has enough. The error says which file cannot be read to its end.
func (c Config) Lines(do func(file string, line int, text string) (enough bool)) error {
	paths, err := c.Paths()
	if err != nil {
		return err
	}
	for _, path := range paths {
		enough := false
		f, err := os.Open(path)
		if err != nil {
			return fmt.Errorf("rules: %w", err)
		}
		err = unpacked(f, func(in io.Reader) error {
			return rule.Lines(in, func(line int, text string) { enough = enough || do(path, line, text) })
		})
		f.Close()
		if err != nil {
			return fmt.Errorf("rules: %s: %w", path, err)
		}
		if enough {
			return nil
		}
	}
	return nil
}

// unpacked gives a rule file to do, unpacked when it is packed by gzip.
func unpacked(f io.Reader, do func(io.Reader) error) error {
	in := bufio.NewReaderSize(f, 256<<10)
	part := &io.LimitedReader{R: in, N: maxRuleFile + 1}
	if head, _ := in.Peek(2); string(head) == "\x1f\x8b" {
		part.R = &packed{in: in}
	}
	err := do(part)
	if err == nil && part.N == 0 {
		err = fmt.Errorf("%w than %d MiB", errTooLarge, maxRuleFile>>20)
	}
	return err
}

// packed reads what gzip has packed, and says what to do where it is broken.
type packed struct {
	in  io.Reader
	z   *gzip.Reader
	err error // the first one, which stays
}

func (p *packed) Read(b []byte) (n int, err error) {
	if p.z == nil && p.err == nil {
		p.z, p.err = gzip.NewReader(p.in)
	}
	if p.err == nil {
		n, p.err = p.z.Read(b)
	}
	if p.err != nil && p.err != io.EOF {
		return n, fmt.Errorf("the file, packed by gzip, is cut off or was changed on its way; fetch it again (%w)", p.err)
	}
	return n, p.err
}
