package asset

import (
	"net/netip"
	"time"
)

// fronts remembers, for machines that speak for others (proxies), who asked them for which host lately.
type fronts struct {
	of      map[netip.Addr]*front
	legs    generations[legKey, []visit]
	hosts   generations[outerKey, []string]
	settled func(netip.Addr) bool // has the role of a proxy
	evicted uint64
}

// front is one machine that says or shows that it speaks for others.
type front struct {
	told map[netip.Addr]bool // known machines that it named in X-Forwarded-For, at most maxClients
	legs bool                // clients were seen asking it
}

type legKey struct {
	front netip.Addr
	host  string
}

type outerKey struct{ front, server netip.Addr }

// visit is one request of a client for a host by way of a front.
type visit struct {
	client netip.Addr
	at     time.Time
	said   bool // the front said so; it was not seen
}

const (
	maxFronts = 1000
	maxVisits = 16     // of one host by one front, the latest
	maxLegs   = 25_000 // a generation; two are held
	maxHosts  = 4      // names of one server
)

func newFronts() *fronts {
	return &fronts{of: map[netip.Addr]*front{}, legs: newGenerations[legKey, []visit](maxLegs), hosts: newGenerations[outerKey, []string](maxLegs)}
}

func (f *fronts) front(ip netip.Addr) *front {
	x := f.of[ip]
	if x == nil {
		if len(f.of) >= maxFronts {
			clear(f.of)
			f.evicted++
		}
		x = &front{told: map[netip.Addr]bool{}}
		f.of[ip] = x
	}
	return x
}

// told notes that a front named a client; only machines that exist count for it.
func (f *fronts) told(ip, client netip.Addr, exists bool) {
	if x := f.front(ip); exists && len(x.told) < maxClients {
		x.told[client] = true
	}
}

// tellers is from how many named clients on a machine that only says that it is a proxy is taken for one, with doubt.
const tellers = 3

// known reports whether ip is taken for a proxy.
func (f *fronts) known(ip netip.Addr) bool {
	ip = ip.Unmap()
	x := f.of[ip]
	return x != nil && (len(x.told) >= tellers || f.settled(ip))
}

func (f *fronts) add(ip netip.Addr, host string, v visit) {
	ip = ip.Unmap()
	if host == "" || v.client == ip {
		return
	}
	x := f.front(ip)
	x.legs = x.legs || !v.said
	k := legKey{ip, host}
	list := f.legs.get(k)
	if n := len(list); n > 0 && list[n-1].client == v.client && v.at.Sub(list[n-1].at) < time.Second {
		return
	}
	if len(list) >= maxVisits {
		list = append(list[:0:0], list[1:]...)
	}
	f.legs.put(k, append(list, v))
}

// lead notes by which names a front reached a server.
func (f *fronts) lead(ip, server netip.Addr, host string) {
	ip, server = ip.Unmap(), server.Unmap()
	if host == "" || !server.IsValid() || f.of[ip] == nil {
		return
	}
	k := outerKey{ip, server}
	list := f.hosts.get(k)
	for _, h := range list {
		if h == host {
			return
		}
	}
	if len(list) >= maxHosts {
		list = append(list[:0:0], list[1:]...)
	}
	f.hosts.put(k, append(list, host))
}

// visits are those that led the front to that server, by its address or by any of the names.
func (f *fronts) visits(ip, server netip.Addr, names []string) (out []visit) {
	ip = ip.Unmap()
	seen := map[string]bool{"": true}
	look := func(host string) {
		if !seen[host] {
			seen[host] = true
			out = append(out, f.legs.get(legKey{ip, host})...)
		}
	}
	for _, n := range names {
		look(hostOnly(n))
	}
	if server.IsValid() {
		look(server.Unmap().String())
		for _, h := range f.hosts.get(outerKey{ip, server.Unmap()}) {
			look(h)
		}
	}
	return out
}

// generations is a bounded map that forgets by halves: what was not used since the last turn goes.
type generations[K comparable, V any] struct {
	limit    int
	new, old map[K]V
	turns    uint64
}

func newGenerations[K comparable, V any](limit int) generations[K, V] {
	return generations[K, V]{limit: limit, new: map[K]V{}, old: map[K]V{}}
}

func (g *generations[K, V]) get(k K) V {
	if v, ok := g.new[k]; ok {
		return v
	}
	return g.old[k]
}

func (g *generations[K, V]) put(k K, v V) {
	if len(g.new) >= g.limit {
		g.old, g.new = g.new, g.old
		clear(g.new) // it has room for as many again
		g.turns++
	}
	g.new[k] = v
}
