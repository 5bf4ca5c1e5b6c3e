// Package mining finds machines that dig for crypto-currency, for whomever.
package mining

import (
	"net/netip"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config says what is approved.
type Config struct {
	Pools []string `yaml:"pools"` // domains of mining pools
}

// DefaultConfig knows the pools that miners of malware are set to most (published lists of pools; XMRig's documentation).
func DefaultConfig() Config {
	return Config{Pools: []string{"minexmr.com", "supportxmr.com", "nanopool.org", "moneroocean.stream", "hashvault.pro", "2miners.com", "f2pool.com", "nicehash.com",
		"herominers.com", "unmineable.com", "c3pool.com", "c3pool.org", "xmrpool.eu", "monerohash.com", "dwarfpool.com", "ethermine.org", "flexpool.io", "antpool.com",
		"poolin.com", "viabtc.com", "slushpool.com", "braiins.com", "prohashing.com", "zpool.ca", "kryptex.network", "coinhive.com", "coin-hive.com", "crypto-loot.com",
		"webminepool.com", "miningpoolhub.com", "xmr.pt", "pool.minergate.com", "minergate.com", "crypto-pool.fr", "sparkpool.com", "donate.v2.xmrig.com", "randomx.xmrig.com"}}
}

// Detector knows miners by the words of Stratum and by their pools (DETECTIONS: mining).
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "mining",
		Title: event.Text{JA: "暗号資産の採掘", EN: "Crypto-currency mining"},
		Means: event.Text{
			JA: "端末が暗号資産の採掘に使われています。無断で入れられたソフトなら、端末に侵入された経路が残っています。",
			EN: "The machine digs for crypto-currency. If somebody put that program there, their way in is still open."},
		Do: []event.Text{
			{JA: "端末を切り離し、ウイルス検査を行ってください。", EN: "Isolate the machine and scan it."},
			{JA: "採掘ソフトがいつ、どうやって入ったかを調べてください。", EN: "Find out when and how the miner got there."}},
		Sees:       event.Text{JA: "採掘の通信方式(Stratum、Bitcoin)、採掘所の名前の問い合わせと接続。", EN: "The protocols of mining (Stratum, Bitcoin); look-ups of pools and contact with them."},
		Misses:     event.Text{JA: "暗号化され、一覧にない採掘所への接続。", EN: "Encrypted contact with pools that are on no list."},
		Techniques: []event.Technique{{UID: "T1496", Name: "Resource Hijacking"}},
		Threat:     event.Grayware,
		Phase:      event.PhaseC2,
	},
	Behaviours: []string{"policy.mining"},
	Reads:      []event.Event{(*event.AppActivity)(nil), (*event.DNSActivity)(nil), (*event.NetworkActivity)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New:        func(cfg any, d detect.Deps) detect.Instance { return newInstance(*cfg.(*Config), d) },
	Samples:    samples,
}

type key struct {
	src  netip.Addr
	pool string
}

type state struct {
	n, told int
	logons  int
	first   time.Time
}

type instance struct {
	deps  detect.Deps
	pools *detect.Domains
	uses  *detect.Table[key, state]
}

func newInstance(c Config, d detect.Deps) *instance {
	return &instance{deps: d, pools: detect.NewDomains(c.Pools), uses: detect.NewTable[key, state](20_000, 24*time.Hour)}
}

func (n *instance) Advance(now time.Time, _ detect.Emit) { n.uses.Expire(now) }
func (n *instance) Stats() detect.Stats                  { return n.uses.Stats() }

// Observe takes a miner's log-on as proof, and contact with a pool as a strong sign.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	switch e := e.(type) {
	case *event.AppActivity:
		if e.Protocol == "stratum" || e.Protocol == "bitcoin" {
			n.logon(e, emit)
		}
	case *event.DNSActivity:
		if e.Service == "dns" && e.Activity == event.DNSQuery {
			n.named(e.Time, &e.Conn, e.Query, emit)
		}
	case *event.NetworkActivity:
		if e.TLS != nil && e.Activity == event.FlowTraffic {
			n.named(e.Time, &e.Conn, e.TLS.SNI, emit)
		}
	}
}

func (n *instance) logon(a *event.AppActivity, emit detect.Emit) {
	device, peer, ok := n.deps.Actor(&a.Conn)
	if !ok {
		return
	}
	s := n.use(key{device.IP, peer.IP.String()}, a.Time)
	s.logons++
	if !again(s) {
		return
	}
	why := detect.Because("logon", float64(s.logons), 1, "times", detect.Say("採掘の通信方式での名乗り(%s %s)が%d回ありました。", "The protocol of mining (%s %s) was spoken %d times.",
		a.Protocol, detect.Short(a.Operation), s.logons))
	f := n.finding(a.Time, &a.Conn, device, peer, detect.At(peer), s, why)
	f.Severity, f.Confidence, f.Weight, f.SingleShot = event.High, 90, 0.8, true
	if a.Protocol == "bitcoin" { // a wallet's node speaks it too
		f.Severity, f.Confidence, f.Weight, f.SingleShot = event.Medium, 60, 0.4, false
		f.Counter = append(f.Counter, detect.Because("node", 1, 0, "", event.Text{JA: "採掘ではなく、財布ソフトの可能性もあります。", EN: "It may be a wallet, not a miner."}))
	}
	emit(f)
}

func (n *instance) named(at time.Time, c *event.Conn, name string, emit detect.Emit) {
	pool := n.pools.Of(name)
	if pool == "" || !n.deps.Home(c.Src.IP) {
		return
	}
	s := n.use(key{c.Src.IP, pool}, at)
	if !again(s) {
		return
	}
	f := n.finding(at, c, c.Src, c.Dst, pool, s, detect.Because("pool", float64(s.n), 1, "times",
		detect.Say("採掘所の名前(%s)を%d回使いました。", "It used the name of a mining pool (%s) %d times.", name, s.n)))
	if n.deps.HasRole(c.Src.IP, at, "dns", "proxy") {
		f.Severity, f.Weight = event.Low, 0.1
		f.Counter = append(f.Counter, detect.Because("resolver", 1, 0, "", event.Text{JA: "この機器は他の端末の代わりに通信しています。", EN: "This machine acts on behalf of others."}))
	}
	emit(f)
}

func (n *instance) use(k key, at time.Time) *state {
	s, isNew := n.uses.Touch(k, at)
	if isNew {
		s.first = at
	}
	s.n++
	return s
}

// again is true at first and at ten times what was told.
func again(s *state) bool { return s.told == 0 || s.n >= 10*s.told }

func (n *instance) finding(at time.Time, c *event.Conn, device, peer event.Endpoint, subject string, s *state, why event.Reason) event.Finding {
	f := event.Finding{
		Behaviour: "policy.mining", Severity: event.Medium, Confidence: 70, Weight: 0.5,
		Device: detect.Device(device), Peers: []event.Endpoint{peer}, Subject: subject, Count: s.n - s.told, First: s.first,
		Summary: detect.Say("%s が暗号資産の採掘のために %s と%d回通信しました。", "%s contacted %s for mining, %d times.", device.IP, subject, s.n),
		Reasons: []event.Reason{why}, Evidence: []event.Evidence{detect.Seen(at, c, subject)},
	}
	f.Time = at
	s.told = s.n
	return f
}
