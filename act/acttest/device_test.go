package acttest_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
)

// The device that the manager's tests trust passes the suite itself.
func TestDeviceConforms(t *testing.T) {
	clock := time.Date(2026, 11, 21, 1, 0, 0, 0, time.UTC)
	now := func() time.Time { return clock }
	d := acttest.NewDevice(now)
	acttest.Run(t, acttest.Bench{
		Open:  func(_ *testing.T, deps act.Deps) act.Hand { return d.Hand("device", deps) },
		Flush: func(*testing.T) { d.Flush() },
		Lose:  func(_ *testing.T, _ string, a netip.Addr) { d.Lose(a) },
		Pass:  func(t time.Duration) { clock = clock.Add(t) },
		Now:   now,
	})
}
