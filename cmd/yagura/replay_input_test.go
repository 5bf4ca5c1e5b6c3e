package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const dnsCapture = "../../lab/captures/dns-udp.pcap.gz"

// pipe makes a named pipe that gives b to who reads it.
func pipe(t *testing.T, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	go func() {
		if f, err := os.OpenFile(path, os.O_WRONLY, 0); err == nil {
			_, _ = f.Write(b)
			_ = f.Close()
		}
	}()
	return path
}

// TestReplayFromPipe gives what can be read only once: captures, packed or not, and a log; all are as if they were files.
func TestReplayFromPipe(t *testing.T) {
	packed, err := os.ReadFile(dnsCapture)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	var plain bytes.Buffer
	if _, err := plain.ReadFrom(z); err != nil {
		t.Fatal(err)
	}
	line := `192.168.1.9 - - [10/Oct/2025:13:55:36 +0900] "GET /index.html HTTP/1.0" 200 2326 "-" "curl/8"` + "\n"
	logfile := filepath.Join(t.TempDir(), "access.log")
	if err := os.WriteFile(logfile, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		file  string
		bytes []byte
	}{{dnsCapture, packed}, {dnsCapture, plain.Bytes()}, {logfile, []byte(line)}} {
		code, want := command(t, "replay", "--quiet", "--eve", "-", c.file)
		if code != 0 || want == "" {
			t.Fatalf("%s: exit %d: %s", c.file, code, want)
		}
		if code, got := command(t, "replay", "--quiet", "--eve", "-", pipe(t, c.bytes)); code != 0 || strings.Count(got, "\n") != strings.Count(want, "\n") {
			t.Errorf("%s by a pipe: exit %d, %d lines, want %d: %.300s", c.file, code, strings.Count(got, "\n"), strings.Count(want, "\n"), got)
		}
	}
}

// TestReplayIntoPipe writes EVE to a pipe: whether it is a capture is not asked of it, for that would never be answered.
func TestReplayIntoPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	got := make(chan int)
	go func() {
		b, _ := os.ReadFile(path)
		got <- bytes.Count(b, []byte(`"event_type":"dns"`))
	}()
	if code, out := command(t, "replay", "--quiet", "--eve", path, dnsCapture); code != 0 {
		t.Fatalf("exit %d: %s", code, out)
	}
	if n := <-got; n == 0 {
		t.Error("no record came")
	}
	if code, out := command(t, "replay", "--json", "--eve", "-", dnsCapture); code != exitUsage {
		t.Errorf("two kinds of records on one stream: exit %d: %s", code, out)
	}
}

// TestReplayEndsWaiting interrupts the wait for a pipe into which nobody writes.
func TestReplayEndsWaiting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	writer, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan int)
	go func() {
		var b bytes.Buffer
		done <- run(ctx, []string{"replay", "--quiet", path}, streams{&b, &b})
	}()
	cancel()
	select {
	case code := <-done:
		if code != exitFailed {
			t.Errorf("exit %d", code)
		}
	case <-time.After(time.Minute):
		t.Fatal("it waits on")
	}
}

// TestReplayFromSocket gives a capture by a socket, as some servers start a program: that cannot be opened anew.
func TestReplayFromSocket(t *testing.T) {
	ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	sent, err := os.ReadFile(dnsCapture)
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := os.NewFile(uintptr(ends[0]), "ours"), os.NewFile(uintptr(ends[1]), "theirs")
	defer theirs.Close()
	go func() {
		_, _ = ours.Write(sent)
		_ = ours.Close()
	}()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Args, cmd.Stdin = []string{"yagura", "replay", "--quiet", "--eve", "-", "-"}, theirs
	out, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte(`"event_type":"dns"`)) {
		t.Errorf("%v: %.300s", err, out)
	}
}
