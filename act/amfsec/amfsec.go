// Package amfsec asks Allied Telesis AMF-SEC to cut a machine off, in the words of a Deep Discovery Inspector alert over syslog.
//
// AMF-SEC takes alerts of other security products and answers with an action
// of its own (quarantine VLAN, drop, link down) at its switches. It gives no
// answer and has no message to take an action back: this enforcer is one-way.
// The release is an operator's work in AMF-SEC, and every receipt says so.
//
// The alert is CEF in the shape of Deep Discovery Inspector 6.7 (event 100119,
// security risk); TMEF and LEEF 1.0 by setting. The infected host stands in src
// (smac, shost) and once more where that product names the host of interest,
// whichever side it was on: sourceTranslatedAddress (CEF), interestedIp (TMEF,
// LEEF). Given a hardware address and an IPv4 address together AMF-SEC uses
// only the IPv4 address, so Config.Send says which one goes out. AMF-SEC knows
// no IPv6 addresses.
package amfsec

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// Enforcer is AMF-SEC.
var Enforcer = act.Enforcer{
	Name:  "amfsec",
	Title: event.Text{JA: "アライドテレシス AMF-SEC（syslogで依頼）", EN: "Allied Telesis AMF-SEC (asked by syslog)"},
	Undo:  textByHand,
	Config: func() any {
		c := DefaultConfig()
		return &c
	},
	Open: open,
}

// Config says where AMF-SEC listens and how it is spoken to.
type Config struct {
	Server     netip.AddrPort `yaml:"server"`      // address:port where AMF-SEC takes syslog
	Network    string         `yaml:"network"`     // udp, tcp or tls
	Framing    string         `yaml:"framing"`     // of tcp and tls: lf (a line each) or octets (RFC 6587 octet counting)
	CAFile     string         `yaml:"ca_file"`     // tls: PEM of the authority that signed its certificate; empty = the system's
	ServerName string         `yaml:"server_name"` // tls: name in its certificate; empty = the address
	Format     string         `yaml:"format"`      // cef, tmef or leef
	Send       string         `yaml:"send"`        // ip, mac, or both (of which AMF-SEC uses the IPv4 address alone)
	Host       string         `yaml:"host"`        // name of this sensor as AMF-SEC has registered it
	Address    netip.Addr     `yaml:"address"`     // its address, as registered (dvc); empty = left out
	GUID       string         `yaml:"guid"`        // its identifier (deviceExternalId), as registered
	Vendor     string         `yaml:"vendor"`      // of the alert's head
	Product    string         `yaml:"product"`     // of the alert's head
	Version    string         `yaml:"version"`     // of the alert's head
	Event      int            `yaml:"event"`       // the alert's identifier: 100119 security risk
	EventName  string         `yaml:"event_name"`  // the alert's name
	Severity   int            `yaml:"severity"`    // 2, 4, 6 or 8; AMF-SEC may act from a certain one on
	Timeout    time.Duration  `yaml:"timeout"`     // 100ms–1m
}

// DefaultConfig speaks as a Deep Discovery Inspector would, by UDP.
func DefaultConfig() Config {
	return Config{Network: "udp", Framing: "lf", Format: "cef", Send: "ip", Host: "yagura", GUID: "6E7F0001-0000-4000-8000-796167757261",
		Vendor: "Trend Micro", Product: "Deep Discovery Inspector", Version: "6.7.1100", Event: 100119, EventName: "SECURITY_RISK_DETECTION", Severity: 8,
		Timeout: 3 * time.Second}
}

var (
	hostOK = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$`)
	guidOK = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)
)

// Validate names what cannot be obeyed.
func (c *Config) Validate() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if !c.Server.IsValid() || c.Server.Port() == 0 {
		bad("server: is no address with a port: write it as 10.1.0.20:514")
	}
	for _, x := range []struct {
		field, value string
		known        []string
	}{
		{"network", c.Network, []string{"udp", "tcp", "tls"}}, {"framing", c.Framing, []string{"lf", "octets"}},
		{"format", c.Format, []string{"cef", "tmef", "leef"}}, {"send", c.Send, []string{"ip", "mac", "both"}},
	} {
		if !slices.Contains(x.known, x.value) {
			bad("%s: %q is unknown: use one of %v", x.field, x.value, x.known)
		}
	}
	if !hostOK.MatchString(c.Host) {
		bad("host: %q is no host name", c.Host)
	}
	if !guidOK.MatchString(c.GUID) {
		bad("guid: %q has other than letters, digits and -", c.GUID)
	}
	if !slices.Contains([]int{2, 4, 6, 8}, c.Severity) {
		bad("severity: %d is unknown: use 2, 4, 6 or 8", c.Severity)
	}
	if c.Timeout < 100*time.Millisecond || c.Timeout > time.Minute {
		bad("timeout: %v is out of range: use 100ms to 1m", c.Timeout)
	}
	return errors.Join(errs...)
}

func open(config any, d act.Deps) (act.Hand, error) {
	c, ok := config.(*Config)
	if !ok {
		return nil, fmt.Errorf("settings of type %T where *amfsec.Config is needed", config)
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	h := &hand{cfg: *c, deps: d}
	if c.Network == "tls" {
		name := c.ServerName
		if name == "" {
			name = c.Server.Addr().String()
		}
		var err error
		if h.tls, err = act.ClientTLS(c.CAFile, name); err != nil {
			return nil, err
		}
	}
	return h, nil
}
