package live

import (
	"fmt"
	"io"
	"net"
	"testing"
)

// What is queued while a slow reader takes a line does not change that line, however often the queue ran empty before.
func TestLinesUnderWayStayWhole(t *testing.T) {
	s := newSocket(SocketConfig{Kind: "stream", Queue: 1 << 10})
	ours, theirs := net.Pipe()
	go s.serve(t.Context(), ours, nil)
	t.Cleanup(func() { _ = theirs.Close() })
	for n := range 20 {
		want := fmt.Sprintf("first %02d\nother %02d\n", n, n)
		got := make([]byte, len(want))
		s.put([]byte(want[:9]))
		if _, err := io.ReadFull(theirs, got[:1]); err != nil { // from here on the first is under way
			t.Fatal(err)
		}
		s.put([]byte(want[9:]))
		if _, err := io.ReadFull(theirs, got[1:]); err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("read %q, want %q", got, want)
		}
		eventually(t, "an empty queue", func() bool { sent, _, _ := s.counts(); return sent == uint64(2*n+2) && len(s.more) == 0 })
	}
}
