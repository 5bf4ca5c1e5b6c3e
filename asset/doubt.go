package asset

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Confidence in that a machine had an address, by what is known.
const (
	sureLease   = 99 // a lease or a RADIUS session says so
	sureARP     = 97
	sureFrame   = 95
	sureAddress = 85 // beyond a router: only the address, with a fresh name
	sureList    = 75 // only the list of assets says so
	sureMet     = 73 // only frames say so, of an Ethernet address that was met lately or sends for several: it may be a router's
	sureYoung   = 72 // beyond a router: heard for less than a working day, so that nobody knows how many are behind it
	sureBare    = 70 // only the address
	sureOld     = 60 // not confirmed for a day
	sureTwice   = 50 // two machines use the address
)

// takeover is how long after an address went to another machine both come into question.
const takeover = 2 * time.Minute

// doubt puts into d how sure it is that m had ip at that time, why not more, and who else it may have been.
func (v *Inventory) doubt(d *event.Device, m *machine, ip netip.Addr, at time.Time) {
	d.Confidence = v.confidence(m, ip, at)
	hs := v.byIP[ip.Unmap()]
	cur := holdingAt(hs, at)
	for i, h := range hs {
		if h.machine == m || i == cur {
			continue
		}
		switch {
		case v.twice(ip, m, h.machine, at):
			d.Confidence = min(d.Confidence, sureTwice)
			d.Unsure = event.Text{JA: fmt.Sprintf("%s を2台の機器が同時に使っています。", ip), EN: fmt.Sprintf("Two machines use %s at the same time.", ip)}
			v.candidate(d, h.machine, ip, at, event.Text{JA: "同じアドレスを使っています", EN: "it uses the same address"})
		case i < cur && at.Sub(hs[cur].from) < takeover && at.Sub(h.last) < 24*time.Hour:
			d.Confidence = min(d.Confidence, sureList)
			d.Unsure = event.Text{JA: "アドレスが別の端末に移った直後です。", EN: "The address had just gone to another machine."}
			v.candidate(d, h.machine, ip, at, event.Text{JA: "直前までこのアドレスを使っていました", EN: "it had the address until then"})
		}
	}
	if d.Unsure.JA == "" && d.Confidence < event.Sure {
		d.Unsure = unsureWords[d.Confidence]
	}
	v.severalBehind(d, m, at)
}

var unsureWords = map[int]event.Text{
	sureList:  {JA: "端末台帳にはありますが、通信では確かめられていません。", EN: "The list of assets says so; traffic has not confirmed it."},
	sureMet:   {JA: "このMACアドレスはルーターのものかもしれません。見始めて間もないか、複数のアドレスの通信を送っています。", EN: "The Ethernet address may be a router's: it was met only lately, or it sends for several addresses."},
	sureYoung: {JA: "このアドレスを見始めてから1日たっていません。先に複数の端末がいる(アドレス変換)可能性が残ります。", EN: "The address has been watched for less than a working day: several machines may stand behind it (address translation)."},
	sureBare:  {JA: "アドレスしか分かりません。端末名もMACアドレスも見えていません。", EN: "Only the address is known: neither a name nor a MAC was seen."},
	sureOld:   {JA: "名前とアドレスの結びつきが1日以上確かめられていません。", EN: "Name and address were not seen together for a day."},
}

func (v *Inventory) confidence(m *machine, ip netip.Addr, at time.Time) int {
	best := 0
	text := ip.Unmap().String()
	for _, b := range m.bindings {
		if b.Field != "ip" || b.Value != text {
			continue
		}
		sure := map[string]int{fromDHCP: sureLease, fromRADIUS: sureLease, fromARP: sureARP, fromEthernet: sureFrame, fromSNMP: sureFrame, fromCSV: sureList}[b.Source]
		if b.Source == fromEthernet && !v.alone(m, at) {
			sure = sureMet
		}
		if age := at.Sub(b.Last); age > current && b.Source != fromCSV {
			sure = sureOld
		}
		best = max(best, sure)
	}
	if !m.mac.IsZero() {
		return best
	}
	name, ok := m.best("hostname", at)
	switch {
	case m.row != nil:
		return max(sureAddress, min(best, sureAddress))
	case !ok:
		return sureBare
	case at.Sub(name.Last) > current:
		return sureOld
	case m.row == nil && at.Sub(m.first) < sameDay:
		return sureYoung
	}
	return sureAddress
}

