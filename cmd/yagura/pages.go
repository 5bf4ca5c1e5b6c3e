package main

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// pages is one mapping of the running program's own file.
type pages struct{ from, to uintptr }

// leavePages lets go of the program's own pages that are mapped only because beginning needed them: code and tables of every
// library that prepared itself, DuckDB's with cgo among them. What is still needed comes back from the page cache, sixteen pages
// at a time. Between the steps of beginning it keeps what all of them need from standing in memory at once.
func leavePages() {
	smaps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		return // it stays as large as it is
	}
	self, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return
	}
	for _, p := range unwritten(string(smaps), self) {
		_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, p.from, p.to-p.from, unix.MADV_DONTNEED) // advice: where it is not taken, nothing changes
	}
}

// unwritten are the mappings of file in smaps (proc(5)) that cannot be written to and never were: what stands in them is the file's.
func unwritten(smaps, file string) (out []pages) {
	var at pages
	mine := false
	lines := bufio.NewScanner(strings.NewReader(smaps))
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) == 0 {
			continue
		}
		if from, to, ok := strings.Cut(f[0], "-"); ok && len(f) >= 2 {
			a, errA := strconv.ParseUint(from, 16, 64)
			b, errB := strconv.ParseUint(to, 16, 64)
			mine = errA == nil && errB == nil && len(f) == 6 && f[5] == file && f[1][1] == '-'
			at = pages{uintptr(a), uintptr(b)}
			continue
		}
		if mine && f[0] == "Anonymous:" && len(f) == 3 && f[1] == "0" {
			out = append(out, at)
		}
	}
	return out
}
