package attack

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/life"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// hop does something to one other PC after another; quieter ones do it once.
func (a *Act) hop(do func(to *stage.Machine)) {
	a.Steps(Level(a, 1, 1, 2, 4, 10), func() time.Duration {
		return a.Around(Level(a, time.Hour, 30*time.Minute, 5*time.Minute, time.Minute, 10*time.Second), 0.5)
	}, func(int) {
		to := a.Other()
		a.Deed.Victim = to.Name
		do(to)
	})
}

// smbexec makes a service that is nothing but a command line.
func smbexec(a *Act) {
	a.hop(func(to *stage.Machine) {
		x := a.SMBAs(to, "IPC$", life.Admin, true).Pipe("svcctl").Call("svcctl", "OpenSCManagerW", 15)
		x.Call("svcctl", "CreateServiceW", 12, "service", "BTOBTO", "binpath", `%COMSPEC% /Q /c echo whoami ^> \\127.0.0.1\C$\__output 2^>^&1 > %TEMP%\execute.bat`)
		x.Call("svcctl", "StartServiceW", 19).Call("svcctl", "DeleteService", 2).End()
		a.Enough(200 * time.Millisecond)
	})
}

// wmi starts a process by WMI; the calls are encrypted.
func wmi(a *Act) {
	a.hop(func(to *stage.Machine) {
		a.RPC(to, 135).Call("IRemoteSCMActivator", "RemoteCreateInstance", 4, "clsid", "8bc3f05e-d86b-11d0-a075-00c04fb68820").End()
		a.RPC(to, 49701).Call("IWbemLevel1Login", "NTLMLogin", 6).Call("IWbemServices", "GetObject", 6).Call("IWbemServices", "ExecMethod", 24).End()
		a.Enough(200 * time.Millisecond)
	})
}

// schtask registers a task on another PC and runs it.
func schtask(a *Act) {
	a.hop(func(to *stage.Machine) {
		a.SMBAs(to, "IPC$", life.Admin, false).Pipe("atsvc").Call("ITaskSchedulerService", "SchRpcRegisterTask", 1, "task", `\upd`, "command", "cmd.exe /c a.bat").Call("ITaskSchedulerService", "SchRpcRun", 12).Call("ITaskSchedulerService", "SchRpcDelete", 13).End()
		a.Enough(200 * time.Millisecond)
	})
}

// dcom starts a part of Windows or Office from afar that runs commands.
func dcom(a *Act) {
	clsid := stage.Pick(a.Scene, []string{"49b2791a-b1ae-4c90-9b8e-e860ba07f889", "9ba05972-f6a8-11cf-a442-00a0c90a8f39", "c08afd90-f2a1-11d1-8455-00a0c91f3880"})
	a.hop(func(to *stage.Machine) {
		a.RPC(to, 135).Call("IRemoteSCMActivator", "RemoteCreateInstance", 4, "clsid", clsid).End()
		a.RPC(to, 49703).Call("IDispatch", "GetIDsOfNames", 5).Call("IDispatch", "Invoke", 6).End()
		a.Enough(200 * time.Millisecond)
	})
}

func winrm(a *Act) {
	a.hop(func(to *stage.Machine) {
		life.Shell(a.Scene, to, 6)
		a.Enough(10 * time.Second)
	})
}

func rdp(a *Act) {
	a.hop(func(to *stage.Machine) {
		took := a.Around(12*time.Minute, 0.6)
		life.Desktop(a.Scene, to, took)
		a.MarkAt(took)
	})
}

// copyTool puts a program on the administrative share of another PC, to be started by other means.
func copyTool(a *Act) {
	a.hop(func(to *stage.Machine) {
		a.SMBAs(to, "C$", life.Admin, false).Write(`Windows\Temp\m64.exe`, 1_200_000, "exe").End()
		a.Enough(500 * time.Millisecond)
	})
}

// worm looks for open doors and leaves itself behind each.
func worm(a *Act) {
	gap := Level(a, time.Minute, 20*time.Second, 4*time.Second, time.Second, 300*time.Millisecond)
	a.Steps(Level(a, 12, 20, 40, 80, 150), func() time.Duration { return a.Around(gap, 0.4) }, func(i int) {
		net := a.Me.Net.Prefix.Addr().As4()
		if i%3 > 0 {
			a.Knock(a.Conn(address(net, a.Rand.IntN(500)), 445, event.ProtoTCP), a.Chance(0.3))
			return
		}
		to := a.Other()
		x := a.SMBAs(to, "ADMIN$", life.Admin, true).Write("msupd.exe", 400_000, "exe").Pipe("svcctl")
		x.Call("svcctl", "CreateServiceW", 12, "service", fmt.Sprintf("upd%04x", a.Rand.IntN(65536)), "binpath", `%SystemRoot%\msupd.exe`).Call("svcctl", "StartServiceW", 19).End()
	})
}
