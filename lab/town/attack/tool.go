package attack

import (
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// chat takes its orders from a channel of IRC (RFC 2812), a quiet one on an ordinary port for it.
func chat(a *Act) {
	k := a.Conn(a.Evil(), Level(a, uint16(6667), 6697, 8080, 5555, 443), event.ProtoTCP)
	took := Level(a, time.Hour, 2*time.Hour, 3*time.Hour, 4*time.Hour, 5*time.Hour)
	a.Emit(500*time.Millisecond, &event.AppActivity{Conn: k, Protocol: "irc", Operation: "join", Attrs: []event.Attr{{Name: "nick", Value: Level(a, "yoko", "taro88", "[JP|10]4417", "bot-4711", "x9k2z7")}, {Name: "channel", Value: "#" + a.Registered()}}})
	a.Talk(k, stage.Flow{App: "irc", Up: 4000, Down: 16_000, Packets: 200, Took: took})
	a.Enough(time.Second)
	a.MarkAt(took)
}

// mine computes for somebody else: openly in the protocol of mining, or quietly by a pool's name in TLS.
func mine(a *Act) {
	pool := stage.Pick(a.Scene, []string{"pool.supportxmr.com", "xmr.nanopool.org", "gulf.moneroocean.stream"})
	if a.Deed.Intensity <= 2 {
		a.Web(stage.Request{Host: pool, TLS: true, Client: "miner", Direct: true, Up: 40_000, Down: 60_000, Took: time.Hour})
		a.Enough(time.Second)
		return
	}
	k := a.Conn(a.Evil(), 3333, event.ProtoTCP)
	a.Emit(500*time.Millisecond, &event.AppActivity{Conn: k, Protocol: "stratum", Operation: "mining.subscribe"})
	a.Talk(k, stage.Flow{App: "stratum", Up: 60_000, Down: 90_000, Packets: 900, Took: 2 * time.Hour})
	a.Enough(time.Second)
}

// knownTool is an attack tool left as it comes: its own certificate.
func knownTool(a *Act) {
	subject := Level(a, "CN=AsyncRAT Server", "CN=Quasar Server CA", "C=Earth, O=cobaltstrike, OU=AdvancedPenTesting, CN=Major Cobalt Strike", "CN=DcRat Server, OU=qwqdanchun", "CN=MetasploitSelfSignedCA")
	r := stage.Request{IP: a.Evil(), TLS: true, Client: "implant" + a.Deed.Machine, Direct: true, NoName: true, Up: 900, Down: 700, Took: time.Second,
		Certificate: &event.Certificate{Subject: subject, Issuer: subject, Serial: "0B", SelfSigned: true}}
	a.Steps(Level(a, 1, 2, 4, 8, 20), func() time.Duration { return a.Around(time.Minute, 0.4) }, func(int) {
		a.Web(r)
		a.Enough(time.Second)
	})
}

// goldenTicket asks for services with a ticket that it made by itself, with a stolen key: in RC4, or without a version.
func goldenTicket(a *Act) {
	tgt := a.TGT(a.Me, "forged "+a.Deed.Machine)
	if a.Deed.Intensity >= 3 {
		tgt.EType = 23
	} else {
		tgt.KVNO = 0
	}
	a.Steps(Level(a, 1, 1, 2, 4, 8), func() time.Duration { return a.Around(5*time.Minute, 0.4) }, func(i int) {
		service := []string{"cifs/AD01", "ldap/AD01", "host/KAIKEI01", "cifs/FILE01"}[i%4]
		a.KDC(a.DC(a.Me), event.Authentication{Message: "TGS-REQ", Service: service, ETypes: stage.Modern, Shown: tgt},
			event.Authentication{Message: "TGS-REP", User: "administrator", Service: service, ETypes: stage.Modern, Success: true, TicketEType: 18})
		a.Enough(time.Second)
	})
}

// stolenTicket shows the ticket of somebody who logged on at another PC half an hour before.
func stolenTicket(a *Act) {
	owner := a.Other()
	there := a.As(owner)
	there.Logon(owner.User)
	a.After(30*time.Minute, func() {
		a.Steps(Level(a, 1, 1, 2, 4, 8), func() time.Duration { return a.Around(5*time.Minute, 0.4) }, func(int) {
			a.KDC(a.DC(a.Me), event.Authentication{Message: "TGS-REQ", Service: "cifs/FILE01", ETypes: stage.Modern, Shown: a.TGT(owner, owner.User)},
				event.Authentication{Message: "TGS-REP", User: owner.User, Service: "cifs/FILE01", ETypes: stage.Modern, Success: true, TicketEType: 18})
			a.Mark()
			a.Enough(time.Second)
		})
	})
}

// insideRelay steers another PC over a connection of its own.
func insideRelay(a *Act) {
	to := a.Other()
	a.Deed.Victim = to.Name
	port := uint16(31_000 + a.Rand.IntN(9000))
	took := Level(a, 3*time.Minute, 10*time.Minute, 30*time.Minute, time.Hour, 3*time.Hour)
	a.Steps(Level(a, 2, 2, 3, 3, 4), func() time.Duration { return took + a.Around(10*time.Minute, 0.4) }, func(int) {
		a.Talk(a.Reach(to, port, event.ProtoTCP), stage.Flow{Up: 90 * uint64(took/time.Second), Down: 60 * uint64(took/time.Second), Packets: 20 + uint64(took/time.Second), Took: took})
		a.MarkAt(took)
	})
}

// dohTunnel hides data in look-ups over HTTPS at a public server (RFC 8484).
func dohTunnel(a *Act) {
	host := stage.Pick(a.Scene, []string{"cloudflare-dns.com", "dns.google", "dns.quad9.net"})
	n := Level(a, 4, 6, 12, 24, 48)
	a.Steps(n, func() time.Duration { return a.Around(4*time.Minute, 0.3) }, func(int) {
		a.Web(stage.Request{Host: host, TLS: true, Client: "doh", Direct: true, Up: Level(a, uint64(320_000), 400_000, 600_000, 2_000_000, 6_000_000), Down: 900_000, Took: 3 * time.Minute})
		a.MarkAt(3 * time.Minute)
	})
}

// winrmTLS operates other PCs by WinRM over TLS.
func winrmTLS(a *Act) {
	a.hop(func(to *stage.Machine) {
		a.Talk(a.Reach(to, 5986, event.ProtoTCP), stage.Flow{Up: a.Size(14_000), Down: a.Size(22_000), Took: 40 * time.Second,
			TLS: &event.TLS{Version: "1.2", Certificate: &event.Certificate{Subject: "CN=" + to.Name, Issuer: "CN=" + to.Name, SelfSigned: true}}})
		a.MarkAt(40 * time.Second)
	})
}

// slowSweep looks for machines to go to with long pauses, below any window of minutes.
func slowSweep(a *Act) {
	n := Level(a, 30, 40, 60, 80, 100)
	gap := Level(a, 12*time.Minute, 10*time.Minute, 6*time.Minute, 4*time.Minute, 3*time.Minute)
	net := a.Me.Net.Prefix.Addr().As4()
	a.Steps(n, func() time.Duration { return a.Around(gap, 0.5) }, func(i int) {
		a.Knock(a.Conn(address(net, i*3), 445, event.ProtoTCP), a.Chance(0.4))
	})
}
