package main

import (
	"bufio"
	"errors"
	"os"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect"
	protocols "github.com/yagura-project/yagura/dissect/all"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town"
	"github.com/yagura-project/yagura/lab/town/packets"
)

// sensor stands between the town and the river: nothing at all, or frames and the dissectors. done ends it.
func (o options) sensor() (sensor func(see func(event.Event)) func(event.Event), done func() error, err error) {
	if !o.packets && o.pcap == "" {
		return func(see func(event.Event)) func(event.Event) { return see }, func() error { return nil }, nil
	}
	write, closed := func(time.Time, []byte, int) {}, func() error { return nil }
	if o.pcap != "" {
		if write, closed, err = pcapFile(o.pcap); err != nil {
			return nil, nil, err
		}
	}
	var analyzer *dissect.Analyzer
	sensor = func(see func(event.Event)) func(event.Event) {
		cfg := dissect.DefaultConfig()
		cfg.Seed = 1
		analyzer = dissect.New(cfg, protocols.Protocols, see)
		n := uint64(0)
		w := packets.New(func(at time.Time, frame []byte, wire int) {
			n++
			write(at, frame, wire)
			analyzer.Packet(&capture.Packet{Nanos: at.UnixNano(), Data: frame, OrigLen: wire, Link: capture.LinkEthernet, Number: n})
		})
		return w.Event
	}
	return sensor, func() error {
		analyzer.Close()
		return closed()
	}, nil
}

// pcapFile is a capture file being written; its first failure is told at the end.
func pcapFile(name string) (write func(at time.Time, frame []byte, wire int), closed func() error, err error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, nil, err
	}
	b := bufio.NewWriterSize(f, 1<<20)
	w := pcapgo.NewWriterNanos(b)
	failed := w.WriteFileHeader(65535, layers.LinkTypeEthernet)
	write = func(at time.Time, frame []byte, wire int) {
		if failed == nil {
			failed = w.WritePacket(gopacket.CaptureInfo{Timestamp: at, CaptureLength: len(frame), Length: wire}, frame)
		}
	}
	return write, func() error { return errors.Join(failed, b.Flush(), f.Close()) }, nil
}

// hostHours adds up how long the PCs were on.
func hostHours(t *town.Town) (sum float64) {
	for _, m := range t.PCs {
		for day := t.Town.Start; day.Before(t.End()); day = day.Add(24 * time.Hour) {
			if on, off, ok := t.Hours(m, day.Add(time.Hour)); ok {
				sum += off.Sub(on).Hours()
			}
		}
	}
	return sum
}
