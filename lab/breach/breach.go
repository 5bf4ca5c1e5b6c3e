// Package breach plays a harmless breach in a hall with real clients, step by step, beside the ordinary work of its
// PCs; nothing in it can harm a machine, and all of it stays inside the hall's namespaces.
package breach

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/yagura-project/yagura/lab/hall"
)

// Options tunes a breach. The zero value is the demo's pace.
type Options struct {
	// Beacon is the time between two polls of the breach's server; zero means 3 s. Each poll is up to 15 % late.
	Beacon time.Duration
	// Work is the mean time between two ordinary actions of a PC; zero means 2 s.
	Work time.Duration
	// Lookups is the number of names that the tunnel asks for; zero means 260.
	Lookups int
}

func (o Options) withDefaults() Options {
	if o.Beacon == 0 {
		o.Beacon = 3 * time.Second
	}
	if o.Work == 0 {
		o.Work = 2 * time.Second
	}
	if o.Lookups == 0 {
		o.Lookups = 260
	}
	return o
}

// Step is one act of the breach, played by the PC of the general affairs section.
type Step struct {
	ID        string   // short name, e.g. "beacon"
	Caption   string   // one Japanese sentence: what the audience sees
	English   string   // the same in English
	Behaviour []string // class names of ../data/truth.jsonl that a sensor should report; empty where it is ordinary
	Do        func(context.Context) error
}

// ErrCut is returned by a step whose packets no longer arrive.
var ErrCut = errors.New("breach: no answer: the PC is cut off")

// Stage holds what keeps running between steps: ordinary work, the beacon, the tunnel's name server.
type Stage struct {
	h      *hall.Hall
	o      Options
	cancel context.CancelFunc
	ctx    context.Context
	work   sync.WaitGroup
	polls  atomic.Int64
	cut    atomic.Int64
}

// Open prepares a breach in the hall. Close ends everything that it started.
func Open(ctx context.Context, h *hall.Hall, o Options) (*Stage, error) {
	s := &Stage{h: h, o: o.withDefaults()}
	s.ctx, s.cancel = context.WithCancel(ctx)
	if err := s.serveNames(); err != nil {
		s.cancel()
		return nil, err
	}
	return s, nil
}

// Close ends the beacon, the ordinary work and the name server, and waits for them.
func (s *Stage) Close() {
	s.cancel()
	s.work.Wait()
}

// Polls is how often the breach's server has answered the beacon, and how often it has not.
func (s *Stage) Polls() (answered, unanswered int) { return int(s.polls.Load()), int(s.cut.Load()) }

// background runs do until Close.
func (s *Stage) background(do func(context.Context)) {
	s.work.Add(1)
	go func() {
		defer s.work.Done()
		do(s.ctx)
	}()
}

// pause waits, or returns false when ctx ends first.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// Steps returns the acts in the order in which they are played.
func (s *Stage) Steps() []Step {
	return []Step{
		{"work", "2台のPCがいつもどおり仕事をしています(名前の問い合わせ、ウェブ、共有フォルダー)",
			"two PCs do their ordinary work", nil, s.ordinary},
		{"beacon", "総務課のPCが、見知らぬ外部のサーバーへ同じ間隔で連絡を始めました",
			"the general affairs PC begins to call an unknown server at a steady pace", []string{"c2.http"}, s.beacon},
		{"scan", "総務課のPCが、庁内のサーバーの入口を次々と試しています",
			"it tries the doors of the file server and of its neighbours", []string{"scan.port", "scan.sweep"}, s.scan},
		{"tunnel", "総務課のPCが、名前の問い合わせに隠してデータを外へ運んでいます",
			"it carries data out inside name look-ups", []string{"c2.dns_tunnel"}, s.tunnel},
		{"spread", "総務課のPCが、共有サーバーの管理領域へ実行ファイルを置き、サービスとして動かそうとしました",
			"it puts an executable on the file server's admin share and asks to run it as a service", []string{"lm.psexec"}, s.spread},
	}
}

// Caption is the Japanese sentence of a step by its ID; empty where there is no such step.
func Caption(id string) string {
	for _, step := range (&Stage{}).Steps() {
		if step.ID == id {
			return step.Caption
		}
	}
	return ""
}

// Play plays the steps one after the other with a pause between them, and tells of each before it begins. It stops at
// the first step that fails.
func (s *Stage) Play(ctx context.Context, gap time.Duration, tell func(Step)) error {
	for _, step := range s.Steps() {
		if tell != nil {
			tell(step)
		}
		if err := step.Do(ctx); err != nil {
			return fmt.Errorf("breach: %s: %w", step.ID, err)
		}
		if !pause(ctx, gap) {
			return ctx.Err()
		}
	}
	return nil
}
