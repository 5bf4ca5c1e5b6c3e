// Package blocklist offers the addresses of isolated machines as lists over HTTPS (EDL, threat feed), which firewalls fetch by themselves.
//
// One address, range or name stands on each line of /ip.txt (IPv4 and IPv6),
// /ip4.txt, /ip6.txt and /domain.txt; lines end in LF, there are no comments.
// A list is never empty, because some firewalls take an empty one for a
// failure and others for "block everything": then it holds the address of nobody
// alone (192.0.2.1/32, RFC 5737). It never covers what the never-touch list
// protects, whenever that was added. ETag and If-None-Match (RFC 9110 §13.1.2)
// spare the transfer of what has not changed.
//
// Each firewall (consumer) has an own name and token and gets 401 without
// them, as "Authorization: Bearer TOKEN" or as Basic NAME:TOKEN. Yagura keeps
// what each consumer was served last: an order counts as done only when every
// consumer that it needs has fetched a list with it, and as undone only when
// each has fetched one without it. GET /status.json says since when each entry
// stands and who fetched when.
//
// When Yagura is down the firewalls keep the list that they fetched last.
package blocklist

import (
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// Enforcer is the lists.
var Enforcer = act.Enforcer{
	Name:  "blocklist",
	Title: event.Text{JA: "ブロックリスト配信（EDL・外部脅威フィード）", EN: "block list for firewalls (EDL, threat feed)"},
	Undo: event.Text{
		JA: "UTM・ファイアウォールの管理画面で、Yaguraの外部リスト（EDL・脅威フィード）を参照しているポリシーを無効にすると、すべての遮断が解けます。リストの取得だけを止めても、最後に取得した内容が残ります。",
		EN: "In the firewall's administration, disable the policy that uses Yagura's external list (EDL, threat feed): every block ends. Stopping the fetching alone is not enough: it keeps the list that it fetched last.",
	},
	Config: func() any { c := DefaultConfig(); return &c },
	Open:   open,
}

// Config says where the lists are offered and who fetches them.
type Config struct {
	Listen     string        `yaml:"listen"`      // address:port of the lists
	CertFile   string        `yaml:"cert_file"`   // PEM certificate, with its chain
	KeyFile    string        `yaml:"key_file"`    // PEM key of the certificate
	Plain      bool          `yaml:"plain"`       // HTTP without TLS; only on the loopback address, behind a proxy that adds TLS
	Consumers  []Consumer    `yaml:"consumers"`   // who may fetch
	Most       int           `yaml:"most"`        // entries that the smallest consumer can take; 1–100000
	Wait       time.Duration `yaml:"wait"`        // Apply waits so long for the consumers to come before it says that it waits; 0–10s
	Nobody     netip.Prefix  `yaml:"nobody"`      // the one entry of an address list that would be empty; nobody may have this address
	NobodyName string        `yaml:"nobody_name"` // the one entry of a list of names that would be empty
}

// Consumer is one firewall that fetches.
type Consumer struct {
	Name      string        `yaml:"name"`       // for the log, and the user name of Basic authentication
	TokenFile string        `yaml:"token_file"` // file that holds its token, at least 16 characters
	Lists     []string      `yaml:"lists"`      // which lists it uses: ip, ip4, ip6, domain; empty = ip
	Every     time.Duration `yaml:"every"`      // how often it fetches, as set there; after three times that it counts as stale; 1s–24h
	Optional  bool          `yaml:"optional"`   // an order is done without it
}

// DefaultConfig offers the lists on every address, to nobody yet.
func DefaultConfig() Config {
	return Config{Listen: "0.0.0.0:8446", Most: 5000, Wait: 2 * time.Second,
		Nobody: netip.MustParsePrefix("192.0.2.1/32"), NobodyName: "nobody.invalid"}
}

// hostName is one or more labels (RFC 1123 §2.1).
var hostName = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)

var nameOK = regexp.MustCompile(`^[a-z0-9][a-z0-9_.-]{0,62}$`)

// Validate names what cannot be obeyed.
func (c *Config) Validate() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	ap, err := netip.ParseAddrPort(c.Listen)
	switch {
	case err != nil:
		bad("listen: %q is no address with a port: write it as 0.0.0.0:8446", c.Listen)
	case c.Plain && !ap.Addr().IsLoopback():
		bad("plain: tokens would pass the network in clear text: give cert_file and key_file, or listen on 127.0.0.1")
	case !c.Plain && (c.CertFile == "" || c.KeyFile == ""):
		bad("cert_file, key_file: are needed for HTTPS: write where the certificate and its key are")
	}
	if c.Most < 1 || c.Most > 100_000 {
		bad("most: %d is out of range: use 1 to 100000", c.Most)
	}
	if c.Wait < 0 || c.Wait > 10*time.Second {
		bad("wait: %v is out of range: use 0s to 10s", c.Wait)
	}
	if !c.Nobody.IsValid() || !c.Nobody.IsSingleIP() {
		bad("nobody: %q is no single address: keep 192.0.2.1/32", c.Nobody)
	}
	if !hostName.MatchString(c.NobodyName) {
		bad("nobody_name: %q is no name: keep nobody.invalid", c.NobodyName)
	}
	if len(c.Consumers) == 0 {
		bad("consumers: nobody may fetch: name each firewall with its token_file")
	}
	return errors.Join(append(errs, c.checkConsumers())...)
}

func (c *Config) checkConsumers() error {
	var errs []error
	seen := map[string]bool{}
	for i, x := range c.Consumers {
		if !nameOK.MatchString(x.Name) || seen[x.Name] {
			errs = append(errs, fmt.Errorf("consumers[%d].name: %q is used twice or has other than small letters, digits, . _ -", i, x.Name))
		}
		seen[x.Name] = true
		if x.TokenFile == "" {
			errs = append(errs, fmt.Errorf("consumers[%d].token_file: is empty: name the file that holds its token", i))
		}
		if x.Every < time.Second || x.Every > 24*time.Hour {
			errs = append(errs, fmt.Errorf("consumers[%d].every: %v is out of range: write how often it fetches, 1s to 24h", i, x.Every))
		}
		for _, l := range x.Lists {
			if !slices.Contains(listNames, l) {
				errs = append(errs, fmt.Errorf("consumers[%d].lists: %q is unknown: use %v", i, l, listNames))
			}
		}
	}
	return errors.Join(errs...)
}

func open(config any, d act.Deps) (act.Hand, error) {
	c, ok := config.(*Config)
	if !ok {
		return nil, fmt.Errorf("settings of type %T where *blocklist.Config is needed", config)
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Dir == "" {
		return nil, errors.New("there is no directory for the lists: give store.dir")
	}
	h := &hand{cfg: *c, deps: d, book: d.Book("blocklist"), dir: filepath.Join(d.Dir, "blocklist")}
	for i, x := range c.Consumers {
		token, err := act.Secret(fmt.Sprintf("consumers[%d].token_file", i), x.TokenFile)
		if err != nil {
			return nil, err
		}
		if len(token) < minToken {
			return nil, fmt.Errorf("consumers[%d].token_file: the token has %d characters: use at least %d (openssl rand -hex 24)", i, len(token), minToken)
		}
		h.consumers = append(h.consumers, newConsumer(x, token, h.dir))
	}
	if !c.Plain {
		if _, err := c.certificate(); err != nil {
			return nil, err
		}
	}
	h.changed, h.said = make(chan struct{}), map[string]time.Time{}
	return h, nil
}

// minToken keeps tokens beyond guessing.
const minToken = 16
