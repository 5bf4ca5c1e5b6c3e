package live

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/eve"
)

func query(n int) event.Event {
	return &event.DNSActivity{Header: event.Header{Time: time.Unix(1_800_000_000, 0)}, Conn: event.Conn{FlowID: uint64(n)}, Activity: event.DNSQuery,
		Service: "dns", Query: fmt.Sprintf("host%d.example", n), Type: "A"}
}

func start(t *testing.T, cfg Config) *Output {
	t.Helper()
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	o, err := New(cfg, slog.New(slog.DiscardHandler), "eth1", 0, func() eve.Statistics { return eve.Statistics{Time: time.Unix(1_800_000_000, 0)} })
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	return o
}

func stop(t *testing.T, o *Output) {
	t.Helper()
	if err := o.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// eventually waits until something holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for range 12000 {
		if holds() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("never came: " + what)
}

// types counts lines by event type; each must be JSON.
func types(t *testing.T, b []byte) map[string]int {
	t.Helper()
	out := map[string]int{}
	for line := range bytes.Lines(b) {
		var l struct {
			Type string `json:"event_type"`
		}
		if err := json.Unmarshal(line, &l); err != nil {
			t.Fatalf("%v: %q", err, line)
		}
		out[l.Type]++
	}
	return out
}

func TestAllThatWasGivenIsWrittenBeforeTheEnd(t *testing.T) {
	cfg := DefaultConfig()
	cfg.File.Path = filepath.Join(t.TempDir(), "sub", "eve.json")
	o := start(t, cfg)
	const n = 5000
	for i := range n {
		o.Event(query(i))
	}
	o.Finding(event.Finding{Advisory: event.Advisory{ID: "beacon"}})
	stop(t, o)
	got := types(t, []byte(text(t, cfg.File.Path)))
	if got["dns"] != n || got["alert"] != 1 || got["stats"] != 1 {
		t.Errorf("lines %v", got)
	}
	if c := o.Counters(); c.Lines != n+2 || c.Lost+c.Dropped != 0 || o.Fault() != nil {
		t.Errorf("counters %+v, fault %v", c, o.Fault())
	}
}

func TestReopenFollowsLogrotate(t *testing.T) {
	cfg := DefaultConfig()
	cfg.File.Path = filepath.Join(t.TempDir(), "eve.json")
	o := start(t, cfg)
	o.Event(query(1))
	eventually(t, "the first line", func() bool { return o.Counters().Lines == 1 })
	if err := os.Rename(cfg.File.Path, cfg.File.Path+".1"); err != nil {
		t.Fatal(err)
	}
	o.Reopen()
	o.Event(query(2))
	eventually(t, "the second line", func() bool { return o.Counters().Lines == 2 })
	stop(t, o)
	for _, p := range []string{cfg.File.Path + ".1", cfg.File.Path} {
		if got := types(t, []byte(text(t, p))); got["dns"] != 1 {
			t.Errorf("%s: %v", p, got)
		}
	}
}

func TestAFullDiskIsCountedAndNeverWaitedFor(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full here: ", err)
	}
	cfg := DefaultConfig()
	cfg.File.Path = "/dev/full"
	cfg.Stats = 0
	o := start(t, cfg)
	for i := range 2000 {
		o.Event(query(i))
	}
	eventually(t, "the loss", func() bool { return o.Counters().Lost == 2000 })
	if o.Fault() == nil {
		t.Error("no fault is shown")
	}
	stop(t, o)
}

func TestAFullQueueDropsEventsAndCountsThem(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Queue = 1024
	cfg.File.Path = filepath.Join(t.TempDir(), "eve.json")
	o, err := New(cfg, slog.New(slog.DiscardHandler), "", 0, nil) // nobody writes
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3000 {
		o.Event(query(i))
	}
	if c := o.Counters(); c.Queued != 1024 || c.Dropped != 3000-1024 {
		t.Errorf("%+v", c)
	}
}

