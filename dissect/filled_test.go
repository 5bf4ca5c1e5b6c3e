package dissect_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/event/wire"
)

// TestEveryBufferIsFilled holds what rules may ask for against what protocols show: a rule about a buffer that nobody
// fills would be taken, and never match.
func TestEveryBufferIsFilled(t *testing.T) {
	described, shown := map[string]bool{}, map[string]bool{}
	each(t, "../event/wire", func(n ast.Node) {
		if kv, ok := n.(*ast.KeyValueExpr); ok {
			key, _ := kv.Key.(*ast.Ident)
			if id, ok := kv.Value.(*ast.Ident); ok && key != nil && key.Name == "ID" && id.IsExported() {
				described[id.Name] = true
			}
		}
	})
	each(t, ".", func(n ast.Node) {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == "wire" {
				shown[s.Sel.Name] = true
			}
		}
	})
	if len(described) < 300 {
		t.Errorf("only %d buffers found: are they described in another way now?", len(described))
	}
	for name := range described {
		if !shown[name] {
			t.Errorf("no protocol names wire.%s: fill it, or take its description away so that rules with it are refused", name)
		}
	}
}

// TestEveryAnomalyIsFound holds the anomalies that rules may wait for against the names that parsers have.
func TestEveryAnomalyIsFound(t *testing.T) {
	said := map[string]bool{}
	each(t, ".", func(n ast.Node) {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			if s, err := strconv.Unquote(l.Value); err == nil {
				said[s] = true
			}
		}
	})
	for _, name := range wire.AppEvents() {
		if _, event, _ := strings.Cut(name, "."); !said[name] && !said["."+event] && !said[event] {
			t.Errorf("no protocol tells of %s: find it, or have rules that wait for it refused", name)
		}
	}
}

// each visits the syntax of all Go files of a folder but tests.
func each(t *testing.T, dir string, visit func(ast.Node)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err == nil {
			ast.Inspect(f, func(n ast.Node) bool { visit(n); return true })
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
