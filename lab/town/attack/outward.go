package attack

import (
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// longConnection keeps one connection to a server of the intruder's open for hours.
func longConnection(a *Act) {
	took := Level(a, 90*time.Minute, 3*time.Hour, 6*time.Hour, 10*time.Hour, 30*time.Hour)
	port := stage.Pick(a.Scene, []uint16{443, 8443, 4443, 53})
	k := a.Conn(a.Evil(), port, event.ProtoTCP)
	f := stage.Flow{Up: a.Size(400_000), Down: a.Size(200_000), Took: took}
	if port != 53 && a.Chance(0.5) {
		f.TLS = &event.TLS{Version: "1.3", SNI: "relay." + a.Registered(), JA3: stage.Fingerprint("tunnel")}
	}
	a.Talk(k, f)
	a.MarkAt(took)
}

// icmpTunnel hides a session in pings: the answer is not what was asked.
func icmpTunnel(a *Act) {
	ip := a.Evil()
	n := Level(a, uint64(60), 150, 600, 3000, 20_000)
	a.Steps(Level(a, 1, 1, 2, 2, 3), func() time.Duration { return a.Around(10*time.Minute, 0.5) }, func(int) {
		k := a.Conn(ip, 0, event.ProtoICMP)
		k.Src.Port = 8 << 8
		took := time.Duration(n) * 300 * time.Millisecond
		start := a.Now()
		one := event.Volume{Packets: 1, Payload: 40, Bytes: 68}
		a.Emit(0, &event.NetworkActivity{Conn: k, Activity: event.FlowOpen, Start: start, End: start, Orig: one})
		up, down := n*(60+a.Rand.Uint64N(400)), n*(100+a.Rand.Uint64N(900))
		a.Emit(took, &event.NetworkActivity{Conn: k, Activity: event.FlowClose, State: "SF", Start: start, End: start.Add(took),
			Orig: event.Volume{Packets: n, Payload: up, Bytes: up + 28*n}, Resp: event.Volume{Packets: n, Payload: down, Bytes: down + 28*n}})
		a.MarkAt(took)
	})
}

// fetch gets a program from a place of the intruder's: openly, or disguised, by a browser or by a tool of the system.
func fetch(a *Act) {
	r := stage.Request{IP: a.Evil(), Direct: true, Down: a.Size(600_000), DownType: "application/octet-stream"}
	name := stage.Pick(a.Scene, []string{"/a.exe", "/up/loader.dll", "/x64.bin", "/readme.hta"})
	r.Agent = Level(a, stage.Browser, stage.Browser, "Mozilla/5.0 (Windows NT; Windows NT 10.0; ja-JP) WindowsPowerShell/5.1.20348.2652", "CertUtil URL Agent", "curl/8.4.0")
	kind := "exe"
	switch a.Deed.Intensity {
	case 1: // a name of its own, and a program in a picture's clothes
		r.Host = "files." + a.Registered()
		a.Ask(r.Host, "A", "NOERROR", event.DNSAnswer{Name: r.Host, Type: "A", TTL: 60, Data: r.IP.String()})
		name, r.DownType = "/img/logo.png", "image/png"
	case 2:
		name, r.DownType = "/images/head.jpg", "image/jpeg"
	}
	r.URI, r.File = name, &event.File{Name: name[1:], Type: kind, Size: r.Down}
	a.Web(r)
	a.Enough(time.Second)
}

// upload carries data out to a store or a server of the intruder's.
func upload(a *Act) {
	total := Level(a, uint64(40_000_000), 150_000_000, 600_000_000, 2_000_000_000, 9_000_000_000)
	parts := Level(a, 4, 3, 4, 6, 10)
	r := stage.Request{IP: a.Evil(), TLS: true, Client: "rclone", Direct: true, Host: "s3." + a.Registered(), Took: 6 * time.Minute, Down: 30_000}
	a.Steps(parts, func() time.Duration { return a.Around(7*time.Minute, 0.2) }, func(int) {
		q := r
		q.Up = total / uint64(parts)
		a.Web(q)
		a.MarkAt(q.Took)
	})
}

// mailOut sends what a stealer found straight to a mail server outside; ftpOut to a file server.
func mailOut(a *Act) {
	ip := a.Evil()
	a.Steps(Level(a, 1, 2, 4, 10, 30), func() time.Duration { return a.Around(20*time.Minute, 0.3) }, func(int) {
		if a.Deed.Intensity > 2 {
			a.Ask("api.ipify.org", "A", "NOERROR", event.DNSAnswer{Name: "api.ipify.org", Type: "A", TTL: 60, Data: "198.18.7.7"})
		}
		a.Talk(a.Conn(ip, 587, event.ProtoTCP), stage.Flow{App: "smtp", Up: a.Size(40_000), Down: 1200, Took: 3 * time.Second})
		a.Enough(3 * time.Second)
	})
}

func ftpOut(a *Act) {
	ip := a.Evil()
	a.Steps(Level(a, 1, 2, 4, 10, 30), func() time.Duration { return a.Around(20*time.Minute, 0.3) }, func(int) {
		a.Talk(a.Conn(ip, 21, event.ProtoTCP), stage.Flow{App: "ftp", Up: 200, Down: 600, Took: 5 * time.Second})
		a.After(time.Second, func() {
			a.Talk(a.Conn(ip, 40_000+uint16(a.Rand.IntN(20_000)), event.ProtoTCP), stage.Flow{App: "ftp-data", Up: a.Size(70_000), Took: 2 * time.Second})
		})
		a.Enough(4 * time.Second)
	})
}

// tunnels that everybody can rent, and a network that hides where one goes.
func rented(a *Act) {
	host := stage.Pick(a.Scene, []string{"tunnel.us.ngrok.com", "connect.ngrok-agent.com", "region1.argotunnel.com"})
	a.Steps(Level(a, 1, 2, 4, 8, 20), func() time.Duration { return a.Around(30*time.Minute, 0.4) }, func(int) {
		a.Web(stage.Request{Host: host, TLS: true, Client: "tunnel", Direct: true, Up: 60_000, Down: 90_000, Took: 10 * time.Minute})
		a.Enough(time.Second)
	})
}
