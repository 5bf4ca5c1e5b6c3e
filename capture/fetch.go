package capture

import "unsafe"

// Fetch has the beginning of b brought from memory, where the processor can, without waiting for it.
func Fetch(b []byte) {
	if len(b) > 0 {
		fetch(&b[0])
	}
}

// FetchValue is Fetch for what p points to; of what is larger, the first 512 bytes.
func FetchValue[T any](p *T) {
	for at := uintptr(0); at < min(unsafe.Sizeof(*p), 512); at += 128 {
		fetch((*byte)(unsafe.Add(unsafe.Pointer(p), at)))
	}
}
