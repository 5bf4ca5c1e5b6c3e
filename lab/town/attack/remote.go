package attack

import (
	"time"

	"github.com/yagura-project/yagura/lab/town/life"
)

// psexec copies a program to another PC and runs it as a service; a louder one goes to several.
func psexec(a *Act) {
	a.Steps(Level(a, 1, 1, 1, 3, 8), func() time.Duration { return a.Around(2*time.Minute, 0.5) }, func(int) {
		to := a.Other()
		a.Deed.Victim = to.Name
		life.Install(a.Scene, to, "svchelper.exe", life.Admin)
		a.Enough(2 * time.Second)
	})
}

// dcsync asks a domain controller for the keys of everybody.
func dcsync(a *Act) {
	dc := a.DC(a.Me)
	a.Deed.Victim = dc.Name
	a.Steps(Level(a, 1, 1, 1, 20, 400), func() time.Duration { return time.Second }, func(int) {
		a.RPC(dc, 49671).Call("drsuapi", "DRSBind", 0).Call("drsuapi", "DRSCrackNames", 12).Call("drsuapi", "DRSGetNCChanges", 3).End()
		a.Enough(100 * time.Millisecond)
	})
}
