package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
)

// talk is a conversation at a device's command line.
//
// A prompt alone ends no answer, for a port's description may look like one. After each command a comment with a fresh
// number is sent; only its echo behind the device's own prompt, on one line, ends the answer. What a device
// shows of other people's text cannot know that number.
type talk struct {
	d       *dialect
	out     io.Writer
	in      <-chan []byte // closed when the device has hung up
	host    string        // its prompt's name, learnt at the beginning
	secrets []string      // never kept
	patient time.Duration // for one answer
	keep    func(command string, answer []string)
	mark    func() string // a fresh number; nil = from the system's random source
}

var (
	anyPrompt = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9._-]{0,62})(\([A-Za-z0-9._-]{1,40}\))?[>#] ?$`)
	pager     = regexp.MustCompile(`(?i)^ ?<?-{0,4} ?more ?-{0,4}>?|press any key`)
	question  = regexp.MustCompile(`(?i)(\[confirm\]|\(y/n\)|\[y/n\]|\[yes/no\]).{0,8}$`)
	asksWord  = regexp.MustCompile(`(?i)^ ?password: ?$`)
)

// prompt is a device's prompt in pieces.
type prompt struct{ host, mode, end string }

func readPrompt(line string) (p prompt, ok bool) {
	g := anyPrompt.FindStringSubmatch(line)
	if g == nil {
		return p, false
	}
	return prompt{g[1], g[2], strings.TrimSpace(line[len(g[1])+len(g[2]):])}, true
}

// own reports whether a line is this device's prompt. In configuration mode IOS shows only the first 20 characters of a name.
func (t *talk) own(line string) (prompt, bool) {
	p, ok := readPrompt(line)
	if ok && (t.host == "" || p.host == t.host || p.mode != "" && len(p.host) >= 20 && strings.HasPrefix(t.host, p.host)) {
		return p, true
	}
	return prompt{}, false
}

