package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/all"
	"github.com/yagura-project/yagura/event"
)

// reference is what an analyzer sees in the file.
func reference(path string) (event.SensorStats, error) {
	f, err := capture.Open(path, nil)
	if err != nil {
		return event.SensorStats{}, err
	}
	defer f.Close()
	a := dissect.New(dissect.DefaultConfig(), all.Protocols, func(event.Event) {})
	var p capture.Packet
	for err == nil {
		if err = f.Next(&p); err == nil {
			a.Packet(&p)
		}
	}
	if !errors.Is(err, io.EOF) {
		return event.SensorStats{}, err
	}
	a.Advance(p.Time())
	return a.Stats(), nil
}

// Names of the namespace and its two interfaces: what is sent into one comes out of the other.
const (
	space = "ygbench-live"
	from  = "ygb0"
	to    = "ygb1"
)

// world is a namespace with a Yagura that listens in it.
type world struct {
	dir    string
	yagura string
	run    *exec.Cmd
}

func build(ctx context.Context) (*world, error) {
	dir, err := os.MkdirTemp("", "yagura-live-")
	if err != nil {
		return nil, err
	}
	w := &world{dir: dir}
	_ = exec.CommandContext(ctx, "ip", "netns", "del", space).Run() // of a run that was killed
	for _, args := range []string{
		"netns add " + space,
		"netns exec " + space + " sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1", // it would ask for its groups
		"-n " + space + " link add " + from + " type veth peer name " + to,
		"-n " + space + " link set " + from + " addrgenmode none",
		"-n " + space + " link set " + to + " addrgenmode none",
		"-n " + space + " link set " + from + " up",
		"-n " + space + " link set " + to + " up",
	} {
		if out, err := exec.CommandContext(ctx, "ip", strings.Fields(args)...).CombinedOutput(); err != nil {
			w.close()
			return nil, fmt.Errorf("ip %s: %w: %s", args, err, out)
		}
	}
	return w, nil
}

func (w *world) close() {
	if w.run != nil {
		_ = w.run.Process.Signal(syscall.SIGTERM)
		_ = w.run.Wait()
	}
	_ = exec.Command("ip", "netns", "del", space).Run()
	_ = os.RemoveAll(w.dir)
}

func (w *world) data() string { return filepath.Join(w.dir, "data") }
func (w *world) log() string  { return filepath.Join(w.dir, "log") }

