package life

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// mail: people fetch and send mail at the town's server, which passes it on to the outside by the relay.
func mail(s *stage.Stage) {
	each(s, "mail", office, func(c *stage.Scene) {
		c.Loop(steady(c, 20*time.Minute, 0.02), func() {
			c.Talk(c.Reach(c.Servers["mail"], 995, event.ProtoTCP), stage.Flow{Up: 700, Down: c.Size(9000), Took: time.Second, TLS: &event.TLS{Version: "1.2", SNI: "mail.town.example", JA3: stage.Fingerprint("mailer")}})
		})
		c.Loop(every(c, 50*time.Minute), func() {
			c.Talk(c.Reach(c.Servers["mail"], 587, event.ProtoTCP), stage.Flow{App: "smtp", Up: c.Size(60_000), Down: 900, Took: 2 * time.Second})
			relay := c.As(c.Servers["relay"])
			host := fmt.Sprintf("mx%d.%s.example.jp", c.Rand.IntN(3), stage.Pick(c, words))
			c.After(5*time.Second, func() {
				relay.Talk(relay.Conn(relay.Lookup(host), 25, event.ProtoTCP), stage.Flow{App: "smtp", Up: c.Size(60_000), Down: 900, Took: 4 * time.Second})
			})
		})
	})
}

// printing: documents go to the print server, and its status is asked for.
func printing(s *stage.Stage) {
	each(s, "print", office, func(c *stage.Scene) {
		c.Loop(every(c, 80*time.Minute), func() {
			x := c.SMB(c.Servers["print"], "IPC$")
			x.Pipe("spoolss").Call("spoolss", "OpenPrinterEx", 69).Call("spoolss", "GetPrinter", 8).Call("spoolss", "StartDocPrinter", 17).Call("spoolss", "WritePrinter", 19)
			x.Call("spoolss", "EndDocPrinter", 23).Call("spoolss", "ClosePrinter", 29).End()
		})
	})
}

// clock: the domain controllers tell the time.
func clock(s *stage.Stage) {
	each(s, "clock", member, func(c *stage.Scene) {
		c.Loop(steady(c, 68*time.Minute, 0), func() {
			c.Talk(c.Reach(c.DC(c.Me), 123, event.ProtoUDP), stage.Flow{App: "ntp", Up: 68, Down: 68, Took: time.Millisecond})
		})
	})
}

// groupware: the page with the calendar looks for news by itself every five minutes.
func groupware(s *stage.Stage) {
	each(s, "groupware", office, func(c *stage.Scene) {
		c.Loop(steady(c, 5*time.Minute, 0.001), func() {
			k := c.Reach(c.Servers["gw"], 80, event.ProtoTCP)
			c.Talk(k, stage.Flow{App: "http", Up: 900, Down: 700, Took: 200 * time.Millisecond})
			c.Emit(20*time.Millisecond, &event.HTTPActivity{Conn: k, Method: "GET", Host: "groupware.town.example", URI: "/ajax/news", UserAgent: stage.Browser, Version: "1.1", Status: 200, ResponseLen: 300, ResponseType: "application/json", Depth: 1})
		})
	})
}

// updates: PCs ask the town's update server once in a few hours, and fetch on the second Wednesday.
func updates(s *stage.Stage) {
	each(s, "updates", office, func(c *stage.Scene) {
		c.Loop(steady(c, 4*time.Hour, 0.3), func() {
			k := c.Reach(c.Servers["wsus"], 8530, event.ProtoTCP)
			down := uint64(20_000)
			if l := c.Now().In(stage.JST); l.Weekday() == time.Wednesday && l.Day() >= 8 && l.Day() <= 14 {
				down = c.Size(300_000_000)
			}
			c.Talk(k, stage.Flow{App: "http", Up: 30_000, Down: down, Took: 20 * time.Second})
			c.Emit(time.Second, &event.HTTPActivity{Conn: k, Method: "POST", Host: "wsus01:8530", URI: "/ClientWebService/client.asmx", UserAgent: stage.Updater, Version: "1.1", Status: 200, RequestLen: 3000, RequestType: "text/xml", ResponseLen: 9000, ResponseType: "text/xml", Depth: 1})
		})
	})
}

