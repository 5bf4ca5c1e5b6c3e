package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"
	"time"
)

// line is one event of `go test -json` (go doc test2json).
type line struct {
	Action  string
	Package string
	Test    string
	Elapsed float64 // seconds
	Output  string
	Key     string // of an attribute
	Value   string

	ImportPath  string // of what is built
	FailedBuild string // why a package has no tests
}

// board turns test events into lines for people.
type board struct {
	out                     io.Writer
	tests                   map[string]*test  // by package and name
	builds                  map[string]string // by import path, the compiler's first complaint
	passed, failed, skipped int
}

type test struct {
	parent bool   // it has subtests: these are told of instead
	bad    bool   // a subtest of it failed
	figure string // attribute
	said   []string
}

func newBoard(out io.Writer) *board {
	return &board{out: out, tests: map[string]*test{}, builds: map[string]string{}}
}

// maxSaid bounds what is kept of a test's own words.
const maxSaid = 40

func (b *board) read(r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var l line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			continue // a build's own words stand between
		}
		b.take(l)
	}
	return lines.Err()
}

func (b *board) take(l line) {
	if l.Action == "build-output" {
		if text := strings.TrimSpace(l.Output); b.builds[l.ImportPath] == "" && !strings.HasPrefix(text, "#") {
			b.builds[l.ImportPath] = text
		}
		return
	}
	t := b.test(l)
	switch l.Action {
	case "run":
		if up, _, sub := cutLast(l.Test, "/"); sub {
			b.test(line{Package: l.Package, Test: up}).parent = true
		}
	case "attr":
		if l.Key == "figure" {
			t.figure = l.Value
		}
	case "output":
		if text := spoken(l.Output); text != "" && len(t.said) < maxSaid {
			t.said = append(t.said, text)
		}
	case "pass", "fail", "skip":
		b.end(l, t)
	}
}

func (b *board) test(l line) *test {
	k := l.Package + " " + l.Test
	if b.tests[k] == nil {
		b.tests[k] = &test{}
	}
	return b.tests[k]
}

func (b *board) end(l line, t *test) {
	up, _, sub := cutLast(l.Test, "/")
	over := b.test(line{Package: l.Package, Test: up})
	if !sub {
		over = b.test(line{Package: l.Package})
	}
	if l.Action == "fail" && l.Test != "" {
		over.bad = true
	}
	switch {
	case l.Action == "fail" && (!t.parent && l.Test != "" || !t.bad): // a parent that failed by itself, a package that does not build
		b.failed++
		b.print("FAIL", l, cmp.Or(b.builds[l.FailedBuild], first(t.said, "see go test")))
	case l.Test == "" || t.parent:
	case l.Action == "pass":
		b.passed++
		figure := t.figure
		if figure == "" {
			figure = (time.Duration(l.Elapsed*1000) * time.Millisecond).String()
		}
		b.print("PASS", l, figure)
	case l.Action == "skip":
		b.skipped++
		b.print("SKIP", l, first(t.said, "no reason was given"))
	}
}

func (b *board) print(verdict string, l line, what string) {
	enforcer, behaviour := name(l)
	fmt.Fprintf(b.out, "%s %s %s %s\n", verdict, enforcer, behaviour, what)
}

var variant = regexp.MustCompile(`^Test(?:Conformance|Scenario)(?:Of)?([A-Z]\w*)?$`)

// name gives the enforcer (its folder, and the variant that the test's name adds) and the behaviour.
func name(l line) (enforcer, behaviour string) {
	enforcer = path.Base(l.Package)
	top, rest, sub := strings.Cut(l.Test, "/")
	if m := variant.FindStringSubmatch(top); m != nil && m[1] != "" {
		enforcer += "-" + strings.ToLower(m[1])
	}
	switch {
	case sub:
		behaviour = strings.NewReplacer(",_", "-", "_", "-", ",", "-").Replace(rest)
	case l.Test == "":
		behaviour = "tests-run"
	case strings.HasPrefix(top, "TestScenario"):
		behaviour = "scenario"
	default:
		behaviour = "conformance"
	}
	return enforcer, behaviour
}

var frame = regexp.MustCompile(`^\s*(===|---|PASS|FAIL|ok\s|exit status|\?\s)`)
var place = regexp.MustCompile(`^\s*\S+\.go:\d+: `)

// spoken is what a test itself said, without the frame of go test and the place in the code.
func spoken(output string) string {
	if frame.MatchString(output) {
		return ""
	}
	return strings.TrimSpace(place.ReplaceAllString(output, ""))
}

func first(said []string, otherwise string) string {
	if len(said) == 0 {
		return otherwise
	}
	return said[0]
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
