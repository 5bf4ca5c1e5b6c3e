// Command gen-comments collects what stands beside each setting in the code, so that the binary can explain its own configuration.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
)

const usage = `usage: go run ./script/gen-comments [-check] [-root DIR]

Writes cmd/yagura/comments.json: "package.Type.Field" → the comment of each field with a yaml tag.
  -check   write nothing; exit 1 when the file is not what it would be
exit: 0 done, 1 stale or unreadable, 2 usage
`

func main() {
	check := flag.Bool("check", false, "")
	root := flag.String("root", ".", "")
	flag.Usage = func() { fmt.Fprint(os.Stderr, usage) }
	flag.Parse()
	if flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*root, *check); err != nil {
		fmt.Fprintln(os.Stderr, "gen-comments:", err)
		os.Exit(1)
	}
}

func run(root string, check bool) error {
	comments := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != root || d.Name() == "node_modules" || d.Name() == "testdata" || d.Name() == "script"):
			return filepath.SkipDir
		case strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go"):
			return collect(path, comments)
		}
		return nil
	})
	if err != nil {
		return err
	}
	want, err := json.MarshalIndent(comments, "", "  ")
	if err != nil {
		return err
	}
	return settle(filepath.Join(root, "cmd", "yagura", "comments.json"), append(want, '\n'), check)
}

// collect adds the comments of one file's fields.
func collect(path string, out map[string]string) error {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
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
	return nil
}

func fields(owner string, s *ast.StructType, out map[string]string) {
	for _, f := range s.Fields.List {
		if f.Tag == nil || len(f.Names) == 0 {
			continue
		}
		key := reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("yaml")
		text := strings.TrimSpace(f.Comment.Text())
		if text == "" {
			text = strings.TrimSpace(f.Doc.Text())
		}
		if key != "" && key != "-" && text != "" {
			out[owner+"."+f.Names[0].Name] = strings.Join(strings.Fields(text), " ")
		}
	}
}

func settle(file string, want []byte, check bool) error {
	have, err := os.ReadFile(file)
	switch {
	case err == nil && bytes.Equal(have, want):
		return nil
	case check:
		return fmt.Errorf("%s is not current: run make generate", file)
	}
	return os.WriteFile(file, want, 0o644)
}
