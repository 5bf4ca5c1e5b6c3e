package main

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"yagura": main, "trespass": trespass})
}

// TestScripts runs the binary as a person at the terminal does: see testdata/script.
func TestScripts(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("CAPTURES", filepath.Join(root, "lab", "captures"))
			env.Setenv("DOCS", filepath.Join(root, "docs"))
			return nil
		},
		Condition: func(cond string) (bool, error) {
			return cond == "root" && os.Geteuid() == 0 || cond == "landlock" && landlocked(), nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"occupy": occupy, "head": head, "tinydisk": tinyDisk,
		},
	})
}

// occupy VAR listens on a free port of 127.0.0.1 for the rest of the script and puts its address into VAR.
func occupy(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = l.Close() })
	ts.Setenv(args[0], l.Addr().String())
}

// head FROM N TO copies the first N bytes of a file, as a broken transfer does.
func head(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	n := 0
	for _, d := range args[1] {
		n = n*10 + int(d-'0')
	}
	if n >= len(text) {
		ts.Fatalf("%s has only %d bytes", args[0], len(text))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(text[:n]), 0o600))
}

// tinyDisk DIR SIZE mounts a disk of its own on DIR for the rest of the script; it needs root.
func tinyDisk(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o755))
	ts.Check(unix.Mount("tmpfs", dir, "tmpfs", 0, "size="+args[1]))
	ts.Defer(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
}
