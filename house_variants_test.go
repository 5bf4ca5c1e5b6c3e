package yagura_test

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura"
)

// variantDirs are the folders of a room that are variants.
func variantDirs(t *tree, room string) (out []string) {
	for _, dir := range t.dirs {
		if parent, name := path.Split(dir); parent == room+"/" && t.law.IsVariant(room, name) {
			out = append(out, dir)
		}
	}
	return out
}

func incompleteVariants(t *tree) (out []fault) {
	for room, want := range t.law.Variants {
		for _, dir := range variantDirs(t, room) {
			out = append(out, incomplete(t, dir, want)...)
		}
	}
	return out
}

func incomplete(t *tree, dir string, want yagura.Variant) (out []fault) {
	if !t.has(dir) {
		return []fault{{dir + "/", "a variant folder without Go files", "write it, or remove the folder"}}
	}
	if !exports(t, dir, want.Value) {
		out = append(out, fault{dir + "/", "no exported value " + want.Value,
			"declare it (var " + want.Value + " = …), or name the folder under [parts] in house.txt"})
	}
	if !slices.ContainsFunc(t.files[dir], func(f goFile) bool { return f.test }) {
		out = append(out, fault{dir + "/", "no test file", "add one that runs the room's conformance suite"})
	}
	for _, sub := range want.Holds {
		if !t.exists(path.Join(dir, sub)) {
			out = append(out, fault{dir + "/", "no " + sub + "/", "add the samples that show it at work, attack and benign"})
		}
	}
	return out
}

// exports tells whether a folder declares name as a package-level variable or function.
func exports(t *tree, dir, name string) bool {
	return slices.ContainsFunc(t.files[dir], func(f goFile) bool {
		_, ok := yagura.Declares(f.ast, name)
		return ok && !f.test
	})
}

// unlistedVariants wants each variant in its room's visible list.
func unlistedVariants(t *tree) (out []fault) {
	for room := range t.law.Variants {
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
