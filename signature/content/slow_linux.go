package content

import (
	"time"

	"golang.org/x/sys/unix"
)

// threadTime is what this thread has had of the processor (clock_gettime(2)); 0 where nobody knows.
func threadTime() time.Duration {
	var t unix.Timespec
	if unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t) != nil {
		return 0
	}
	return time.Duration(t.Nano())
}
