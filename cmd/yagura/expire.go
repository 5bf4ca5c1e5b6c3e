package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/yagura-project/yagura/act"
	allenforcers "github.com/yagura-project/yagura/act/all"
	"github.com/yagura-project/yagura/decide"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/store"
)

type expireCmd struct {
	Config string        `required:"" help:"yagura.yaml." type:"path" placeholder:"FILE"`
	Wait   time.Duration `help:"How long a device that does not answer is tried." default:"45s"`
	JSON   bool          `name:"json" help:"Print the orders as JSON."`
}

// Help is printed by yagura expire --help.
func (expireCmd) Help() string {
	return `Yagura が動いていない間に期限が来た切り離しを、装置で解除します。期限を自分では数えられない装置（SNMP、CLI、DNS など）のためのもので、
systemd の timer から1分ごとに呼びます。Yagura が動いていれば、何もしません（解除は Yagura が自分で行います）。

Examples:
  yagura expire --config /etc/yagura/yagura.yaml
  yagura expire --config yagura.yaml --wait 10m --json

Exit codes: 0 nothing is overdue any more, or Yagura runs, 1 a device could not be told (the next call tries again), 2 wrong configuration.`
}

// Run ends what is over.
func (c expireCmd) Run(ctx context.Context, std streams) error {
	cfg, err := loadConfig(c.Config)
	if err != nil {
		return err
	}
	if err := shedUser(cfg); err != nil {
		return err
	}
	if due, err := anyOverdue(ctx, cfg); err != nil || !due {
		return err
	}
	busy, err := lockExpiry(cfg)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil // another call is at it
	}
	if err != nil {
		return err
	}
	defer busy.Close()
	ctx, cancel := context.WithTimeout(ctx, c.Wait)
	defer cancel()
	over, err := endOverdue(ctx, cfg, std)
	if errors.Is(err, store.ErrInUse) {
		return nil
	}
	if c.JSON {
		return errors.Join(printJSON(std.out, over), err)
	}
	for _, o := range over {
		fmt.Fprintf(std.out, "%s %s %s\n", o.UID, o.Target.Name(), o.State)
	}
	return err
}

// anyOverdue looks beside a running Yagura whether there is anything to do.
func anyOverdue(ctx context.Context, cfg config) (bool, error) {
	s, err := store.OpenReader(ctx, cfg.Store)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer s.Close()
	open, err := s.Orders(ctx, event.OrderFilter{Limit: 10_000, States: event.StandingStates(event.OrderReleasing)})
	return slices.ContainsFunc(open, func(o event.Order) bool {
		return o.State == event.OrderReleasing || !o.Expires.IsZero() && !time.Now().Before(o.Expires)
	}), err
}

// endOverdue drives nothing but what is over, with the enforcers and the ledger that Yagura itself uses.
func endOverdue(ctx context.Context, cfg config, std streams) (_ []event.Order, err error) {
	state, err := store.Open(ctx, cfg.Store)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, state.Close()) }()
	log := newLog(std.err, false)
	policy, err := decide.New(cfg.Decide, decide.Deps{Log: log, Ledger: state, Self: ownAddresses(cfg.Console.Listen)})
	if err != nil {
		return nil, failure{exitUsage, err}
	}
	hands, err := act.Open(cfg.Act, allenforcers.Enforcers, act.Deps{Log: log, Protects: policy.Protected,
		Allow: append(cfg.Act.Allow, noticeAllows(cfg.Notice)...), Now: time.Now, Dir: filepath.Join(cfg.Store.Dir, "act")})
	if err != nil {
		return nil, failure{exitUsage, err}
	}
	defer func() {
		for _, h := range hands {
			err = errors.Join(err, h.Close())
		}
	}()
	m, err := act.NewManager(cfg.Act, act.ManagerDeps{Log: log, Ledger: state, Hands: hands})
	if err != nil {
		return nil, failure{exitUsage, err}
	}
	return m.Overdue(ctx)
}

// lockExpiry is held by one expire at a time, or EWOULDBLOCK. Yagura's own start waits for it, so that what is being undone at a
// device is not interrupted; the kernel gives it back when the process ends.
func lockExpiry(cfg config) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(cfg.Store.Dir, "expire.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// awaitExpiry waits until no expire is at work, and lets none begin before calm is called.
func awaitExpiry(ctx context.Context, cfg config) (calm func() error, err error) {
	for {
		f, err := lockExpiry(cfg)
		switch {
		case err == nil:
			return f.Close, nil
		case errors.Is(err, fs.ErrNotExist): // no data directory yet
			return func() error { return nil }, nil
		case !errors.Is(err, syscall.EWOULDBLOCK):
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}
