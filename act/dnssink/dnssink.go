// Package dnssink takes name resolution from isolated machines, and the names of attackers from everybody, by a response policy zone (RPZ).
//
// Yagura writes one zone. A resolver takes it as a file (unbound, told through
// its control socket) or by zone transfer (AXFR and IXFR, RFC 5936 and 1995,
// with TSIG, RFC 8945): BIND, Knot Resolver, PowerDNS, unbound. In it stand
//
//	32.7.2.0.192.rpz-client-ip  every question of 192.0.2.7
//	evil.example *.evil.example questions for a name, from anybody
//	32.9.113.0.203.rpz-ip       answers that hold an address
//
// each answered with the address of the notice page (sink4, sink6), or that
// the name does not exist. One more name, "serial" before the zone's own, has
// the zone's serial number as its TXT: Yagura asks each resolver for it, and
// only the present number shows that the present zone is obeyed.
//
// The own name server (sinkhole) gives the same answers to whoever asks it: a
// DHCP server or router can send isolated machines there, and a resolver can
// forward the sunk names to it. It tells who asked: a machine that asks for an
// attacker's name is infected itself.
//
// What a resolver has, it keeps when Yagura is down: from a file without end,
// from a transfer until the zone's expiry, which is that of the longest order.
// Connections to bare addresses need no resolver: this never suffices alone.
package dnssink

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// Enforcer is the response policy zone and the sinkhole.
var Enforcer = act.Enforcer{
	Name:  "dnssink",
	Title: event.Text{JA: "DNSシンクホール（RPZ）", EN: "DNS sinkhole (RPZ)"},
	Undo: event.Text{
		JA: "DNSサーバー（unbound・BINDなど）の設定から、YaguraのRPZゾーンの記述を外して再読み込みすると、名前解決の制限がすべて解けます。",
		EN: "In the resolver's configuration (unbound, BIND) remove Yagura's RPZ zone and reload: every restriction of name resolution ends.",
	},
	Config: func() any { c := DefaultConfig(); return &c },
	Open:   open,
}

// Config says where the zone goes, and what sunk names are answered with.
type Config struct {
	Zone       string           `yaml:"zone"`        // name of the zone, as the resolver has it
	File       string           `yaml:"file"`        // where the resolver reads it; empty = no file
	Control    string           `yaml:"control"`     // control socket of unbound (a path), told to read the file again
	Transfer   string           `yaml:"transfer"`    // address:port where the zone can be transferred; empty = not
	TransferTo []netip.Prefix   `yaml:"transfer_to"` // who may transfer it
	Notify     []netip.AddrPort `yaml:"notify"`      // resolvers that are told of a new version (RFC 1996)
	TSIGName   string           `yaml:"tsig_name"`   // name of the key that transfers and notifications need; empty = none
	TSIGFile   string           `yaml:"tsig_file"`   // file with its secret in base64
	TSIGHash   string           `yaml:"tsig_hash"`   // hmac-sha256, hmac-sha384 or hmac-sha512
	Resolvers  []netip.AddrPort `yaml:"resolvers"`   // resolvers that are asked whether they obey; all of them must
	Sink4      netip.Addr       `yaml:"sink4"`       // IPv4 address that sunk names get: the notice page; empty = the name does not exist
	Sink6      netip.Addr       `yaml:"sink6"`       // IPv6 address that sunk names get
	Never      []string         `yaml:"never"`       // domains that are never sunk, with all below them
	Sinkhole   string           `yaml:"sinkhole"`    // address:port of the own name server; empty = none
	Forwarders []netip.Prefix   `yaml:"forwarders"`  // resolvers whose word for the client behind them is believed (EDNS client subnet, RFC 7871)
	TTL        time.Duration    `yaml:"ttl"`         // how long an answer may be kept; 1s–5m
	Timeout    time.Duration    `yaml:"timeout"`     // for a resolver to obey; 100ms–1m
}

