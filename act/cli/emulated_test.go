package cli

import (
	"bufio"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"github.com/yagura-project/yagura/event"
)

// emulated is a switch: a real SSH server with a command line, whose ports may be real ones (wire).
type emulated struct {
	style style
	host  string
	wire  wire // nil: the ports carry nothing

	mu      sync.Mutex
	ports   map[string]*emPort
	startup map[string]emPort // what a restart brings back
	fdb     map[event.MAC]string
	refuse  bool // every change is refused
	noise   string

	listener net.Listener
	signer   ssh.Signer
	muted    atomic.Pointer[chan struct{}] // reads wait for it
	received atomic.Int64
	logins   atomic.Int64 // attempts with a password
}

// wire makes settings real and knows who has spoken at which port.
type wire interface {
	set(port string, vlan int, up bool) error
	macs() (map[event.MAC]string, error)
}

type emPort struct {
	mode, note string
	vlan       int
	shut       bool
	voice      int
}

func newEmulated(t *testing.T, st style, host string, ports int, w wire) *emulated {
	t.Helper()
	e := &emulated{style: st, host: host, wire: w, ports: map[string]*emPort{}, fdb: map[event.MAC]string{}}
	for n := range ports {
		e.ports[st.port(n)] = &emPort{mode: "access", vlan: 10}
	}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if e.signer, err = ssh.NewSignerFromKey(key); err != nil {
		t.Fatal(err)
	}
	if e.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.listener.Close() })
	go e.serve()
	return e
}

// saved makes what stands now the configuration that a restart brings back.
func (e *emulated) saved() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.startup = map[string]emPort{}
	for name, p := range e.ports {
		e.startup[name] = *p
	}
}

func (e *emulated) restart(t *testing.T) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for name, p := range e.startup {
		*e.ports[name] = p
		e.real(t.Errorf, name)
	}
}

// real brings a port's setting to the wire.
func (e *emulated) real(fail func(string, ...any), port string) {
	if e.wire == nil {
		return
	}
	p := e.ports[port]
	if err := e.wire.set(port, p.vlan, !p.shut); err != nil {
		fail("%s: %v", port, err)
	}
}

// config is the whole running configuration.
func (e *emulated) config() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(e.ports)) {
		b.WriteString(strings.Join(e.stanza(name), "\n") + "\n")
	}
	return b.String()
}

func (e *emulated) stanza(name string) []string {
	return append([]string{"interface " + name}, e.style.lines(*e.ports[name])...)
}

func (e *emulated) table() map[event.MAC]string {
	out := maps.Clone(e.fdb)
	if e.wire != nil {
		real, err := e.wire.macs()
		if err != nil {
			panic(err)
		}
		maps.Copy(out, real)
	}
	maps.DeleteFunc(out, func(_ event.MAC, port string) bool { return e.ports[port] != nil && e.ports[port].shut })
	return out
}

