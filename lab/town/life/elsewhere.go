package life

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// cloud: the public relations staff put films and maps into a cloud store, some of them large; others use it now and then.
func cloud(s *stage.Stage) {
	each(s, "cloud", func(m *stage.Machine) bool { return online(m) && m.Index%40 == 3 }, func(c *stage.Scene) {
		c.Loop(every(c, 5*time.Hour), func() {
			c.Web(stage.Request{Host: "upload.example-storage.com", TLS: true, Agent: stage.Browser, Up: c.Size(150_000_000), Down: 40_000, Took: c.Around(4*time.Minute, 0.5)})
		})
	})
	each(s, "meeting", func(m *stage.Machine) bool { return online(m) && m.Index%6 == 1 }, func(c *stage.Scene) { // 会議
		c.Loop(every(c, 9*time.Hour), func() {
			c.Web(stage.Request{Host: fmt.Sprintf("mmr%d.zoom.us", c.Rand.IntN(40)), TLS: true, Client: "zoom", Up: 180_000_000, Down: 400_000_000, Took: c.Around(time.Hour, 0.4)})
		})
	})
}

// retry: a program whose server was taken away tries again and again; another asks for a name that is gone.
func retry(s *stage.Stage) {
	each(s, "retry", func(m *stage.Machine) bool { return office(m) && m.Index%70 == 11 }, func(c *stage.Scene) {
		gone := c.Servers["files1"].Net.Prefix.Addr().Next().Next() // an address of the server room that nobody has any more
		c.Loop(every(c, 3*time.Hour), func() {
			for i := range 30 + c.Rand.IntN(100) {
				c.After(time.Duration(i)*3*time.Second, func() { c.Knock(c.Conn(gone, 1433, event.ProtoTCP), false) })
			}
		})
		c.Loop(every(c, 4*time.Hour), func() {
			for i := range 40 {
				c.After(time.Duration(i)*5*time.Second, func() { c.Ask("lic.kyu-system.example", "A", "NXDOMAIN") })
			}
		})
	})
}

// zones: what happens in the networks without the internet, and the few communications (特定通信) between them.
func zones(s *stage.Stage) {
	each(s, "lgwan", func(m *stage.Machine) bool { return m.Zone == "lgwan" }, func(c *stage.Scene) {
		c.Loop(every(c, 20*time.Minute), func() {
			k := c.Reach(s.Servers["lgw"], 443, event.ProtoTCP)
			c.Talk(k, stage.Flow{Up: c.Size(4000), Down: c.Size(60_000), Took: 3 * time.Second, TLS: &event.TLS{Version: "1.2", SNI: "asp.example.lgwan.jp", JA3: stage.Fingerprint("browser")}})
		})
	})
	each(s, "mynumber", func(m *stage.Machine) bool { return m.Zone == "mynumber" }, func(c *stage.Scene) {
		c.Loop(every(c, 4*time.Minute), func() {
			c.Talk(c.Reach(s.Servers["kikan"], 1521, event.ProtoTCP), stage.Flow{Up: c.Size(2000), Down: c.Size(9000), Took: 2 * time.Second})
		})
	})
	b := s.Scene(s.Servers["bridge"], "bridge")
	b.Loop(steady(b, 10*time.Minute, 0), func() { // 基幹系と LGWAN 系の連携
		b.Talk(b.Reach(s.Servers["lgw"], 8443, event.ProtoTCP), stage.Flow{Up: 20_000, Down: 3000, Took: time.Second, TLS: &event.TLS{Version: "1.2", SNI: "renkei.town.example", JA3: stage.Fingerprint("bridge")}})
	})
}

// school: films, search and learning services, straight to the internet and in bursts when a lesson begins.
func school(s *stage.Stage) {
	each(s, "school", func(m *stage.Machine) bool { return m.Zone == "school" }, func(c *stage.Scene) {
		c.Loop(steady(c, 50*time.Minute, 0.05), func() {
			for range 4 {
				host := stage.Pick(c, []string{"classroom.google.com", "www.youtube.com", "drill.example-school.jp", "kids.yahoo.co.jp", "www.nhk.or.jp", "meet.google.com"})
				c.Web(stage.Request{Host: host, TLS: true, Up: c.Size(20_000), Down: c.Size(3_000_000), Took: c.Part(5 * time.Minute), Known: c.Chance(0.3)})
			}
		})
	})
}

// visitors: the town's web site is read from everywhere, and knocked at by those who scan the whole internet.
func visitors(s *stage.Stage) {
	web := s.Servers["web"]
	c := s.Scene(web, "visitors")
	from := func() *stage.Scene {
		out := *web
		out.IP, out.Net = s.Site(fmt.Sprintf("visitor%d.example", c.Rand.IntN(50_000))), &stage.Net{}
		out.MAC = stage.Router()
		return c.As(&out)
	}
	c.Loop(every(c, 20*time.Second), func() {
		v := from()
		k := v.Reach(web, 443, event.ProtoTCP)
		v.Talk(k, stage.Flow{Up: 2000, Down: c.Size(90_000), Took: 3 * time.Second, TLS: &event.TLS{Version: "1.3", SNI: "www.town.example", JA3: stage.Fingerprint("browser")}})
	})
	c.Loop(every(c, 4*time.Minute), func() {
		v := from()
		v.Knock(v.Reach(web, stage.Pick(c, []uint16{22, 23, 3389, 445, 8080, 5900, 1433}), event.ProtoTCP), false)
	})
}

// support: a tool with which the makers of the accounting system look at its PCs, with the town's consent.
func support(s *stage.Stage) {
	each(s, "support", func(m *stage.Machine) bool { return office(m) && m.Index%300 == 17 }, func(c *stage.Scene) {
		c.Loop(every(c, 30*time.Hour), func() {
			c.Web(stage.Request{Host: "router7.teamviewer.com", TLS: true, Client: "teamviewer", Direct: true, Up: 900_000, Down: 400_000, Took: 25 * time.Minute})
		})
	})
}

// move: on the first working day of April one in six changes department and takes the PC along.
func move(s *stage.Stage) {
	each(s, "move", func(m *stage.Machine) bool { return office(m) && m.Net.NAT == nil }, func(c *stage.Scene) {
		var day func()
		day = func() {
			if l := c.Now().In(stage.JST); l.Month() == time.April && l.Day() <= 3 && stage.WorkDay(c.Now()) && first(c.Now()) && c.Chance(0.16) {
				c.Move(c.Me, stage.Pick(c, offices(s)))
			}
			c.At(stage.Midnight(c.Now().Add(26*time.Hour)).Add(5*time.Hour), day)
		}
		c.At(stage.Midnight(c.Now()).Add(5*time.Hour), day)
	})
}

// first reports whether no earlier day of the month was a working day.
func first(t time.Time) bool {
	for d := t.AddDate(0, 0, -1); d.In(stage.JST).Month() == t.In(stage.JST).Month(); d = d.AddDate(0, 0, -1) {
		if stage.WorkDay(d) {
			return false
		}
	}
	return true
}

func offices(s *stage.Stage) (out []*stage.Net) {
	for _, n := range s.Nets {
		if n.Zone == "internet" && n.NAT == nil && n.Prefix.Addr().As4()[2] > 0 {
			out = append(out, n)
		}
	}
	return out
}
