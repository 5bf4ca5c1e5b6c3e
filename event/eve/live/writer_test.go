package live

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

// TestTroubleIsToldOnce writes on a disk on which every other line finds room: the log has one line of each kind, not one for each change.
func TestTroubleIsToldOnce(t *testing.T) {
	var told bytes.Buffer
	w := &writer{o: &Output{log: slog.New(slog.NewTextHandler(&told, nil))}}
	for range 100 {
		w.settle(errors.New("no space left on device"), 3)
		w.settle(nil, 1)
	}
	if n := strings.Count(told.String(), "\n"); n != 2 || !strings.Contains(told.String(), "takes lines again") {
		t.Errorf("%d lines:\n%s", n, &told)
	}
	if c := w.o.count; c.Lost != 300 || c.Lines != 100 {
		t.Errorf("%+v", c)
	}
}
