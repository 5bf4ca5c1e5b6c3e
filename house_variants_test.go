package yagura_test

import (
	"go/ast"
	"path"
	"slices"
	"strconv"
	"strings"
)

// variantDirs are the folders of a room that are variants: all but its list, its conformance suite and
// the parts that house.txt names.
func variantDirs(t *tree, room string) (out []string) {
	for _, dir := range t.dirs {
		parent, name := path.Split(dir)
		switch {
		case parent != room+"/", name == "all", strings.HasSuffix(name, "test"), t.law.parts[dir] != "":
			continue
		}
		out = append(out, dir)
	}
	return out
}

func incompleteVariants(t *tree) (out []fault) {
	for room, want := range t.law.variants {
		for _, dir := range variantDirs(t, room) {
			out = append(out, incomplete(t, dir, want)...)
		}
	}
	return out
}

func incomplete(t *tree, dir string, want variantLaw) (out []fault) {
	if !t.has(dir) {
		return []fault{{dir + "/", "a variant folder without Go files", "write it, or remove the folder"}}
	}
	if !exports(t, dir, want.value) {
		out = append(out, fault{dir + "/", "no exported value " + want.value,
			"declare it (var " + want.value + " = …), or name the folder under [parts] in house.txt"})
	}
	if !slices.ContainsFunc(t.files[dir], func(f goFile) bool { return f.test }) {
		out = append(out, fault{dir + "/", "no test file", "add one that runs the room's conformance suite"})
	}
	for _, sub := range want.folders {
		if !t.exists(path.Join(dir, sub)) {
			out = append(out, fault{dir + "/", "no " + sub + "/", "add the samples that show it at work, attack and benign"})
		}
	}
	return out
}

// exports tells whether a folder declares name as a package-level variable or function.
func exports(t *tree, dir, name string) bool {
	return slices.ContainsFunc(t.files[dir], func(f goFile) bool { return !f.test && declares(f.ast, name) })
}

func declares(file *ast.File, name string) bool {
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.Name == name {
				return true
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if v, ok := s.(*ast.ValueSpec); ok && slices.ContainsFunc(v.Names, func(n *ast.Ident) bool { return n.Name == name }) {
					return true
				}
			}
		}
	}
	return false
}

// unlistedVariants wants each variant in its room's visible list.
func unlistedVariants(t *tree) (out []fault) {
	for room := range t.law.variants {
		dirs := variantDirs(t, room)
		if len(dirs) == 0 {
			continue
		}
		listed := map[string]bool{}
		for _, f := range t.files[room+"/all"] {
			for _, imp := range f.ast.Imports {
				target, _ := strconv.Unquote(imp.Path.Value)
				listed[strings.TrimPrefix(target, t.module+"/")] = true
			}
		}
		for _, dir := range dirs {
			if !listed[dir] {
				out = append(out, fault{room + "/all/all.go", dir + " is not in the list", "run: make generate"})
			}
		}
	}
	return out
}
