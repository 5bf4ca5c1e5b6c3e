package yagura_test

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// tree is the repository as the law sees it: its page and its parsed Go files.
type tree struct {
	module string
	law    law
	root   string
	fset   *token.FileSet
	dirs   []string            // slash-separated, relative to the root, "." excluded
	files  map[string][]goFile // by folder
}

type goFile struct {
	path string
	test bool
	ast  *ast.File
}

// fault is one breach of the law: where, what, and how to mend it.
type fault struct{ where, what, fix string }

func (f fault) String() string { return f.where + ": " + f.what + "\n\tfix: " + f.fix }

// law is house.txt.
type law struct {
	rooms    map[string][]string // room → what it may import, as written
	beside   map[string][]string
	variants map[string]variantLaw
	parts    map[string]string // folder → why it is not a variant
	cgo      map[string][]string
}

type variantLaw struct {
	value   string   // the exported value that each variant folder holds
	folders []string // folders that each variant must have
}

// notOurs are folders that other tools fill; nothing below them is read.
var notOurs = []string{"node_modules", "dist", "testdata", "bin", "demo-data"}

func readTree(root string) (*tree, error) {
	t := &tree{root: root, fset: token.NewFileSet(), files: map[string][]goFile{}}
	var err error
	if t.law, err = readLaw(filepath.Join(root, "house.txt")); err != nil {
		return nil, err
	}
	if t.module, err = moduleName(filepath.Join(root, "go.mod")); err != nil {
		return nil, err
	}
	err = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, p)
		return t.visit(p, filepath.ToSlash(rel), d)
	})
	return t, err
}

func (t *tree) visit(file, rel string, d fs.DirEntry) error {
	switch {
	case rel == ".":
		return nil
	case d.IsDir() && (slices.Contains(notOurs, d.Name()) || strings.HasPrefix(d.Name(), ".")):
		return fs.SkipDir
	case d.IsDir():
		t.dirs = append(t.dirs, rel)
		return nil
	case !strings.HasSuffix(rel, ".go"):
		return nil
	}
	src, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	parsed, err := parser.ParseFile(t.fset, rel, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return fmt.Errorf("%w (the law reads whole files: mend the syntax first)", err)
	}
	dir := path.Dir(rel)
	t.files[dir] = append(t.files[dir], goFile{rel, strings.HasSuffix(rel, "_test.go"), parsed})
	return nil
}

// at names a place as file:line.
func (t *tree) at(p token.Pos) string {
	pos := t.fset.Position(p)
	return fmt.Sprintf("%s:%d", pos.Filename, pos.Line)
}

// has tells whether a folder holds Go files that are not tests.
func (t *tree) has(dir string) bool {
	return slices.ContainsFunc(t.files[dir], func(f goFile) bool { return !f.test })
}

// room is the first element of a path: the room a file or a package stands in.
func room(rel string) string {
	first, _, _ := strings.Cut(rel, "/")
	return first
}

func moduleName(file string) (string, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(src)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "module "); ok {
			return strings.TrimSpace(name), nil
		}
	}
	return "", fmt.Errorf("%s: no module line", file)
}

func readLaw(file string) (law, error) {
	l := law{map[string][]string{}, map[string][]string{}, map[string]variantLaw{}, map[string]string{}, map[string][]string{}}
	f, err := os.Open(file)
	if err != nil {
		return l, err
	}
	defer f.Close()
	section, n := "", 0
	for sc := bufio.NewScanner(f); sc.Scan(); {
		n++
		line := strings.TrimSpace(sc.Text())
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			section = strings.Trim(line, "[]")
		default:
			if err := l.add(section, line); err != nil {
				return l, fmt.Errorf("house.txt:%d: %w", n, err)
			}
		}
	}
	return l, nil
}

func (l *law) add(section, line string) error {
	col := strings.Split(line, "|")
	for i := range col {
		col[i] = strings.TrimSpace(col[i])
	}
	want := map[string]int{"rooms": 3, "beside": 3, "variants": 3, "parts": 2, "cgo": 2}[section]
	if len(col) != want {
		return fmt.Errorf("section [%s] has %d columns, this line has %d: separate them by |", section, want, len(col))
	}
	switch section {
	case "rooms":
		l.rooms[col[0]] = strings.Fields(col[2])
	case "beside":
		l.beside[col[0]] = strings.Fields(col[2])
	case "variants":
		l.variants[col[0]] = variantLaw{col[1], words(col[2])}
	case "parts":
		l.parts[col[0]] = col[1]
	case "cgo":
		l.cgo[col[0]] = strings.Fields(col[1])
	}
	return nil
}

// words splits a column in which "-" means nothing.
func words(s string) []string {
	if s == "-" {
		return nil
	}
	return strings.Fields(s)
}

// exists tells whether a path relative to the root is there.
func (t *tree) exists(rel string) bool {
	_, err := os.Stat(filepath.Join(t.root, filepath.FromSlash(rel)))
	return err == nil
}
