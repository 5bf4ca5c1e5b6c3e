package capture

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// scarcity is how a store lives on a disk that others have filled: it goes on within what it holds itself, the oldest packets going first.
type scarcity struct {
	most  int64         // bytes of a file, so that not all there is goes at once; 0: as configured
	freed int64         // bytes last given up
	used  int64         // written since
	at    time.Duration // when
}

// scarceWait is how long nothing more is given up when somebody else took what was: all of it would go, and nothing would be gained.
const scarceWait = time.Minute

// noRoom reports whether a disk is full, or what of it this user may fill.
func noRoom(err error) bool { return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) }

// segment is how large a file may become.
func (c *scarcity) segment(configured int64) int64 {
	if c.most == 0 {
		return configured
	}
	return min(c.most, configured)
}

// sealed lets files grow again, for one was filled.
func (c *scarcity) sealed(configured int64) {
	if c.most *= 2; c.most >= configured {
		c.most = 0
	}
}

// yield removes the oldest files until so many bytes are free, and reports whether any are.
func (h *shelf) yield(need int64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := &h.scarce
	if len(h.segments) == 0 || c.freed > 0 && c.used < c.freed/2 && h.clock()-c.at < scarceWait {
		return false
	}
	var held int64
	for _, s := range h.segments {
		held += s.size
	}
	c.most, c.freed, c.used, c.at = max(held/4, need), 0, 0, h.clock()
	for len(h.segments) > 0 && c.freed < need {
		if len(h.segments) == 1 {
			h.seal() // the one being written
		}
		c.freed += h.dropFirst()
	}
	return c.freed > 0 // with what was free besides, it may do
}
