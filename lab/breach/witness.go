package breach

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/yagura-project/yagura/lab/hall"
)

// Witness proves from the PCs' own side what passes: a steady series of pings, or one long download.
type Witness struct {
	mu       sync.Mutex
	answered int
	lost     int
	last     time.Time
	stop     func()
}

// Count is how many pings were answered (for a download: reads that brought bytes) and how many were lost so far.
func (w *Witness) Count() (answered, lost int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.answered, w.lost
}

// Last is when the newest answer or byte arrived; zero when none has.
func (w *Witness) Last() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last
}

// Stop ends the series. The counts stay.
func (w *Witness) Stop() { w.stop() }

func (w *Witness) saw(answered bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !answered {
		w.lost++
		return
	}
	w.answered++
	w.last = time.Now()
}

// Ping sends a ping every 50 ms from a machine to an address until ctx ends or Stop.
func Ping(ctx context.Context, h *hall.Hall, host hall.Host, to string) (*Witness, error) {
	return watch(ctx, h, host, func(w *Witness, out io.Reader) {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			w.pinged(lines.Text())
		}
	}, "ping", "-n", "-O", "-i", "0.05", to)
}

var unanswered = regexp.MustCompile(`^no answer yet for icmp_seq=\d+`)
var answeredPing = regexp.MustCompile(`icmp_seq=(\d+) .*time=`)

// pinged reads a line of ping: an answer, or one that is late. A late answer takes its "lost" back.
func (w *Witness) pinged(line string) {
	if unanswered.MatchString(line) {
		w.saw(false)
		return
	}
	m := answeredPing.FindStringSubmatch(line)
	if m == nil {
		return
	}
	w.saw(true)
	seq, _ := strconv.Atoi(m[1])
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lost = min(w.lost, max(0, seq-w.answered))
}

// Download begins one long download from the breach's server over IPv4 or IPv6, about 4 kB/s for over an hour, as
// proof that a session which already stands is cut too.
func Download(ctx context.Context, h *hall.Hall, host hall.Host, v6 bool) (*Witness, error) {
	url := fmt.Sprintf("http://%s/stream.bin", hall.Evil)
	if v6 {
		url = fmt.Sprintf("http://[%s]/stream.bin", hall.Evil6)
	}
	return watch(ctx, h, host, func(w *Witness, out io.Reader) {
		buffer := make([]byte, 64<<10)
		for {
			if _, err := out.Read(buffer); err != nil {
				return
			}
			w.saw(true)
		}
	}, "curl", "-sN", url)
}

// watch runs a client on a machine and reads what it prints until it ends.
func watch(ctx context.Context, h *hall.Hall, host hall.Host, read func(*Witness, io.Reader), name string, args ...string) (*Witness, error) {
	ctx, cancel := context.WithCancel(ctx)
	cmd := h.Command(ctx, host, name, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, fmt.Errorf("breach: %s: %w", name, err)
	}
	w := &Witness{}
	done := make(chan struct{})
	w.stop = func() {
		cancel()
		<-done
	}
	go func() {
		defer close(done)
		defer cancel()
		read(w, out)
		_ = cmd.Wait()
	}()
	return w, nil
}