// listen makes a socket that the output writes to.
func listen(t *testing.T, kind string) (string, net.Listener, *net.UnixConn) {
	t.Helper()
	dir, err := os.MkdirTemp("", "eve") // short: a socket's path is limited
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	path := filepath.Join(dir, "s")
	if kind == "dgram" {
		c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return path, nil, c
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return path, l, nil
}

func TestASocketIsConnectedWheneverItsReaderComes(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Stats = 0
	path, l, _ := listen(t, "stream")
	cfg.Socket.Path = path
	o := start(t, cfg)
	done := make(chan struct{})
	var given sync.WaitGroup
	given.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
				o.Event(query(i))
			}
		}
	})
	for n := 1; n <= 3; n++ { // a reader comes and goes, and another comes
		conn, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(conn).ReadBytes('\n')
		if err != nil || types(t, line)["dns"] != 1 {
			t.Errorf("reader %d got %q, %v", n, line, err)
		}
		conn.Close()
	}
	close(done)
	given.Wait()
	stop(t, o)
}

func TestASlowReaderLosesWholeLinesOnly(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Stats, cfg.Socket.Queue = 0, 1<<16
	path, l, _ := listen(t, "stream")
	cfg.Socket.Path = path
	o := start(t, cfg)
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	eventually(t, "the first drop", func() bool {
		for range 1000 {
			o.Event(query(n))
			n++
		}
		return o.Counters().SocketDropped > 0
	})
	read := make(chan []byte)
	go func() {
		b, _ := io.ReadAll(conn) // ends with the connection
		read <- b
	}()
	eventually(t, "an empty queue", func() bool {
		c := o.Counters()
		return c.Queued == 0 && c.SocketSent+c.SocketDropped == uint64(n)
	})
	stop(t, o)
	got := types(t, <-read)
	if c := o.Counters(); uint64(got["dns"]) != c.SocketSent || c.SocketSent+c.SocketDropped != uint64(n) {
		t.Errorf("read %d of %d, counters %+v", got["dns"], n, c)
	}
}

func TestDatagramsHoldOneLineEach(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Stats, cfg.Socket.Kind = 0, "dgram"
	path, _, c := listen(t, "dgram")
	cfg.Socket.Path = path
	o := start(t, cfg)
	o.Event(query(1))
	o.Event(query(2))
	buf := make([]byte, 64<<10)
	for range 2 {
		n, err := c.Read(buf)
		if err != nil || types(t, buf[:n])["dns"] != 1 {
			t.Fatalf("%q, %v", buf[:n], err)
		}
	}
	stop(t, o)
}

// TestKilledProcess kills a process that writes, again and again, and looks for torn lines.
func TestKilledProcess(t *testing.T) {
	const env = "YAGURA_EVE_WRITE_TO"
	if path := os.Getenv(env); path != "" {
		writeUntilKilled(path)
	}
	path := filepath.Join(t.TempDir(), "eve.json")
	for round := range 3 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilledProcess$")
		cmd.Env = append(os.Environ(), env+"="+path)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		grown := int64(0)
		if info, err := os.Stat(path); err == nil {
			grown = info.Size()
		}
		eventually(t, "lines of the other process", func() bool {
			info, err := os.Stat(path)
			return err == nil && info.Size() > grown+100_000
		})
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		if round == 1 { // what a kill within a write leaves
			f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.WriteString(`{"timestamp":"20`); err != nil {
				t.Fatal(err)
			}
			f.Close()
		}
	}
	cfg := DefaultConfig()
	cfg.File.Path = path
	o := start(t, cfg)
	o.Event(query(1))
	stop(t, o)
	if got := types(t, []byte(text(t, path))); got["dns"] < 1000 || got["stats"] != 1 {
		t.Errorf("lines %v", got)
	}
}

func writeUntilKilled(path string) {
	cfg := DefaultConfig()
	cfg.File.Path = path
	o, err := New(cfg, slog.New(slog.DiscardHandler), "", 0, nil)
	if err != nil {
		panic(err)
	}
	if err := o.Start(context.Background()); err != nil {
		panic(err)
	}
	for i := 0; ; i++ {
		o.Event(query(i))
		if i%1000 == 0 {
			time.Sleep(time.Millisecond)
		}
	}
}
