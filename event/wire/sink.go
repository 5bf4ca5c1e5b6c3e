package wire

import "github.com/yagura-project/yagura/event"

// FileSink takes the content of files that pass by. It is called by the goroutine of the analyzer and must not block.
type FileSink interface {
	// Open tells of a file that begins; a says whose it is as far as is known, and its File.Name. nil declines its bytes.
	Open(a *event.FileActivity) FileBody
}

// FileBody takes the bytes of one file in order.
type FileBody interface {
	// Data gives the next bytes, decoded as the protocol says; b is valid during the call only.
	Data(b []byte)
	// Lost says that n bytes are missing here.
	Lost(n uint64)
	// End tells the rest: size, type and hashes; whole when no byte is missing. Nothing follows.
	End(a *event.FileActivity, whole bool)
}
