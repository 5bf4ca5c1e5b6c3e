package dnssink

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// standing is the zone as the book wants it; what has come to be protected, or is over, is not in it.
func (h *hand) standing() (*version, error) {
	all, err := h.book.All()
	if err != nil {
		return nil, err
	}
	now := h.deps.Now()
	var entries []act.Entry
	for _, e := range all {
		if e.Leaving || e.Over(now) {
			continue
		}
		if e, _, err = h.check(e.Target()); err == nil {
			entries = append(entries, e)
		}
	}
	return h.build(entries, now), nil
}

// publish brings the resolvers into line with the book, and notes what changed.
func (h *hand) publish(ctx context.Context, r *event.Receipt) error {
	want, err := h.standing()
	if err != nil {
		return err
	}
	have, err := h.current()
	if err != nil {
		return err
	}
	want.serial = have.serial
	if have.serial == 0 || !sameLines(want.lines, have.lines) {
		if want.serial, err = h.next(have.serial, want); err != nil {
			return err
		}
		r.Commands = append(difference("-", want.lines, have.lines), difference("+", have.lines, want.lines)...)
		if h.cfg.File != "" {
			if err := act.Replace(h.cfg.File, []byte(h.text(want)), 0o644); err != nil {
				return fmt.Errorf("dnssink: %w: may Yagura write where the resolver reads?", err)
			}
		}
	}
	h.history.add(have, want)
	h.served.Store(want)
	if err := h.listen(); err != nil {
		return err
	}
	return h.settle(ctx, want.serial, r)
}

// current is the zone as it stands: in the file, or as it was published last.
func (h *hand) current() (*version, error) {
	if h.cfg.File == "" {
		return h.served.Load(), nil
	}
	text, err := act.ReadUpTo(h.cfg.File, 64<<20)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &version{lines: map[string]bool{}}, nil
	case err != nil:
		return nil, fmt.Errorf("dnssink: %w", err)
	}
	return parseFile(string(text)), nil
}

// kept is the last version, for after a restart.
type kept struct {
	Serial uint32 `json:"serial"`
	Sum    string `json:"sum"` // of its lines
}

func sumOf(v *version) string {
	sum := sha256.Sum256([]byte(strings.Join(sortedLines(v.lines), "\n")))
	return hex.EncodeToString(sum[:])
}

// next is a serial number above every one that was used (RFC 1912 §2.2: the
// time serves well); the same for what was published last.
func (h *hand) next(have uint32, v *version) (uint32, error) {
	var last kept
	if err := h.memory.Load(&last); err != nil {
		return 0, err
	}
	sum := sumOf(v)
	if last.Sum == sum && last.Serial >= have {
		return last.Serial, nil
	}
	n := max(have, last.Serial, uint32(h.deps.Now().Unix())-1) + 1
	return n, h.memory.Save(kept{n, sum})
}

// settle tells the resolvers unless they obey already, and waits until they do.
func (h *hand) settle(ctx context.Context, serial uint32, r *event.Receipt) error {
	patience := h.cfg.Timeout
	if len(r.Commands) == 0 {
		patience = min(patience, 500*time.Millisecond)
		if ok, err := h.obeys(ctx, serial); err != nil || ok {
			return err
		}
		r.Commands = append(r.Commands, "reload zone "+h.zone)
	}
	answers, err := h.tell(ctx)
	r.Answers = answers
	if err != nil {
		return err
	}
	end := time.Now().Add(patience)
	for {
		ok, err := h.obeys(ctx, serial)
		if err == nil && ok {
			return nil
		}
		if ctx.Err() != nil || time.Now().After(end) {
			if err != nil {
				return err
			}
			return &act.Waiting{Enforcer: h.Name(), By: h.deps.Now().Add(2 * time.Minute), Text: textWaiting}
		}
		select {
		case <-ctx.Done():
		case <-time.After(5 * time.Millisecond):
		}
	}
}
