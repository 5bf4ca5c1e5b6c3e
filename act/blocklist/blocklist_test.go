package blocklist

import (
	"context"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/act/acttest/street"
	"github.com/yagura-project/yagura/lab/drill"
)

// puller is a firewall that fetches the list with curl and loads it into nftables, as appliances do with an EDL.
const puller = `
while :; do
	code=$(curl -s --max-time 5 --cacert cert.pem -H @auth --etag-compare etag --etag-save etag.new -o list -w '%{http_code}' \
		https://198.18.255.254:8446/ip.txt) || code=000
	if [ "$code" = 200 ]; then
		{ echo 'flush set inet utm edl4'; echo 'flush set inet utm edl6'
		  awk '/:/ { print "add element inet utm edl6 { " $1 " }"; next } NF { print "add element inet utm edl4 { " $1 " }" }' list
		} > batch
		nft -f batch && mv etag.new etag && echo loaded >> log
	fi
	sleep 0.1
done
`

const utm = `
table inet utm {
	set edl4 { type ipv4_addr; flags interval; auto-merge; }
	set edl6 { type ipv6_addr; flags interval; auto-merge; }
	chain forward {
		type filter hook forward priority filter; policy accept;
		ip saddr @edl4 drop
		ip daddr @edl4 drop
		ip6 saddr @edl6 drop
		ip6 daddr @edl6 drop
	}
}
table ip theirs {
	chain post { type nat hook postrouting priority srcnat; policy accept; ip saddr 192.0.2.0/24 masquerade; };
}
`

const token = "0123456789abcdef-utm"

// site is a firewall that fetches from a Hand's lists on one street.
type site struct {
	*street.Street
	dir string // of Yagura
	fw  string // of the firewall
	cfg Config
}

func newSite(t *testing.T) *site {
	s := &site{Street: street.New(t, "bl", "curl", "awk"), dir: t.TempDir(), fw: t.TempDir(), cfg: DefaultConfig()}
	s.Echo()
	s.cfg.Listen = "198.18.255.254:8446"
	s.cfg.CertFile, s.cfg.KeyFile = street.Certificate(t, s.fw, street.RouterV4)
	s.cfg.Wait = 10 * time.Second
	s.cfg.Consumers = []Consumer{{Name: "utm", TokenFile: filepath.Join(s.dir, "token"), Every: time.Second}}
	for file, text := range map[string]string{filepath.Join(s.dir, "token"): token + "\n",
		filepath.Join(s.fw, "auth"): "Authorization: Bearer " + token + "\n", filepath.Join(s.fw, "utm.nft"): utm} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s.In(street.Router, "nft -f "+filepath.Join(s.fw, "utm.nft"))
	return s
}

func (s *site) fetches() {
	s.Start(street.Router, nil, "sh", "-c", "cd "+s.fw+puller)
}

func (s *site) open(t *testing.T, d act.Deps) act.Hand {
	t.Helper()
	d.Dir = s.dir
	c := s.cfg
	h, err := Enforcer.Open(&c, d)
	if err != nil {
		t.Fatal(err)
	}
	s.Must(street.Router, func() error { _, err := h.List(context.Background()); return err })
	return h
}

func (s *site) loaded() int {
	b, _ := os.ReadFile(filepath.Join(s.fw, "log"))
	return strings.Count(string(b), "loaded")
}

// until waits for what another process does.
func until(t *testing.T, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !f(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within 30 s", what)
		}
	}
}

func TestConformance(t *testing.T) { acttest.Run(t, newSite(t).bench(t)) }

// The drill: the sensor listens where PC a's cable reaches the firewall.
func TestScenario(t *testing.T) {
	s := newSite(t)
	drill.Run(t, drill.Town{Bench: s.bench(t), Namespace: s.NetNS(street.Router), Interfaces: []string{"to-" + street.PCA}})
}

// bench is the site with a firewall that fetches.
func (s *site) bench(t *testing.T) acttest.Bench {
	s.fetches()
	h := s.open(t, act.Deps{Now: time.Now})
	until(t, "the first fetch", func() bool { return s.loaded() > 0 })
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	return acttest.Bench{
		Open: s.open, Machine: acttest.Documentation, Dial: s.Dial, Keeps: true,
		Foreign: func(t *testing.T) string {
			out := s.In(street.Router, "nft -s list table ip theirs; nft -s list chain inet utm forward; cd "+s.dir+"/blocklist; tail -n +1 *.txt")
			return out
		},
		Received: func(*testing.T) int { return s.loaded() },
		Flush: func(t *testing.T) { // the firewall starts without its list and fetches it anew
			n := s.loaded()
			s.In(street.Router, "cd "+s.fw+"; rm -f etag; nft flush set inet utm edl4; nft flush set inet utm edl6")
			until(t, "the firewall has fetched again", func() bool { return s.loaded() > n })
		},
		Lose: s.lose,
		Why: map[string]string{
			"Mute": "the list is fetched from Yagura: a firewall that does not come is waited for (TestItWaitsForTheConsumer)",
			"Deny": "a firewall cannot refuse a list that it fetches",
		},
	}
}

// lose takes the machine's lines from the lists as they are offered.
func (s *site) lose(t *testing.T, _ string, m acttest.Machine) {
	n := s.loaded()
	for _, list := range listNames {
		file := filepath.Join(s.dir, "blocklist", list+".txt")
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := slices.DeleteFunc(strings.SplitAfter(string(text), "\n"), func(l string) bool {
			return strings.HasPrefix(l, m.V4.String()+"/") || strings.HasPrefix(l, m.V6.String()+"/")
		})
		if err := act.Replace(file, []byte(strings.Join(lines, "")), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "the firewall has fetched again", func() bool { return s.loaded() > n })
}

func target(order string, nets ...string) act.Target {
	t := act.Target{Order: order, Until: time.Now().Add(time.Hour)}
	for _, n := range nets {
		t.Nets = append(t.Nets, netip.MustParsePrefix(n))
	}
	return t
}
