// Package webhook tells another system by a signed HTTPS request whom to cut off: an orchestrator, a firewall's API, or an OpenC2 actuator.
//
// Three bodies are known. "json" is Call as it stands; "template" is what a Go
// text/template makes of a Call; "openc2" is a command of OpenC2 1.0 with the
// profile for stateless packet filters (SLPF 1.0) for each address: deny, and
// to release it delete of the rule number that the actuator gave (allow, where
// it gave none), over the HTTPS transfer of that standard.
//
// With secret_file the header X-Yagura-Signature is "t=<unix seconds>,v1=<hex>",
// the HMAC-SHA256 of "<t>.<body>", as in Yagura's notices; a receiver refuses
// what is older than five minutes. Idempotency-Key is the same for every
// attempt at one request.
//
// Without read_url nothing is known but the answer to the request: then it is
// one-way, and says so. With it, a GET answers {"orders": [Held …]} of all
// that stands, and nothing counts before it is found there.
//
// Requests go to the configured addresses alone, whatever a name resolves to;
// redirects and proxies of the environment are not followed.
package webhook

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// Enforcer is the webhook.
var Enforcer = act.Enforcer{
	Name:  "webhook",
	Title: event.Text{JA: "Webhook・OpenC2（ほかの装置へ依頼）", EN: "webhook or OpenC2 (asks another system)"},
	Undo: event.Text{
		JA: "依頼先の装置の管理画面で、Yaguraの隔離番号（iso-…）が付いた遮断ルールを削除してください。",
		EN: "In the administration of the system that was asked, delete the blocking rules with Yagura's order number (iso-…).",
	},
	Config: func() any { c := DefaultConfig(); return &c },
	Open:   open,
}

// Config says whom to ask, and how.
type Config struct {
	Name      string       `yaml:"name"`        // tells several webhooks apart: "webhook-NAME"; empty = "webhook"
	URL       string       `yaml:"url"`         // https://host/path of the requests
	ReadURL   string       `yaml:"read_url"`    // https://host/path that lists what stands; empty = it cannot be read back
	Addresses []netip.Addr `yaml:"addresses"`   // the only addresses that are spoken to; needed where the URL has a name
	CAFile    string       `yaml:"ca_file"`     // PEM of the authority that signed its certificate; empty = the system's
	CertFile  string       `yaml:"cert_file"`   // PEM certificate that Yagura shows; empty = none
	KeyFile   string       `yaml:"key_file"`    // PEM key of cert_file
	TokenFile string       `yaml:"token_file"`  // file with the token of "Authorization: Bearer"; empty = none
	Secret    string       `yaml:"secret_file"` // file with the secret that signs each request; empty = not signed
	Body      string       `yaml:"body"`        // json, template or openc2
	Template  string       `yaml:"template"`    // of body template: Go text/template over a Call that makes JSON; {{json .Nets}} writes a value

	Cuts        []string      `yaml:"cuts"`         // by what the other side can cut: ipv4, ipv6, mac
	Ranges      bool          `yaml:"ranges"`       // it also takes whole networks
	Forgets     bool          `yaml:"forgets"`      // it ends an isolation at its time by itself, and read_url tells left_s
	SameSegment bool          `yaml:"same_segment"` // it also cuts between neighbours on one switch
	Timeout     time.Duration `yaml:"timeout"`      // of one attempt; 100ms–1m
	Attempts    int           `yaml:"attempts"`     // 1–5, with a growing pause between them
}

// DefaultConfig asks nobody yet.
func DefaultConfig() Config {
	return Config{Body: "json", Cuts: []string{"ipv4", "ipv6"}, Timeout: 5 * time.Second, Attempts: 3}
}

var nameOK = regexp.MustCompile(`^[a-z0-9-]{0,32}$`)

// Validate names what cannot be obeyed.
func (c *Config) Validate() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if !nameOK.MatchString(c.Name) {
		bad("name: %q has other than small letters, digits and -", c.Name)
	}
	errs = append(errs, c.checkURL("url", c.URL))
	if c.ReadURL != "" {
		errs = append(errs, c.checkURL("read_url", c.ReadURL))
	}
	if !slices.Contains([]string{"json", "template", "openc2"}, c.Body) {
		bad("body: %q is unknown: use json, template or openc2", c.Body)
	}
	if (c.Body == "template") != (c.Template != "") {
		bad("template: belongs to \"body: template\"")
	}
	if _, err := c.template(); err != nil {
		errs = append(errs, err)
	}
	for _, x := range c.Cuts {
		if !slices.Contains([]string{"ipv4", "ipv6", "mac"}, x) {
			bad("cuts: %q is unknown: use ipv4, ipv6, mac", x)
		}
	}
	if len(c.Cuts) == 0 || c.Body == "openc2" && slices.Contains(c.Cuts, "mac") {
		bad("cuts: %v: name at least one of ipv4, ipv6, mac (a packet filter by OpenC2 knows no mac)", c.Cuts)
	}
	if c.Forgets && c.ReadURL == "" {
		bad("forgets: cannot be believed without read_url")
	}
	if c.Timeout < 100*time.Millisecond || c.Timeout > time.Minute {
		bad("timeout: %v is out of range: use 100ms to 1m", c.Timeout)
	}
	if c.Attempts < 1 || c.Attempts > 5 {
		bad("attempts: %d is out of range: use 1 to 5", c.Attempts)
	}
	return errors.Join(errs...)
}

func (c *Config) checkURL(field, text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return fmt.Errorf("%s: is no web address without a password in it: write it as https://soar.example.jp/isolate", field)
	}
	ip, err := netip.ParseAddr(u.Hostname())
	switch {
	case u.Scheme != "https" && !(u.Scheme == "http" && err == nil && ip.IsLoopback()):
		return fmt.Errorf("%s: %s would go unprotected: use https (http only to a loopback address)", field, u.Hostname())
	case err != nil && len(c.Addresses) == 0:
		return fmt.Errorf("addresses: are needed because %s is a name (%s): a forged answer of a name server would choose who gets the request", field, u.Hostname())
	}
	return nil
}

func open(config any, d act.Deps) (act.Hand, error) {
	c, ok := config.(*Config)
	if !ok {
		return nil, fmt.Errorf("settings of type %T where *webhook.Config is needed", config)
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	h := &hand{cfg: *c, deps: d}
	h.memory = d.Memory(h.Name())
	var err error
	if h.body, err = c.template(); err != nil {
		return nil, err
	}
	if c.TokenFile != "" {
		if h.token, err = act.Secret("token_file", c.TokenFile); err != nil {
			return nil, err
		}
	}
	if c.Secret != "" {
		if h.secret, err = act.Secret("secret_file", c.Secret); err != nil {
			return nil, err
		}
	}
	t, err := c.tls()
	if err != nil {
		return nil, err
	}
	h.client = c.client(t)
	return h, nil
}

func (c *Config) tls() (*tls.Config, error) {
	t, err := act.ClientTLS(c.CAFile, "")
	if err != nil {
		return nil, err
	}
	if c.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("cert_file, key_file: %w", err)
		}
		t.Certificates = []tls.Certificate{pair}
	}
	return t, nil
}
