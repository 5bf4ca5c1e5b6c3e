package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act/webhook"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/store"
)

// gateway is a device that cannot count time: it cuts what it is told until it is told otherwise.
type gateway struct {
	*httptest.Server
	mu    sync.Mutex
	cut   map[string][]netip.Prefix
	calls int
}

func newGateway(t *testing.T) *gateway {
	g := &gateway{cut: map[string][]netip.Prefix{}}
	g.Server = httptest.NewServer(g)
	t.Cleanup(g.Close)
	return g
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if r.Method == http.MethodGet {
		type held struct {
			Order string         `json:"order"`
			Nets  []netip.Prefix `json:"nets"`
		}
		list := []held{}
		for o, n := range g.cut {
			list = append(list, held{o, n})
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"orders": list})
		return
	}
	var c webhook.Call
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	g.calls++
	if c.Op == "apply" {
		g.cut[c.Order] = c.Nets
	} else {
		delete(g.cut, c.Order)
	}
	_, _ = w.Write([]byte("{}"))
}

func (g *gateway) cuts(order string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.cut[order] != nil
}

// told is how often it was told to change something.
func (g *gateway) told() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.calls
}

// Yagura is killed as kill -9 does it while two machines are cut off at a device that cannot count time. What is over is ended
// by `yagura expire`, in the ledger too, and nothing else; beside a running Yagura it does nothing.
func TestScenarioExpiryWhileYaguraIsDown(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("yagura run opens an interface, which needs root")
	}
	g, dir := newGateway(t), t.TempDir()
	file := filepath.Join(dir, "yagura.yaml")
	text := "capture: {interfaces: [lo]}\nconsole: {listen: 127.0.0.1:0}\nnotify: {channels: []}\nstore: {dir: " + dir + "/data}\nact:\n  every: 1s\n  enforcers:\n    - webhook: {url: " +
		g.URL + "/isolations, read_url: " + g.URL + "/isolations, attempts: 1}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := loadConfig(file)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, cfg, "iso-short", 7)
	keep(t, cfg, "iso-long", 8)
	main := yagura(t, "run", "--config", file)
	main.Stderr = t.Output()
	if err := main.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "both are cut off", func() bool { return g.cuts("iso-short") && g.cuts("iso-long") })
	if out, err := yagura(t, "expire", "--config", file).CombinedOutput(); err != nil || len(out) != 0 {
		t.Errorf("beside a running Yagura: %v %s", err, out)
	}
	if err := main.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = main.Wait()
	over(t, cfg, "iso-short")
	if !g.cuts("iso-short") {
		t.Fatal("the device ended it by itself: this shows nothing")
	}
	calls := g.told()
	if out, err := yagura(t, "expire", "--config", file).CombinedOutput(); err != nil || !strings.Contains(string(out), "iso-short") || strings.Contains(string(out), "iso-long") {
		t.Errorf("%v %s", err, out)
	}
	if g.cuts("iso-short") || !g.cuts("iso-long") || g.told() != calls+1 {
		t.Errorf("short %v, long %v, %d calls", g.cuts("iso-short"), g.cuts("iso-long"), g.told()-calls)
	}
	if s, l := ledgered(t, cfg, "iso-short").State, ledgered(t, cfg, "iso-long").State; s != event.OrderExpired || !l.Standing() {
		t.Errorf("in the ledger: %s, %s", s, l)
	}
	if out, err := yagura(t, "expire", "--config", file).CombinedOutput(); err != nil || len(out) != 0 || g.told() != calls+1 {
		t.Errorf("nothing is overdue any more, but %v %s", err, out)
	}
	t.Attr("figure", "ended by yagura expire after kill -9")
}

func yagura(t *testing.T, args ...string) *exec.Cmd {
	path, err := exec.LookPath("yagura")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	return cmd
}

// keep writes an order for an hour into the ledger as it stands after its approval.
func keep(t *testing.T, cfg config, uid string, host byte) {
	t.Helper()
	now := time.Now().UTC()
	write(t, cfg, event.Order{Header: event.Header{UID: uid, Time: now}, State: event.OrderApproved, IPs: []netip.Addr{netip.AddrFrom4([4]byte{192, 0, 2, host})},
		Target: event.Device{UID: uid, Hostname: "PC-" + uid}, Mode: event.ModeAuto, Requested: "policy", Approved: "sato", Expires: now.Add(time.Hour), Enforcers: []string{"webhook"},
		History: []event.Transition{{Time: now, To: event.OrderApproved, Who: "sato"}}})
}

// over lets an order's hour have passed: no time of the clock is long enough for a busy machine and short enough for a test.
func over(t *testing.T, cfg config, uid string) {
	t.Helper()
	o := ledgered(t, cfg, uid)
	o.Expires = time.Now().UTC().Add(-time.Second)
	write(t, cfg, o)
}

func write(t *testing.T, cfg config, o event.Order) {
	t.Helper()
	s, err := store.Open(t.Context(), cfg.Store)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.PutOrder(t.Context(), o); err != nil {
		t.Fatal(err)
	}
}

func ledgered(t *testing.T, cfg config, uid string) event.Order {
	t.Helper()
	s, err := store.OpenReader(t.Context(), cfg.Store)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	o, err := s.Order(t.Context(), uid)
	if err != nil {
		t.Fatal(err)
	}
	return o
}
