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

// TestANewReaderGetsWhatTheOldOneLeft ends a reader in the middle of a line; the next one gets that line from its beginning, and all
// behind it, those that were queued meanwhile last.
func TestANewReaderGetsWhatTheOldOneLeft(t *testing.T) {
	s := newSocket(SocketConfig{Kind: "stream", Queue: 64})
	read := func(want string, end bool) {
		t.Helper()
		ours, theirs := net.Pipe()
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			s.serve(t.Context(), ours, nil)
		}()
		got := make([]byte, len(want))
		if _, err := io.ReadFull(theirs, got); err != nil || string(got) != want {
			t.Errorf("read %q, want %q, %v", got, want, err)
		}
		if end {
			s.put([]byte("fourth\n"))
			_ = theirs.Close()
			<-ended
		} else {
			t.Cleanup(func() { _ = theirs.Close() })
		}
	}
	s.put([]byte("first\nsecond\nthird\n"))
	read("first\nsec", true)
	read("second\nthird\nfourth\n", false)
	eventually(t, "the counts", func() bool { sent, dropped, _ := s.counts(); return sent == 4 && dropped == 0 })
}

// TestDatagramsWaitForTheNextReader has the first reader go before it has read anything.
func TestDatagramsWaitForTheNextReader(t *testing.T) {
	path, _, first := listen(t, "dgram")
	s := newSocket(SocketConfig{Kind: "dgram", Path: path, Queue: 64})
	conn, err := s.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = first.Close()
	s.put([]byte("first\nsecond\n"))
	s.serve(t.Context(), conn, nil)
	if _, dropped, fault := s.counts(); dropped != 0 || fault == nil || string(s.waiting) != "first\nsecond\n" {
		t.Errorf("%d dropped, %q waits, %v", dropped, s.waiting, fault)
	}
}

// TestKeepIsBounded drops whole lines, and counts them, where what is left has no room beside what waits.
func TestKeepIsBounded(t *testing.T) {
	s := newSocket(SocketConfig{Kind: "stream", Queue: 16})
	s.put([]byte("waits\n"))
	s.keep(t.Context(), []byte("left one\nleft\n"))
	if _, dropped, _ := s.counts(); string(s.waiting) != "left one\nleft\n" || dropped != 1 {
		t.Errorf("%q, %d dropped", s.waiting, dropped)
	}
}
