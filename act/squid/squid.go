// Package squid shows an isolated machine the notice page instead of the web, at a Squid proxy (5 or newer) on this machine.
//
// Squid asks a helper (external_acl_type) about each request; the helper, `yagura squid-helper`, reads a list that Yagura
// writes as a whole. Nothing of Squid's own configuration is written and Squid is never told to reconfigure: a mistake in
// somebody else's line of squid.conf would then end the proxy of a whole town. The list names the end of every isolation,
// which the helper obeys, so it ends without Yagura, too; while Yagura is down it keeps. Without a list, or one
// that cannot be read, the helper lets everybody pass.
//
// Squid decides when a request begins. A CONNECT tunnel that stands (HTTPS) is not asked about again: with end_tunnels
// Yagura ends the machine's connections to the proxy in the kernel (sock_diag(7), SOCK_DESTROY), so that the browser has to ask
// anew. A refused CONNECT shows the browser's own error, not the notice page: browsers do not show what a proxy
// answers there. Only the web is cut; nothing else of the machine passes here.
package squid

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// Enforcer is the proxy.
var Enforcer = act.Enforcer{
	Name:  "squid",
	Title: event.Text{JA: "Webプロキシー（Squid）", EN: "web proxy (Squid)"},
	Undo: event.Text{
		JA: "プロキシーの機械で、設定にある一覧ファイル（既定は /var/lib/yagura-squid/isolated）を消すと、すべての端末がすぐにWebへ戻ります。Squidの再起動はいりません。",
		EN: "On the proxy's machine, remove the list that the configuration names (/var/lib/yagura-squid/isolated by default): every machine is back on the web at once. Squid need not be restarted.",
	},
	Config: func() any { c := DefaultConfig(); return &c },
	Open:   open,
}

// Config says where the list and the proxy are.
type Config struct {
	List       string        `yaml:"list"`        // the file that the helper reads; the user of Squid must be able to read it
	Proxy      string        `yaml:"proxy"`       // http://address:port of Squid, asked for its cache manager's page whether the helper runs
	EndTunnels bool          `yaml:"end_tunnels"` // end the machine's standing connections to the proxy (needs CAP_NET_ADMIN)
	Timeout    time.Duration `yaml:"timeout"`     // for an answer of Squid, 100 ms–1 m
}

// DefaultConfig is a Squid on this machine at its usual port.
func DefaultConfig() Config {
	return Config{List: "/var/lib/yagura-squid/isolated", Proxy: "http://127.0.0.1:3128", EndTunnels: true, Timeout: 5 * time.Second}
}

// Validate names what cannot be obeyed.
func (c *Config) Validate() error {
	var errs []error
	if !filepath.IsAbs(c.List) {
		errs = append(errs, fmt.Errorf("list: %q is no absolute path", c.List))
	}
	if u, err := url.Parse(c.Proxy); err != nil || u.Scheme != "http" || u.Hostname() == "" || u.Port() == "" {
		errs = append(errs, fmt.Errorf("proxy: %q: write it as http://127.0.0.1:3128", c.Proxy))
	}
	if c.Timeout < 100*time.Millisecond || c.Timeout > time.Minute {
		errs = append(errs, fmt.Errorf("timeout: %v is out of range: use 100ms to 1m", c.Timeout))
	}
	return errors.Join(errs...)
}

// Snippet is what squid.conf needs, before its first "http_access allow". page is the notice page's URL.
func Snippet(binary, list, page string) string {
	return fmt.Sprintf(`external_acl_type yagura ttl=0 cache=0 concurrency=100 children-startup=1 children-max=2 %%>a %%DST %%PORT %s squid-helper %s
acl yagura_isolated external yagura
deny_info %s yagura_isolated
http_access allow localhost manager
http_access deny yagura_isolated
`, binary, list, page)
}

func open(config any, d act.Deps) (act.Hand, error) {
	c, ok := config.(*Config)
	if !ok {
		return nil, fmt.Errorf("settings of type %T where *squid.Config is needed", config)
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	return &hand{cfg: *c, deps: d, in: func(f func() error) error { return f() }}, nil
}
