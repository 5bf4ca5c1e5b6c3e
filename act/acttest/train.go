package acttest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act/acttest/inside"
)

// Train sends numbered datagrams, one each millisecond, and hears which come back.
type Train struct {
	conn net.Conn
	quit chan struct{}
	wait sync.WaitGroup

	mu   sync.Mutex
	sent []time.Time
	back []bool
}

// NewTrain starts one over b.Dial.
func NewTrain(t *testing.T, b Bench, from netip.Addr) *Train {
	t.Helper()
	tr := &Train{conn: b.Dial(t, "udp", from), quit: make(chan struct{})}
	if u, ok := tr.conn.(syscall.Conn); ok {
		inside.Roomy(u)
	}
	tr.wait.Go(tr.send)
	go tr.receive()
	t.Cleanup(func() { _ = tr.conn.Close() })
	return tr
}

func (tr *Train) send() {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tr.quit:
			return
		case <-tick.C:
			tr.mu.Lock()
			n := uint64(len(tr.sent))
			tr.sent, tr.back = append(tr.sent, time.Now()), append(tr.back, false)
			tr.mu.Unlock()
			// A machine that is cut off at its own port cannot even send: that is silence too.
			_, _ = tr.conn.Write(binary.BigEndian.AppendUint64(nil, n))
		}
	}
}

func (tr *Train) receive() {
	buf := make([]byte, 64)
	for {
		n, err := tr.conn.Read(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil && n == 8 {
			tr.mu.Lock()
			if i := binary.BigEndian.Uint64(buf); i < uint64(len(tr.back)) {
				tr.back[i] = true
			}
			tr.mu.Unlock()
		}
	}
}

// Last is when the latest datagram was sent that came back.
func (tr *Train) Last() time.Time {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	for i, ok := range slices.Backward(tr.back) {
		if ok {
			return tr.sent[i]
		}
	}
	return time.Time{}
}

// Gaps tells of the longest runs that did not come back, when each began and how many they were.
func (tr *Train) Gaps() (out []string) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	type gap struct{ at, n int }
	var gaps []gap
	for i, ok := range tr.back {
		switch {
		case ok:
		case i > 0 && !tr.back[i-1]:
			gaps[len(gaps)-1].n++
		default:
			gaps = append(gaps, gap{i, 1})
		}
	}
	slices.SortFunc(gaps, func(a, b gap) int { return b.n - a.n })
	for _, g := range gaps[:min(len(gaps), 8)] {
		out = append(out, fmt.Sprintf("%d from %s", g.n, tr.sent[g.at].Format("15:04:05.000")))
	}
	return out
}

// Stop ends it and waits so long for what is under way.
func (tr *Train) Stop(patience time.Duration) (sent, back int) {
	close(tr.quit)
	tr.wait.Wait()
	count := func() (n int) {
		tr.mu.Lock()
		defer tr.mu.Unlock()
		for _, ok := range tr.back {
			if ok {
				n++
			}
		}
		return n
	}
	for end := time.Now().Add(patience); count() < len(tr.sent) && time.Now().Before(end); {
		time.Sleep(2 * time.Millisecond)
	}
	return len(tr.sent), count()
}
