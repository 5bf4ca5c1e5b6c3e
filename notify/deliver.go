package notify

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// batch is how many letters one round takes.
const batch = 100

// Deliver sends what is due, the channels side by side so that none waits for
// another. Within a channel the order is kept.
func (d *Desk) Deliver(ctx context.Context) error {
	d.sending.Lock()
	defer d.sending.Unlock()
	due, err := d.Outbox.DueLetters(ctx, d.Now(), batch)
	if err != nil {
		return fmt.Errorf("notify: read the outbox: %w", err)
	}
	byChannel := map[string][]Letter{}
	for _, l := range due {
		byChannel[l.Channel] = append(byChannel[l.Channel], l)
	}
	var wg sync.WaitGroup
	errs := make(chan error, len(byChannel))
	for channel, letters := range byChannel {
		wg.Go(func() { errs <- d.deliver(ctx, channel, letters) })
	}
	wg.Wait()
	close(errs)
	for e := range errs {
		err = errors.Join(err, e)
	}
	return err
}

func (d *Desk) deliver(ctx context.Context, channel string, letters []Letter) error {
	for _, l := range letters {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if len(l.Items) > 0 {
			l = d.close(l)
			l.Message, l.Items, l.More = d.digestMessage(l, d.use(channel).lang()), nil, 0
			if err := d.Outbox.PutLetter(ctx, l); err != nil {
				return fmt.Errorf("keep digest %s: %w", l.UID, err)
			}
		}
		again, err := d.send(ctx, channel, l)
		if err != nil || again {
			return err // a channel that does not take one message is left in peace until the next round
		}
	}
	return nil
}

func (d *Desk) use(channel string) Use {
	for _, u := range d.cfg.Channels {
		if u.Name == channel {
			return u
		}
	}
	return Use{Name: channel}
}

// send makes one attempt and keeps how it ended; the error is that of the outbox.
func (d *Desk) send(ctx context.Context, channel string, l Letter) (again bool, err error) {
	sender := d.Senders[channel]
	failure := fmt.Errorf("channel %q is not in the configuration any more: %w", channel, ErrPermanent)
	if sender != nil {
		one, cancel := context.WithTimeout(ctx, d.cfg.SendWait)
		failure = sender.Send(one, l.Message)
		cancel()
		if failure != nil && ctx.Err() != nil {
			return false, ctx.Err() // we are being stopped: no attempt of the letter's
		}
	}
	now := d.Now().UTC()
	l.Attempts++
	count := &d.stats.Sent
	switch {
	case failure == nil:
		l.State, l.Sent, l.Error = LetterSent, now, ""
	case errors.Is(failure, ErrPermanent) || now.Sub(l.Created) >= d.cfg.GiveUp:
		l.State, l.Error, count = LetterFailed, failure.Error(), &d.stats.Failed
		d.Log.Error("a notice could not be sent and is given up", "channel", channel, "subject", l.Message.Subject, "error", failure)
	default:
		l.Due, l.Error, count, again = now.Add(wait(l.Attempts, failure)), failure.Error(), &d.stats.Retries, true
		d.Log.Warn("a notice could not be sent; trying again", "channel", channel, "again", l.Due, "error", failure)
	}
	d.mu.Lock()
	*count++
	d.mu.Unlock()
	if err := d.Outbox.PutLetter(ctx, l); err != nil {
		return again, fmt.Errorf("keep letter %s as %s: %w", l.UID, l.State, err)
	}
	return again, nil
}

// wait grows from 5 seconds to an hour; what the next hop asks for counts, up to a day.
func wait(attempts int, failure error) time.Duration {
	d := 5 * time.Second
	for range min(attempts-1, 10) {
		d = min(d*3, time.Hour)
	}
	var later *Later
	if errors.As(failure, &later) {
		d = max(d, min(later.After, 24*time.Hour))
	}
	return d
}

// Test sends a test message over one channel now and says how it went; it is not kept in the outbox.
func (d *Desk) Test(ctx context.Context, channel string) error {
	sender := d.Senders[channel]
	if sender == nil {
		return fmt.Errorf("there is no channel %q in the configuration", channel)
	}
	lang, now := d.use(channel).lang(), d.Now().UTC()
	p := page{Title: "【Yagura】" + words.Test.In(lang), Footer: words.Footer.In(lang),
		Sections: []section{{Head: words.Test.In(lang), Lines: []string{words.TestText.In(lang)}}}}
	ctx, cancel := context.WithTimeout(ctx, d.cfg.SendWait)
	defer cancel()
	return sender.Send(ctx, Message{UID: fmt.Sprintf("test-%s-%d", channel, now.UnixMicro()), Kind: KindTest, Time: now,
		Subject: p.Title, Text: p.text(), HTML: p.html()})
}
