package dissect

import "errors"

// maxAhead is how much one side may say before it is its turn, or before a message is whole.
const maxAhead = 64 << 10

var errTurn = errors.New("more than one side may say at once")

// InTurn reads a protocol in which each message waits for the one before: it gives b to message for as long as it is the turn of dir. What
// message does not consume, and what comes too early, is left over, up to 64 KiB.
func InTurn(dir Dir, b []byte, turn func() Dir, message func(b []byte) (int, error)) (n int, err error) {
	for n < len(b) && dir == turn() {
		used, err := message(b[n:])
		if err != nil {
			return n + used, err
		}
		if used == 0 {
			break
		}
		n += used
	}
	if len(b)-n > maxAhead {
		return n, errTurn
	}
	return n, nil
}