// settings is a Switch of the configuration that reaches it.
func (e *emulated) settings(t *testing.T, name string) Switch {
	t.Helper()
	dir := t.TempDir()
	put := func(file, text string) string {
		path := filepath.Join(dir, file)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	addr := e.listener.Addr().String()
	return Switch{Name: name, Address: addr, Dialect: e.style.dialect, User: "yagura", PasswordFile: put("password", "s3cret-word\n"),
		EnableFile: put("enable", "en4ble-word\n"), KnownHosts: put("known_hosts", knownhosts.Line([]string{addr}, e.signer.PublicKey())+"\n")}
}

func (e *emulated) serve() {
	cfg := &ssh.ServerConfig{PasswordCallback: func(c ssh.ConnMetadata, word []byte) (*ssh.Permissions, error) {
		e.logins.Add(1)
		if c.User() != "yagura" || string(word) != "s3cret-word" {
			return nil, errors.New("no")
		}
		return nil, nil
	}}
	cfg.AddHostKey(e.signer)
	for {
		c, err := e.listener.Accept()
		if err != nil {
			return
		}
		go e.session(cfg, &counted{c, e})
	}
}

// counted is a connection that counts what comes, and can be deaf.
type counted struct {
	net.Conn
	e *emulated
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.e.received.Add(int64(n))
	if gate := c.e.muted.Load(); gate != nil {
		<-*gate
	}
	return n, err
}

func (e *emulated) session(cfg *ssh.ServerConfig, c net.Conn) {
	defer c.Close()
	_, chans, reqs, err := ssh.NewServerConn(c, cfg)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(reqs)
	for n := range chans {
		ch, reqs, err := n.Accept()
		if err != nil {
			return
		}
		go func() {
			for r := range reqs {
				_ = r.Reply(r.Type == "pty-req" || r.Type == "shell", nil)
			}
		}()
		go func() { defer ch.Close(); e.line(ch) }()
	}
}

// line is the command line with its echo.
func (e *emulated) line(rw io.ReadWriter) {
	mode, end, port := "", ">", ""
	in := bufio.NewReader(rw)
	say := func(lines ...string) {
		for _, l := range lines {
			_, _ = io.WriteString(rw, l+"\r\n")
		}
	}
	say("", e.host+"# is watched; unauthorised use is punished", "")
	for {
		_, _ = io.WriteString(rw, e.host+mode+end)
		text, err := in.ReadString('\n')
		if err != nil {
			return
		}
		text = strings.TrimRight(text, "\r\n")
		say(text)
		words := strings.Fields(text)
		switch {
		case len(words) == 0 || words[0] == "!" || words[0] == "terminal":
		case text == "enable" && end == ">":
			_, _ = io.WriteString(rw, "Password: ")
			word, _ := in.ReadString('\n')
			say("")
			if strings.TrimRight(word, "\r\n") == "en4ble-word" {
				end = "#"
			} else {
				say("% Bad secrets")
			}
		case end == ">":
			say(e.style.bad)
		case text == "configure terminal":
			mode = "(config)"
			say("Enter configuration commands, one per line.  End with CNTL/Z.")
		case text == "end":
			mode = ""
		case mode != "" && words[0] == "interface" && e.port(words[1]):
			mode, port = "(config-if)", words[1]
		case mode == "(config-if)":
			say(e.change(port, text)...)
		default:
			say(e.show(text)...)
		}
	}
}

func (e *emulated) port(name string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.ports[name] != nil
}

func (e *emulated) change(port, text string) []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.refuse {
		return []string{"% Command authorization failed."}
	}
	p := e.ports[port]
	switch n, is := strings.CutPrefix(text, "switchport access vlan "); {
	case is:
		v, err := strconv.Atoi(n)
		if err != nil {
			return []string{e.style.bad}
		}
		p.vlan = v
	case text == "no switchport access vlan":
		p.vlan = 1
	case text == "shutdown":
		p.shut = true
	case text == "no shutdown":
		p.shut = false
	default:
		return []string{e.style.bad}
	}
	var problem []string
	e.real(func(f string, args ...any) { problem = append(problem, fmt.Sprintf("%% "+f, args...)) }, port)
	return problem
}

func (e *emulated) show(text string) []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	after := func(prefix string) (string, bool) { return strings.CutPrefix(text, prefix) }
	if mac, ok := after("show mac address-table address "); ok {
		return e.rows(func(m event.MAC, _ string) bool { return dotted(m) == mac })
	}
	if port, ok := after("show mac address-table interface "); ok {
		return e.rows(func(_ event.MAC, at string) bool { return at == port })
	}
	if port, ok := after("show running-config interface "); ok {
		if e.ports[port] == nil {
			return []string{e.style.bad}
		}
		out := []string{"Building configuration...", "", "!"}
		return append(append(out, e.stanza(port)...), "end", e.noise)
	}
	if rest, ok := after("show interfaces "); ok {
		port, _, _ := strings.Cut(rest, " ")
		if p := e.ports[port]; p != nil && p.mode == "trunk" {
			return []string{"Name: " + e.style.short(port), "Administrative Mode: dynamic auto", "Operational Mode: trunk"}
		}
		return []string{"Name: " + e.style.short(port), "Administrative Mode: dynamic auto", "Operational Mode: static access"}
	}
	for _, prefix := range []string{"show vlan id ", "show vlan "} {
		if n, ok := after(prefix); ok {
			v, _ := strconv.Atoi(n)
			return e.style.vlans(v)
		}
	}
	return []string{e.style.bad}
}

func (e *emulated) rows(want func(event.MAC, string) bool) []string {
	out := strings.Split(e.style.head, "\r\n")
	table := e.table()
	for _, m := range slices.SortedFunc(maps.Keys(table), func(a, b event.MAC) int { return slices.Compare(a[:], b[:]) }) {
		if port := table[m]; want(m, port) {
			vlan := 10
			if p := e.ports[port]; p != nil {
				vlan = p.vlan
			}
			out = append(out, e.style.row(vlan, dotted(m), e.style.short(port)))
		}
	}
	return out
}
