package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// teller prints what the audience reads: numbered steps, and what Yagura says between them.
type teller struct {
	out  io.Writer
	mu   sync.Mutex
	step int
}

func (t *teller) line(text string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintf(t.out, text+"\n", args...)
}

// next begins a numbered step.
func (t *teller) next(text string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.step++
	fmt.Fprintf(t.out, "\n%2d. %s\n", t.step, fmt.Sprintf(text, args...))
}

// note adds a line to the step.
func (t *teller) note(text string, args ...any) {
	t.line("      "+text, args...)
}

// yagura prints what Yagura found or did, with the time in Japan.
func (t *teller) yagura(at time.Time, text string, args ...any) {
	t.line("   🔔 %s %s", at.In(jst).Format("15:04:05"), fmt.Sprintf(text, args...))
}
