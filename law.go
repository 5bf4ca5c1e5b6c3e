package yagura

import (
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Law is house.txt, and the name of the module it rules.
type Law struct {
	Module   string
	Rooms    map[string][]string // room → what it may import, as written
	Beside   map[string][]string // what else stands at the root → what it may import
	Variants map[string]Variant  // room → the shape of its variants
	Parts    map[string]string   // folder of such a room that is no variant → what it is
	Cgo      map[string][]string // room → the imports that bring cgo and stay there
}

// Variant is what each variant folder of a room has.
type Variant struct {
	Value string   // its exported value, and the room's type of it: Detector
	List  string   // the name of the list in all/: Detectors
	Holds []string // folders that it must have: testdata
}

// IsVariant tells whether a folder of a room is one of its variants: all but its list, its conformance
// suite (detecttest), its samples and the parts that house.txt names.
func (l Law) IsVariant(room, folder string) bool {
	switch {
	case folder == "all", folder == "testdata", strings.HasSuffix(folder, "test"), strings.HasPrefix(folder, "."):
		return false
	}
	return l.Parts[room+"/"+folder] == ""
}

// Declares tells whether a file declares name as a package-level variable or function; call is "()" for
// a function.
func Declares(file *ast.File, name string) (call string, ok bool) {
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.Name == name {
				return "()", true
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				v, isVar := s.(*ast.ValueSpec)
				if isVar && slices.ContainsFunc(v.Names, func(n *ast.Ident) bool { return n.Name == name }) {
					return "", true
				}
			}
		}
	}
	return "", false
}

// ReadLaw reads house.txt and go.mod in root. An error names the line.
func ReadLaw(root string) (Law, error) {
	l := Law{"", map[string][]string{}, map[string][]string{}, map[string]Variant{}, map[string]string{}, map[string][]string{}}
	var err error
	if l.Module, err = moduleName(filepath.Join(root, "go.mod")); err != nil {
		return l, err
	}
	page, err := os.ReadFile(filepath.Join(root, "house.txt"))
	if err != nil {
		return l, err
	}
	section := ""
	for i, line := range strings.Split(string(page), "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			section = strings.Trim(line, "[]")
		default:
			if err := l.add(section, line); err != nil {
				return l, fmt.Errorf("house.txt:%d: %w", i+1, err)
			}
		}
	}
	return l, nil
}

func (l *Law) add(section, line string) error {
	col := strings.Split(line, "|")
	for i := range col {
		col[i] = strings.TrimSpace(col[i])
	}
	want := map[string]int{"rooms": 3, "beside": 3, "variants": 4, "parts": 2, "cgo": 2}[section]
	if len(col) != want {
		return fmt.Errorf("section [%s] has %d columns, this line has %d: separate them by |", section, want, len(col))
	}
	switch section {
	case "rooms":
		l.Rooms[col[0]] = strings.Fields(col[2])
	case "beside":
		l.Beside[col[0]] = strings.Fields(col[2])
	case "variants":
		l.Variants[col[0]] = Variant{col[1], col[2], words(col[3])}
	case "parts":
		l.Parts[col[0]] = col[1]
	case "cgo":
		l.Cgo[col[0]] = strings.Fields(col[1])
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
