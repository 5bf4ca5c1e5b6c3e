// Package radius moves a machine into a quarantine VLAN by the site's RADIUS: the policy first, then the switch is told to ask again, then the new answer is seen.
//
// A switch's "yes" to a Disconnect-Request (RFC 5176) proves nothing: the machine
// logs on again and gets its old VLAN, unless RADIUS has meanwhile been told to
// answer otherwise. So Yagura keeps a small policy of its own, policy.db, a SQLite
// file that FreeRADIUS reads at every logon by its own rlm_sql_sqlite, and into
// which it writes what it answered, to which port of which switch. Chosen because
// a town can run it: one Debian package on Yagura's machine, in front of whatever
// RADIUS there is (FreeRADIUS passes on what is not its own); no reload, no other
// database, no port of Yagura's; it goes on when Yagura is gone, and it ends
// isolations by the time that stands in the row. The quarantine is answered with a
// Session-Timeout that ends with the order, so that the switch asks again by itself.
//
// Beside policy.db Yagura writes the two files that FreeRADIUS includes, module and policy:
//
//	install -d -o yagura -g freerad -m 2770 /var/lib/yagura/radius
//	yagura check --config yagura.yaml        # writes the files
//	ln -s /var/lib/yagura/radius/module /etc/freeradius/3.0/mods-enabled/yagura
//	ln -s /var/lib/yagura/radius/policy /etc/freeradius/3.0/policy.d/yagura
//
// and in sites-enabled/default: yagura_answer and yagura_log at the end of
// post-auth, yagura_log in its Post-Auth-Type REJECT, yagura_account in
// accounting, yagura_admit at the end of authorize where unknown machines are
// kept out.
//
// By hand, without Yagura:
//
//	sqlite3 policy.db "SELECT * FROM isolated"     # who is cut off, until when (UTC seconds), by which order
//	sqlite3 policy.db "DELETE FROM isolated"       # the next logon of each gets its old VLAN; bounce the port to hurry it
package radius

