//go:build !amd64 || purego

package capture

func fetch(*byte) {}
