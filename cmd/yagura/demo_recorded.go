package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/captures"
)

// recorded replays the breach that the lab recorded, and rehearses the isolation.
func (d *demo) recorded(ctx context.Context) error {
	if d.cmd.Speed <= 0 {
		return usageError("--speed: %g is no speed: write 1 for the recorded pace, 8 for eight times it", d.cmd.Speed)
	}
	length, err := lengthOf(captures.Breach)
	if err != nil {
		return failure{exitFailed, fmt.Errorf("demo: recorded breach: %w", err)}
	}
	cfg, err := d.configure(d.config(), captures.BreachAssets)
	if err != nil {
		return err
	}
	ended := make(chan struct{})
	open := func() (capture.Source, error) {
		file, err := openRecorded(captures.Breach)
		if err != nil {
			return nil, err
		}
		return &endTold{Source: paced(file, length, d.cmd.Speed), ended: ended}, nil
	}
	return d.watched(ctx, cfg, open, func(ctx context.Context, w *demoWatch) error {
		d.say.next(wordsReplay, int(length.Round(time.Minute).Minutes()), d.cmd.Speed)
		select {
		case <-ctx.Done():
			return nil
		case <-ended:
		}
		if _, err := w.wait(ctx, event.OrderObserved); err != nil {
			return err
		}
		d.say.next(wordsReplayed)
		if d.cmd.Once {
			return nil
		}
		d.say.note("- " + wordsTry1)
		d.say.note("- "+wordsTry3, d.dir)
		d.say.note(wordsEndReplay)
		<-ctx.Done()
		return nil
	})
}

func openRecorded(packed []byte) (*capture.File, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return capture.NewFile(z, "breach.pcap.gz")
}

// lengthOf is the time from the first packet to the last.
func lengthOf(packed []byte) (time.Duration, error) {
	file, err := openRecorded(packed)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	var p capture.Packet
	var first, last int64
	for {
		err := file.Next(&p)
		if errors.Is(err, io.EOF) {
			return time.Duration(last - first), nil
		}
		if err != nil {
			return 0, err
		}
		if first == 0 {
			first = p.Nanos
		}
		last = p.Nanos
	}
}

// endTold closes ended when the source has no more packets.
type endTold struct {
	capture.Source
	ended chan struct{}
	told  bool
}

// Next tells of the end once.
func (s *endTold) Next(p *capture.Packet) error {
	err := s.Source.Next(p)
	if errors.Is(err, io.EOF) && !s.told {
		s.told = true
		close(s.ended)
	}
	return err
}