import (
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// Enforcer is the site's RADIUS.
var Enforcer = act.Enforcer{
	Name:  "radius",
	Title: event.Text{JA: "認証スイッチ・無線AP（RADIUS）", EN: "authenticating switches and access points (RADIUS)"},
	Undo: event.Text{
		JA: "FreeRADIUSのサーバーで「sqlite3 /var/lib/yagura/radius/policy.db 'DELETE FROM isolated'」を実行し、その端末のLANケーブルを一度抜き差しすると、元のVLANに戻ります。",
		EN: "On FreeRADIUS's machine run `sqlite3 /var/lib/yagura/radius/policy.db 'DELETE FROM isolated'`, then unplug and replug the machine: it gets its old VLAN.",
	},
	Config: func() any { c := DefaultConfig(); return &c },
	Open:   open,
}

// reject is the quarantine that lets nothing in at all.
const reject = "reject"

// Config says where the policy is and which switches obey it.
type Config struct {
	Dir        string        `yaml:"dir"`        // folder that Yagura and FreeRADIUS share: policy.db and the files that FreeRADIUS includes
	Quarantine string        `yaml:"quarantine"` // VLAN of isolated machines, 1–4094, or reject: no access at all
	NAS        []NAS         `yaml:"nas"`        // the switches and access points that ask this RADIUS
	Wait       time.Duration `yaml:"wait"`       // a switch's answer is waited for this long; 500ms–30s
	Again      time.Duration `yaml:"again"`      // then the machine's new logon is; 1s–1m
	Stale      time.Duration `yaml:"stale"`      // a logon that was not heard of for so long is taken to be over; 10m–30d
	Shared     bool          `yaml:"shared"`     // bounce a port even when other machines are on it: they are cut off for some seconds, too
	Probe      string        `yaml:"probe"`      // FreeRADIUS's own address and port: before a switch is told, it is asked what it would answer; empty = not asked
	ProbeKey   string        `yaml:"probe_file"` // file that holds the secret for it
	Known      string        `yaml:"known_file"` // ledger of machines, a MAC a line with its VLAN where it has one: unknown ones get guest; empty = no admission control
	Guest      string        `yaml:"guest"`      // VLAN of machines that are not in it, or reject
}

// NAS is one switch or access point, or a range of alike ones.
type NAS struct {
	Address   string   `yaml:"address"`     // its IP address as RADIUS sees it, or a prefix
	Vendor    string   `yaml:"vendor"`      // standard, cisco, aruba, arubacx, huawei, extreme, hostapd
	Port      uint16   `yaml:"port"`        // UDP; 0 = the vendor's
	Secret    string   `yaml:"secret_file"` // file that holds the secret for RFC 5176
	Way       string   `yaml:"way"`         // disconnect, coa or bounce; empty = the vendor's
	Names     []string `yaml:"names"`       // attributes that name the session; empty = the vendor's
	Signed    bool     `yaml:"signed"`      // refuse its answers without Message-Authenticator
	Timestamp bool     `yaml:"timestamp"`   // send Event-Timestamp, where it demands one; the clocks must agree
}

// DefaultConfig has the times; folder, quarantine and switches are the site's.
func DefaultConfig() Config {
	return Config{Dir: "/var/lib/yagura/radius", Wait: 3 * time.Second, Again: 5 * time.Second, Stale: 24 * time.Hour}
}

var vlanForm = regexp.MustCompile(`^[1-9][0-9]{0,3}$`)

func validVLAN(s string) bool {
	n, err := strconv.Atoi(s)
	return s == reject || vlanForm.MatchString(s) && err == nil && n <= 4094
}

// Validate names every setting that cannot be obeyed.
func (c *Config) Validate() error {
	var errs []error
	if !filepath.IsAbs(c.Dir) {
		errs = append(errs, fmt.Errorf("dir: %q: write an absolute path, such as /var/lib/yagura/radius", c.Dir))
	}
	if !validVLAN(c.Quarantine) {
		errs = append(errs, fmt.Errorf("quarantine: %q: write the number of the quarantine VLAN (1–4094), or reject", c.Quarantine))
	}
	if c.Known != "" && !validVLAN(c.Guest) {
		errs = append(errs, fmt.Errorf("guest: %q: with known_file write the VLAN for unknown machines (1–4094), or reject", c.Guest))
	}
	within := func(field string, v, low, high time.Duration) {
		if v < low || v > high {
			errs = append(errs, fmt.Errorf("%s: %v is out of range: use %v to %v", field, v, low, high))
		}
	}
	within("wait", c.Wait, 500*time.Millisecond, 30*time.Second)
	within("again", c.Again, time.Second, time.Minute)
	within("stale", c.Stale, 10*time.Minute, 30*24*time.Hour)
	if len(c.NAS) == 0 {
		errs = append(errs, errors.New("nas: none is named: write the switches that ask this RADIUS"))
	}
	if c.Probe != "" {
		if _, err := netip.ParseAddrPort(c.Probe); err != nil {
			errs = append(errs, fmt.Errorf("probe: %q: write FreeRADIUS's address with its port, 127.0.0.1:1812", c.Probe))
		}
		if c.ProbeKey == "" {
			errs = append(errs, errors.New("probe_file: name the file that holds the secret for probe"))
		}
	}
	for i, n := range c.NAS {
		if err := n.validate(); err != nil {
			errs = append(errs, fmt.Errorf("nas[%d].%w", i, err))
		}
	}
	return errors.Join(errs...)
}

func (n NAS) validate() error {
	if _, err := n.prefix(); err != nil {
		return fmt.Errorf("address: %q: write an IP address or a prefix", n.Address)
	}
	if n.Secret == "" {
		return errors.New("secret_file: name the file that holds the secret for RFC 5176")
	}
	v, err := vendorOf(n.Vendor)
	if err != nil {
		return fmt.Errorf("vendor: %w", err)
	}
	if n.Way != "" && !v.can(n.Way) {
		return fmt.Errorf("way: %q is not what vendor %s can: use one of %v", n.Way, v.Name, v.ways())
	}
	for _, name := range n.Names {
		if namers[name] == nil {
			return fmt.Errorf("names: %q is unknown: use some of %v", name, knownNames())
		}
	}
	return nil
}

func (n NAS) prefix() (netip.Prefix, error) {
	if a, err := netip.ParseAddr(n.Address); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	return netip.ParsePrefix(n.Address)
}
