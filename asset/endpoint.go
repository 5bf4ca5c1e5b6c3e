package asset

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Endpoint names the machine that a finding is about: who had the address when the evidence was seen, and where
// that is a proxy or a translator, whose traffic it passed on. What is not certain is said in the device itself.
func (v *Inventory) Endpoint(f *event.Finding) event.Device {
	v.mu.RLock()
	defer v.mu.RUnlock()
	ip := f.Device.IP.Unmap()
	if !f.Device.IP.IsValid() {
		return v.ofMAC(f.Device.MAC, f.Time)
	}
	d := v.atTimes(ip, moments(f))
	switch {
	case v.proxy(ip, f.Time):
		d = v.throughProxy(d, f)
	case v.nat.is(ip):
		d = v.throughNAT(d, f)
	}
	return d
}

func (v *Inventory) ofMAC(mac event.MAC, at time.Time) event.Device {
	if m := v.byUID["mac:"+mac.String()]; m != nil {
		d := v.device(m, netip.Addr{}, at)
		d.Confidence = sureARP
		return d
	}
	return event.Device{UID: "mac:" + mac.String(), MAC: mac, Confidence: sureFrame}
}

// moments are when the machine was seen doing it.
func moments(f *event.Finding) (out []time.Time) {
	for _, e := range f.Evidence {
		if !e.Time.IsZero() {
			out = append(out, e.Time)
		}
	}
	if len(out) == 0 {
		out = append(out, f.Time)
	}
	return out
}

// atTimes is who had ip at most of those moments; the others are candidates.
func (v *Inventory) atTimes(ip netip.Addr, times []time.Time) event.Device {
	type share struct {
		m    *machine
		n    int
		last time.Time
	}
	var shares []share
	for _, t := range times {
		m := v.holder(ip, t)
		if m == nil {
			continue
		}
		i := slices.IndexFunc(shares, func(s share) bool { return s.m == m })
		if i < 0 {
			shares, i = append(shares, share{m: m}), len(shares)
		}
		shares[i].n++
		if t.After(shares[i].last) {
			shares[i].last = t
		}
	}
	if len(shares) == 0 {
		return v.unknown(ip)
	}
	slices.SortStableFunc(shares, func(a, b share) int { return cmp.Or(cmp.Compare(b.n, a.n), b.last.Compare(a.last)) })
	best := shares[0]
	d := v.device(best.m, ip, best.last)
	for _, s := range shares[1:] {
		d.Confidence = min(d.Confidence, 100*best.n/len(times))
		d.Unsure = event.Text{JA: "証拠の期間中に、このアドレスは別の端末に移りました。", EN: "The address went to another machine while the evidence was gathered."}
		v.candidate(&d, s.m, ip, s.last, event.Text{JA: "期間の一部でこのアドレスを使っていました", EN: "it had the address for a part of the time"})
	}
	return d
}

// proxy reports whether ip is taken for a proxy at that time.
func (v *Inventory) proxy(ip netip.Addr, at time.Time) bool {
	m := v.holder(ip, at)
	if m == nil {
		return v.fronts.known(ip)
	}
	if _, denied := m.confirmed("proxy"); denied {
		return false
	}
	return v.holds(m, "proxy") || v.fronts.known(ip)
}

// sameMoment is how far apart the times of one request may be: what the proxy says in it is its own word.
const sameMoment = 50 * time.Millisecond

// nearby is how far apart a client's request and what the proxy then did may be.
const nearby = 15 * time.Second

// throughProxy names whose traffic the proxy passed on.
func (v *Inventory) throughProxy(d event.Device, f *event.Finding) event.Device {
	own := slices.ContainsFunc(f.Evidence, func(e event.Evidence) bool { return e.Src.IP.Unmap() == d.IP })
	if len(f.Evidence) > 0 && !own {
		return d // done to the proxy, not by it
	}
	clients := v.clients(d.IP, f)
	if len(clients) == 0 {
		return v.unknownClient(d)
	}
	best := clients[0]
	out := v.atTimes(best.ip, []time.Time{best.last})
	if best.share < 0.9 {
		out.Confidence = min(out.Confidence, int(100*best.share))
		out.Unsure = event.Text{JA: fmt.Sprintf("プロキシ %s の先で、%d台の端末が同じ相手と通信しています。", d.IP, len(clients)),
			EN: fmt.Sprintf("Behind the proxy %s, %d machines talk to the same server.", d.IP, len(clients))}
	}
	for _, c := range clients[1:] {
		v.candidateAt(&out, c.ip, c.last, event.Text{JA: "プロキシを通して同じ相手と通信しています", EN: "it talks to the same server through the proxy"})
	}
	if m := v.holder(d.IP, f.Time); best.said && m != nil && !v.holds(m, "proxy") {
		out.Confidence = min(out.Confidence, sureList)
		out.Unsure = event.Text{JA: fmt.Sprintf("%s がX-Forwarded-Forで名乗った端末です。%s がプロキシであることは確認されていません。", d.IP, d.IP),
			EN: fmt.Sprintf("%s named it in X-Forwarded-For; that %s is a proxy has not been confirmed.", d.IP, d.IP)}
		v.candidate(&out, m, d.IP, f.Time, event.Text{JA: "通信を実際に送った機器です", EN: "it sent the traffic itself"})
	}
	return out
}

