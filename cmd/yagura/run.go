package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/yagura-project/yagura/console"
)

type runCmd struct {
	Config  string `required:"" help:"yagura.yaml." type:"path" placeholder:"FILE"`
	Verbose bool   `help:"Log more."`
}

// Help is printed by yagura run --help.
func (runCmd) Help() string {
	return `設定に従って監視を始めます。終えるには Ctrl-C を押します。切り離しは Yagura を止めても続きます。

Examples:
  yagura check --config yagura.yaml
  yagura run --config yagura.yaml

Exit codes: 0 stopped by a signal, 1 failed, 2 wrong configuration.`
}

// stopWithin is how long everything may take to end.
const stopWithin = 20 * time.Second

// Run watches until a signal comes.
func (c runCmd) Run(ctx context.Context, std streams) error {
	cfg, err := loadConfig(c.Config)
	if err != nil {
		return err
	}
	if len(cfg.Capture.Interfaces) == 0 {
		return failure{exitUsage, fmt.Errorf("%s: capture.interfaces: name the mirror port to listen to, as interfaces: [eth1]", c.Config)}
	}
	if err := knownUser(cfg); err != nil {
		return failure{exitUsage, fmt.Errorf("%s: %w", c.Config, err)}
	}
	rings, err := shed(cfg)
	if err != nil {
		return err
	}
	calm, err := awaitExpiry(ctx, cfg)
	if err != nil {
		return err
	}
	log, held := newLog(std.err, c.Verbose), confined()
	held.tell(log)
	r, err := newRiver(ctx, cfg, options{rings: rings, log: log, announce: announceFirst(std.err), held: held})
	if err = errors.Join(err, calm()); err != nil {
		return err
	}
	if err := r.Start(ctx); err != nil {
		return errors.Join(err, r.close())
	}
	fmt.Fprintf(std.err, "櫓 Yagura は監視を始めました。コンソール: %s\n", r.console.URL())
	<-ctx.Done()
	return r.close()
}

// close ends the river in bounded time, whatever ended ctx.
func (r *river) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	return r.Close(ctx)
}

// newLog makes the log of this process; what libraries write by the standard logger goes there too.
func newLog(w io.Writer, verbose bool) *slog.Logger {
	level := slog.LevelInfo
	if verbose {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
	slog.SetDefault(log)
	return log
}

// announceFirst tells on the terminal how the first administrator gets in.
// The password itself stays in its file: terminals and journals are kept.
func announceFirst(w io.Writer) func(console.First) {
	return func(f console.First) {
		fmt.Fprintf(w, "最初の管理者 %s を作りました。パスワードは %s にあります（最初のログインで変更します）。\n", f.User, f.File)
	}
}
