package yagura_test

import (
	"fmt"
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura"
)

// forbiddenNames are drawers: folders named after nothing, into which everything falls.
var forbiddenNames = []string{"internal", "pkg", "util", "utils", "common", "helper", "helpers", "misc", "vendor"}

func unknownRooms(t *tree) (out []fault) {
	for _, dir := range t.dirs {
		if strings.Contains(dir, "/") || t.law.Rooms[dir] != nil || t.law.Beside[dir] != nil {
			continue
		}
		out = append(out, fault{dir + "/", "house.txt knows no room of this name",
			"move it into the room whose one line fits, or add a line to house.txt and say why in docs/adr"})
	}
	return out
}

func drawers(t *tree) (out []fault) {
	for _, dir := range t.dirs {
		if name := path.Base(dir); slices.Contains(forbiddenNames, name) {
			out = append(out, fault{dir + "/", "a folder named " + name + " says nothing about what it holds",
				"name it after what it does, in the room that needs it"})
		}
	}
	return out
}

// forbiddenImports holds each import of another room against the law. Tests obey it too: what they
// need of another room they state as values of event. Only the lab's recordings are open to all tests.
func forbiddenImports(t *tree) (out []fault) {
	for dir, files := range t.files {
		for _, f := range files {
			for _, imp := range f.ast.Imports {
				target, _ := strconv.Unquote(imp.Path.Value)
				if why := refuses(t.law, room(dir), target, f.test); why != "" {
					out = append(out, fault{t.at(imp.Pos()), fmt.Sprintf("%s imports %s: %s", dir, target, why),
						"declare the interface that " + room(dir) + " needs and let cmd/yagura pass the implementation"})
				}
			}
		}
	}
	return out
}

// refuses says why a room may not import target, or "" when it may.
func refuses(l yagura.Law, from, target string, test bool) string {
	may := l.Rooms[from]
	if may == nil {
		may = l.Beside[from]
	}
	if target == l.Module && from != "." && from != "script" {
		return "the law itself is read by script and by its own test only"
	}
	rel, ours := strings.CutPrefix(target, l.Module+"/")
	if !ours {
		if slices.Contains(may, "std") && !test && strings.Contains(room(target), ".") {
			return from + " uses only the standard library"
		}
		return ""
	}
	to := room(rel)
	switch {
	case to == from, slices.Contains(may, "*"), slices.Contains(may, to):
		return ""
	case to == "lab" && test:
		return ""
	case (to == "event" || to == "service") && !slices.Contains(may, "std") && !slices.Contains(may, "alone"):
		return ""
	}
	return fmt.Sprintf("house.txt lets %s import only: %s", from, strings.Join(allowed(l, from), ", "))
}

func allowed(l yagura.Law, from string) []string {
	may := l.Rooms[from]
	switch {
	case slices.Contains(may, "std"):
		return []string{"the standard library"}
	case slices.Contains(may, "alone"):
		return []string{"modules from outside, no room"}
	case slices.Equal(may, []string{"-"}):
		may = nil
	}
	return append([]string{"event", "service"}, may...)
}

func strayCgo(t *tree) (out []fault) {
	for dir, files := range t.files {
		for _, f := range files {
			for _, imp := range f.ast.Imports {
				target, _ := strconv.Unquote(imp.Path.Value)
				if owners := cgoOwners(t.law.Cgo, target); len(owners) > 0 && !within(dir, owners) {
					out = append(out, fault{t.at(imp.Pos()), target + " brings cgo into " + dir,
						"keep it in " + strings.Join(owners, "/ or ") + "/, so that the slim binary stays static"})
				}
			}
		}
	}
	return out
}

// cgoOwners are the rooms and folders that may import target, none when it brings no cgo.
func cgoOwners(law map[string][]string, target string) (out []string) {
	for owner, mods := range law {
		if slices.Contains(mods, target) {
			out = append(out, owner)
		}
	}
	slices.Sort(out)
	return out
}

func within(dir string, owners []string) bool {
	return slices.ContainsFunc(owners, func(o string) bool { return dir == o || strings.HasPrefix(dir, o+"/") })
}

// sentenceEnd finds a full stop that is followed by a new sentence.
var sentenceEnd = regexp.MustCompile(`[.!?]\s+\p{Lu}\p{Ll}`)

// packageDocs wants one sentence at the head of each package: what it is, in the field's words.
// Paragraphs after the first are free.
func packageDocs(t *tree) (out []fault) {
	for dir, files := range t.files {
		if !t.has(dir) {
			continue
		}
		doc, where := packageDoc(t, files)
		first, _, _ := strings.Cut(doc, "\n\n")
		first = strings.TrimSpace(first)
		switch {
		case doc == "":
			out = append(out, fault{where, "package " + dir + " has no doc comment",
				"write one sentence above its package clause, in the field's words"})
		case !strings.HasSuffix(first, "."):
			out = append(out, fault{where, "the first paragraph of the package doc is no sentence", "end it with a full stop"})
		case sentenceEnd.MatchString(first):
			out = append(out, fault{where, "the package doc opens with more than one sentence",
				"say it in one; put the rest into a second paragraph"})
		}
	}
	return out
}

func packageDoc(t *tree, files []goFile) (doc, where string) {
	for _, f := range files {
		if f.test {
			continue
		}
		if where == "" {
			where = t.at(f.ast.Package)
		}
		if f.ast.Doc != nil && f.ast.Doc.Text() != "" {
			return f.ast.Doc.Text(), t.at(f.ast.Package)
		}
	}
	return "", where
}

func initFunctions(t *tree) (out []fault) {
	for _, files := range t.files {
		for _, f := range files {
			for _, d := range f.ast.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
					out = append(out, fault{t.at(fn.Pos()), "init() runs unseen",
						"make it a value or a constructor that its user calls"})
				}
			}
		}
	}
	return out
}

// maxLines is where a file has become two files.
const maxLines = 400

func longFiles(t *tree) (out []fault) {
	for _, files := range t.files {
		for _, f := range files {
			n := t.fset.File(f.ast.Pos()).LineCount()
			if n > maxLines && !ast.IsGenerated(f.ast) {
				out = append(out, fault{f.path, fmt.Sprintf("%d lines, more than %d", n, maxLines),
					"split it along what its parts do"})
			}
		}
	}
	return out
}
