package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Bounds of what is kept for one target.
const (
	maxKept = 200 << 10 // bytes of all inputs
	maxOne  = 16 << 10  // of one
	maxSeen = 3000      // inputs looked at, the shortest first
)

// keeper chooses among stored inputs by the code that they reach.
type keeper struct {
	target
	tmp     string
	reached map[string]bool // blocks of code
	kept    []string        // names of new inputs
	size    int             // bytes of all that is kept
}

// keep copies to testdata those inputs of the go command's cache that reach code which nothing kept reaches. It gives the number
// of the new ones and the size of all.
func (t target) keep() (added, size int, err error) {
	stored, err := t.stored()
	if err != nil {
		return 0, 0, err
	}
	k := &keeper{target: t, reached: map[string]bool{}}
	for _, f := range files(t.inputs()) {
		k.size += f.size
	}
	if len(stored) == 0 {
		return 0, k.size, nil
	}
	if k.tmp, err = os.MkdirTemp("", "fuzz"); err != nil {
		return 0, k.size, err
	}
	defer os.RemoveAll(k.tmp)
	if err := k.build(); err != nil {
		return 0, k.size, err
	}
	base, err := k.cover("^" + t.name + "$")
	if err != nil {
		return 0, k.size, fmt.Errorf("the inputs kept so far fail: %w", err)
	}
	k.learn(base)
	if err := os.MkdirAll(t.inputs(), 0o755); err != nil {
		return 0, k.size, err
	}
	k.choose(stored)
	_ = os.Remove(t.inputs()) // if it is empty
	return len(k.kept), k.size, nil
}

type file struct {
	path string
	size int
}

func files(dir string) (out []file) {
	entries, _ := os.ReadDir(dir) // none is fine
	for _, e := range entries {
		if info, err := e.Info(); err == nil && !e.IsDir() {
			out = append(out, file{filepath.Join(dir, e.Name()), int(info.Size())})
		}
	}
	return out
}

// stored are the inputs in the go command's cache, the shortest first.
func (t target) stored() ([]file, error) {
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}}", "./"+t.dir).Output()
	if err != nil {
		return nil, fmt.Errorf("go list ./%s: %w", t.dir, err)
	}
	cache, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	all := files(filepath.Join(strings.TrimSpace(string(cache)), "fuzz", strings.TrimSpace(string(out)), t.name))
	slices.SortStableFunc(all, func(a, b file) int { return cmp.Compare(a.size, b.size) })
	all = slices.DeleteFunc(all, func(f file) bool { return f.size > maxOne })
	return all[:min(len(all), maxSeen)], nil
}

// build makes a test binary that tells what code it reaches.
func (k *keeper) build() error {
	deps, err := exec.Command("go", "list", "-deps", "-f", "{{if and .Module .Module.Main}}{{.ImportPath}}{{end}}", "./"+k.dir).Output()
	if err != nil {
		return fmt.Errorf("go list -deps ./%s: %w", k.dir, err)
	}
	cmd := exec.Command("go", "test", "-c", "-o", k.binary(), "-coverpkg", strings.Join(strings.Fields(string(deps)), ","), "./"+k.dir)
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go test -c: %w\n%s", err, said)
	}
	return nil
}

func (k *keeper) binary() string { return filepath.Join(k.tmp, "fuzz.test") }

// cover gives the blocks of code that a run of tests reaches.
func (k *keeper) cover(run string) ([]string, error) {
	profile := filepath.Join(k.tmp, "profile")
	cmd := exec.Command(k.binary(), "-test.run", run, "-test.coverprofile", profile)
	cmd.Dir = k.dir
	if said, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, said[:min(len(said), 2<<10)])
	}
	b, err := os.ReadFile(profile)
	if err != nil {
		return nil, err
	}
	var out []string
	for line := range strings.Lines(string(b)) {
		if block, ok := strings.CutSuffix(strings.TrimSpace(line), " 1"); ok {
			out = append(out, block)
		}
	}
	return out, nil
}

// learn takes blocks for reached and counts the new ones.
func (k *keeper) learn(blocks []string) (fresh int) {
	for _, b := range blocks {
		if !k.reached[b] {
			k.reached[b] = true
			fresh++
		}
	}
	return fresh
}

// choose goes through inputs, halving those of which some reach new code.
func (k *keeper) choose(inputs []file) {
	for len(inputs) > 64 {
		k.choose(inputs[:64])
		inputs = inputs[64:]
	}
	blocks, ok := k.try(inputs)
	fresh := slices.ContainsFunc(blocks, func(b string) bool { return !k.reached[b] })
	switch {
	case len(inputs) == 0, ok && !fresh:
	case len(inputs) > 1:
		k.choose(inputs[:len(inputs)/2])
		k.choose(inputs[len(inputs)/2:])
	case ok && k.size+inputs[0].size <= maxKept:
		k.learn(blocks)
		k.size += inputs[0].size
		k.kept = append(k.kept, filepath.Base(inputs[0].path))
		_ = k.place(inputs[0]) // it could be placed a moment ago
	}
}

// try runs inputs; ok is false when one of them fails, which is left to go test -fuzz to find.
func (k *keeper) try(inputs []file) (blocks []string, ok bool) {
	var names []string
	for _, f := range inputs {
		name := filepath.Base(f.path)
		names = append(names, name)
		if _, err := os.Stat(filepath.Join(k.inputs(), name)); err == nil {
			continue // kept before
		}
		if k.place(f) != nil {
			return nil, false
		}
		defer os.Remove(filepath.Join(k.inputs(), name))
	}
	blocks, err := k.cover("^" + k.name + "$/^(" + strings.Join(names, "|") + ")$")
	return blocks, err == nil
}

// place copies an input to testdata.
func (k *keeper) place(f file) error {
	b, err := os.ReadFile(f.path)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(k.inputs(), filepath.Base(f.path)), b, 0o644)
}
