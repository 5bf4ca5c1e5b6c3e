package acttest_test

import (
	"errors"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
)

// The device that the manager's tests trust passes the suite itself, as every kind of enforcer that there is.
func TestDeviceConforms(t *testing.T) {
	for kind, can := range map[string]act.Capabilities{
		"addresses":         {IPv4: true, IPv6: true, Ranges: true, Forgets: true},
		"IPv4 only":         {IPv4: true, Most: 100},
		"MAC only":          {MAC: true},
		"all names":         {IPv4: true, IPv6: true, MAC: true, Forgets: true},
		"one way":           {IPv4: true, OneWay: true},
		"one way, by hand":  {MAC: true, OneWay: true, ByHand: true},
		"learns every time": {IPv4: true, IPv6: true, Learns: true},
	} {
		t.Run(kind, func(t *testing.T) { conform(t, can) })
	}
}

func conform(t *testing.T, can act.Capabilities) {
	clock := time.Date(2026, 11, 21, 1, 0, 0, 0, time.UTC)
	now := func() time.Time { return clock }
	d := acttest.NewDevice(now)
	d.Can = can
	down := func(err error) func(*testing.T) func() {
		return func(*testing.T) func() { d.Down(err); return func() { d.Down(nil) } }
	}
	b := acttest.Bench{
		Open:  func(_ *testing.T, deps act.Deps) act.Hand { return d.Hand("device", deps) },
		Flush: func(*testing.T) { d.Flush() },
		Lose: func(_ *testing.T, _ string, m acttest.Machine) {
			d.Lose(m.V4)
			d.LoseMAC(m.MAC)
		},
		Mute:     down(acttest.ErrMute),
		Deny:     down(errors.New("permission denied")),
		Received: func(*testing.T) int { return d.Received() },
		Pass:     func(t time.Duration) { clock = clock.Add(t) },
		Now:      now,
		Why:      map[string]string{"Talk": "no traffic runs through a device in memory"},
	}
	if can.OneWay && can.ByHand {
		b.Mute, b.Why["Mute"] = nil, "a datagram is not answered"
	}
	acttest.Run(t, b)
}
