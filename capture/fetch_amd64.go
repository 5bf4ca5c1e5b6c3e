//go:build !purego

package capture

// fetch has 128 bytes from p on brought from memory, without waiting for them; p need not be mapped.
//
//go:noescape
func fetch(p *byte)
