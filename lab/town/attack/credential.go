package attack

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/life"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// spray tries one password for many names at the domain controller.
func spray(a *Act) {
	n := Level(a, 20, 40, 120, 300, 900)
	gap := Level(a, 20*time.Second, 5*time.Second, 500*time.Millisecond, 100*time.Millisecond, 20*time.Millisecond)
	a.Steps(n, func() time.Duration { return a.Around(gap, 0.3) }, func(i int) {
		user := a.PCs[(i*7+3)%len(a.PCs)].User
		if a.Chance(0.3) {
			user = fmt.Sprintf("test%d", i)
		}
		tgt := "krbtgt/" + a.Domain
		code := 24
		if a.Chance(0.3) {
			code = 6
		}
		a.KDC(a.DC(a.Me), event.Authentication{Message: "AS-REQ", User: user, Service: tgt, ETypes: stage.Modern, PreAuth: true},
			event.Authentication{Message: "KRB-ERROR", User: user, Service: tgt, Error: code, ETypes: stage.Modern, PreAuth: true})
	})
}

// guess tries many passwords at one door.
func guess(a *Act, port uint16, app string) {
	to := stage.Pick(a.Scene, []*stage.Machine{a.Servers["kaikei"], a.Servers["gw"], a.Servers["files1"]})
	a.Deed.Victim = to.Name
	n := Level(a, 25, 60, 200, 600, 2000)
	gap := Level(a, 10*time.Second, 5*time.Second, 2*time.Second, 500*time.Millisecond, 100*time.Millisecond)
	a.Steps(n, func() time.Duration { return a.Around(gap, 0.3) }, func(int) {
		a.Talk(a.Reach(to, port, event.ProtoTCP), stage.Flow{App: app, Up: 1250 + a.Rand.Uint64N(40), Down: 1900 + a.Rand.Uint64N(40), Took: 1500 * time.Millisecond})
	})
}

func guessSSH(a *Act) { guess(a, 22, "ssh") }
func guessRDP(a *Act) { guess(a, 3389, "rdp") }

// guessSMB tries names and passwords at a share.
func guessSMB(a *Act) {
	to := a.Servers["files1"]
	a.Deed.Victim = to.Name
	n := Level(a, 25, 60, 200, 600, 2000)
	gap := Level(a, 12*time.Second, 5*time.Second, 2*time.Second, 500*time.Millisecond, 100*time.Millisecond)
	a.Steps(n, func() time.Duration { return a.Around(gap, 0.3) }, func(i int) {
		k := a.Reach(to, 445, event.ProtoTCP)
		user := a.PCs[(i*11+5)%len(a.PCs)].User
		a.Talk(k, stage.Flow{App: "smb", Up: 900, Down: 700, Took: 60 * time.Millisecond})
		a.Emit(20*time.Millisecond, &event.Authentication{Conn: k, Protocol: "ntlm", Message: "NTLM-AUTH", User: user, Domain: "TOWN", Workstation: a.Me.Name, Server: to.Name, Answered: true})
		a.Emit(25*time.Millisecond, &event.SMBActivity{Conn: k, Command: "session_setup", Dialect: "3.1.1", User: `TOWN\` + user, Status: 0xC000006D, Answered: true})
	})
}

// roast collects tickets of services to crack their passwords: in RC4, which is quicker to crack.
func roast(a *Act) {
	n := Level(a, 3, 8, 25, 40, 80)
	gap := Level(a, 2*time.Minute, 20*time.Second, time.Second, 200*time.Millisecond, 20*time.Millisecond)
	a.Steps(n, func() time.Duration { return a.Around(gap, 0.4) }, func(i int) {
		service := fmt.Sprintf("MSSQLSvc/db%02d.town.example:1433", i)
		offers := []int32{23}
		if a.Deed.Intensity <= 2 { // asked for as Windows does it, and given in RC4 for an old account
			offers = stage.Modern
		}
		a.KDC(a.DC(a.Me), event.Authentication{Message: "TGS-REQ", Service: service, ETypes: offers},
			event.Authentication{Message: "TGS-REP", User: a.Me.User, Service: service, ETypes: offers, Success: true, TicketEType: 23})
	})
}

// asrepRoast asks for the tickets of accounts that need no password for it.
func asrepRoast(a *Act) {
	a.Steps(Level(a, 1, 2, 4, 10, 40), func() time.Duration {
		return a.Around(Level(a, time.Minute, 30*time.Second, time.Second, time.Second, 100*time.Millisecond), 0.4)
	}, func(i int) {
		user, tgt := fmt.Sprintf("svc-old%d", i), "krbtgt/"+a.Domain
		a.KDC(a.DC(a.Me), event.Authentication{Message: "AS-REQ", User: user, Service: tgt, ETypes: []int32{23}},
			event.Authentication{Message: "AS-REP", User: user, Service: tgt, ETypes: []int32{23}, Success: true, TicketEType: 23})
	})
}

// overpass logs on with a stolen hash: RC4 alone is offered.
func overpass(a *Act) {
	tgt := "krbtgt/" + a.Domain
	a.Steps(Level(a, 1, 1, 1, 2, 4), func() time.Duration { return a.Around(5*time.Minute, 0.4) }, func(int) {
		a.KDC(a.DC(a.Me), event.Authentication{Message: "AS-REQ", User: life.Admin, Service: tgt, ETypes: []int32{23}, PreAuth: true},
			event.Authentication{Message: "AS-REP", User: life.Admin, Service: tgt, ETypes: []int32{23}, PreAuth: true, Success: true, TicketEType: 23})
		a.Ticket(life.Admin, "cifs/FILE01", 18)
	})
}

// passHash opens the administrative shares of other PCs by NTLM as an administrator who otherwise uses Kerberos.
func passHash(a *Act) {
	a.Steps(Level(a, 1, 2, 3, 8, 20), func() time.Duration {
		return a.Around(Level(a, 20*time.Minute, 10*time.Minute, time.Minute, 20*time.Second, 5*time.Second), 0.4)
	}, func(int) {
		to := a.Other()
		a.Deed.Victim = to.Name
		a.SMBAs(to, "C$", life.Admin, true).List(`Users`).Read(`Users\Public\note.txt`, 900, "text").End()
		a.Enough(time.Second)
	})
}

// passTicket uses a stolen ticket: services are asked for by an address at which its owner never logged on.
func passTicket(a *Act) {
	a.Steps(Level(a, 1, 2, 3, 6, 12), func() time.Duration { return a.Around(3*time.Minute, 0.4) }, func(i int) {
		service := []string{"cifs/FILE01", "cifs/AD01", "host/KAIKEI01", "ldap/AD01"}[i%4]
		a.KDC(a.DC(a.Me), event.Authentication{Message: "TGS-REQ", Service: service, ETypes: stage.Modern},
			event.Authentication{Message: "TGS-REP", User: life.Admin, Service: service, ETypes: stage.Modern, Success: true, TicketEType: 18})
		a.SMBAs(a.Servers["files1"], "C$", life.Admin, false).List(`Users`).End()
	})
}
