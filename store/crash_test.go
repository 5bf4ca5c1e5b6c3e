package store

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/event"
	"golang.org/x/sys/unix"
)

// again runs this test program as another process.
func again(t *testing.T, child, dir string) (*exec.Cmd, io.WriteCloser, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "YAGURA_STORE_CHILD="+child, "YAGURA_STORE_DIR="+dir)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	must(t, err)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	return cmd, in, bufio.NewScanner(out)
}

func TestKilledWhileWritingLosesNothingAcknowledged(t *testing.T) {
	dir := t.TempDir()
	total := 0
	for round := range 3 {
		cmd, _, lines := again(t, "write", dir)
		said := 0
		for said < 40+30*round && lines.Scan() {
			said, _ = strconv.Atoi(lines.Text())
		}
		must(t, cmd.Process.Kill())
		for lines.Scan() { // acknowledged before the kill reached it
			said, _ = strconv.Atoi(lines.Text())
		}
		if err := cmd.Wait(); err == nil || said < 40 {
			t.Fatalf("the child ended by itself after %d: %v", said, err)
		}
		total += said

		s, err := Open(t.Context(), testConfig(dir))
		must(t, err)
		must(t, s.VerifyAudit(t.Context()))
		if _, err := s.Incident(t.Context(), "i"+strconv.Itoa(said)); err != nil {
			t.Errorf("round %d: acknowledged, then lost: %v", round, err)
		}
		seq, _, err := s.AuditHead(t.Context())
		must(t, err)
		if int(seq) < total {
			t.Errorf("round %d: %d lines acknowledged, %d kept", round, total, seq)
		}
		total = int(seq)
		must(t, s.Close())
	}
}

func TestTwoProcessesDoNotRunOnOneDirectory(t *testing.T) {
	dir := t.TempDir()
	cmd, in, lines := again(t, "hold", dir)
	if !lines.Scan() {
		t.Fatal("the child did not open the directory")
	}
	_, err := Open(t.Context(), testConfig(dir))
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), "process "+strconv.Itoa(cmd.Process.Pid)) {
		t.Errorf("%v", err)
	}
	r, err := OpenReader(t.Context(), testConfig(dir))
	must(t, err)
	must(t, r.Close())
	must(t, in.Close())
	must(t, cmd.Wait())
	s, err := Open(t.Context(), testConfig(dir))
	must(t, err)
	must(t, s.Close())
}

// tinyDisk mounts a file system of the given size, or skips where that is not allowed.
func tinyDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("cannot mount a small tmpfs here (%v): the full-disk tests need root", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func TestFullDiskLosesNothingAndRecovers(t *testing.T) {
	dir := tinyDisk(t, "1m")
	s, err := Open(t.Context(), testConfig(dir))
	must(t, err)
	defer s.Close()
	ballast := dir + "/ballast"
	must(t, os.WriteFile(ballast, make([]byte, 400<<10), 0o600))
	kept := 0
	for ; kept < 10_000; kept++ {
		if err = s.AppendAudit(t.Context(), event.Audit{Who: "sato", Action: "note", Detail: strings.Repeat("記録", 100)}); err != nil {
			break
		}
	}
	if !errors.Is(err, ErrDiskFull) || !strings.Contains(err.Error(), dir) {
		t.Fatalf("after %d lines: %v", kept, err)
	}
	must(t, s.VerifyAudit(t.Context()))
	must(t, os.Remove(ballast))
	must(t, s.AppendAudit(t.Context(), event.Audit{Who: "sato", Action: "note"}))
	must(t, s.VerifyAudit(t.Context()))
	if seq, _, err := s.AuditHead(t.Context()); int(seq) != kept+1 || err != nil {
		t.Errorf("%d lines acknowledged, the ledger has %d, %v", kept+1, seq, err)
	}
}
