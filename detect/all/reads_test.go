package all_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/detect/all"
)

// TestReads holds what a detector says that it looks at against its code: each type of event that it names in a type switch or an
// assertion, and calls where it watches calls.
func TestReads(t *testing.T) {
	checked := 0
	for _, d := range all.Detectors {
		if d.Reads == nil {
			continue
		}
		said := map[string]bool{}
		for _, e := range d.Reads {
			said[strings.TrimPrefix(fmt.Sprintf("%T", e), "*event.")] = true
		}
		looked := lookedAt(t, filepath.Join("..", d.Info.ID))
		for name := range looked {
			if !said[name] {
				t.Errorf("%s looks at %s, but its Reads does not say so: it is never shown one", d.Info.ID, name)
			}
			checked++
		}
		for name := range said {
			if !looked[name] {
				t.Errorf("%s reads %s, but looks at none", d.Info.ID, name)
			}
		}
	}
	if checked < len(all.Detectors)/2 {
		t.Errorf("only %d types were found in the code of %d detectors", checked, len(all.Detectors))
	}
}

// lookedAt is which types of events the code of a folder asks for.
func lookedAt(t *testing.T, folder string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeAssertExpr:
				note(types, n.Type)
			case *ast.CaseClause:
				for _, x := range n.List {
					note(types, x)
				}
			case *ast.SelectorExpr:
				if n.Sel.Name == "NewCallWatch" {
					types["SMBActivity"] = true
				}
			}
			return true
		})
	}
	return types
}

// note takes x where it is *event.NAME.
func note(types map[string]bool, x ast.Expr) {
	star, ok := x.(*ast.StarExpr)
	if !ok {
		return
	}
	if s, ok := star.X.(*ast.SelectorExpr); ok {
		if p, ok := s.X.(*ast.Ident); ok && p.Name == "event" {
			types[s.Sel.Name] = true
		}
	}
}
