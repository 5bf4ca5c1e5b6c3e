package hall

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"github.com/vishvananda/netns"
)

// Command prepares a program to be run on a machine of the hall, with that machine's resolver and samba settings.
func (h *Hall) Command(ctx context.Context, host Host, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "ip", append([]string{"netns", "exec", h.Namespace(host), name}, args...)...)
	cmd.Dir = h.dir
	cmd.Env = append(os.Environ(), "_NO_WINBINDD=1") // the hall has its own accounts, whatever domain this machine is in
	return cmd
}

// Exec runs a program on a machine of the hall and returns what it printed. The error of a failed program carries the
// last line of its complaint.
func (h *Hall) Exec(ctx context.Context, host Host, name string, args ...string) ([]byte, error) {
	return output(h.Command(ctx, host, name, args...))
}

func output(cmd *exec.Cmd) ([]byte, error) {
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		return out.Bytes(), fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, lastLine(complaint.String()))
	}
	return out.Bytes(), nil
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}

// In runs do with the calling goroutine inside the machine's network namespace: sockets that do opens itself, on
// literal addresses, belong to that machine for as long as they live.
func (h *Hall) In(host Host, do func() error) error {
	there, err := netns.GetFromName(h.Namespace(host))
	if err != nil {
		return fmt.Errorf("hall: %s: %w", host, err)
	}
	defer there.Close()
	runtime.LockOSThread()
	here, err := netns.Get()
	if err != nil {
		runtime.UnlockOSThread()
		return err
	}
	defer here.Close()
	if err := netns.Set(there); err != nil {
		runtime.UnlockOSThread()
		return fmt.Errorf("hall: enter %s: %w", host, err)
	}
	err = do()
	if back := netns.Set(here); back != nil {
		return fmt.Errorf("hall: leave %s: %w", host, back) // the thread stays locked and dies with the goroutine
	}
	runtime.UnlockOSThread()
	return err
}
