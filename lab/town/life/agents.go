package life

import (
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// agents: programs that report at steady intervals: to the town's own servers, and some to their makers outside.
func agents(s *stage.Stage) {
	each(s, "inventory", office, func(c *stage.Scene) {
		c.Loop(steady(c, 15*time.Minute, 0), func() {
			c.Talk(c.Reach(c.Servers["av"], 8443, event.ProtoTCP), stage.Flow{Up: 1400, Down: 900, Took: 300 * time.Millisecond, TLS: &event.TLS{Version: "1.2", JA3: stage.Fingerprint("asset"), Certificate: ownCertificate}})
		})
	})
	for _, a := range makers {
		each(s, a.host, func(m *stage.Machine) bool { return online(m) && a.has(m) }, func(c *stage.Scene) {
			c.Loop(steady(c, a.every, a.jitter), func() { a.report(c) })
		})
	}
}

// ownCertificate is what a product installs for itself.
var ownCertificate = &event.Certificate{Subject: "CN=AV01,O=Asset Manager", Issuer: "CN=AV01,O=Asset Manager", Serial: "1000", SelfSigned: true}

// agent is a program that calls its maker.
type agent struct {
	host   string
	every  time.Duration
	jitter float64
	share  int // one PC in so many has it
	web    bool
}

// makers: the rarer the software, the more it looks like a beacon.
var makers = []agent{
	{"agent.example-mdm.co.jp", 5 * time.Minute, 0, 8, false}, {"license.example-cad.com", 15 * time.Minute, 0.02, 40, false}, {"sync.example-scan.jp", time.Minute, 0.05, 60, false},
	{"poll.example-fax.co.jp", 5 * time.Minute, 0.1, 90, true}, {"update.example-gis.jp", time.Hour, 0.01, 50, true}, {"api.example-payroll.jp", 10 * time.Minute, 0.3, 160, false},
	{"telemetry.example-printer.com", 30 * time.Minute, 0.05, 5, true}, {"meter.example-suido.jp", time.Minute, 0, 400, false}, {"cam.example-bosai.jp", 5 * time.Minute, 0, 300, true},
}

func (a agent) has(m *stage.Machine) bool { return (m.Index*7919+len(a.host)*104729)%a.share == 0 }

func (a agent) report(c *stage.Scene) {
	if a.web {
		c.Web(stage.Request{Host: a.host, Method: "POST", URI: "/api/v1/status", Agent: "ExampleAgent/3.2 (Windows)", Up: 600, UpType: "application/json", Down: 180, DownType: "application/json", Known: c.Chance(0.7)})
		return
	}
	c.Web(stage.Request{Host: a.host, TLS: true, Client: a.host, Up: 900, Down: 700, Known: c.Chance(0.7), Took: 600 * time.Millisecond})
}
