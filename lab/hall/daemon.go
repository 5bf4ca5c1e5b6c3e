package hall

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// patience bounds the wait for one daemon; they usually answer within 0.3 s.
const patience = 10 * time.Second

// daemon is a running server process of the hall.
type daemon struct {
	name string
	pid  int
	log  string
	gone chan struct{}
}

// start runs a server on a machine. It lives until Close: ctx bounds the building only.
func (h *Hall) start(host Host, name string, args ...string) (*daemon, error) {
	log := filepath.Join(h.dir, string(host), filepath.Base(name)+".out")
	out, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	cmd := h.Command(context.Background(), host, name, args...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for us; Close ends the daemons
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	d := &daemon{name: name, pid: cmd.Process.Pid, log: log, gone: make(chan struct{})}
	go func() {
		_ = cmd.Wait()
		close(d.gone)
	}()
	return d, nil
}

// until waits for ready to hold, for the daemon to die, or for patience to end.
func (d *daemon) until(ctx context.Context, what string, ready func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for !ready() {
		select {
		case <-d.gone:
			return fmt.Errorf("%s ended at once: %s", d.name, d.complaint())
		case <-ctx.Done():
			return fmt.Errorf("%s: no %s after %s: %s", d.name, what, patience, d.complaint())
		case <-time.After(10 * time.Millisecond):
		}
	}
	return nil
}

// complaint is the end of what the daemon printed.
func (d *daemon) complaint() string {
	text, err := os.ReadFile(d.log)
	if err != nil || len(text) == 0 {
		return "it printed nothing"
	}
	return lastLine(string(text))
}

// bound says whether a socket of the daemon's machine is bound to the port; kind is one of tcp, tcp6, udp, udp6.
func (d *daemon) bound(kind string, port int) bool {
	f, err := os.Open(fmt.Sprintf("/proc/%d/net/%s", d.pid, kind))
	if err != nil {
		return false
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if boundLine(lines.Text(), port) {
			return true
		}
	}
	return false
}

// boundLine reads one line of /proc/net/{tcp,udp}: listening (0A) or unconnected (07) and on the port.
func boundLine(line string, port int) bool {
	fields := strings.Fields(line)
	if len(fields) < 4 || (fields[3] != "0A" && fields[3] != "07") {
		return false
	}
	_, hex, _ := strings.Cut(fields[1], ":")
	n, err := strconv.ParseUint(hex, 16, 16)
	return err == nil && int(n) == port
}