// antivirus: patterns from the town's server, and the reputation of files by names with hashes in them.
func antivirus(s *stage.Stage) {
	each(s, "antivirus", anyPC, func(c *stage.Scene) {
		if c.Me.Zone == "internet" {
			c.Loop(steady(c, time.Hour, 0.1), func() {
				k := c.Reach(c.Servers["av"], 8080, event.ProtoTCP)
				c.Talk(k, stage.Flow{App: "http", Up: 500, Down: c.Size(70_000), Took: time.Second})
				c.Emit(50*time.Millisecond, &event.HTTPActivity{Conn: k, Method: "GET", Host: "av01:8080", URI: "/officescan/download/pattern.zip", UserAgent: "TMUFE", Version: "1.1", Status: 200, ResponseLen: 70_000, Depth: 1})
			})
		}
		if !online(c.Me) || c.Me.Index%3 > 0 {
			return
		}
		c.Loop(every(c, 10*time.Minute), func() { // RFC 5782, and vendors' own services of that kind
			c.Ask(fmt.Sprintf("%016x%016x.%d.m.avqs.example-av.com", c.Rand.Uint64(), c.Rand.Uint64(), c.Rand.IntN(10)), "A", "NOERROR", event.DNSAnswer{Type: "A", TTL: 300, Data: "127.0.0.2"})
		})
	})
	m := s.Servers["relay"]
	c := s.Scene(m, "dnsbl")
	c.Loop(every(c, 40*time.Second), func() { // is the sender of this mail known as a spammer?
		c.Ask(fmt.Sprintf("%d.%d.%d.%d.zen.example-dnsbl.org", c.Rand.IntN(255), c.Rand.IntN(255), c.Rand.IntN(255), c.Rand.IntN(223)), "A", "NXDOMAIN")
	})
}

// names: suffix search, WPAD, short names by LLMNR, and names that no longer exist.
func names(s *stage.Stage) {
	each(s, "names", member, func(c *stage.Scene) {
		c.Loop(every(c, 30*time.Minute), func() {
			c.Ask("wpad.town.example", "A", "NXDOMAIN")
			if c.Chance(0.3) {
				c.Ask(stage.Pick(c, []string{"fs-old", "printer3f", "kyu-server", "nas2"})+".town.example", "A", "NXDOMAIN")
			}
			k := c.Conn(c.Me.Net.Gateway, 5355, event.ProtoUDP)
			k.Dst.IP = multicast
			c.Emit(0, &event.DNSActivity{Conn: k, Activity: event.DNSQuery, Service: "llmnr", Query: "wpad", Type: "A", Bytes: 22})
		})
	})
}

// netbios: every third PC still speaks the old name service: it registers its name when it is switched on, and asks around
// for names that only a server of the segment, or nobody, answers to (RFC 1002).
func netbios(s *stage.Stage) {
	each(s, "netbios", func(m *stage.Machine) bool { return office(m) && m.Index%3 == 0 && !m.Far && m.Net.NAT == nil }, func(c *stage.Scene) {
		say := func(d time.Duration, k event.Conn, e event.DNSActivity) {
			e.Query = strings.ToLower(e.Query) // as the sensor tells names
			e.Conn, e.Service, e.Type, e.TxID, e.Bytes = k, "nbns", "NB", k.Src.Port, 50
			c.Emit(d, &e)
		}
		around := func() event.Conn {
			k := c.Conn(lastOf(c.Me.Net.Prefix), 137, event.ProtoUDP)
			k.Dst.MAC = event.MAC{255, 255, 255, 255, 255, 255}
			return k
		}
		c.Morning(minutes(c, 2), func() {
			say(0, around(), event.DNSActivity{Activity: event.DNSQuery, Op: "registration", Query: c.Me.Name, Answers: []event.DNSAnswer{{Name: c.Me.Name, Type: "NB", TTL: 300_000, Data: c.Me.IP.String()}}})
		})
		c.Loop(every(c, 50*time.Minute), func() {
			if c.Chance(0.6) {
				say(0, around(), event.DNSActivity{Activity: event.DNSQuery, Query: stage.Pick(c, []string{"WPAD", "FS-OLD", "KYU-SERVER", "TOWN"})})
				return
			}
			to := stage.Pick(c, []*stage.Machine{s.Servers["files1"], s.Servers["files2"], s.Servers["print"], s.Servers["nas"]})
			k := c.Reach(to, 137, event.ProtoUDP)
			say(0, k, event.DNSActivity{Activity: event.DNSQuery, Query: to.Name})
			say(2*time.Millisecond, k, event.DNSActivity{Activity: event.DNSResponse, RCode: "NOERROR", Query: to.Name, Answers: []event.DNSAnswer{{Name: to.Name, Type: "NB", TTL: 300_000, Data: to.IP.String()}}})
		})
	})
}

// lastOf is the broadcast address of a segment of IPv4.
func lastOf(p netip.Prefix) netip.Addr {
	a := p.Addr().As4()
	for i := p.Bits(); i < 32; i++ {
		a[i/8] |= 1 << (7 - i%8)
	}
	return netip.AddrFrom4(a)
}
