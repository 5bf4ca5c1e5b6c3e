// Package attack is what intruders do in the town, with the truth of who did what and when: one file a kind.
package attack

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// Attack is one kind of behaviour.
type Attack struct {
	Name    string   // what it is called in reports
	Classes []string // the class names of DETECTIONS.md by which it may be told; the first is the best
	Single  bool     // of the single-shot class: it must be told within ten seconds of its end
	Play    func(*Act)
}

// All are the kinds. Who adds one adds a file and a line.
var All = []Attack{
	{"beacon-http", []string{"c2.http"}, false, beaconHTTP}, {"beacon-tls", []string{"c2.tls_beacon", "c2.tls", "c2.tls_rat"}, false, beaconTLS},
	{"beacon-tcp", []string{"c2.rat_tcp"}, false, beaconTCP}, {"dns-tunnel", []string{"c2.dns_tunnel"}, false, dnsTunnel},
	{"dga", []string{"c2.dga"}, false, dga}, {"port-scan", []string{"scan.port"}, false, portScan}, {"sweep", []string{"scan.sweep"}, false, sweep},
	{"psexec", []string{"lm.psexec", "lm.smb_copy_exe", "lm.svc_create"}, true, psexec}, {"dcsync", []string{"cred.dcsync"}, true, dcsync},
}

// Deed is the truth about one attack.
type Deed struct {
	Attack    string        `json:"attack"`
	Classes   []string      `json:"classes"`
	Single    bool          `json:"single,omitempty"`
	Intensity int           `json:"intensity"` // 1 the quietest, 3 normal, 5 the loudest
	Jitter    float64       `json:"jitter,omitempty"`
	Interval  time.Duration `json:"interval,omitempty"` // of a beacon
	Machine   string        `json:"machine"`            // host name of the machine that acts
	MAC       event.MAC     `json:"mac"`
	User      string        `json:"user,omitempty"`
	Victim    string        `json:"victim,omitempty"` // host name of the inside machine acted upon
	IPs       []netip.Addr  `json:"ips"`              // addresses that the machine had meanwhile
	First     time.Time     `json:"first"`
	Last      time.Time     `json:"last"`
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
	ip := a.Me.IP
	for _, known := range a.Deed.IPs {
		if known == ip {
			return
		}
	}
	a.Deed.IPs = append(a.Deed.IPs, ip)
}

// Evil is an address of the intruders outside, an own one for each deed. They lie in 198.51.100.0/24 and 203.0.113.0/24 (RFC 5737).
func (a *Act) Evil() netip.Addr {
	r := a.Dice("evil", a.Deed.Attack, a.Deed.Machine, fmt.Sprint(a.Deed.Intensity, a.Deed.Jitter, a.Deed.Interval))
	net := [][3]byte{{198, 51, 100}, {203, 0, 113}}[r.IntN(2)]
	return netip.AddrFrom4([4]byte{net[0], net[1], net[2], byte(1 + r.IntN(254))})
}

// Other is another PC that is on now, of the same zone.
func (a *Act) Other() *stage.Machine {
	for range 400 {
		if m := stage.Pick(a.Scene, a.PCs); m != a.Me && m.Zone == a.Me.Zone && a.On(m) {
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
