package life

import (
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// boot: the machine and its user log on, the group policy is read, and tickets are asked for all day.
func boot(s *stage.Stage) {
	each(s, "boot", member, func(c *stage.Scene) {
		c.Morning(func() time.Duration { return 20*time.Second + c.Part(time.Minute) }, func() {
			locate(c)
			c.Logon(c.Me.Name + "$")
			secureChannel(c)
			c.After(5*time.Second, func() { policy(c) })
			c.After(30*time.Second+c.Part(4*time.Minute), func() { arrive(c) })
		})
		c.Loop(steady(c, 95*time.Minute, 0.3), func() { policy(c) })
		c.Loop(every(c, 70*time.Minute), func() { c.Ticket(c.Me.User, stage.Pick(c, services), rc4Now(c)) })
	})
}

var services = []string{"cifs/FILE01", "cifs/FILE02", "HTTP/GROUPWARE", "HTTP/KAIKEI01", "cifs/PRINT01", "ldap/AD01", "ldap/AD02", "host/AD01"}

// rc4Now: an old service still has no AES key, and the directory gives a ticket in RC4 for it.
func rc4Now(c *stage.Scene) int32 {
	if c.Chance(0.02) {
		return 23
	}
	return 18
}

// arrive is what the user does first: types the password, sometimes wrong.
func arrive(c *stage.Scene) {
	for c.Chance(0.08) {
		c.Mistype(c.Me.User)
	}
	c.Logon(c.Me.User)
	for _, service := range services[:4] {
		c.Ticket(c.Me.User, service, 18)
	}
	c.LDAP("(&(objectCategory=person)(sAMAccountName="+c.Me.User+"))", 1, "memberOf", "homeDirectory")
}

// locate finds the domain controller (MS-ADTS §6.3.6).
func locate(c *stage.Scene) {
	dc := c.DC(c.Me)
	c.Ask("_ldap._tcp.dc._msdcs.town.example", "SRV", "NOERROR", event.DNSAnswer{Name: "_ldap._tcp.dc._msdcs.town.example", Type: "SRV", TTL: 600, Data: "ad01.town.example"})
	k := c.Reach(dc, 389, event.ProtoUDP)
	c.Talk(k, stage.Flow{App: "ldap", Up: 180, Down: 190, Took: 3 * time.Millisecond})
	c.Emit(2*time.Millisecond, &event.LDAPActivity{Conn: k, Activity: event.LDAPQuery, Operation: "search", MessageID: 1, Scope: "base", Filter: "(&(DnsDomain=town.example)(Host=" + c.Me.Name + ")(NtVer=\\06\\00\\00\\00))", Attributes: []string{"Netlogon"}, Entries: 1, Answered: true, UDP: true})
}

// secureChannel is the machine's own logon to the domain controller (MS-NRPC §3.1.4.1).
func secureChannel(c *stage.Scene) {
	x := c.RPC(c.DC(c.Me), 49670)
	x.Call("netlogon", "NetrServerReqChallenge", 4).Call("netlogon", "NetrServerAuthenticate3", 26, "account", c.Me.Name+"$", "zero_credential", "false")
	x.Call("netlogon", "NetrLogonGetDomainInfo", 29).End()
	y := c.RPC(c.DC(c.Me), 49668)
	y.Call("lsarpc", "LsarOpenPolicy2", 44).Call("lsarpc", "LsarLookupNames3", 68).End()
}

// policy reads the group policy (MS-GPOL): who am I, which policies, their files.
func policy(c *stage.Scene) {
	c.LDAP("(|(distinguishedName=CN={31B2F340-016D-11D2-945F-00C04FB984F9},CN=Policies,CN=System,DC=town,DC=example))", 6, "gPCFileSysPath", "versionNumber")
	x := c.SMBAs(c.DC(c.Me), "sysvol", c.Me.Name+"$", false)
	for _, id := range []string{"{31B2F340-016D-11D2-945F-00C04FB984F9}", "{6AC1786C-016F-11D2-945F-00C04FB984F9}"} {
		x.Read(`town.example\Policies\`+id+`\gpt.ini`, 64, "text")
	}
	if c.Chance(0.2) {
		x.Read(`town.example\scripts\logon.bat`, 1800, "text").Read(`town.example\Policies\shared\setup.exe`, 260_000, "exe")
	}
	x.End()
}
