package hall

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	runDir   = "/run/yagura-lab"
	netnsDir = "/run/netns"
	etcDir   = "/etc/netns" // `ip netns exec` shows files below as /etc inside
)

// claim takes the prefix for this process; the kernel gives it back when the process ends, however it ends.
func (h *Hall) claim() error {
	if err := os.MkdirAll(runDir, 0o755); err != nil {
		return fmt.Errorf("hall: %w", err)
	}
	lock, err := os.OpenFile(h.dir+".lock", os.O_CREATE|os.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return fmt.Errorf("hall: %w", err)
	}
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = lock.Close()
		return fmt.Errorf("hall: prefix %q is in use by another running hall: end it, or choose another prefix", h.prefix)
	}
	h.lock = lock
	return nil
}

func (h *Hall) release() {
	_ = os.Remove(h.dir + ".lock")
	_ = h.lock.Close()
	h.lock = nil
}

// sweep ends the processes and removes the namespaces, interfaces and files that begin with prefix.
func sweep(prefix, dir string) error {
	spaces, err := filepath.Glob(filepath.Join(netnsDir, prefix+"*"))
	if err != nil {
		return err
	}
	var faults []error
	for _, space := range spaces {
		if !isHost(strings.TrimPrefix(filepath.Base(space), prefix)) {
			continue // another hall's whose prefix begins with ours
		}
		faults = append(faults, endProcesses(space))
	}
	faults = append(faults, removeLink(prefix+"mirror"))
	for _, host := range Hosts {
		faults = append(faults, removeNamespace(prefix+string(host)))
	}
	faults = append(faults, os.RemoveAll(dir))
	return errors.Join(faults...)
}

func isHost(name string) bool {
	for _, h := range Hosts {
		if name == string(h) {
			return true
		}
	}
	return false
}

// removeNamespace unmounts and forgets a named namespace; its interfaces go with it.
func removeNamespace(name string) error {
	_ = os.RemoveAll(filepath.Join(etcDir, name))
	_ = os.Remove(etcDir) // only when it is empty
	path := filepath.Join(netnsDir, name)
	if _, err := os.Lstat(path); err != nil {
		return nil
	}
	_ = unix.Unmount(path, unix.MNT_DETACH)
	return os.Remove(path)
}

// endProcesses kills what lives in a namespace and waits until it is gone, so that the namespace dies too.
func endProcesses(space string) error {
	deadline := time.Now().Add(5 * time.Second)
	for {
		pids := inside(space)
		if len(pids) == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("hall: processes %v in %s do not end", pids, space)
		}
		for _, pid := range pids {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// inside lists the processes whose network namespace is the one bound at space. Our own is never among them, even
// while one of our threads visits.
func inside(space string) []int {
	var want, has unix.Stat_t
	if unix.Stat(space, &want) != nil {
		return nil
	}
	links, _ := filepath.Glob("/proc/[0-9]*/ns/net")
	var pids []int
	for _, link := range links {
		if unix.Stat(link, &has) != nil || has.Ino != want.Ino || has.Dev != want.Dev {
			continue
		}
		pid, _ := strconv.Atoi(strings.Split(link, "/")[2])
		if pid != os.Getpid() && !zombie(pid) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// zombie says whether a process has ended and only waits for its parent to ask.
func zombie(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return true
	}
	_, after, _ := strings.Cut(string(stat), ") ")
	return strings.HasPrefix(after, "Z") || strings.HasPrefix(after, "X")
}
