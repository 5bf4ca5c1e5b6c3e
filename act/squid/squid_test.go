package squid

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/vishvananda/netns"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
)

// TestMain lets this binary be Squid's helper.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "squid-helper" {
		_ = Help(os.Stdin, os.Stdout, os.Args[2], time.Now, func(err error) { fmt.Fprintln(os.Stderr, err) })
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// town is a real Squid, a web server and clients on the loopback of one network namespace.
type town struct {
	t    *testing.T
	ns   string
	dir  string
	name string // Squid's, unique on this machine
	cmd  *exec.Cmd
}

const (
	proxy4, proxy6 = "10.79.0.1", "fd79::1"
	page           = "http://10.79.0.9:8081/notice"
)

var clients = []acttest.Machine{
	{Name: "pc-a", V4: netip.MustParseAddr("10.79.0.2"), V6: netip.MustParseAddr("fd79::2")},
	{Name: "pc-b", V4: netip.MustParseAddr("10.79.0.3"), V6: netip.MustParseAddr("fd79::3")},
}

func newTown(t *testing.T) *town {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root: it builds a network namespace")
	}
	for _, tool := range []string{"ip", "squid"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("needs %s: run script/setup test", tool)
		}
	}
	w := &town{t: t, ns: fmt.Sprintf("ygsquid%d", os.Getpid()), name: fmt.Sprintf("ygsq%d", os.Getpid())}
	w.run("ip", "netns", "add", w.ns)
	t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", w.ns).Run() })
	script := "ip link set lo up"
	for i := range 9 {
		script += fmt.Sprintf("; ip addr add 10.79.0.%d/24 dev lo; ip addr add fd79::%d/64 dev lo nodad", i+1, i+1)
	}
	w.run("ip", "netns", "exec", w.ns, "sh", "-ec", script)
	var err error
	if w.dir, err = os.MkdirTemp("", "ygsquid"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(w.dir) })
	w.files()
	w.website()
	w.start()
	t.Cleanup(w.kill)
	return w
}

func (w *town) run(name string, args ...string) string {
	w.t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		w.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// files are what a proxy's machine has: the helper's program, a directory for logs, squid.conf with our lines.
func (w *town) files() {
	self, err := os.ReadFile("/proc/self/exe")
	if err == nil {
		err = os.WriteFile(w.dir+"/helper", self, 0o755)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.run("install", "-d", "-o", "proxy", "-g", "proxy", w.dir+"/log")
	w.run("chmod", "755", w.dir)
	w.conf(Snippet(w.dir+"/helper", w.list(), page))
}

func (w *town) list() string { return w.dir + "/lists/isolated" }

func (w *town) conf(ours string) {
	text := fmt.Sprintf(`http_port 3128
visible_hostname proxy.example
pid_filename %[1]s/log/pid
access_log stdio:%[1]s/log/access.log
cache_log %[1]s/log/cache.log
cache deny all
netdb_filename none
coredump_dir %[1]s/log
shutdown_lifetime 0 seconds
%[2]s
acl SSL_ports port 443 8443
acl CONNECT method CONNECT
http_access allow localhost manager
http_access deny manager
http_access allow all
`, w.dir, ours)
	if err := os.WriteFile(w.dir+"/squid.conf", []byte(text), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) start() {
	w.cmd = exec.Command("ip", "netns", "exec", w.ns, "squid", "-n", w.name, "-f", w.dir+"/squid.conf", "-N")
	var said bytes.Buffer
	w.cmd.Stderr = &said
	if err := w.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if c, err := w.dial(proxy4, net.JoinHostPort(proxy4, "3128")); err == nil {
			_ = c.Close()
			return
		}
	}
	w.t.Fatalf("squid does not listen: %s", said.String())
}

// kill ends Squid as a power cut does; it leaves its shared memory behind, and would not start again.
func (w *town) kill() {
	_ = w.cmd.Process.Kill()
	_ = w.cmd.Wait()
	left, _ := filepath.Glob("/dev/shm/" + w.name + "-*")
	for _, f := range left {
		_ = os.Remove(f)
	}
	_ = os.Remove(w.dir + "/log/pid")
}

func (w *town) restart() { w.kill(); w.start() }

// at runs f with this thread inside the namespace.
func (w *town) at(f func() error) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		h, err := netns.GetFromPath("/run/netns/" + w.ns)
		if err == nil {
			defer h.Close()
			err = netns.Set(h)
		}
		if err == nil {
			err = f()
		}
		done <- err
	}()
	return <-done
}

func (w *town) dial(from, to string) (c net.Conn, err error) {
	err = w.at(func() (err error) {
		d := net.Dialer{Timeout: 5 * time.Second, LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
		c, err = d.Dial("tcp", to)
		return err
	})
	return c, err
}

// website answers on 8080, has the notice page on 8081, and echoes on 8443, behind CONNECT.
func (w *town) website() {
	for _, at := range []string{":8080", ":8081", ":8443"} {
		var l net.Listener
		if err := w.at(func() (err error) { l, err = net.Listen("tcp", at); return err }); err != nil {
			w.t.Fatal(err)
		}
		w.t.Cleanup(func() { _ = l.Close() })
		if at == ":8443" {
			go echoes(l)
			continue
		}
		text := map[string]string{":8080": "the web", ":8081": "この端末は隔離されています"}[at]
		go func() {
			_ = http.Serve(l, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(rw, text) }))
		}()
	}
}

func echoes(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() { defer c.Close(); _, _ = io.Copy(c, c) }()
	}
}

// browser is a client's connection to the proxy, kept open as browsers do.
type browser struct {
	w        *town
	from, to string
	c        net.Conn
	r        *bufio.Reader
}

func (w *town) browser(from netip.Addr) *browser {
	b := &browser{w: w, from: from.String(), to: net.JoinHostPort(proxy4, "3128")}
	if from.Is6() {
		b.to = net.JoinHostPort(proxy6, "3128")
	}
	return b
}

// get asks for an address and gives status, Location and body; a connection that was ended is opened anew, once.
func (b *browser) get(url string, patience time.Duration) (resp *http.Response, body string, err error) {
	for range 2 {
		if b.c == nil {
			if b.c, err = b.w.dial(b.from, b.to); err != nil {
				return nil, "", err
			}
			b.r = bufio.NewReader(b.c)
		}
		_ = b.c.SetDeadline(time.Now().Add(patience))
		if _, err = fmt.Fprintf(b.c, "GET %s HTTP/1.1\r\nHost: 10.79.0.8:8080\r\n\r\n", url); err == nil {
			if resp, err = http.ReadResponse(b.r, nil); err == nil {
				text, err := io.ReadAll(resp.Body)
				if resp.Close {
					b.close()
				}
				return resp, string(text), err
			}
		}
		b.close()
	}
	return nil, "", err
}

func (b *browser) close() {
	if b.c != nil {
		_ = b.c.Close()
		b.c = nil
	}
}

func (w *town) open(t *testing.T, d act.Deps, change func(*Config)) act.Hand {
	t.Helper()
	c := DefaultConfig()
	c.List = w.list()
	if change != nil {
		change(&c)
	}
	h, err := Enforcer.Open(&c, d)
	if err != nil {
		t.Fatal(err)
	}
	h.(*hand).in = w.at
	return h
}

func quietDeps() act.Deps { return act.Deps{Log: slog.New(slog.DiscardHandler), Now: time.Now} }

// managed counts the questions that Squid got from Yagura, and the versions of the list.
func (w *town) managed(t *testing.T) int {
	text, err := os.ReadFile(w.dir + "/log/access.log")
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return bytes.Count(text, []byte("squid-internal-mgr"))
}