// DefaultConfig sinks into nowhere and tells no resolver yet.
func DefaultConfig() Config {
	return Config{Zone: "rpz.yagura", TSIGHash: "hmac-sha256", TTL: 5 * time.Second, Timeout: 5 * time.Second,
		Never: []string{"lg.jp", "go.jp", "in-addr.arpa", "ip6.arpa"}}
}

var hashes = map[string]string{"hmac-sha256": dns.HmacSHA256, "hmac-sha384": dns.HmacSHA384, "hmac-sha512": dns.HmacSHA512}

// Validate names what cannot be obeyed.
func (c *Config) Validate() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if _, ok := dns.IsDomainName(c.Zone); !ok || c.Zone == "" || c.Zone == "." || len(c.Zone) > 100 {
		bad("zone: %q is no name of a zone: keep rpz.yagura", c.Zone)
	}
	if c.File == "" && c.Transfer == "" {
		bad("file, transfer: the zone goes nowhere: give one of them")
	}
	for field, path := range map[string]string{"file": c.File, "control": c.Control} {
		if path != "" && !filepath.IsAbs(path) {
			bad("%s: %q is no absolute path", field, path)
		}
	}
	if c.Control != "" && c.File == "" {
		bad("control: is of use only with file")
	}
	if c.Transfer != "" && len(c.TransferTo) == 0 && c.TSIGName == "" {
		bad("transfer_to, tsig_name: anybody could read the zone: name the resolvers' addresses or a key")
	}
	if _, ok := hashes[c.TSIGHash]; !ok {
		bad("tsig_hash: %q is unknown: use hmac-sha256, hmac-sha384 or hmac-sha512", c.TSIGHash)
	}
	if (c.TSIGName == "") != (c.TSIGFile == "") {
		bad("tsig_name, tsig_file: belong together")
	}
	if len(c.Resolvers) == 0 {
		bad("resolvers: are needed to see whether the zone is obeyed: write each as 10.1.0.53:53")
	}
	for field, a := range map[string]netip.Addr{"sink4": c.Sink4, "sink6": c.Sink6} {
		if a.IsValid() && a.Is4() != (field == "sink4") {
			bad("%s: %s is of the other family", field, a)
		}
	}
	for field, at := range map[string]string{"transfer": c.Transfer, "sinkhole": c.Sinkhole} {
		if _, err := netip.ParseAddrPort(at); at != "" && err != nil {
			bad("%s: %q is no address with a port: write it as 10.1.0.9:53", field, at)
		}
	}
	within := func(field string, v, low, high time.Duration) {
		if v < low || v > high {
			bad("%s: %v is out of range: use %v to %v", field, v, low, high)
		}
	}
	within("ttl", c.TTL, time.Second, 5*time.Minute)
	within("timeout", c.Timeout, 100*time.Millisecond, time.Minute)
	return errors.Join(errs...)
}

func open(config any, d act.Deps) (act.Hand, error) {
	c, ok := config.(*Config)
	if !ok {
		return nil, fmt.Errorf("settings of type %T where *dnssink.Config is needed", config)
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	h := &hand{cfg: *c, deps: d, book: d.Book("dnssink"), memory: d.Memory("dnssink-zone"), zone: dns.Fqdn(strings.ToLower(c.Zone))}
	h.served.Store(&version{lines: map[string]bool{}})
	for _, n := range slices.Concat(c.Never, []string{c.Zone}) {
		h.never = append(h.never, dns.Fqdn(strings.ToLower(n)))
	}
	if c.TSIGName != "" {
		secret, err := act.Secret("tsig_file", c.TSIGFile)
		if err != nil {
			return nil, err
		}
		if _, err := base64.StdEncoding.DecodeString(secret); err != nil {
			return nil, errors.New("tsig_file: the secret is not base64: make one with `openssl rand -base64 32`")
		}
		h.key = map[string]string{dns.Fqdn(strings.ToLower(c.TSIGName)): secret}
	}
	return h, nil
}
