package live_test

import (
	"strings"
	"testing"

	"github.com/yagura-project/yagura/event/eve/live"
)

func TestWhatCannotWorkIsRefusedByName(t *testing.T) {
	if err := live.DefaultConfig().Validate(); err != nil {
		t.Fatal(err)
	}
	for want, spoil := range map[string]func(*live.Config){
		"types":             func(c *live.Config) { c.Types = []string{"alerts"} },
		"file.rotate_bytes": func(c *live.Config) { c.File.RotateBytes = 100 },
		"file.rotate_every": func(c *live.Config) { c.File.RotateEvery = 1 },
		"file.keep":         func(c *live.Config) { c.File.Keep = -1 },
		"socket.kind":       func(c *live.Config) { c.Socket.Kind = "tcp" },
		"socket.queue":      func(c *live.Config) { c.Socket.Queue = 1 },
		"socket.path":       func(c *live.Config) { c.Socket.Path = "/" + strings.Repeat("x", 200) },
		"stats":             func(c *live.Config) { c.Stats = 1 },
		"anomalies":         func(c *live.Config) { c.Anomalies = []string{"packet"} },
		"dns_version":       func(c *live.Config) { c.DNSVersion = 1 },
		"queue":             func(c *live.Config) { c.Queue = 1 },
		"beginning with /":  func(c *live.Config) { c.File.Path = "eve.json" },
	} {
		c := live.DefaultConfig()
		if spoil(&c); c.Validate() == nil || !strings.Contains(c.Validate().Error(), want) {
			t.Errorf("%s: %v", want, c.Validate())
		}
	}
}
