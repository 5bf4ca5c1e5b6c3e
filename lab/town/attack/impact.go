package attack

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/life"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// ransom encrypts the documents of a share: read, written over with noise, and renamed; a note in each folder.
func ransom(a *Act) {
	to := a.Files(a.Me)
	a.Deed.Victim = to.Name
	n := Level(a, 60, 120, 400, 1200, 4000)
	pace := Level(a, 400*time.Millisecond, 150*time.Millisecond, 40*time.Millisecond, 15*time.Millisecond, 5*time.Millisecond)
	ext := fmt.Sprintf(".%06x", a.Rand.IntN(1<<24))
	x := a.SMB(to, "kyoyu")
	x.Pace = pace
	for i := range n {
		folder := fmt.Sprintf(`%s\%02d`, a.Me.Net.Name, i/15)
		path := fmt.Sprintf(`%s\文書%04d.docx`, folder, i)
		if i%15 == 0 {
			x.List(folder).Write(folder+`\HOW_TO_RECOVER.txt`, 1400, "text")
		}
		x.Read(path, a.Size(90_000), "zip").Write(path, a.Size(90_000), "").Rename(path, path+ext)
	}
	a.Enough(30 * 6 * pace)
	a.MarkAt(x.End())
}

// wipeLogs clears the event logs of another machine, so that nobody sees what was done.
func wipeLogs(a *Act) {
	a.hop(func(to *stage.Machine) {
		a.SMBAs(to, "IPC$", life.Admin, false).Pipe("eventlog").Call("eventlog", "ElfrOpenELW", 7, "log", "Security").Call("eventlog", "ElfrClearELFW", 0).End()
		a.Enough(100 * time.Millisecond)
	})
}

// zoneBreach: a PC of the My Number network reaches for the internet, as when somebody plugs it in elsewhere, or for the office network.
func zoneBreach(a *Act) {
	a.Steps(Level(a, 1, 2, 6, 30, 200), func() time.Duration { return a.Around(5*time.Minute, 0.5) }, func(i int) {
		if i%2 == 0 {
			a.Talk(a.Reach(a.Servers["files1"], 445, event.ProtoTCP), stage.Flow{App: "smb", Up: 5000, Down: 9000, Took: 2 * time.Second})
		} else {
			a.Web(stage.Request{Host: "www.example-search.jp", TLS: true, Direct: true, IP: a.Site("www.example-search.jp"), Up: 900, Down: 9000})
		}
		a.Enough(0)
	})
}

// attackWeb tries the weaknesses of a web application of the town from within.
func attackWeb(a *Act) {
	to := stage.Pick(a.Scene, []*stage.Machine{a.Servers["gw"], a.Servers["kaikei"]})
	a.Deed.Victim = to.Name
	tries := []string{"/login.php?user=admin'%20or%20'1'%3d'1", "/view?file=../../../../etc/passwd", "/search?q=%3Cscript%3Ealert(1)%3C/script%3E", "/item?id=1%20union%20select%201,2,user()--", "/cgi-bin/x?c=;cat%20/etc/passwd"}
	a.Steps(Level(a, 1, 3, 20, 100, 500), func() time.Duration {
		return a.Around(Level(a, time.Minute, 30*time.Second, 5*time.Second, time.Second, 100*time.Millisecond), 0.5)
	}, func(i int) {
		k := a.Reach(to, 80, event.ProtoTCP)
		a.Talk(k, stage.Flow{App: "http", Up: 500, Down: 2000, Took: 200 * time.Millisecond})
		a.Emit(20*time.Millisecond, &event.HTTPActivity{Conn: k, Method: "GET", Host: to.Name, URI: tries[(i+a.Deed.Intensity)%len(tries)], UserAgent: stage.Browser, Version: "1.1", Status: 200, ResponseLen: 1500, ResponseType: "text/html", Depth: 1})
	})
}
