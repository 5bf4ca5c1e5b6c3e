// Package attack is what intruders do in the town, with the truth of who did what and when: one file a kind.
package attack

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// Attack is one kind of behaviour.
type Attack struct {
	Name    string   // what it is called in reports
	Classes []string // the class names of DETECTIONS.md by which it may be told; the first is the best
	Single  bool     // of the single-shot class: it must be told within ten seconds of its end
	Low     bool     // worth a finding of low severity only: by itself no case
	Zone    string   // of the PCs that do it; "": the office network
	ByProxy bool     // only PCs that reach the web through the proxy
	Local   bool     // only PCs whose own segment the sensor sees
	Learnt  int      // told by what a machine usually does: not within this many first days, in which that is learnt
	Play    func(*Act)
}

// All are the kinds. Who adds one adds a file and a line.
var All = []Attack{
	{Name: "beacon-http", Classes: []string{"c2.http"}, Play: beaconHTTP},
	{Name: "beacon-tls", Classes: []string{"c2.tls_beacon", "c2.tls", "c2.tls_rat"}, Play: beaconTLS},
	{Name: "beacon-tcp", Classes: []string{"c2.rat_tcp", "c2.reverse_shell"}, Play: beaconTCP},
	{Name: "beacon-proxy", Classes: []string{"c2.http", "c2.tls_beacon", "c2.tls", "c2.tls_rat", "c2.proxy"}, ByProxy: true, Play: beaconProxy},
	{Name: "dns-tunnel", Classes: []string{"c2.dns_tunnel"}, Play: dnsTunnel},
	{Name: "dga", Classes: []string{"c2.dga"}, Play: dga},
	{Name: "long-connection", Classes: []string{"c2.long_connection", "c2.rat_tcp", "c2.tls", "c2.tls_rat"}, Play: longConnection},
	{Name: "icmp-tunnel", Classes: []string{"c2.icmp_tunnel"}, Play: icmpTunnel},
	{Name: "rented-tunnel", Classes: []string{"policy.vpn"}, Low: true, Play: rented},
	{Name: "payload", Classes: []string{"malware.download", "c2.stage"}, Play: fetch},
	{Name: "upload", Classes: []string{"exfil.upload", "c2.upload"}, Play: upload},
	{Name: "night-upload", Classes: []string{"exfil.off_hours", "exfil.upload"}, Learnt: 3, Play: night},
	{Name: "mail-out", Classes: []string{"c2.smtp_exfil"}, Play: mailOut},
	{Name: "ftp-out", Classes: []string{"c2.ftp_exfil"}, Play: ftpOut},
	{Name: "port-scan", Classes: []string{"scan.port"}, Play: portScan},
	{Name: "sweep", Classes: []string{"scan.sweep"}, Play: sweep},
	{Name: "ping-sweep", Classes: []string{"scan.icmp"}, Low: true, Play: pings},
	{Name: "arp-scan", Classes: []string{"scan.arp"}, Low: true, Local: true, Play: arpScan},
	{Name: "reverse-lookups", Classes: []string{"scan.dns", "disc.dns"}, Low: true, Play: reverse},
	{Name: "shares", Classes: []string{"disc.share_enum"}, Low: true, Play: shares},
	{Name: "sessions", Classes: []string{"disc.session_enum"}, Low: true, Play: sessions},
	{Name: "logged-on", Classes: []string{"disc.session_enum"}, Low: true, Play: loggedOn},
	{Name: "local-admins", Classes: []string{"disc.local_admin"}, Low: true, Play: localAdmins},
	{Name: "accounts", Classes: []string{"disc.samr_enum"}, Low: true, Play: accounts},
	{Name: "directory", Classes: []string{"disc.ldap_enum"}, Low: true, Play: directory},
	{Name: "spray", Classes: []string{"cred.kerberos_spray"}, Play: spray},
	{Name: "guess-ssh", Classes: []string{"bf.ssh"}, Play: guessSSH},
	{Name: "guess-rdp", Classes: []string{"bf.rdp"}, Play: guessRDP},
	{Name: "guess-smb", Classes: []string{"bf.smb", "bf.logon"}, Play: guessSMB},
	{Name: "kerberoast", Classes: []string{"cred.kerberoast", "cred.rc4_downgrade"}, Play: roast},
	{Name: "asrep-roast", Classes: []string{"cred.asrep_roast"}, Play: asrepRoast},
	{Name: "overpass-hash", Classes: []string{"cred.overpass_hash"}, Play: overpass},
	{Name: "pass-hash", Classes: []string{"cred.pass_hash", "lm.new_edge"}, Learnt: 1, Play: passHash},
	{Name: "pass-ticket", Classes: []string{"cred.pass_ticket", "lm.new_edge"}, Learnt: 1, Play: passTicket},
	{Name: "dcsync", Classes: []string{"cred.dcsync"}, Single: true, Play: dcsync},
	{Name: "dcshadow", Classes: []string{"cred.dcshadow"}, Single: true, Play: dcshadow},
	{Name: "zerologon", Classes: []string{"ex.zerologon"}, Single: true, Play: zerologon},
	{Name: "coerce", Classes: []string{"cred.coerced_auth"}, Single: true, Play: coerce},
	{Name: "registry-dump", Classes: []string{"cred.reg_dump"}, Single: true, Play: dump},
	{Name: "backup-key", Classes: []string{"cred.dpapi_key"}, Single: true, Play: backupKey},
	{Name: "print-nightmare", Classes: []string{"ex.printnightmare"}, Single: true, Play: printNightmare},
	{Name: "poison", Classes: []string{"net.name_spoof"}, Local: true, Play: poison},
	{Name: "arp-spoof", Classes: []string{"net.arp_spoof"}, Local: true, Play: arpSpoof},
	{Name: "rogue-dhcp", Classes: []string{"net.rogue_dhcp", "net.dhcp_spoof"}, Local: true, Single: true, Play: rogueDHCP},
	{Name: "starve-dhcp", Classes: []string{"net.dhcp_flood"}, Local: true, Play: starve},
	{Name: "psexec", Classes: []string{"lm.psexec", "lm.smb_copy_exe", "lm.svc_create"}, Single: true, Play: psexec},
	{Name: "smbexec", Classes: []string{"lm.smbexec"}, Single: true, Play: smbexec},
	{Name: "wmi", Classes: []string{"lm.wmi"}, Play: wmi},
	{Name: "task", Classes: []string{"lm.schtask"}, Play: schtask},
	{Name: "dcom", Classes: []string{"lm.dcom"}, Play: dcom},
	{Name: "winrm", Classes: []string{"lm.winrm"}, Play: winrm},
	{Name: "rdp", Classes: []string{"lm.rdp"}, Low: true, Play: rdp},
	{Name: "copy-tool", Classes: []string{"lm.smb_copy_exe"}, Play: copyTool},
	{Name: "worm", Classes: []string{"worm.smb", "lm.psexec", "lm.svc_create", "lm.smb_copy_exe"}, Play: worm},
	{Name: "ransom", Classes: []string{"impact.ransomware"}, Single: true, Play: ransom},
	{Name: "wipe-logs", Classes: []string{"impact.log_clear", "evasion.eventlog_clear", "evasion.eventlog_crash"}, Single: true, Play: wipeLogs},
	{Name: "zone-breach", Classes: []string{"policy.zone_breach"}, Single: true, Zone: "mynumber", Play: zoneBreach},
	{Name: "chat", Classes: []string{"c2.irc"}, Play: chat},
	{Name: "mining", Classes: []string{"policy.mining"}, Play: mine},
	{Name: "known-tool", Classes: []string{"c2.known_tool"}, Single: true, Play: knownTool},
	{Name: "golden-ticket", Classes: []string{"cred.golden_ticket"}, Single: true, Play: goldenTicket},
	{Name: "stolen-ticket", Classes: []string{"cred.stolen_ticket"}, Single: true, Play: stolenTicket},
	{Name: "inside-relay", Classes: []string{"c2.inside_channel"}, Play: insideRelay},
	{Name: "doh-tunnel", Classes: []string{"c2.doh_tunnel"}, Play: dohTunnel},
	{Name: "winrm-tls", Classes: []string{"lm.winrm"}, Play: winrmTLS},
	{Name: "slow-sweep", Classes: []string{"scan.sweep"}, Play: slowSweep},
	{Name: "web-attack", Classes: []string{"web.sqli", "web.traversal", "web.xss", "web.rce"}, Play: attackWeb},
}

