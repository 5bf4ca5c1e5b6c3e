package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/yagura-project/yagura/capture"
)

// Sizes of looks at the beginning of what is replayed.
const (
	lookCapture = 24       // all captures have a zero byte there
	lookLog     = 16 << 10 // lines of a log
)

// input is what is replayed: a file, or what comes by a pipe and can be read only once.
type input struct {
	file *os.File
	in   *bufio.Reader // unpacked
	once bool
}

// openInput opens a path; "-" is the standard input. Where nothing comes, the end of ctx ends the wait.
func openInput(ctx context.Context, path string) (*input, error) {
	name := path
	if path == "-" {
		name = "/dev/stdin" // opened anew: a read that waits can be ended
	}
	f, err := os.Open(name)
	if err != nil && path == "-" { // a socket, or another user's
		f, err = os.Stdin, nil
	}
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { _ = f.Close() })
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	in := &input{file: f, in: bufio.NewReaderSize(f, lookLog), once: path == "-" || !st.Mode().IsRegular() && !st.IsDir()}
	if magic, err := in.in.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		if z, err := gzip.NewReader(in.in); err == nil {
			in.in = bufio.NewReaderSize(z, lookLog)
		} else if in.once {
			return nil, errors.Join(fmt.Errorf("%s: the gzip header is damaged: %w", path, err), f.Close())
		}
	}
	return in, nil
}

// text gives the first lines, as far as it may be text; a capture is not waited for.
func (i *input) text() ([]byte, bool) {
	if head, _ := i.in.Peek(lookCapture); bytes.IndexByte(head, 0) >= 0 {
		return nil, false
	}
	head, err := i.in.Peek(lookLog)
	return head, (err == nil || err == io.EOF) && bytes.IndexByte(head, 0) < 0
}

// capture opens the capture behind path: from where the look left it, where there is only one.
func (i *input) capture(path string, progress capture.Progress) (*capture.File, error) {
	if i.once {
		return capture.NewFile(i.in, path)
	}
	return capture.Open(path, progress)
}
