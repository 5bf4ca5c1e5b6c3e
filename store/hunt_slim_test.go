//go:build slim || !cgo

package store

import (
	"errors"
	"testing"
)

func TestASlimBuildSaysThatItCannotHunt(t *testing.T) {
	s := openTest(t, t.TempDir())
	if _, err := s.Hunt(t.Context(), "volume", nil); !errors.Is(err, ErrSlim) {
		t.Errorf("%v", err)
	}
	if len(s.Hunts()) == 0 {
		t.Error("what a full build can do is not listed")
	}
}
