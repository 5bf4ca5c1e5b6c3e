//go:build !race

package detecttest

// spoofed is how many made-up sources the memory test shows each detector; detect/all shows a million to all together.
const spoofed = 200_000
