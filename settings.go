package yagura

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
)

// Settings adds to out what stands beside each field with a yaml tag in the Go files of a folder:
// "package.Type.Field" → its comment. Tests are left out.
func Settings(dir string, out map[string]string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return err
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		structs(file, out)
	}
	return nil
}

func structs(file *ast.File, out map[string]string) {
	ast.Inspect(file, func(n ast.Node) bool {
		t, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		if s, ok := t.Type.(*ast.StructType); ok {
			fields(file.Name.Name+"."+t.Name.Name, s, out)
		}
		return false
	})
}

func fields(owner string, s *ast.StructType, out map[string]string) {
	for _, f := range s.Fields.List {
		if f.Tag == nil {
			continue
		}
		key := reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("yaml")
		text := f.Comment.Text()
		if text == "" {
			text = f.Doc.Text()
		}
		if text = strings.Join(strings.Fields(text), " "); key == "" || key == "-" || text == "" {
			continue
		}
		for _, n := range f.Names {
			out[owner+"."+n.Name] = text
		}
	}
}
