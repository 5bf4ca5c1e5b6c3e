package console

import (
	"bytes"
	"errors"
	"testing"
)

func TestADownloadIsCutBetweenPackets(t *testing.T) {
	packet := []byte{6, 0, 0, 0, 16, 0, 0, 0, 1, 2, 3, 4, 16, 0, 0, 0}
	for _, step := range []int{1, 7, 16, 100} {
		var out bytes.Buffer
		c := &capped{w: &out, room: 40}
		var err error
		for rest := bytes.Repeat(packet, 5); len(rest) > 0 && err == nil; rest = rest[min(step, len(rest)):] {
			_, err = c.Write(rest[:min(step, len(rest))])
		}
		if !errors.Is(err, errCapped) || out.Len() != 32 || c.packets != 2 || c.done != 32 {
			t.Errorf("by %d: %v, %d bytes, %d packets", step, err, out.Len(), c.packets)
		}
	}
	if _, err := (&capped{w: &bytes.Buffer{}, room: 100}).Write(make([]byte, 8)); err == nil {
		t.Error("a block without length was accepted")
	}
}
