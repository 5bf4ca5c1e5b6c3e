package main

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"go/format"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"

	"github.com/yagura-project/yagura"
)

//go:embed all:templates
var templates embed.FS

// kind is one sort of folder that can be made.
type kind struct {
	room    string
	samples bool // its tests write their own testdata when called with -update
}

var kinds = map[string]kind{
	"detector": {"detect", true},
	"protocol": {"dissect", true},
	"enforcer": {"act", false},
	"channel":  {"notify", false},
	"report":   {"report", false},
}

var goodName = regexp.MustCompile(`^[a-z][a-z0-9]{1,30}$`)

// blank is what a template knows: <% .Name %>.
type blank struct{ Module, Name string }

// scaffold writes the new folder of a kind below root and returns its files, slash-separated and relative to root.
// It overwrites nothing.
func scaffold(root, what, name string) ([]string, error) {
	law, err := yagura.ReadLaw(root)
	if err != nil {
		return nil, err
	}
	k, ok := kinds[what]
	if !ok {
		return nil, fmt.Errorf("there is no kind %q: detector, protocol, enforcer, channel or report", what)
	}
	if !goodName.MatchString(name) || token.IsKeyword(name) || !law.IsVariant(k.room, name) {
		return nil, fmt.Errorf("NAME=%q cannot name a %s: lower-case letters and digits, beginning with a letter, "+
			"no Go keyword, not all, not ending in test", name, what)
	}
	dir := path.Join(k.room, name)
	if _, err := os.Stat(filepath.Join(root, dir)); !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is there already: choose another NAME", dir)
	}
	return blank{law.Module, name}.fill(root, dir, path.Join("templates", what))
}

// fill renders every template below from into dir. A file called name.go.tmpl becomes <Name>.go.
func (b blank) fill(root, dir, from string) (made []string, err error) {
	err = fs.WalkDir(templates, from, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := b.render(p)
		if err != nil {
			return err
		}
		rel := strings.TrimSuffix(strings.TrimPrefix(p, from+"/"), ".tmpl")
		rel = path.Join(dir, path.Dir(rel), strings.Replace(path.Base(rel), "name", b.Name, 1))
		made = append(made, rel)
		return create(filepath.Join(root, filepath.FromSlash(rel)), text)
	})
	return made, err
}

// render fills in one template; a file that is not called .tmpl stays as it is.
func (b blank) render(name string) ([]byte, error) {
	src, err := templates.ReadFile(name)
	if err != nil || !strings.HasSuffix(name, ".tmpl") {
		return src, err
	}
	t, err := template.New(name).Delims("<%", "%>").Parse(string(src))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, b); err != nil {
		return nil, err
	}
	if strings.HasSuffix(name, ".go.tmpl") {
		return format.Source(out.Bytes()) // the order of imports depends on the name
	}
	return out.Bytes(), nil
}

func create(file string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}
