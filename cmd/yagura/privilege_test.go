package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestTheWatchGivesUpItsRights starts the watch as people do, by root for a user and with capabilities at its file, and looks at what it has left
// once it watches.
func TestTheWatchGivesUpItsRights(t *testing.T) {
	if os.Geteuid() != 0 || !landlocked() {
		t.Skip("needs root, and a kernel with Landlock of version 2")
	}
	const nobody = 65534
	for name, c := range map[string]struct {
		config, fileCaps string
		owner, uid       int
	}{
		"root names a user":      {config: "user: nobody\n", owner: nobody},
		"root stays root":        {},
		"capabilities of a file": {fileCaps: "cap_net_raw,cap_net_admin=eip", owner: nobody, uid: nobody},
	} {
		t.Run(name, func(t *testing.T) {
			dir := openFolder(t, c.owner)
			self := filepath.Join(dir, "yagura") // TestMain goes by the name
			copyFile(t, self)
			if c.fileCaps != "" {
				if out, err := exec.Command("setcap", c.fileCaps, self).CombinedOutput(); err != nil {
					t.Skipf("capabilities cannot be given to a file here: %v %s", err, out)
				}
			}
			config := filepath.Join(dir, "yagura.yaml")
			text := c.config + "capture: {interfaces: [lo], blocks: 8}\nconsole: {listen: 127.0.0.1:0}\nstore: {dir: " + dir + "/data}\n"
			if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, self, "run", "--config", config)
			cmd.Env = append(os.Environ(), "HOME="+dir, "TMPDIR=")
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(c.uid), Gid: uint32(c.uid)}}
			errors, err := cmd.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			said := bufio.NewScanner(errors)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			told := heard(said, "監視を始めました")
			if !strings.Contains(told, `msg="confined: `) {
				t.Errorf("it did not say that it is confined: %s", told)
			}
			wantNothing(t, cmd.Process.Pid)
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			rest := heard(said, "")
			if err := cmd.Wait(); err != nil {
				t.Errorf("it ended with %v\n%s%s", err, told, rest)
			}
		})
	}
}

// openFolder is a folder of the user's that others can reach, too: those of tests lie below one that is root's alone.
func openFolder(t *testing.T, uid int) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "yagura-rights-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chown(dir, uid, uid); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// copyFile copies this program.
func copyFile(t *testing.T, to string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("install", "-m", "755", self, to).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
}

// heard reads lines up to one with the word; "" reads all.
func heard(in *bufio.Scanner, word string) string {
	var all strings.Builder
	for in.Scan() {
		fmt.Fprintln(&all, in.Text())
		if word != "" && strings.Contains(in.Text(), word) {
			break
		}
	}
	return all.String()
}

// wantNothing holds that a process has no capabilities, can gain none, and has its system calls filtered.
func wantNothing(t *testing.T, pid int) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"CapPrm:\t0000000000000000", "CapEff:\t0000000000000000", "CapInh:\t0000000000000000", "CapAmb:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"} {
		if !strings.Contains(string(status), want+"\n") {
			t.Errorf("not %q in\n%s", want, status)
		}
	}
}
