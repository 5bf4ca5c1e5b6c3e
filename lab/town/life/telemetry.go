package life

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// telemetry: what Windows and its parts send by themselves, at steady intervals: the main trap of beacon detection.
func telemetry(s *stage.Stage) {
	each(s, "telemetry", online, func(c *stage.Scene) {
		for _, t := range []struct {
			host   string
			each   time.Duration
			jitter float64
			up     uint64
		}{
			{"login.live.com", 60 * time.Minute, 0.1, 4200}, {"settings-win.data.microsoft.com", 45 * time.Minute, 0.05, 1100}, {"v10.events.data.microsoft.com", 20 * time.Minute, 0.25, 6000},
			{"tile-service.weather.microsoft.com", 30 * time.Minute, 0.01, 500}, {"client.wns.windows.com", 70 * time.Minute, 0.3, 900}, {"edge.microsoft.com", 60 * time.Minute, 0.15, 2200},
		} {
			c.Loop(steady(c, t.each, t.jitter), func() {
				c.Web(stage.Request{Host: t.host, TLS: true, Client: "schannel", Up: c.Size(t.up), Down: c.Size(2500), Known: c.Chance(0.3), Took: time.Second})
			})
		}
		c.Loop(every(c, 90*time.Minute), func() { revocation(c) })
		c.Loop(steady(c, 55*time.Minute, 0.02), func() {
			c.Web(stage.Request{Host: "www.msftconnecttest.com", URI: "/connecttest.txt", Agent: "Microsoft NCSI", Down: 22, DownType: "text/plain"})
		})
	})
}

var authorities = []string{"ocsp.digicert.com", "ocsp.globalsign.com", "ocsp.sectigo.com", "crl.microsoft.com", "ocsp.pki.goog", "repo1.secomtrust.net", "ctldl.windowsupdate.com"}

// revocation asks whether a certificate still holds.
func revocation(c *stage.Scene) {
	host := stage.Pick(c, authorities)
	uri := fmt.Sprintf("/MFEwTzBNMEswSTAJBgUrDgMCGgUABB%08xAAAA%08xAAAA%08x%%3D", c.Rand.Uint32(), c.Rand.Uint32(), c.Rand.Uint32())
	if host == "ctldl.windowsupdate.com" {
		uri = fmt.Sprintf("/msdownload/update/v3/static/trustedr/en/disallowedcertstl.cab?%016x", c.Rand.Uint64())
	}
	c.Web(stage.Request{Host: host, URI: uri, Agent: stage.CryptoA, Down: 1500, DownType: "application/ocsp-response", File: &event.File{Name: "r", Size: 1500}})
}
