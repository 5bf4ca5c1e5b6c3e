package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Only what is the file's own, cannot be written to and never was is let go of: relocations that were applied would be lost.
func TestUnwrittenPages(t *testing.T) {
	smaps := `00400000-00a99000 r--p 00000000 fe:00 7 /usr/bin/yagura
Rss:                6752 kB
Anonymous:             0 kB
00a99000-041be000 r-xp 00699000 fe:00 7 /usr/bin/yagura
Anonymous:             0 kB
06632000-066b1000 r--p 06232000 fe:00 7 /usr/bin/yagura
Anonymous:           508 kB
066b1000-06bc1000 rw-p 062b1000 fe:00 7 /usr/bin/yagura
Anonymous:             0 kB
7f0000000000-7f0000001000 r-xp 00000000 fe:00 8 /usr/lib/libc.so.6
Anonymous:             0 kB
7f0000002000-7f0000003000 rw-p 00000000 00:00 0
Anonymous:             0 kB
`
	want := []pages{{0x400000, 0xa99000}, {0xa99000, 0x41be000}}
	if diff := cmp.Diff(want, unwritten(smaps, "/usr/bin/yagura"), cmp.AllowUnexported(pages{})); diff != "" {
		t.Error(diff)
	}
	leavePages() // and this very program goes on
}
