// Package transform changes a copy of a buffer before rules look at it.
package transform

// Transform changes b. It may use room (of any length) for its result, and returns the result, which may be b itself, a part of it, or room grown.
// It must not write to b.
type Transform struct {
	Name string // with its options, as written: two of the same name do the same
	Do   func(room, b []byte) []byte
}
