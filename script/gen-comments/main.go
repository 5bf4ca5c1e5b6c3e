// Command gen-comments collects what stands beside each setting in the code, so that the binary can explain its own configuration.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/yagura-project/yagura"
)

const usage = `usage: go run ./script/gen-comments [-check] [-root DIR]

Writes cmd/yagura/comments.json: "package.Type.Field" → the comment of each field with a yaml tag,
but for those of variants, which stand in their room's all/all.go.
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
	law, err := yagura.ReadLaw(root)
	if err != nil {
		return err
	}
	comments := map[string]string{}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(root, path)
		room, folder, _ := strings.Cut(filepath.ToSlash(rel), "/")
		_, variants := law.Variants[room]
		switch {
		case err != nil:
			return err
		case !d.IsDir():
			return nil
		case strings.HasPrefix(d.Name(), ".") && path != root || d.Name() == "node_modules" || d.Name() == "testdata" || d.Name() == "script",
			variants && folder != "" && law.IsVariant(room, folder): // theirs stand in all/all.go
			return filepath.SkipDir
		}
		return yagura.Settings(path, comments)
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
