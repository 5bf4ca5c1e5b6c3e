package yagura_test

import "testing"

// rules are the articles of the law; each looks at the whole tree and returns what breaks it.
var rules = []struct {
	name  string
	check func(*tree) []fault
}{
	{"only rooms that house.txt names", unknownRooms},
	{"no drawers", drawers},
	{"import law", forbiddenImports},
	{"cgo stays in its room", strayCgo},
	{"package docs", packageDocs},
	{"no init", initFunctions},
	{"variants complete", incompleteVariants},
	{"visible lists", unlistedVariants},
	{"files stay small", longFiles},
}

// TestHouse holds the repository against house.txt. It parses the files itself and opens them through
// package os: go test records what a test opens inside its module, so the cached pass of this test is
// void as soon as any file or folder here changes. A test that ran `go list` would stay green, because
// what a child process reads is not recorded.
func TestHouse(t *testing.T) {
	h, err := readTree(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			for _, f := range r.check(h) {
				t.Error(f)
			}
		})
	}
}
