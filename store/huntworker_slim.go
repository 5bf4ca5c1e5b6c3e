//go:build slim || !cgo

package store

import (
	"encoding/gob"
	"io"
)

// canHunt tells that this build has no DuckDB.
const canHunt = false

// HuntMain answers every question with ErrSlim: this build has no DuckDB.
func HuntMain(_ io.Reader, out io.Writer) int {
	if err := gob.NewEncoder(out).Encode(answer{Error: ErrSlim.Error()}); err != nil {
		return 1
	}
	return 0
}
