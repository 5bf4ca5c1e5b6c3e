package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/breach"
	"github.com/yagura-project/yagura/lab/captures"
)

// recorded replays the breach that the lab recorded, and rehearses the isolation.
func (d *demo) recorded(ctx context.Context) error {
	if d.cmd.Speed <= 0 {
		return usageError("--speed: %g is no speed: write 1 for the recorded pace, 8 for eight times it", d.cmd.Speed)
	}
	first, length, err := spanOf(captures.Breach)
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
		d.say.note(wordsReplay, int(length.Round(time.Minute).Minutes()), d.cmd.Speed)
		go d.captions(ctx, first)
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
		d.say.note("- "+wordsTryMail, d.dir)
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

// spanOf is the time of the first packet, and the time from there to the last.
func spanOf(packed []byte) (time.Time, time.Duration, error) {
	file, err := openRecorded(packed)
	if err != nil {
		return time.Time{}, 0, err
	}
	defer file.Close()
	var p capture.Packet
	var first, last int64
	for {
		err := file.Next(&p)
		if errors.Is(err, io.EOF) {
			return time.Unix(0, first).UTC(), time.Duration(last - first), nil
		}
		if err != nil {
			return time.Time{}, 0, err
		}
		if first == 0 {
			first = p.Nanos
		}
		last = p.Nanos
	}
}

// captions says what the recorded PC does when the replay comes to it; first is when the recording begins.
func (d *demo) captions(ctx context.Context, first time.Time) {
	var acts []struct {
		From time.Time `json:"from"`
		Step string    `json:"step"`
	}
	if err := json.Unmarshal(captures.BreachTruth, &acts); err != nil {
		return // the replay tells its own story
	}
	begun := time.Now()
	for _, act := range acts {
		due := time.Duration(float64(act.From.Sub(first)) / d.cmd.Speed)
		select {
		case <-ctx.Done():
			return
		case <-time.After(due - time.Since(begun)):
			d.say.next("%s", breach.Caption(act.Step))
		}
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
