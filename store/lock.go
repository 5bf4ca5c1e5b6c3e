package store

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// ErrInUse is what Open answers while another process runs on the same directory.
var ErrInUse = errors.New("the data directory is in use")

// lock takes the directory for this process. The kernel gives it back when the process ends, however it ends.
func lock(file string) (*os.File, error) {
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder, _ := os.ReadFile(file)
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%w: process %s holds %s; stop it first, or choose another store.dir",
				ErrInUse, strings.TrimSpace(string(holder)), file)
		}
		return nil, fmt.Errorf("lock %s: %w", file, err)
	}
	if err = f.Truncate(0); err == nil {
		_, err = fmt.Fprintf(f, "%d\n", os.Getpid())
	}
	if err != nil {
		f.Close()
		return nil, full(file, err)
	}
	return f, nil
}
