package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	yamlparser "github.com/goccy/go-yaml/parser"
)

// loadYAML reads path strictly into out: an unknown key, a wrong type or bad
// YAML is an error with file, line and, where a known key is near, the fix.
func loadYAML(path string, out any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return explainFileError(path, err)
	}
	return decodeYAML(path, text, out)
}

func decodeYAML(path string, text []byte, out any) error {
	if len(strings.TrimSpace(string(text))) == 0 {
		return nil
	}
	err := yaml.UnmarshalWithOptions(text, out, yaml.Strict())
	if err == nil {
		return nil
	}
	var y yaml.Error
	if !errors.As(err, &y) || y.GetToken() == nil {
		return failure{exitUsage, fmt.Errorf("%s: %w", path, err)}
	}
	pos := y.GetToken().Position
	return failure{exitUsage, fmt.Errorf("%s:%d:%d: %s", path, pos.Line, pos.Column, yamlProblem(y, reflect.TypeOf(out)))}
}

// yamlProblem is one line: what is wrong, and the fix where a known key is near.
func yamlProblem(y yaml.Error, accepts ...reflect.Type) string {
	m := unknownField.FindStringSubmatch(y.GetMessage())
	if m == nil {
		return typeProblem(y.GetMessage(), y.GetToken().Value)
	}
	var keys []string
	for _, t := range accepts {
		keys = append(keys, yamlKeys(t)...)
	}
	switch near := nearest(m[1], keys); near {
	case "":
		return fmt.Sprintf("unknown key %q; `yagura explain --reference` lists the keys", m[1])
	case m[1]:
		return fmt.Sprintf("key %q does not belong here; `yagura explain --reference` shows where it does", m[1])
	default:
		return fmt.Sprintf("unknown key %q; did you mean %q?", m[1], near)
	}
}

// typeProblem says in a person's words that a value is of another kind than its key wants.
func typeProblem(message, value string) string {
	if m := wrongType.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("%q does not belong here; write %s", value, wantedKind(m[1]))
	}
	if m := wrongShape.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("%q does not belong here; write %s", value, map[string]string{"sequence": "a list, as [a, b]", "mapping": "keys with values, as {key: value}"}[m[1]])
	}
	return message
}

var (
	wrongType  = regexp.MustCompile(`cannot unmarshal \S+ into Go (?:struct field \S+|value) of type (\S+)`)
	wrongShape = regexp.MustCompile(`was used where (sequence|mapping) is expected`)
)

// wantedKind is a kind of Go in words.
func wantedKind(of string) string {
	switch {
	case of == "time.Duration":
		return "a time with its unit, as 8ms, 5s or 24h"
	case of == "bool":
		return "true or false"
	case strings.HasPrefix(of, "int"), strings.HasPrefix(of, "uint"):
		return "a whole number"
	case strings.HasPrefix(of, "float"):
		return "a number"
	}
	return "text"
}

var unknownField = regexp.MustCompile(`unknown field "([^"]*)"`)

// explainFileError says what to do about a file that cannot be opened.
func explainFileError(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return failure{exitUsage, fmt.Errorf("%s: no such file; check the path", path)}
	case errors.Is(err, fs.ErrPermission):
		return failure{exitUsage, fmt.Errorf("%s: not readable for this user; check its owner and mode", path)}
	}
	return failure{exitUsage, err}
}

// fieldLine finds the line of a dotted path such as decide.never_touch[2].ip
// in the YAML text, or of its nearest parent that is written there; 0 when
// nothing of it is.
func fieldLine(text []byte, field string) int {
	file, err := yamlparser.ParseBytes(text, 0)
	if err != nil {
		return 0
	}
	for field != "" {
		if p, err := yaml.PathString("$." + field); err == nil {
			if node, err := p.FilterFile(file); err == nil && node != nil {
				return lineOf(node)
			}
		}
		cut := strings.LastIndexAny(field, ".[")
		if cut < 0 {
			return 0
		}
		field = field[:cut]
	}
	return 0
}

func lineOf(n ast.Node) int {
	if tok := n.GetToken(); tok != nil && tok.Position != nil {
		return tok.Position.Line
	}
	return 0
}

// yamlKeys collects the keys that t and the structs within it accept.
func yamlKeys(t reflect.Type) []string {
	keys, seen := []string{}, map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(t reflect.Type) {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || seen[t] {
			return
		}
		seen[t] = true
		for i := range t.NumField() {
			f := t.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
			if name != "" && name != "-" {
				keys = append(keys, name)
			}
			if f.IsExported() {
				walk(f.Type)
			}
		}
	}
	walk(t)
	return keys
}

// nearest is the candidate within two edits (or a third of the word), or "".
func nearest(word string, candidates []string) string {
	best, limit := "", max(2, len(word)/3)+1
	for _, c := range candidates {
		if d := editDistance(word, c); d < limit {
			best, limit = c, d
		}
	}
	return best
}

// editDistance is Levenshtein's.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
