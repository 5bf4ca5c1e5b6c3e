package attack

import (
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// interval is that of the deed, or by intensity: a loud implant calls every half minute, a quiet one every hour.
func (a *Act) interval() time.Duration {
	if a.Deed.Interval == 0 {
		a.Deed.Interval = Level(a, time.Hour, 15*time.Minute, time.Minute, 45*time.Second, 30*time.Second)
	}
	return a.Deed.Interval
}

// calls go on for ten days while the PC is on; sleeping is late by up to the jitter, as Cobalt Strike and others do it.
func (a *Act) calls(do func()) {
	d := a.interval()
	end := a.Now().AddDate(0, 0, 10)
	var step func()
	step = func() {
		if a.Now().After(end) {
			return
		}
		if !a.On(a.Me) {
			a.At(a.NextOn(a.Me).Add(a.Part(5*time.Minute)), step)
			return
		}
		a.Mark()
		do()
		a.After(a.Around(d, a.Deed.Jitter), step)
	}
	step()
}

// beaconHTTP asks a bare address for a task: mostly there is none.
func beaconHTTP(a *Act) {
	ip := a.Evil()
	uri := stage.Pick(a.Scene, []string{"/submit.php", "/jquery-3.3.1.min.js", "/news/update", "/api/v2/ping", "/pixel.gif"})
	agent := stage.Pick(a.Scene, []string{"Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1)", "Mozilla/5.0 (Windows NT 10.0; Win64; x64)", stage.Browser, ""})
	a.calls(func() {
		r := stage.Request{IP: ip, URI: uri, Agent: agent, Direct: true, Down: 48, DownType: "application/octet-stream", Took: 200 * time.Millisecond}
		if a.Chance(0.05) {
			r.Method, r.Up, r.Down = "POST", a.Size(900), 12
		}
		a.Web(r)
	})
}

// beaconTLS hides the same in TLS: with a name of its own, some with a certificate made by itself.
func beaconTLS(a *Act) {
	r := stage.Request{IP: a.Evil(), TLS: true, Client: "implant" + a.Deed.Machine, Direct: true, Took: 500 * time.Millisecond}
	r.Host = stage.Pick(a.Scene, []string{"sync.", "assets.", "update.", "metrics.", ""}) + a.Registered()
	if a.Deed.Intensity >= 4 || a.Chance(0.3) {
		r.Host, r.NoName = "", true
		r.Certificate = &event.Certificate{Subject: "CN=localhost", Issuer: "CN=localhost", Serial: "0A", SelfSigned: true}
	}
	if a.Chance(0.3) {
		r.Port = 8443
	}
	a.calls(func() {
		q := r
		if q.Host != "" && a.Chance(0.3) {
			a.Ask(q.Host, "A", "NOERROR", event.DNSAnswer{Name: q.Host, Type: "A", TTL: 60, Data: q.IP.String()})
		}
		q.Up, q.Down = 300, 200
		if a.Chance(0.05) {
			q.Up = a.Size(5000)
		}
		a.Web(q)
	})
}

// beaconTCP speaks a protocol of its own on a high port.
func beaconTCP(a *Act) {
	ip, port := a.Evil(), stage.Pick(a.Scene, []uint16{4444, 5552, 6606, 7707, 8808, 1604, 9999})
	a.calls(func() {
		a.Talk(a.Conn(ip, port, event.ProtoTCP), stage.Flow{Up: 120 + a.Rand.Uint64N(20), Down: 40, Took: 300 * time.Millisecond})
	})
}

// beaconProxy calls a name of its own through the town's proxy, as an implant does that reads the settings of Windows.
func beaconProxy(a *Act) {
	r := stage.Request{IP: a.Evil(), Client: "implant" + a.Deed.Machine, Took: 500 * time.Millisecond, TLS: a.Chance(0.5), URI: "/api/check", Known: true}
	r.Host = stage.Pick(a.Scene, []string{"api.", "static.", "www.", ""}) + a.Registered()
	r.Agent = stage.Pick(a.Scene, []string{stage.Browser, "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2)"})
	a.calls(func() {
		q := r
		q.Up, q.Down = 300, 120
		a.Web(q)
	})
}
