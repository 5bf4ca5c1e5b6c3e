package capture

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// namespaces is where ip-netns(8) keeps the names.
const namespaces = "/run/netns"

// within runs do on a thread that stands in the network namespace name; sockets made there stay there.
func within(name string, do func() error) error {
	if name == "" {
		return do()
	}
	done := make(chan error)
	go func() { done <- enter(name, do) }()
	return <-done
}

// enter runs on its own goroutine: where the way back fails, the thread stays locked and ends with it.
func enter(name string, do func() error) error {
	path := filepath.Join(namespaces, filepath.Base(name))
	target, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("capture: no network namespace %s; there are: %s", name, listNamespaces())
	}
	defer target.Close()
	runtime.LockOSThread()
	home, err := os.Open(fmt.Sprintf("/proc/self/task/%d/ns/net", unix.Gettid()))
	if err != nil {
		runtime.UnlockOSThread()
		return fmt.Errorf("capture: own network namespace: %w", err)
	}
	defer home.Close()
	if err := unix.Setns(int(target.Fd()), unix.CLONE_NEWNET); err != nil {
		runtime.UnlockOSThread()
		return denied("namespace "+name, err)
	}
	err = do()
	if back := unix.Setns(int(home.Fd()), unix.CLONE_NEWNET); back == nil {
		runtime.UnlockOSThread()
	}
	return err
}

func listNamespaces() string {
	entries, err := os.ReadDir(namespaces)
	if err != nil || len(entries) == 0 {
		return "none"
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, ", ")
}
