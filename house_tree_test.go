package yagura_test

import (
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

	"github.com/yagura-project/yagura"
)

// tree is the repository as the law sees it: its page and its parsed Go files.
type tree struct {
	module string
	law    yagura.Law
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

// notOurs are folders that other tools fill; nothing below them is read.
var notOurs = []string{"node_modules", "dist", "testdata", "bin", "demo-data"}

func readTree(root string) (*tree, error) {
	t := &tree{root: root, fset: token.NewFileSet(), files: map[string][]goFile{}}
	var err error
	if t.law, err = yagura.ReadLaw(root); err != nil {
		return nil, err
	}
	t.module = t.law.Module
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

// exists tells whether a path relative to the root is there.
func (t *tree) exists(rel string) bool {
	_, err := os.Stat(filepath.Join(t.root, filepath.FromSlash(rel)))
	return err == nil
}
