// Package switches reads, by SNMP and without ever writing, at which port of which switch a machine is plugged in.
package switches

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gosnmp/gosnmp"

	"github.com/yagura-project/yagura/asset"
	"github.com/yagura-project/yagura/event"
)

// Defaults and bounds.
const (
	defaultEvery   = 5 * time.Minute
	defaultMaxMACs = 8
	maxRows        = 100_000 // of one column
	askWithin      = 3 * time.Second
	readWithin     = 2 * time.Minute // one switch, everything
)

var errTooLong = errors.New("the table is longer than is read")

// Read asks one switch for its tables.
func Read(ctx context.Context, s asset.Switch) (Tables, error) {
	ctx, stop := context.WithTimeout(ctx, readWithin)
	defer stop()
	c, err := client(ctx, s)
	if err != nil {
		return Tables{}, fmt.Errorf("switch %s: %w", s.Address, err)
	}
	if err := c.Connect(); err != nil {
		return Tables{}, fmt.Errorf("switch %s: %w", s.Address, err)
	}
	defer c.Conn.Close()
	t, err := read(func(oid string) (raw, error) { return column(c, oid) })
	if err != nil {
		return t, fmt.Errorf("switch %s: %w; is SNMP allowed from here, with this community or user?", s.Address, err)
	}
	if t.Name = s.Name; t.Name == "" {
		if a, err := c.Get([]string{sysName}); err == nil && len(a.Variables) == 1 {
			t.Name = words(a.Variables[0].Value)
		}
	}
	if t.Name == "" {
		t.Name = s.Address
	}
	return t, nil
}

// column walks everything below oid.
func column(c *gosnmp.GoSNMP, oid string) (raw, error) {
	out := raw{}
	err := c.BulkWalk(oid, func(v gosnmp.SnmpPDU) error {
		if len(out) >= maxRows {
			return errTooLong
		}
		out[strings.TrimPrefix(v.Name, oid+".")] = v.Value
		return nil
	})
	return out, err
}

var (
	authProtocols = map[string]gosnmp.SnmpV3AuthProtocol{"md5": gosnmp.MD5, "sha": gosnmp.SHA, "sha256": gosnmp.SHA256, "sha512": gosnmp.SHA512}
	privProtocols = map[string]gosnmp.SnmpV3PrivProtocol{"des": gosnmp.DES, "aes": gosnmp.AES, "aes256": gosnmp.AES256}
)

func client(ctx context.Context, s asset.Switch) (*gosnmp.GoSNMP, error) {
	at, err := netip.ParseAddrPort(s.Address)
	if err != nil {
		ip, err := netip.ParseAddr(s.Address)
		if err != nil {
			return nil, err
		}
		at = netip.AddrPortFrom(ip, 161)
	}
	c := &gosnmp.GoSNMP{Target: at.Addr().String(), Port: at.Port(), Transport: "udp", Version: gosnmp.Version2c, Timeout: askWithin, Retries: 2,
		MaxRepetitions: 25, Context: ctx}
	if !s.V3() {
		c.Community, err = secret(s.Community)
		return c, err
	}
	user := &gosnmp.UsmSecurityParameters{UserName: s.User}
	c.Version, c.SecurityModel, c.MsgFlags, c.SecurityParameters = gosnmp.Version3, gosnmp.UserSecurityModel, gosnmp.NoAuthNoPriv, user
	if s.Authentic() {
		c.MsgFlags, user.AuthenticationProtocol = gosnmp.AuthNoPriv, authProtocols[s.Auth]
		if user.AuthenticationPassphrase, err = secret(s.AuthFile); err != nil {
			return nil, err
		}
	}
	if s.Private() {
		c.MsgFlags, user.PrivacyProtocol = gosnmp.AuthPriv, privProtocols[s.Priv]
		if user.PrivacyPassphrase, err = secret(s.PrivFile); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// secret reads a password from its file; it never stands in the configuration.
func secret(path string) (string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("secret: %w", err)
	}
	return strings.TrimRight(string(b), "\r\n"), nil
}

// Attachments are the places that a switch tells of. A port with many addresses, or with a switch behind it, is an
// uplink: it says nothing of where a PC stands.
func Attachments(s asset.Switch, t Tables, at time.Time) (out []asset.Attachment) {
	most := s.MaxMACs
	if most == 0 {
		most = defaultMaxMACs
	}
	for _, mac := range slices.SortedFunc(maps.Keys(t.Where), func(a, b event.MAC) int { return slices.Compare(a[:], b[:]) }) {
		port := t.Where[mac]
		name := t.Ports[port]
		if name == "" {
			name = fmt.Sprintf("port %d", port)
		}
		if t.Many[port] > most || t.Uplink[port] || slices.Contains(s.Uplinks, name) {
			continue
		}
		out = append(out, asset.Attachment{MAC: mac, Switch: t.Name, Port: name, Source: "snmp", Time: at})
	}
	for _, ip := range slices.SortedFunc(maps.Keys(t.Holds), netip.Addr.Compare) {
		out = append(out, asset.Attachment{MAC: t.Holds[ip], IP: ip, Source: "snmp", Time: at})
	}
	return out
}

// Poller reads all switches by turns. It is a service.Part.
type Poller struct {
	list  []asset.Switch
	take  func(...asset.Attachment)
	log   *slog.Logger
	stop  context.CancelFunc
	ended sync.WaitGroup
	mu    sync.Mutex
	state map[string]State
}

// State is how the last reading of one switch went.
type State struct {
	Address string    `json:"address"`
	Name    string    `json:"name"`
	Time    time.Time `json:"time"`
	Places  int       `json:"places"` // machines whose port was told
	Problem string    `json:"problem,omitempty"`
}

// NewPoller prepares a poller that hands what it reads to take.
func NewPoller(list []asset.Switch, take func(...asset.Attachment), log *slog.Logger) *Poller {
	return &Poller{list: list, take: take, log: log, state: map[string]State{}}
}

// Name implements service.Part.
func (p *Poller) Name() string { return "switches" }

// Start begins to read, one goroutine a switch: one that does not answer holds up nobody.
func (p *Poller) Start(context.Context) error {
	ctx, stop := context.WithCancel(context.Background())
	p.stop = stop
	for _, s := range p.list {
		p.ended.Go(func() { p.follow(ctx, s) })
	}
	return nil
}

// Stop ends the reading.
func (p *Poller) Stop(context.Context) error {
	if p.stop != nil {
		p.stop()
	}
	p.ended.Wait()
	return nil
}

func (p *Poller) follow(ctx context.Context, s asset.Switch) {
	every := s.Every
	if every == 0 {
		every = defaultEvery
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		p.once(ctx, s)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (p *Poller) once(ctx context.Context, s asset.Switch) {
	st := State{Address: s.Address, Name: s.Name, Time: time.Now().UTC()}
	t, err := Read(ctx, s)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		st.Problem = err.Error()
	} else {
		list := Attachments(s, t, st.Time)
		p.take(list...)
		st.Name, st.Places = t.Name, len(list)
	}
	p.mu.Lock()
	before := p.state[s.Address]
	p.state[s.Address] = st
	p.mu.Unlock()
	if st.Problem != "" && before.Problem != st.Problem {
		p.log.Warn("a switch cannot be read", "error", err)
	}
}

// States are how the last readings went, by address.
func (p *Poller) States() []State {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.SortedFunc(maps.Values(p.state), func(a, b State) int { return strings.Compare(a.Address, b.Address) })
}