// begin learns the device's name, becomes privileged and turns the pager off.
func (t *talk) begin(ctx context.Context, enable string) error {
	if enable != "" {
		t.secrets = append(t.secrets, enable)
	}
	s := &screen{}
	if err := t.until(ctx, s, func() bool { _, ok := t.own(s.last()); return ok }); err != nil {
		return fmt.Errorf("waiting for its prompt: %w", err)
	}
	p, _, err := t.settle(ctx, s)
	if err != nil {
		return fmt.Errorf("waiting for its prompt: %w", err)
	}
	t.host = p.host
	if p.end == ">" {
		if err := t.enable(ctx, enable); err != nil {
			return err
		}
	}
	for _, c := range t.d.Paging {
		if _, err := t.ask(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func (t *talk) enable(ctx context.Context, word string) error {
	s := &screen{}
	if err := t.send(t.d.Enable); err != nil {
		return err
	}
	asked := false
	err := t.until(ctx, s, func() bool {
		asked = asksWord.MatchString(s.last())
		_, back := t.own(s.last())
		return asked || back && len(s.lines) > 0
	})
	if err == nil && asked {
		if word == "" {
			return fmt.Errorf("it asks for a password after %q: name it in enable_file", t.d.Enable)
		}
		s = &screen{}
		if err = t.send(word); err == nil {
			err = t.until(ctx, s, func() bool { _, ok := t.own(s.last()); asked = asksWord.MatchString(s.last()); return ok || asked })
		}
		if err == nil && asked {
			err = errors.New("it does not take the password in enable_file")
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", t.d.Enable, err)
	}
	p, _, err := t.settle(ctx, s)
	if err == nil && p.end != "#" {
		err = errors.New("the user may not change anything: it did not become privileged")
	}
	return err
}

// ask sends a command and gives its answer. A device that says no gives an error with its words.
func (t *talk) ask(ctx context.Context, command string) ([]string, error) {
	_, answer, err := t.tell(ctx, command)
	return answer, err
}

func (t *talk) tell(ctx context.Context, command string) (prompt, []string, error) {
	s := &screen{}
	if err := t.send(command); err != nil {
		return prompt{}, nil, err
	}
	err := t.until(ctx, s, func() bool { _, ok := t.own(s.last()); return ok && len(s.lines) > 0 })
	var p prompt
	var answer []string
	if err == nil {
		p, answer, err = t.settle(ctx, s)
	}
	if err != nil {
		t.note(command, append(s.lines, s.last()))
		return p, nil, fmt.Errorf("%q: %w", command, err)
	}
	// The first line is the command's echo.
	if len(answer) > 0 && strings.HasSuffix(strings.TrimRight(answer[0], " "), command) {
		answer = answer[1:]
	}
	t.note(command, answer)
	if no, ok := t.d.refused(answer); ok {
		return p, answer, &deviceError{command, no}
	}
	return p, answer, nil
}

// deviceError is a device's own no.
type deviceError struct{ command, says string }

func (e *deviceError) Error() string { return fmt.Sprintf("%q: the device says %q", e.command, e.says) }

// settle sends the numbered comment and reads on until its echo stands behind the device's own prompt, and a prompt after it.
func (t *talk) settle(ctx context.Context, s *screen) (prompt, []string, error) {
	number := rand.Text()[:12]
	if t.mark != nil {
		number = t.mark()
	}
	comment := t.d.Comment + " " + number
	if err := t.send(comment); err != nil {
		return prompt{}, nil, err
	}
	end := -1
	seen := 0
	err := t.until(ctx, s, func() bool {
		for ; seen < len(s.lines) && end < 0; seen++ {
			if before, ok := strings.CutSuffix(strings.TrimRight(s.lines[seen], " "), comment); ok {
				if _, mine := t.own(before); mine {
					end = seen
				}
			}
		}
		_, ok := t.own(s.last())
		return end >= 0 && ok && len(s.lines) == end+1
	})
	if err != nil {
		return prompt{}, nil, err
	}
	p, _ := t.own(s.last())
	return p, slices.Clone(s.lines[:end]), nil
}

// until reads until done; it answers a pager, refuses every other question, and gives up in time.
func (t *talk) until(ctx context.Context, s *screen, done func() bool) error {
	limit := time.NewTimer(t.patient)
	defer limit.Stop()
	for pages := 0; !done(); {
		switch l := s.last(); {
		case pager.MatchString(l):
			if pages++; pages > 200 {
				return errTooMuch
			}
			s.now, s.at = s.now[:0], 0
			if _, err := io.WriteString(t.out, " "); err != nil {
				return err
			}
		case question.MatchString(l):
			return fmt.Errorf("the device asks %q, which nobody answers", strings.TrimSpace(l))
		}
		select {
		case b, open := <-t.in:
			if !open {
				return fmt.Errorf("the device hung up: %w", io.ErrUnexpectedEOF)
			}
			if err := s.write(b); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		case <-limit.C:
			return fmt.Errorf("no end of its answer within %v", t.patient)
		}
	}
	return nil
}

func (t *talk) send(command string) error {
	if strings.ContainsFunc(command, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
		return fmt.Errorf("%q is no command of one line", command)
	}
	_, err := io.WriteString(t.out, command+"\n")
	return err
}

// maxKept bounds what is kept of one answer.
const maxKept = 4096

// note keeps what was said, without secrets.
func (t *talk) note(command string, answer []string) {
	if t.keep == nil {
		return
	}
	kept, size := []string{}, 0
	for _, l := range answer {
		if size += len(l) + 1; size > maxKept {
			kept = append(kept, "…")
			break
		}
		kept = append(kept, t.mask(l))
	}
	t.keep(t.mask(command), kept)
}

// secretWord finds what a configuration keeps secret; what follows is masked.
var secretWord = regexp.MustCompile(`(?i)\b(password|secret|community|key(?:-string)?|psk|pac)(\s+\d)?\s+\S.*$`)

func (t *talk) mask(l string) string {
	for _, s := range t.secrets {
		if len(s) >= 3 {
			l = strings.ReplaceAll(l, s, "***")
		}
	}
	return secretWord.ReplaceAllString(l, "$1 ***")
}