// Deed is the truth about one attack.
type Deed struct {
	Attack    string        `json:"attack"`
	Classes   []string      `json:"classes"`
	Single    bool          `json:"single,omitempty"`
	Low       bool          `json:"low,omitempty"`
	Intensity int           `json:"intensity"` // 1 the quietest, 3 normal, 5 the loudest
	Jitter    float64       `json:"jitter,omitempty"`
	Interval  time.Duration `json:"interval,omitempty"` // of a beacon
	Machine   string        `json:"machine"`            // host name of the machine that acts
	MAC       event.MAC     `json:"mac"`
	User      string        `json:"user,omitempty"`
	Victim    string        `json:"victim,omitempty"` // host name of the inside machine acted upon
	IPs       []netip.Addr  `json:"ips"`              // addresses that the machine had meanwhile
	Hidden    bool          `json:"hidden,omitempty"` // behind a router that translates, of which the sensor sees the outer side alone
	First     time.Time     `json:"first"`
	Last      time.Time     `json:"last"`
	number    int           // of the deeds of its town
	Enough    time.Time     `json:"enough"` // when it was first done in full, for deeds of one blow; zero: at First
}

// Act is one attack being played: a scene with how hard, and the truth to be told.
type Act struct {
	*stage.Scene
	Deed *Deed
}

