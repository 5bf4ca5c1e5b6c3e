package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"syscall"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// ErrDiskFull says that something could not be kept for want of space. What was kept before is intact, and
// the store goes on by itself as soon as there is space again.
var ErrDiskFull = errors.New("the disk is full")

// full names a full disk in plain words and passes every other error on.
func full(file string, err error) error {
	if err == nil {
		return nil
	}
	var sq *sqlite.Error
	noSpace := errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
	if errors.As(err, &sq) && sq.Code()&0xff == lib.SQLITE_FULL {
		noSpace = true
	}
	if !noSpace {
		return err
	}
	return fmt.Errorf("%w: %s: free some space or lower store.max_gib; nothing that was saved is lost (%v)",
		ErrDiskFull, filepath.Dir(file), err)
}
