package life

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// nas: some departments keep an old storage box that knows no Kerberos; it is reached by its address.
func nas(s *stage.Stage) {
	each(s, "nas", func(m *stage.Machine) bool { return office(m) && m.Index%25 == 4 }, func(c *stage.Scene) {
		c.Loop(every(c, 2*time.Hour), func() {
			x := c.SMBAs(s.Servers["nas"], "share", c.Me.User, true)
			x.List("写真").Read(`写真\2025\unit.jpg`, c.Size(2_000_000), "jpeg")
			if c.Chance(0.4) {
				x.Write(fmt.Sprintf(`写真\2026\P%05d.jpg`, c.Rand.IntN(99_999)), c.Size(2_500_000), "jpeg")
			}
			x.End()
		})
	})
}

// copiers scan paper and put it into a folder of the file server, under an account of their own, by NTLM.
func copiers(s *stage.Stage) {
	for _, key := range []string{"mfp1", "mfp2"} {
		c := s.Scene(s.Servers[key], "copier")
		c.Loop(every(c, 25*time.Minute), func() {
			if l := c.Now().In(stage.JST); stage.WorkDay(c.Now()) && l.Hour() >= 8 && l.Hour() < 19 {
				c.SMBAs(s.Servers["files1"], "scan", "svc-scan", true).Write(fmt.Sprintf(`複合機\SCAN%06d.pdf`, c.Rand.IntN(999_999)), c.Size(900_000), "pdf").End()
			}
		})
		c.Loop(steady(c, 6*time.Hour, 0.1), func() {
			c.Web(stage.Request{Host: "meter.example-copier.co.jp", TLS: true, Client: "copier", Up: 3000, Down: 900})
		})
	}
}

// noon: a tenth of the PCs saves its folders to the backup server when people are at lunch.
func noon(s *stage.Stage) {
	each(s, "noon", func(m *stage.Machine) bool { return office(m) && m.Index%10 == 6 }, func(c *stage.Scene) {
		c.Daily(func(on, _ time.Time) time.Time { return stage.Midnight(on).Add(12*time.Hour + c.Part(30*time.Minute)) }, func() {
			x := c.SMB(s.Servers["backup"], "pc")
			x.Pace = 100 * time.Millisecond
			for i := range 15 + c.Rand.IntN(25) {
				x.Write(fmt.Sprintf(`%s\delta%03d.bkf`, c.Me.Name, i), c.Size(4_000_000), "")
			}
			x.End()
		})
	})
}

// helpdesk: two people of the IT section look after servers from their own PCs, every day, without being registered as administrators.
func helpdesk(s *stage.Stage) {
	each(s, "helpdesk", func(m *stage.Machine) bool { return m == s.PCs[0] || m == s.PCs[min(1, len(s.PCs)-1)] }, func(c *stage.Scene) {
		c.Loop(every(c, 3*time.Hour), func() {
			Desktop(c, s.Servers[stage.Pick(c, []string{"files1", "kaikei", "gw"})], c.Around(20*time.Minute, 0.7))
		})
		c.Loop(every(c, 8*time.Hour), func() {
			c.SMB(s.Servers["files2"], "D$").List("log").Read(`log\access.log`, 300_000, "text").End()
		})
	})
}

// Admin is the account with which the administrators work, from their own machine and by Kerberos.
const Admin = "adm-yamada"

// rounds: the administrator's account logs on each morning, and reads logs on PCs during the day.
func rounds(s *stage.Stage) {
	c := s.Scene(s.Servers["admin"], "rounds")
	c.Loop(every(c, 2*time.Hour), func() {
		l := c.Now().In(stage.JST)
		if !stage.WorkDay(c.Now()) || l.Hour() < 8 || l.Hour() >= 19 {
			return
		}
		c.Logon(Admin)
		m := stage.Pick(c, s.PCs)
		if m.Zone != "internet" || m.Net.NAT != nil || !s.On(m) {
			return
		}
		c.Ticket(Admin, "cifs/"+m.Name, 18)
		c.After(time.Second, func() {
			c.SMBAs(m, "C$", Admin, false).List("Windows").Read(`Windows\setuperr.log`, 40_000, "text").End()
		})
	})
}

// twins: now and then somebody gives a machine an address by hand that another one has; minutes later it is put right.
func twins(s *stage.Stage) {
	each(s, "twins", func(m *stage.Machine) bool { return office(m) && !m.Far && m.Index%60 == 5 }, func(c *stage.Scene) {
		c.Loop(every(c, 60*time.Hour), func() {
			other := stage.Pick(c, s.PCs)
			if other.Net != c.Me.Net || other == c.Me || !s.On(other) {
				return
			}
			own := c.Me.IP
			say := func() {
				k := event.Conn{Proto: event.ProtoARP, Src: event.Endpoint{IP: c.Me.IP, MAC: c.Me.MAC}}
				c.Emit(0, &event.NetworkActivity{Conn: k, Activity: event.FlowTraffic, App: "arp", ARP: &event.ARP{Op: 1, SenderIP: c.Me.IP, Sender: c.Me.MAC, TargetIP: c.Me.Net.Gateway}})
			}
			c.Me.IP = other.IP
			say()
			c.Web(stage.Request{Host: "www.google.com", TLS: true, Up: 900, Down: 20_000})
			c.Me.IP = own
			c.After(c.Around(4*time.Minute, 0.5), say)
		})
	})
}
