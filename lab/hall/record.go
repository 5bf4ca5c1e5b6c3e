package hall

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Record writes what the mirror port shows to a pcap file by tcpdump, through a pcap filter where one is given. It
// returns when the listener listens; the returned function ends it and reports frames that it lost.
func (h *Hall) Record(ctx context.Context, path, filter string) (func() error, error) {
	args := []string{"-i", h.MirrorInterface(), "-s", "0", "-B", "262144", "-w", path, "-Z", "root"}
	if filter != "" {
		args = append(args, filter)
	}
	cmd := exec.CommandContext(ctx, "tcpdump", args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	complaint, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("hall: tcpdump: %w: run script/setup record", err)
	}
	listening, said := make(chan struct{}), make(chan string, 1)
	go func() {
		var all strings.Builder
		for lines := bufio.NewScanner(complaint); lines.Scan(); {
			all.WriteString(lines.Text() + "\n")
			if strings.Contains(lines.Text(), "listening on") {
				close(listening)
			}
		}
		said <- all.String()
	}()
	select {
	case <-listening:
	case text := <-said:
		return nil, errors.Join(fmt.Errorf("hall: tcpdump does not listen: %s", text), cmd.Wait())
	}
	return func() error {
		time.Sleep(1500 * time.Millisecond) // the last answers; and the kernel hands frames over once a second
		_ = cmd.Process.Signal(syscall.SIGINT)
		text := <-said
		if err := cmd.Wait(); err != nil {
			return fmt.Errorf("hall: tcpdump: %w: %s", err, text)
		}
		if !strings.Contains(text, "\n0 packets dropped by kernel") {
			return fmt.Errorf("hall: tcpdump lost frames: %s", text)
		}
		return nil
	}, nil
}
