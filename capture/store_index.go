package capture

import (
	"encoding/binary"
	"os"
)

// indexLine is what the index says of one chunk; hosts follow, sorted.
type indexLine struct {
	offset      int64 // in the file
	length      int64
	first, last int64
	hosts       []byte // four bytes each
}

const indexHead = 8 + 4 + 8 + 8 + 4

// readIndex gives the lines of an index; a torn last one is left out.
func readIndex(path string) []indexLine {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil // then the file is read as a whole
	}
	o := binary.LittleEndian
	var all []indexLine
	for len(b) >= indexHead {
		n := int(o.Uint32(b[28:])) * 4
		if n > len(b)-indexHead {
			break
		}
		all = append(all, indexLine{int64(o.Uint64(b)), int64(o.Uint32(b[8:])), int64(o.Uint64(b[12:])), int64(o.Uint64(b[20:])), b[indexHead : indexHead+n]})
		b = b[indexHead+n:]
	}
	return all
}
