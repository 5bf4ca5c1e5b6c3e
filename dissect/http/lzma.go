package http

import (
	"errors"
	"io"

	"github.com/ulikunitz/xz/lzma"
)

// maxDictionary is how large a dictionary content in LZMA may ask for, 1 MiB as in Suricata; a hostile header asks for gigabytes.
const maxDictionary = 1 << 20

// alone reads the format .lzma of LZMA SDK; opened lazily, for its header may come in pieces.
type alone struct {
	from io.Reader
	z    io.Reader
	over func() // the dictionary is too large
}

func (a *alone) Read(b []byte) (int, error) {
	if a.z == nil {
		z, err := lzma.ReaderConfig{DictCap: maxDictionary}.NewReader(a.from)
		var large *lzma.ErrDictSize
		if errors.As(err, &large) {
			a.over()
		}
		if err != nil {
			return 0, err
		}
		a.z = z
	}
	return a.z.Read(b)
}