// start runs Yagura and waits until it answers.
func (w *world) start(ctx context.Context, o options) error {
	w.yagura = o.yagura
	text := fmt.Sprintf("name: bench\ncapture:\n  interfaces: [%s]\n  namespace: %s\n  workers: %d\n  blocks: %d\n", to, space, o.workers, o.blocks)
	if o.keep {
		text += fmt.Sprintf("  packets: {dir: %s/packets, max_mb: 4096}\n", w.dir)
	}
	text += fmt.Sprintf("store: {dir: %s}\nconsole: {listen: \"127.0.0.1:0\"}\neve: {file: {path: %s/eve.json}}\n", w.data(), w.dir)
	if o.rules != "" {
		path, err := filepath.Abs(o.rules)
		if err != nil {
			return err
		}
		text += fmt.Sprintf("signature: {files: [%s]}\n", path)
	}
	config := filepath.Join(w.dir, "yagura.yaml")
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return err
	}
	w.run = exec.CommandContext(ctx, o.yagura, "run", "--config", config)
	log, err := os.Create(w.log())
	if err != nil {
		return err
	}
	defer log.Close()
	w.run.Stdout, w.run.Stderr = log, log
	if err := w.run.Start(); err != nil {
		w.run = nil
		return err
	}
	for range 200 {
		if _, err = w.stats(ctx); err == nil {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	said, _ := os.ReadFile(log.Name())
	return fmt.Errorf("yagura does not answer: %w\n%s", err, said)
}

// stats asks the running Yagura.
func (w *world) stats(ctx context.Context) (event.SensorStats, error) {
	out, err := exec.CommandContext(ctx, w.yagura, "status", "--data", w.data(), "--json").Output()
	if err != nil {
		return event.SensorStats{}, err
	}
	var s struct {
		Sensors []event.SensorStats `json:"sensors"`
	}
	if err := json.Unmarshal(out, &s); err != nil {
		return event.SensorStats{}, err
	}
	if len(s.Sensors) != 1 {
		return event.SensorStats{}, fmt.Errorf("%d sensors", len(s.Sensors))
	}
	return s.Sensors[0], nil
}

// rated is where tcpreplay says how fast it sent, the time to load the file left out.
var rated = regexp.MustCompile(`sent in ([0-9.]+) seconds\s+Rated: [0-9.]+ Bps, ([0-9.]+) Mbps`)

// play sends the recording and says how fast, in Mbit/s, and for how many seconds.
func (w *world) play(ctx context.Context, o options) (mbit, seconds float64, err error) {
	cmd := exec.CommandContext(ctx, "ip", "netns", "exec", space, "tcpreplay", "-q", "-K", "-i", from, "-M", strconv.Itoa(o.mbit), o.pcap)
	done := make(chan struct{})
	var hangups sync.WaitGroup
	hangups.Go(func() { w.hangUp(o.reload, done) })
	out, err := cmd.CombinedOutput()
	close(done)
	hangups.Wait()
	if err != nil {
		return 0, 0, fmt.Errorf("tcpreplay: %w: %s", err, out)
	}
	said := rated.FindSubmatch(out)
	if said == nil {
		return 0, 0, fmt.Errorf("tcpreplay does not say how fast it was: %s", out)
	}
	seconds, _ = strconv.ParseFloat(string(said[1]), 64)
	mbit, _ = strconv.ParseFloat(string(said[2]), 64)
	return mbit, seconds, nil
}

// hangUp sends Yagura a SIGHUP now and then until done.
func (w *world) hangUp(every time.Duration, done <-chan struct{}) {
	if every <= 0 {
		return
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			_ = w.run.Process.Signal(syscall.SIGHUP) // one that has ended is told by what it no longer answers
		case <-done:
			return
		}
	}
}

// reloaded tells how often the rules were read again, by the log.
func (w *world) reloaded(o options) error {
	if o.reload <= 0 || o.rules == "" {
		return nil
	}
	said, err := os.ReadFile(w.log())
	if err != nil {
		return err
	}
	n := bytes.Count(said, []byte("rules reloaded"))
	fmt.Printf("rules read again %d times while packets came\n", n)
	if n == 0 {
		return errors.New("rules were not read again: play for longer, or reload more often")
	}
	return nil
}

// settled waits until all packets were analysed, or nothing more comes.
func (w *world) settled(ctx context.Context, packets uint64) (s event.SensorStats, err error) {
	last, still := uint64(0), 0
	for still < 5 {
		time.Sleep(500 * time.Millisecond)
		if s, err = w.stats(ctx); err != nil {
			return s, err
		}
		if s.Packets != last {
			last, still = s.Packets, 0
		} else if still++; s.Packets+s.KernelDrops >= packets {
			return s, nil
		}
	}
	return s, nil
}

// counter reads one of the listening interface's.
func (w *world) counter(name string) (uint64, error) {
	out, err := exec.Command("ip", "netns", "exec", space, "cat", "/sys/class/net/"+to+"/statistics/"+name).Output()
	if err != nil {
		return 0, err
	}
	return strconv.ParseUint(strings.TrimSpace(string(out)), 10, 64)
}

// used is the processor time and the most memory of Yagura so far.
func (w *world) used() (cpu float64, mb int) {
	proc := fmt.Sprintf("/proc/%d/", w.run.Process.Pid)
	stat, _ := os.ReadFile(proc + "stat")
	if _, rest, ok := strings.Cut(string(stat), ") "); ok {
		f := strings.Fields(rest)
		for _, i := range []int{11, 12} { // utime, stime in hundredths
			n, _ := strconv.Atoi(f[i])
			cpu += float64(n) / 100
		}
	}
	status, _ := os.ReadFile(proc + "status")
	if _, rest, ok := strings.Cut(string(status), "VmHWM:"); ok {
		kb, _ := strconv.Atoi(strings.Fields(rest)[0])
		mb = kb >> 10
	}
	return cpu, mb
}
