package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"syscall"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// player shows each event to Yagura and to the plain methods, and watches what it costs.
type player struct {
	options
	town  *town.Town
	river *river
	rita  *rita
	scans *scans
	begin time.Duration // processor time
	day   time.Time
	n     uint64
	high  uint64 // heap at its highest
}

// often is after how many events the memory is looked at, and whether to go on.
const often = 1_000_000

func (p *player) see(e event.Event) {
	p.river.see(e)
	if a, ok := e.(*event.NetworkActivity); ok {
		p.rita.see(a, home)
		p.scans.see(a)
	}
	if at := e.Head().Time; p.verbose && at.Sub(p.day) >= 24*time.Hour {
		p.day = at
		fmt.Fprintf(os.Stderr, "%s %d events, %d findings, %.0f s\n", at.In(stage.JST).Format(time.DateOnly), p.n, len(p.river.findings), (busy() - p.begin).Seconds())
	}
	if p.n++; p.n%often == 0 {
		p.look()
		if p.stop.Err() != nil { // interrupted: what was played so far is judged
			p.town.Stop()
		}
	}
}

func (p *player) look() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	p.high = max(p.high, m.HeapInuse)
}

// collect gathers garbage seldom, as cmd does, but never lets the heap grow to a gigabyte.
func collect() {
	debug.SetGCPercent(300)
	debug.SetMemoryLimit(900 << 20)
}

// live is what is held, without garbage.
func (p *player) live() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// profile writes where the heap is held, for go tool pprof; an empty name writes nothing.
func (p *player) profile(file string) error {
	if file == "" {
		return nil
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	return errors.Join(pprof.WriteHeapProfile(f), f.Close())
}

// profileCPU writes where the processor works, for go tool pprof, until done is called; an empty name writes nothing.
func profileCPU(file string) (done func() error, err error) {
	if file == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	return func() error { pprof.StopCPUProfile(); return f.Close() }, pprof.StartCPUProfile(f)
}

// busy is the processor time that this process has used.
func busy() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
