// Command live plays a recording to a running Yagura over a pair of virtual interfaces and holds what it saw against the file.
//
// Every packet and every byte above TCP and UDP must be there, no drop in the kernel, and not one frame sent.
//
//	sudo go run ./lab/bench/live [-pcap lab/out/mix.pcap] [-rules FILE] [-mbit 2500] [-workers 0] [-blocks 256] [-keep] [-reload 2s] [-yagura bin/yagura]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// options are the command's flags.
type options struct {
	pcap, rules, yagura string
	mbit, workers       int
	blocks              int
	keep                bool
	reload              time.Duration
}

func main() {
	var o options
	flag.StringVar(&o.pcap, "pcap", "lab/out/mix.pcap", "recording to play: pcap, not compressed")
	flag.StringVar(&o.rules, "rules", "", "signature file; empty: none")
	flag.StringVar(&o.yagura, "yagura", "bin/yagura", "the program")
	flag.IntVar(&o.mbit, "mbit", 2500, "Mbit/s")
	flag.IntVar(&o.workers, "workers", 0, "capture.workers")
	flag.IntVar(&o.blocks, "blocks", 256, "capture.blocks: MB of the ring")
	flag.BoolVar(&o.keep, "keep", false, "also keep the packets on disk")
	flag.DurationVar(&o.reload, "reload", 0, "time between SIGHUPs while packets come, upon which rules are read again; 0: none")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ok, err := live(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "live:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// live plays and compares; false when something was lost.
func live(ctx context.Context, o options) (bool, error) {
	want, err := reference(o.pcap)
	if err != nil {
		return false, err
	}
	w, err := build(ctx)
	if err != nil {
		return false, err
	}
	defer w.close()
	if err := w.start(ctx, o); err != nil {
		return false, err
	}
	sent, err := w.counter("tx_packets")
	if err != nil {
		return false, err
	}
	mbit, seconds, err := w.play(ctx, o)
	if err != nil {
		return false, err
	}
	got, err := w.settled(ctx, want.Packets)
	if err != nil {
		return false, err
	}
	after, err := w.counter("tx_packets")
	if err != nil {
		return false, err
	}
	if err := w.reloaded(o); err != nil {
		return false, err
	}
	cpu, rss := w.used()
	fmt.Printf("%.0f Mbit/s for %.1f s, %.2f CPU-s, %d MB\n", mbit, seconds, cpu, rss)
	fmt.Printf("%-28s %14s %14s\n", "", "file", "live")
	ok := after == sent && got.KernelDrops == 0
	for _, x := range []struct {
		what       string
		file, live uint64
	}{{"packets", want.Packets, got.Packets}, {"bytes above TCP and UDP", want.PayloadBytes, got.PayloadBytes}, {"bytes lost to reassembly", want.GapBytes, got.GapBytes}} {
		fmt.Printf("%-28s %14d %14d\n", x.what, x.file, x.live)
		ok = ok && x.file == x.live
	}
	fmt.Printf("%-28s %14s %14d\n%-28s %14s %14d\n", "dropped by the kernel", "", got.KernelDrops, "frames sent", "", after-sent)
	return ok, nil
}
