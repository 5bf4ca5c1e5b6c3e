package life

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/stage"
)

var multicast = netip.MustParseAddr("224.0.0.252")

// backup: at night each server, and at noon some PCs, are read in full by the backup server.
func backup(s *stage.Stage) {
	for i, key := range []string{"files1", "files2", "mail", "dc1", "kaikei", "gw"} {
		c := s.Scene(s.Servers["backup"], "backup "+key)
		c.Daily(func(on, _ time.Time) time.Time { return on.Add(time.Hour + time.Duration(i)*20*time.Minute) }, func() {
			x := c.SMBAs(s.Servers[key], "D$", "svc-backup", false)
			x.Pace = time.Second
			for n := range 60 {
				x.Read(fmt.Sprintf(`data\volume%03d.bin`, n), 900_000_000, "")
			}
			x.End()
		})
	}
}

// monitor: the monitoring server pings everything every five minutes, reads counters by SNMP, and looks into servers by WMI.
func monitor(s *stage.Stage) {
	c := s.Scene(s.Servers["monitor"], "monitor")
	c.Loop(steady(c, 15*time.Minute, 0), func() {
		for i, m := range s.Machines {
			if !m.Server && i%4 > 0 || m.Net.NAT != nil {
				continue
			}
			c.After(time.Duration(i)*50*time.Millisecond, func() {
				k := c.Reach(m, 0, event.ProtoICMP)
				k.Src.Port = 8 << 8
				down := uint64(32)
				if !s.On(m) {
					down = 0
				}
				c.Talk(k, stage.Flow{Up: 32, Down: down, Took: 20 * time.Millisecond})
			})
		}
	})
	c.Loop(steady(c, 5*time.Minute, 0), func() {
		for _, n := range s.Nets {
			c.Talk(c.Conn(n.Gateway, 161, event.ProtoUDP), stage.Flow{App: "snmp", Up: 90, Down: 140, Took: 5 * time.Millisecond})
		}
	})
	c.Loop(steady(c, 10*time.Minute, 0), func() {
		for _, key := range []string{"dc1", "dc2", "files1", "files2", "kaikei"} {
			x := c.RPC(s.Servers[key], 49700)
			x.Call("IWbemLevel1Login", "NTLMLogin", 6).Call("IWbemServices", "ExecQuery", 20).End()
		}
	})
}

// scanner: once a week at night the vulnerability scanner tries ports of all servers, and web attacks on the town's own site.
func scanner(s *stage.Stage) {
	c := s.Scene(s.Servers["scanner"], "scanner")
	c.Daily(func(on, _ time.Time) time.Time { return on.Add(21 * time.Hour) }, func() {
		if c.Now().In(stage.JST).Weekday() != time.Tuesday {
			return
		}
		for _, m := range s.Machines {
			if !m.Server {
				continue
			}
			for i := range 120 {
				c.After(time.Duration(m.Index)*90*time.Second+time.Duration(i)*300*time.Millisecond, func() { c.Knock(c.Reach(m, uint16(1+i*9), event.ProtoTCP), true) })
			}
		}
		for i, uri := range []string{"/?id=1'%20or%20'1'='1", "/../../etc/passwd", "/?q=<script>alert(1)</script>"} {
			c.After(time.Duration(i)*time.Minute, func() {
				k := c.Reach(s.Servers["web"], 80, event.ProtoTCP)
				c.Talk(k, stage.Flow{App: "http", Up: 400, Down: 500, Took: time.Second})
				c.Emit(50*time.Millisecond, &event.HTTPActivity{Conn: k, Method: "GET", Host: "www.town.example", URI: uri, UserAgent: "Mozilla/5.0 Nessus", Status: 404, Depth: 1})
			})
		}
	})
}

// admin: the administrators install software by PsExec, look after PCs by WinRM and RDP, and after servers all day.
func admin(s *stage.Stage) {
	c := s.Scene(s.Servers["admin"], "admin")
	working := func(do func()) func() {
		return func() {
			if l := c.Now().In(stage.JST); stage.WorkDay(c.Now()) && l.Hour() >= 9 && l.Hour() < 19 {
				do()
			}
		}
	}
	somebody := func() *stage.Machine {
		for range 50 {
			if m := stage.Pick(c, s.PCs); m.Zone == "internet" && m.Net.NAT == nil && s.On(m) {
				return m
			}
		}
		return s.Servers["gw"]
	}
	c.Loop(every(c, 50*time.Minute), working(func() { Install(c, somebody(), "PSEXESVC.exe", Admin) }))
	c.Loop(every(c, 35*time.Minute), working(func() { Shell(c, somebody(), 6) }))
	c.Loop(every(c, 25*time.Minute), working(func() { Desktop(c, somebody(), c.Around(10*time.Minute, 0.8)) }))
	c.Loop(every(c, time.Hour), working(func() {
		x := c.RPC(somebody(), 49702)
		x.Call("IWbemLevel1Login", "NTLMLogin", 6).Call("IWbemServices", "ExecMethod", 24).End()
	}))
	c.Loop(every(c, 3*time.Hour), working(func() { c.Directory(s.Servers["dc1"], "(objectClass=user)", 700, "sAMAccountName", "lastLogon") }))
	for _, pair := range [][2]string{{"dc1", "dc2"}, {"dc2", "dc1"}} { // the controllers copy the directory to each other
		d := s.Scene(s.Servers[pair[0]], "replication")
		d.Loop(steady(d, 15*time.Minute, 0.2), func() {
			d.RPC(s.Servers[pair[1]], 49671).Call("drsuapi", "DRSBind", 0).Call("drsuapi", "DRSGetNCChanges", 3).End()
		})
	}
}

// servers: their own calls outside (updates, licences, patterns), on and off at night too.
func servers(s *stage.Stage) {
	for _, key := range []string{"wsus", "av", "mail", "gw", "kaikei", "backup"} {
		c := s.Scene(s.Servers[key], "servers")
		host := map[string]string{"wsus": "sls.update.microsoft.com", "av": "iaus.example-av.com", "mail": "rules.example-antispam.jp", "gw": "license.example-groupware.co.jp", "kaikei": "support.example-kaikei.jp", "backup": "cloud.example-backup.com"}[key]
		c.Loop(steady(c, 30*time.Minute, 0.05), func() {
			c.Web(stage.Request{Host: host, TLS: true, Client: key, Up: c.Size(2000), Down: c.Size(9000), Known: c.Chance(0.5)})
		})
	}
}
