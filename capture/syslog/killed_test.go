package syslog

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The test binary is also the receiver that is killed.
const victimDir = "YAGURA_SYSLOG_VICTIM"

func TestMain(m *testing.M) {
	if dir := os.Getenv(victimDir); dir != "" {
		if err := victim(dir); err != nil {
			fmt.Println("error", err)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// victim receives, tells how much is on its disk, and judges nothing.
func victim(dir string) error {
	c := DefaultConfig()
	c.TCP = []string{"127.0.0.1:0"}
	c.Sources = []Source{{Name: "here", From: []string{"127.0.0.1"}, Format: "cef"}}
	r, err := New(c, dir, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	if err := r.Start(context.Background()); err != nil {
		return err
	}
	fmt.Println("at", r.Addrs()[0])
	for last := uint64(0); ; time.Sleep(time.Millisecond) {
		if n := r.Stats().Received["tcp"]; n != last {
			fmt.Println("received", n)
			last = n
		}
	}
}

// Syslog has no acknowledgement, so what holds is: a message that is counted as received is on the disk, and is there
// after kill -9. What the kernel still held for the process is lost with it, and its sender cannot know.
func TestKilledWhileItReceives(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), victimDir+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	told := func(what string) string {
		for lines.Scan() {
			if rest, ok := strings.CutPrefix(lines.Text(), what+" "); ok {
				return rest
			}
		}
		t.Fatalf("the receiver never said %q", what)
		return ""
	}
	conn, err := net.Dial("tcp", told("at"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	go func() {
		for n := 0; ; n++ {
			if _, err := fmt.Fprintf(conn, "<1>message %06d\n", n); err != nil {
				return
			}
		}
	}()
	received := 0
	for received < 3000 {
		if _, err := fmt.Sscan(told("received"), &received); err != nil {
			t.Fatal(err)
		}
	}
	if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	s, err := openSpool(filepath.Join(dir, "syslog"), 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	list, _, err := s.take(t.Context(), 1<<30)
	if err != nil || len(list) < received {
		t.Fatalf("%d messages are on the disk, %d were received: %v", len(list), received, err)
	}
	for n, m := range list {
		if want := fmt.Sprintf("<1>message %06d", n); string(m.Data) != want {
			t.Fatalf("message %d is %q", n, m.Data)
		}
	}
	t.Logf("%d messages were counted when it was killed, %d are there", received, len(list))
}