func (v *Inventory) unknownClient(d event.Device) event.Device {
	if x := v.fronts.of[d.IP]; x != nil && (x.legs || len(x.told) > 0) {
		d.Confidence = min(d.Confidence, sureBare)
		d.Unsure = event.Text{JA: "この機器はプロキシですが、この通信を頼んだ端末は見当たりません。プロキシ自身の通信かもしれません。",
			EN: "This machine is a proxy, but no client asked for this: the proxy itself may have done it."}
		return d
	}
	d.Confidence = min(d.Confidence, 10)
	d.Unsure = event.Text{JA: "この機器はプロキシです。先にいる端末は見えていません。プロキシの記録で調べてください。",
		EN: "This machine is a proxy; the machine behind it is not seen. Look into the proxy's log."}
	return d
}

// client is one machine behind a proxy, with its share of the evidence.
type client struct {
	ip    netip.Addr
	share float64
	last  time.Time
	said  bool
}

// clients are who may have asked the proxy for what the evidence shows, likeliest first.
func (v *Inventory) clients(proxy netip.Addr, f *event.Finding) []client {
	tally := map[netip.Addr]*client{}
	for _, e := range traces(proxy, f) {
		visits := v.fronts.visits(proxy, e.Dst.IP, []string{e.Name, e.Detail, f.Subject})
		visits = closest(visits, e.Time)
		for _, x := range visits {
			c := tally[x.client]
			if c == nil {
				c = &client{ip: x.client, said: x.said}
				tally[x.client] = c
			}
			c.share += 1 / float64(len(visits))
			c.said = c.said && x.said
			if x.at.After(c.last) {
				c.last = x.at
			}
		}
	}
	return ranked(tally)
}

// closest are the visits that fit that moment best: those at it, else those nearby, else all.
func closest(visits []visit, at time.Time) []visit {
	for _, within := range []time.Duration{sameMoment, nearby} {
		near := slices.DeleteFunc(slices.Clone(visits), func(x visit) bool {
			gap := at.Sub(x.at)
			return gap > within || gap < -within
		})
		if len(near) > 0 {
			return near
		}
	}
	return visits
}

func ranked(tally map[netip.Addr]*client) (out []client) {
	sum := 0.0
	for _, c := range tally {
		sum += c.share
	}
	for _, c := range tally {
		c.share /= sum
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b client) int { return cmp.Or(cmp.Compare(b.share, a.share), a.ip.Compare(b.ip)) })
	return out
}

// traces are the evidence of what the machine itself sent; without evidence, its peers.
func traces(ip netip.Addr, f *event.Finding) (out []event.Evidence) {
	for _, e := range f.Evidence {
		if e.Src.IP.Unmap() == ip {
			out = append(out, e)
		}
	}
	if len(f.Evidence) > 0 {
		return out
	}
	for _, p := range f.Peers {
		out = append(out, event.Evidence{Time: f.Time, Dst: p})
	}
	if len(out) == 0 {
		out = append(out, event.Evidence{Time: f.Time})
	}
	return out
}

// Translates reports whether nearly all conversations of ip are other machines', seen before it.
func (v *Inventory) Translates(ip netip.Addr) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.nat.is(ip.Unmap())
}

// throughNAT names whose conversations the translator passed on.
func (v *Inventory) throughNAT(d event.Device, f *event.Finding) event.Device {
	tally := map[netip.Addr]*client{}
	for _, e := range f.Evidence {
		if ip := v.nat.behind(e.Src, e.Dst); ip.IsValid() && e.Src.IP.Unmap() == d.IP {
			if tally[ip] == nil {
				tally[ip] = &client{ip: ip}
			}
			tally[ip].share++
			tally[ip].last = e.Time
		}
	}
	clients := ranked(tally)
	if len(clients) == 0 {
		d.Confidence = min(d.Confidence, 30)
		d.Unsure = event.Text{JA: "このアドレスはアドレス変換をする機器です。先のどの端末かは見えていません。",
			EN: "This address translates for others; which machine behind it, was not seen."}
		return d
	}
	out := v.atTimes(clients[0].ip, []time.Time{clients[0].last})
	if clients[0].share < 0.9 {
		out.Confidence = min(out.Confidence, int(100*clients[0].share))
		out.Unsure = event.Text{JA: fmt.Sprintf("アドレス変換 %s の先の%d台が関わっています。", d.IP, len(clients)), EN: fmt.Sprintf("%[2]d machines behind the translation %[1]s took part.", d.IP, len(clients))}
	}
	for _, c := range clients[1:] {
		v.candidateAt(&out, c.ip, c.last, event.Text{JA: "同じ変換の先にいます", EN: "it is behind the same translation"})
	}
	return out
}
