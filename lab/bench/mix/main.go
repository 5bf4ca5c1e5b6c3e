// Command mix records the traffic that the benchmark runs on: about 1.2 million frames and 1 GB between real clients
// and nginx, dnsmasq and samba in a hall, from 60 client addresses.
//
//	sudo go run ./lab/bench/mix [-o lab/out/mix.pcap] [-scale 1.0]
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/yagura-project/yagura/lab/hall"
)

func main() {
	out := flag.String("o", "lab/out/mix.pcap", "file to write")
	scale := flag.Float64("scale", 1, "part of the full amount of traffic")
	job := flag.String("clients", "", "play the clients of this plan, inside a hall (used by the command itself)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	var err error
	if *job != "" {
		err = playClients(ctx, *job)
	} else {
		err = record(ctx, *out, *scale)
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mix:", err)
		os.Exit(1)
	}
}

// record builds a hall, lets the clients play in it and keeps what the mirror port showed.
func record(ctx context.Context, out string, scale float64) error {
	begun := time.Now()
	h, err := hall.Build(ctx, hall.Options{Prefix: "ygmix-"})
	if err != nil {
		return err
	}
	defer h.Close()
	p, err := prepare(ctx, h, scale)
	if err != nil {
		return err
	}
	if out, err = filepath.Abs(out); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	part := strings.TrimSuffix(out, ".pcap") + ".part.pcap" // AppArmor lets tcpdump write *.pcap only
	stop, err := h.Record(ctx, part, "")
	if err != nil {
		return err
	}
	played := send(ctx, h, p)
	if err := stop(); err != nil {
		return err
	}
	if played != nil {
		return played
	}
	if err := os.Rename(part, out); err != nil {
		return err
	}
	info, err := os.Stat(out)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "mix: %s, %d MB, in %s\n", out, info.Size()>>20, time.Since(begun).Round(time.Second))
	return nil
}

// send starts this program again as the clients, on the PC of the general affairs section.
func send(ctx context.Context, h *hall.Hall, p plan) error {
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	path := filepath.Join(h.Dir(), "plan.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := h.Command(ctx, hall.Soumu, self, "-clients", path)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	return cmd.Run()
}
