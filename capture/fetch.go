package capture

// Fetch has the beginning of b brought from memory, where the processor can, without waiting for it.
func Fetch(b []byte) {
	if len(b) > 0 {
		fetch(&b[0])
	}
}