// metFor is how long an Ethernet address is watched before its frames alone say which machine sent them: with the first packets nobody
// knows whether a router stands there, and to cut that off would cut off all behind it.
const metFor = 10 * time.Minute

// alone reports whether m's Ethernet address has long been seen to send for one address, or the list of assets names it.
func (v *Inventory) alone(m *machine, at time.Time) bool {
	if m.row != nil && m.row.mac == m.mac {
		return true
	}
	c := v.carried[m.mac]
	return c != nil && !c.router && len(c.carried) <= 1 && at.Sub(c.since) >= metFor
}

// leased reports whether DHCP gave m its address lately: a translator's own lease would name one machine.
func (m *machine) leased(at time.Time) bool {
	return slices.ContainsFunc(m.bindings, func(b event.Binding) bool {
		return b.Field == "ip" && b.Source == fromDHCP && at.Sub(b.Last) < current
	})
}

func (v *Inventory) candidate(d *event.Device, m *machine, ip netip.Addr, at time.Time, why event.Text) {
	c := event.Candidate{UID: m.uid, IP: ip, MAC: m.mac, Why: why, Last: m.last}
	if b, ok := m.best("hostname", at); ok {
		c.Hostname = b.Value
	}
	if u, _ := m.userAt(at); u.user != "" {
		c.User = u.user
	}
	addCandidate(d, c)
}

// candidateAt is candidate for an address, also where nothing else is known of it.
func (v *Inventory) candidateAt(d *event.Device, ip netip.Addr, at time.Time, why event.Text) {
	if m := v.holder(ip, at); m != nil {
		v.candidate(d, m, ip, at, why)
		return
	}
	addCandidate(d, event.Candidate{UID: "ip:" + ip.String(), IP: ip, Why: why, Last: at})
}

const maxCandidates = 8

func addCandidate(d *event.Device, c event.Candidate) {
	same := func(o event.Candidate) bool {
		return o.UID == c.UID && o.IP == c.IP && o.Hostname == c.Hostname
	}
	if len(d.Candidates) < maxCandidates && !slices.ContainsFunc(d.Candidates, same) {
		d.Candidates = append(d.Candidates, c)
	}
}

// duplicate is two machines that take an address from each other.
type duplicate struct {
	a, b  *machine
	turns int
	last  time.Time
}

// maxDuplicates bounds the addresses watched for it.
const maxDuplicates = 5000

// turned notes that ip went from one machine to another; to and fro within minutes is no lease.
func (v *Inventory) turned(ip netip.Addr, from, to *machine, t time.Time) {
	if from.mac.IsZero() || to.mac.IsZero() {
		return
	}
	d := v.twins[ip]
	if d == nil || t.Sub(d.last) > 10*time.Minute {
		if len(v.twins) >= maxDuplicates {
			clear(v.twins)
			v.evicted++
		}
		d = &duplicate{a: from, b: to}
		v.twins[ip] = d
	}
	d.turns++
	d.last = t
}

func (v *Inventory) twice(ip netip.Addr, a, b *machine, at time.Time) bool {
	d := v.twins[ip.Unmap()]
	near := func() bool { x := at.Sub(d.last); return x < time.Hour && x > -time.Hour }
	return d != nil && d.turns >= 2 && near() && (d.a == a && d.b == b || d.a == b && d.b == a)
}

// holdingAt is the index of who had the address at that time, -1 without any.
func holdingAt(hs []holding, at time.Time) int {
	for i := len(hs) - 1; i >= 0; i-- {
		if !hs[i].from.After(at) {
			return i
		}
	}
	return min(0, len(hs)-1)
}
