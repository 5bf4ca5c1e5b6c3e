//go:build race

package detecttest

// spoofed is smaller under the race detector, which makes each event some ten times dearer.
const spoofed = 50_000
