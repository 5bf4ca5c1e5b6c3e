package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"time"
)

// setting is one row of a reference: a key, its default, and the comment beside its field.
type setting struct{ key, value, says string }

// settings are the keys of cfg, a pointer to a struct with yaml tags that is declared in dir.
func settings(dir string, cfg any) ([]setting, error) {
	v := reflect.ValueOf(cfg).Elem()
	says, err := fieldComments(dir, v.Type().Name())
	if err != nil {
		return nil, err
	}
	var out []setting
	for i := range v.NumField() {
		f := v.Type().Field(i)
		key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if key == "" || key == "-" {
			continue
		}
		if says[f.Name] == "" {
			return nil, fmt.Errorf("%s.%s has no comment: say what it is, its unit and its range", v.Type().Name(), f.Name)
		}
		out = append(out, setting{key, show(v.Field(i)), strings.ReplaceAll(says[f.Name], "|", "\\|")})
	}
	return out, nil
}

func show(v reflect.Value) string {
	if d, ok := v.Interface().(time.Duration); ok {
		s := d.String()
		if strings.HasSuffix(s, "m0s") {
			s = strings.TrimSuffix(s, "0s")
		}
		if strings.HasSuffix(s, "h0m") {
			s = strings.TrimSuffix(s, "0m")
		}
		return s
	}
	if v.Kind() == reflect.Slice && v.Len() == 0 {
		return "[]"
	}
	return fmt.Sprint(v.Interface())
}

// fieldComments reads the comments of the fields of a struct type from the sources in dir.
func fieldComments(dir, name string) (map[string]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			t, ok := n.(*ast.TypeSpec)
			if !ok || t.Name.Name != name {
				return true
			}
			if s, ok := t.Type.(*ast.StructType); ok {
				collect(s, out)
			}
			return false
		})
	}
	return out, nil
}

func collect(s *ast.StructType, out map[string]string) {
	for _, f := range s.Fields.List {
		text := f.Doc.Text() + " " + f.Comment.Text()
		for _, n := range f.Names {
			out[n.Name] = strings.Join(strings.Fields(text), " ")
		}
	}
}
