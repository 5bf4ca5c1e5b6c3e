package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/breach"
	"github.com/yagura-project/yagura/lab/hall"
)

// acts plays the breach until it ends or the PC is cut off.
func (d *demo) acts(ctx context.Context, s *breach.Stage) {
	for _, step := range s.Steps() {
		d.say.next("%s", step.Caption)
		err := step.Do(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, breach.ErrCut):
			d.say.note(wordsStepCut)
			return
		case err != nil:
			d.say.note("%v", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(5 * time.Second):
		}
	}
}

// contained waits until an isolation is verified, and says what is wrong where it is not.
func (d *demo) contained(ctx context.Context, w *demoWatch) (event.Order, error) {
	if d.cmd.Once {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, onceLimit)
		defer cancel()
	}
	order, err := w.wait(ctx, event.OrderVerified, event.OrderFailed)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return order, failure{exitFailed, fmt.Errorf(wordsTimeout, onceLimit)}
	case err != nil:
		return order, err
	case order.State == event.OrderFailed:
		return order, failure{exitFailed, fmt.Errorf(wordsOrder[event.OrderFailed], whose(order.Target))}
	}
	return order, nil
}

// result shows, from the PCs' own side, what the isolation did and did not touch. The error says what does not hold.
func (d *demo) result(order event.Order, proof witnesses) error {
	alive := proof.alive(time.Second)
	answered, lost := 0, 0
	for _, one := range proof.zeimu {
		a, l := one.Count()
		answered, lost = answered+a, lost+l
	}
	alert := order.Time
	silence := order.VerifiedAt.Sub(alert)
	d.say.next(wordsResult)
	d.say.note(wordsLast, proof.last().Sub(alert).Seconds())
	d.say.note(wordsSilence, silence.Seconds(), silenceLimit.Seconds(), yesNo(silence <= silenceLimit))
	d.say.note(wordsSessions, yesNo(len(alive) == 0))
	d.say.note(wordsNeighbour, answered+lost, lost)
	var errs []error
	if len(alive) > 0 {
		errs = append(errs, fmt.Errorf(wordsStillAlive, strings.Join(alive, "、")))
	}
	if lost > 0 {
		errs = append(errs, fmt.Errorf(wordsNeighbour, answered+lost, lost))
	}
	if err := errors.Join(errs...); err != nil {
		return failure{exitFailed, err}
	}
	return nil
}

// silenceLimit is what Yagura promises from alert to observed silence; shown, and no reason to fail on a busy machine.
const silenceLimit = 2 * time.Second

func yesNo(yes bool) string {
	if yes {
		return wordsYes
	}
	return wordsNo
}

func (d *demo) invite() {
	d.say.next(wordsNow)
	d.say.note("- " + wordsTry1)
	d.say.note("- "+wordsTryMail, d.dir)
	d.say.note("- " + wordsTry2)
	d.say.note("- "+wordsTry3, d.dir)
	d.say.note(wordsEnd)
}

// rulesets is the firewall of router and switch, without its counters.
func rulesets(ctx context.Context, h *hall.Hall) (string, error) {
	var all strings.Builder
	for _, host := range []hall.Host{hall.Router, hall.Switch} {
		out, err := h.Exec(ctx, host, "nft", "list", "ruleset")
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&all, "%s: %s\n", host, withoutCounters(string(out)))
	}
	return all.String(), nil
}

// released waits for releases until Ctrl-C and holds the rulesets against what they were before.
func (d *demo) released(ctx context.Context, h *hall.Hall, w *demoWatch, before string) error {
	for {
		if _, err := w.wait(ctx, event.OrderReleased, event.OrderExpired); err != nil {
			return nil // Ctrl-C
		}
		after, err := rulesets(ctx, h)
		switch {
		case err != nil:
			d.say.note("%v", err)
		case after == before:
			d.say.note(wordsRestored)
		default:
			d.say.note(wordsNotSame)
		}
	}
}

// withoutCounters leaves out the packet counts, which move by themselves.
func withoutCounters(ruleset string) string {
	words := strings.Fields(ruleset)
	for i, word := range words {
		if i > 0 && (words[i-1] == "packets" || words[i-1] == "bytes") && word != "" {
			words[i] = "n"
		}
	}
	return strings.Join(words, " ")
}
