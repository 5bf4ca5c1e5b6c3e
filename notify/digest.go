package notify

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Item is one case in a digest.
type Item struct {
	Incident string     `json:"incident"`
	Number   string     `json:"number,omitempty"`
	Device   string     `json:"device"`
	Title    event.Text `json:"title"`
	Severity int        `json:"severity"`
	Count    int        `json:"count"` // changes that were folded
}

// digest is what waits for one channel.
type digest struct {
	letter Letter
	dirty  bool // counts have changed since it was written
}

// maxItems is how many cases one digest lists.
const maxItems = 50

// fold adds a change to what waits for the channel; due zero only counts it.
func (d *Desk) fold(ctx context.Context, use Use, inc event.Incident, due time.Time) error {
	d.stats.Folded++
	g := d.digests[use.Name]
	if g == nil {
		if due.IsZero() {
			return nil // its case was told: nothing waits
		}
		g = d.newDigest(use, due)
	}
	g.letter.Folded++
	i := slices.IndexFunc(g.letter.Items, func(x Item) bool { return x.Incident == inc.UID })
	switch {
	case i >= 0:
		it := &g.letter.Items[i]
		it.Count++
		it.Severity = max(it.Severity, inc.HostSeverity)
		g.dirty = true
		return nil
	case due.IsZero():
		g.dirty = true
		return nil
	case len(g.letter.Items) >= maxItems:
		g.letter.More++
		g.dirty = true
		return nil
	default:
		g.letter.Items = append(g.letter.Items, Item{Incident: inc.UID, Number: inc.Number, Device: inc.Device.Name(),
			Title: inc.Title, Severity: inc.HostSeverity, Count: 1})
	}
	if due.Before(g.letter.Due) {
		g.letter.Due = due.UTC()
	}
	return d.save(ctx, g)
}

func (d *Desk) newDigest(use Use, due time.Time) *digest {
	now := d.Now().UTC()
	g := &digest{letter: Letter{UID: fmt.Sprintf("dig-%s-%d", use.Name, now.UnixMicro()), Channel: use.Name,
		Created: now, Due: due.UTC(), State: LetterPending}}
	d.digests[use.Name] = g
	d.stats.Letters++
	return g
}

func (d *Desk) save(ctx context.Context, g *digest) error {
	l := g.letter
	l.Items = slices.Clone(l.Items)
	if err := d.Outbox.PutLetter(ctx, l); err != nil {
		return fmt.Errorf("keep digest %s: %w", l.UID, err)
	}
	g.dirty = false
	return nil
}

// saveDigests writes what has only been counted; run does so every second, a new case is written at once.
func (d *Desk) saveDigests(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, g := range d.digests {
		if g.dirty {
			if err := d.save(ctx, g); err != nil {
				return err
			}
		}
	}
	return nil
}

// takeUp finds the digests that were waiting when Yagura ended.
func (d *Desk) takeUp(ctx context.Context) error {
	waiting, err := d.Outbox.DueLetters(ctx, d.Now().AddDate(100, 0, 0), 10_000)
	if err != nil {
		return fmt.Errorf("notify: read the outbox: %w", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, l := range waiting {
		if len(l.Items) > 0 && d.digests[l.Channel] == nil && d.Senders[l.Channel] != nil {
			d.digests[l.Channel] = &digest{letter: l}
		}
	}
	return nil
}

// close ends a digest: what comes from now on goes into the next one. The newest counts are in the result.
func (d *Desk) close(l Letter) Letter {
	d.mu.Lock()
	defer d.mu.Unlock()
	if g := d.digests[l.Channel]; g != nil && g.letter.UID == l.UID {
		l = g.letter
		delete(d.digests, l.Channel)
	}
	return l
}

// digestMessage writes a digest out, worst first.
func (d *Desk) digestMessage(l Letter, lang string) Message {
	items := slices.Clone(l.Items)
	slices.SortStableFunc(items, func(a, b Item) int { return b.Severity - a.Severity })
	n := len(items) + l.More
	p := page{Footer: words.Footer.In(lang), LinkName: words.Link.In(lang)}
	p.Title = "【Yagura】" + fmt.Sprintf(words.Digest.In(lang), n)
	if lang == "en" {
		p.Title = "[Yagura] " + fmt.Sprintf(words.Digest.In(lang), n)
	}
	var lines []string
	worst := 0
	for _, it := range items {
		lines = append(lines, fmt.Sprintf(words.DigestLine.In(lang), it.Severity, it.Device, it.Title.In(lang), it.Number, it.Count))
		worst = max(worst, it.Severity)
	}
	if l.More > 0 {
		lines = append(lines, fmt.Sprintf(words.DigestMore.In(lang), l.More))
	}
	p.Sections = []section{{Head: words.What.In(lang), Lines: lines}}
	if d.cfg.Link != "" {
		p.Link = strings.TrimSuffix(d.cfg.Link, "/") + "/incidents"
	}
	return Message{UID: l.UID, Kind: KindDigest, Time: d.Now().UTC(), Severity: worst, Subject: p.Title, Text: p.text(), HTML: p.html(), Link: p.Link}
}
