// Package killed lets a test binary be the process that is killed with kill -9 at a point which the test chose.
package killed

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"testing"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// What a test tells its victim by the environment.
const (
	dirEnv   = "YAGURA_VICTIM_DIR"
	pointEnv = "YAGURA_VICTIM_POINT"
)

// Main is the whole TestMain: in a process started with Env it runs victim, which finds its things in dir, else the tests.
func Main(m *testing.M, victim func(dir string) error) {
	dir := os.Getenv(dirEnv)
	if dir == "" {
		os.Exit(m.Run())
	}
	if err := victim(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// Env is the environment of a victim that lives in dir and dies at point; at no point when it is empty.
func Env(dir, point string) []string { return append(os.Environ(), dirEnv+"="+dir, pointEnv+"="+point) }

// At ends this process as kill -9 does, when it comes to the point that the test chose.
func At(point string) {
	if os.Getenv(pointEnv) == point {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}

// Around is the points "before what" and "after what"; a do that fails has no after.
func Around(what string, do func() error) error {
	At("before " + what)
	if err := do(); err != nil {
		return err
	}
	At("after " + what)
	return nil
}

// Hand is a Hand with the points apply and undo.
type Hand struct{ act.Hand }

// Apply implements act.Hand.
func (h Hand) Apply(ctx context.Context, t act.Target) (r event.Receipt, err error) {
	err = Around("apply", func() error { r, err = h.Hand.Apply(ctx, t); return err })
	return r, err
}

// Undo implements act.Hand.
func (h Hand) Undo(ctx context.Context, t act.Target) (r event.Receipt, err error) {
	err = Around("undo", func() error { r, err = h.Hand.Undo(ctx, t); return err })
	return r, err
}
