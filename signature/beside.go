package signature

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/signature/rule"
)

// Lists that stand beside rule files, as sets of rules bring them along: of classes and of kinds of references.
const (
	classFile = "classification.config"
	linkFile  = "reference.config"
)

// maxBeside bounds the lines of such a list.
const maxBeside = 10_000

// beside reads the lists in the folders of the rule files. What they say counts before what is built in; a list that cannot be read is told.
func (l *Loaded) beside(paths []string, env *rule.Env) {
	seen := map[string]bool{}
	for _, path := range paths {
		dir := filepath.Dir(path)
		if seen[dir] {
			continue
		}
		seen[dir] = true
		l.list(filepath.Join(dir, classFile), func(text string) error { return readClass(text, env) })
		l.list(filepath.Join(dir, linkFile), func(text string) error { return readLink(text, env) })
	}
}

// list gives each line of a list, where there is one, to read.
func (l *Loaded) list(path string, read func(text string) error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		l.miss(path, "", err)
		return
	}
	defer f.Close()
	left := maxBeside
	err = rule.Lines(f, func(n int, text string) {
		if left--; left == -1 {
			l.Refused = append(l.Refused, rule.Refusal{File: path, Line: n, Why: fmt.Sprintf("the file has more than %d lines; this one and those behind it are not used", maxBeside)})
		}
		if left < 0 {
			return
		}
		if err := read(text); err != nil {
			l.Refused = append(l.Refused, rule.Refusal{File: path, Line: n, Keyword: "config", Why: err.Error()})
		}
	})
	if err != nil {
		l.miss(path, "", err)
	}
}

// readClass reads "config classification: name,description,priority".
func readClass(text string, env *rule.Env) error {
	rest, ok := said(text, "classification")
	parts := strings.SplitN(rest, ",", 3)
	if !ok || len(parts) != 3 {
		return errors.New("this is not config classification: name,description,priority")
	}
	name, priority := strings.TrimSpace(parts[0]), strings.TrimSpace(parts[2])
	n, err := strconv.ParseUint(priority, 10, 8)
	if err != nil || n == 0 || name == "" {
		return fmt.Errorf("%q: a class has a name and a priority from 1 to 255", text[:min(len(text), 80)])
	}
	env.Classes[name] = &rule.Class{Name: name, Text: strings.TrimSpace(parts[1]), Priority: uint8(n)}
	return nil
}

// readLink reads "config reference: kind beginning-of-address".
func readLink(text string, env *rule.Env) error {
	rest, ok := said(text, "reference")
	parts := strings.Fields(rest)
	if !ok || len(parts) != 2 {
		return errors.New("this is not config reference: kind beginning-of-its-address")
	}
	env.Links[strings.ToLower(parts[0])] = parts[1]
	return nil
}

// said is what stands behind "config WHAT:".
func said(text, what string) (string, bool) {
	rest, ok := strings.CutPrefix(text, "config")
	rest, ok2 := strings.CutPrefix(strings.TrimLeft(rest, " \t"), what)
	rest, ok3 := strings.CutPrefix(strings.TrimLeft(rest, " \t"), ":")
	return strings.TrimSpace(rest), ok && ok2 && ok3
}
