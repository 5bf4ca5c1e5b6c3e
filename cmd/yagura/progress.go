package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// newProgress is a bar on stderr for long work; nil-safe and silent where
// nobody watches (a pipe, --quiet).
func newProgress(w io.Writer, quiet bool, what string) *progress {
	f, ok := w.(*os.File)
	if quiet || !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return &progress{w: w, what: what}
}

type progress struct {
	w    io.Writer
	what string
	bar  *progressbar.ProgressBar
}

// set shows that done of total are through (bytes or steps; total 0 = unknown).
func (p *progress) set(done, total int64) {
	if p == nil {
		return
	}
	if p.bar == nil {
		if total == 0 {
			total = -1
		}
		p.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(p.w), progressbar.OptionSetDescription(p.what),
			progressbar.OptionShowBytes(true), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(),
			progressbar.OptionSetWidth(24))
	}
	_ = p.bar.Set64(done)
}

// end removes the bar.
func (p *progress) end() {
	if p != nil && p.bar != nil {
		_ = p.bar.Finish()
	}
}

// newSpinner is for work of unknown length.
func newSpinner(w io.Writer, quiet bool, what string) *progress {
	p := newProgress(w, quiet, what)
	if p != nil {
		p.bar = progressbar.NewOptions64(-1, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(what),
			progressbar.OptionClearOnFinish(), progressbar.OptionSpinnerType(14), progressbar.OptionSpinnerCustom([]string{"・  ", "・・ ", "・・・"}))
		_ = p.bar.RenderBlank()
	}
	return p
}