// Level is one of five values, for intensities 1 to 5.
func Level[T any](a *Act, quietest, quiet, normal, loud, loudest T) T {
	return [...]T{quietest, quiet, normal, loud, loudest}[a.Deed.Intensity-1]
}

// Mark says that the attack went on until now.
func (a *Act) Mark() { a.MarkAt(0) }

// MarkAt says that the attack goes on until d from now.
func (a *Act) MarkAt(d time.Duration) {
	at := a.Now().Add(d)
	if a.Deed.First.IsZero() {
		a.Deed.First = a.Now()
	}
	if at.After(a.Deed.Last) {
		a.Deed.Last = at
	}
	a.Deed.had(a.Me.IP)
	if n := a.Me.Net.NAT; n != nil {
		a.Deed.had(n.Outer)
		a.Deed.Hidden = !n.Both
	}
}

// had remembers an address of the machine.
func (d *Deed) had(ip netip.Addr) {
	if !slices.Contains(d.IPs, ip) {
		d.IPs = append(d.IPs, ip)
	}
}

// Evil is an address of the intruders outside, an own one for each deed as far as they reach: they lie in 192.0.2.0/24,
// 198.51.100.0/24 and 203.0.113.0/24 (RFC 5737).
func (a *Act) Evil() netip.Addr {
	nets := [][3]byte{{198, 51, 100}, {203, 0, 113}, {192, 0, 2}}
	net := nets[a.Deed.number/254%len(nets)]
	return netip.AddrFrom4([4]byte{net[0], net[1], net[2], byte(1 + a.Deed.number%254)})
}

// Registered is a registered name of the intruders', an own one for each deed, such as a person would take.
func (a *Act) Registered() string {
	r := a.Dice("domain", a.Deed.Attack, a.Deed.Machine, fmt.Sprint(a.Deed.Intensity, a.Deed.Jitter, a.Deed.Interval))
	name := ""
	for range 3 + r.IntN(2) {
		name += string("kstnhmrgzbd"[r.IntN(11)]) + string("aiueo"[r.IntN(5)])
	}
	return name + []string{"web", "soft", "cloud", "data", ""}[r.IntN(5)] + []string{".com", ".net", ".org", ".info", ".xyz", ".top"}[r.IntN(6)]
}

// Other is another PC that is on now, of the same zone.
func (a *Act) Other() *stage.Machine {
	for range 400 {
		if m := stage.Pick(a.Scene, a.PCs); m != a.Me && m.Zone == a.Me.Zone && m.Net.NAT == nil && a.On(m) {
			return m
		}
	}
	return a.Servers["gw"]
}

// Steps does it n times with a gap between, while the PC is on.
func (a *Act) Steps(n int, gap func() time.Duration, do func(i int)) {
	var step func(int)
	step = func(i int) {
		if i >= n {
			return
		}
		if !a.On(a.Me) {
			a.At(a.NextOn(a.Me).Add(time.Minute), func() { step(i) })
			return
		}
		a.Mark()
		do(i)
		a.After(gap(), func() { step(i + 1) })
	}
	step(0)
}

// Enough says that d from now the deed will have been done in full for the first time.
func (a *Act) Enough(d time.Duration) {
	if a.Deed.Enough.IsZero() {
		a.Deed.Enough = a.Now().Add(d)
	}
	a.MarkAt(d)
}
