package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// trespass CONFIG WHAT… is a program for scripts: it confines itself as the watch does, goes on behind exec, and says what it may do: read:PATH,
// write:PATH, ptrace, mount, clock, hunt (execute itself).
func trespass() {
	told, behind := os.LookupEnv(confinedEnv)
	if !behind {
		fmt.Fprintln(os.Stderr, enterConfined(os.Args[1]))
		os.Exit(1)
	}
	fmt.Println(told)
	for _, what := range os.Args[2:] {
		err := try(what)
		word := "allowed"
		if err != nil {
			word = err.Error()
		}
		fmt.Printf("%s: %s\n", what, word)
	}
}

// enterConfined returns only what went wrong.
func enterConfined(file string) error {
	cfg, err := loadConfig(file)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	return syscall.Exec(self, os.Args, append(os.Environ(), confine(cfg, self).env()))
}

func try(what string) error {
	verb, path, _ := strings.Cut(what, ":")
	switch verb {
	case "read":
		return onlyWhy(os.Open(path))
	case "write":
		return onlyWhy(os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600))
	case "rename": // into another folder, as the shelves do
		from, to, _ := strings.Cut(path, ",")
		if err := os.Rename(from, to); err != nil {
			return err.(*os.LinkError).Err
		}
		return nil
	case "ptrace":
		return errnoOf(unix.SYS_PTRACE, unix.PTRACE_TRACEME, 0, 0)
	case "mount":
		return unix.Mount("none", "/mnt", "tmpfs", 0, "")
	case "clock":
		now := unix.NsecToTimespec(1)
		return errnoOf(unix.SYS_CLOCK_SETTIME, unix.CLOCK_REALTIME, uintptr(unsafe.Pointer(&now)), 0)
	case "hunt":
		self, err := os.Executable()
		if err != nil {
			return err
		}
		p, err := os.StartProcess(self, []string{"true"}, &os.ProcAttr{Env: []string{"GOCOVERDIR="}})
		if err == nil {
			_, err = p.Wait()
		}
		return err
	}
	return fmt.Errorf("%q is not known", what)
}

func onlyWhy(f *os.File, err error) error {
	if err != nil {
		return err.(*os.PathError).Err
	}
	return f.Close()
}

func errnoOf(call, a, b, c uintptr) error {
	if _, _, errno := unix.Syscall(call, a, b, c); errno != 0 {
		return errno
	}
	return nil
}

// landlocked reports whether this kernel can keep files away from a process.
func landlocked() bool {
	v, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	return errno == 0 && int(v) >= oldestLandlock
}

// TestFilter runs the program of seccomp on every system call by hand.
func TestFilter(t *testing.T) {
	const machine = 7
	p := filter(machine)
	bad := map[uint32]bool{}
	for _, nr := range refused {
		bad[nr] = true
	}
	run := func(nr, arch uint32) uint32 {
		a := uint32(0)
		for pc := 0; pc < len(p); pc++ {
			switch in := p[pc]; in.Code {
			case unix.BPF_LD | unix.BPF_W | unix.BPF_ABS:
				a = map[uint32]uint32{0: nr, 4: arch}[in.K]
			case unix.BPF_RET | unix.BPF_K:
				return in.K
			case unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K:
				if a == in.K || in.Code == unix.BPF_JMP|unix.BPF_JGE|unix.BPF_K && a > in.K {
					pc += int(in.Jt)
				} else {
					pc += int(in.Jf)
				}
			}
		}
		t.Fatalf("call %d runs off the end", nr)
		return 0
	}
	for nr := range uint32(600) {
		want := uint32(unix.SECCOMP_RET_ALLOW)
		if bad[nr] {
			want = unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)
		}
		if got := run(nr, machine); got != want {
			t.Errorf("call %d: %#x, want %#x", nr, got, want)
		}
	}
	for _, c := range [][2]uint32{{1, machine + 1}, {x32 | 1, machine}} {
		if got := run(c[0], c[1]); got != unix.SECCOMP_RET_ERRNO|uint32(unix.EPERM) {
			t.Errorf("%#x of machine %d: %#x", c[0], c[1], got)
		}
	}
}

// TestWhatIsNamed holds which folders a configuration grants.
func TestWhatIsNamed(t *testing.T) {
	dir := t.TempDir()
	for _, d := range []string{"conf", "rules", "lists"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	text := "store: {dir: " + dir + "/data}\nsignature: {files: [" + dir + "/rules/*.rules]}\neve: {file: {path: " + dir + "/eve/eve.json}}\n" +
		"act: {enforcers: [{squid: {list: " + dir + "/squid/isolated}}, {webhook: {url: \"https://a.example/\", addresses: [192.0.2.1], secret_file: " + dir + "/lists/secret}}]}\n"
	for name, b := range map[string]string{"conf/yagura.yaml": text, "lists/secret": "0123456789abcdef0123456789abcdef"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := loadConfig(filepath.Join(dir, "conf/yagura.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	writes := written(cfg)
	for _, d := range []string{"data", "eve", "squid"} {
		if _, ok := writes[filepath.Join(dir, d)]; !ok {
			t.Errorf("%s may not be written: %v", d, writes)
		}
	}
	for _, d := range []string{"lists", "conf", "rules"} {
		if _, ok := writes[filepath.Join(dir, d)]; ok {
			t.Errorf("%s may be written", d)
		}
		found := false
		for _, p := range namedPaths(cfg) {
			found = found || p == filepath.Join(dir, d)
		}
		if !found {
			t.Errorf("%s may not be read: %v", d, namedPaths(cfg))
		}
	}
}

// TestConfinementIsTold holds what the log and the metric say on the other side of exec.
func TestConfinementIsTold(t *testing.T) {
	for _, want := range []confinement{{Landlock: 7, Seccomp: true}, {Seccomp: true, Why: "the kernel has no Landlock: x"}, {Landlock: 3, Why: "seccomp: \"y\"\n"}} {
		_, text, _ := strings.Cut(want.env(), "=")
		t.Setenv(confinedEnv, text)
		if got := confined(); got != want {
			t.Errorf("%s: %+v", text, got)
		}
	}
	for _, text := range []string{"", "landlock=7", `{"landlock":"7"}`} { // somebody else's
		t.Setenv(confinedEnv, text)
		if got := confined(); got.Landlock != 0 || got.Seccomp || got.Why == "" {
			t.Errorf("%q: %+v", text, got)
		}
	}
	if got := confined(); got.Landlock != 0 || got.Seccomp || got.Why == "" { // the variable is gone
		t.Errorf("%+v", got)
	}
}
