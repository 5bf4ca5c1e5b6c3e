//go:build !race

package detecttest

// spoofed is how many made-up sources the memory test shows.
const spoofed = 1_000_000
