package life

import (
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// Install copies a program to the administrative share of a machine and runs it as a service, as PsExec does.
func Install(c *stage.Scene, to *stage.Machine, program, user string) {
	x := c.SMBAs(to, "ADMIN$", user, false)
	x.Write(program, 380_000, "exe")
	x.Wait(time.Second).Pipe("svcctl").Call("svcctl", "OpenSCManagerW", 15).Call("svcctl", "CreateServiceW", 12, "service", program[:len(program)-4], "binpath", `%SystemRoot%\`+program)
	x.Call("svcctl", "StartServiceW", 19).Wait(time.Second).Pipe(program[:len(program)-4]+"-stdin").Wait(5*time.Second).Call("svcctl", "DeleteService", 2).End()
}

// Shell sends commands by WS-Management.
func Shell(c *stage.Scene, to *stage.Machine, commands int) {
	for i := range commands {
		c.After(time.Duration(i)*2*time.Second, func() {
			k := c.Reach(to, 5985, event.ProtoTCP)
			c.Talk(k, stage.Flow{App: "http", Up: 3500, Down: 4000, Took: time.Second})
			c.Emit(30*time.Millisecond, &event.HTTPActivity{Conn: k, Method: "POST", Host: to.Name + ":5985", URI: "/wsman", UserAgent: "Microsoft WinRM Client", Version: "1.1", Status: 200, RequestLen: 3000, RequestType: "application/soap+xml", ResponseLen: 3500, Depth: 1,
				Fields: "Authorization: Kerberos YIIGhgYJKoZIhvcSAQICAQBuggZ1MIIGcaADAgEFoQMCAQ6i\r\n"})
		})
	}
}

// Desktop is a session of RDP.
func Desktop(c *stage.Scene, to *stage.Machine, took time.Duration) {
	k := c.Reach(to, 3389, event.ProtoTCP)
	minutes := uint64(took/time.Minute) + 1
	c.Emit(time.Millisecond, &event.RDPActivity{Conn: k, Step: event.RDPRequest, Cookie: c.Me.User, Requested: 3})
	c.Emit(3*time.Millisecond, &event.RDPActivity{Conn: k, Step: event.RDPResponse, Cookie: c.Me.User, Requested: 3, Selected: 2, Answered: true})
	c.Talk(k, stage.Flow{App: "rdp", Up: 60_000 * minutes, Down: 900_000 * minutes, Took: took})
}
