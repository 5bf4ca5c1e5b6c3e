package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/breach"
	"github.com/yagura-project/yagura/lab/hall"
)

// patience bounds a wait in these tests; it judges nothing.
const patience = 90 * time.Second

// townHall is a hall with a Yagura that isolates by itself, as a process of its own.
type townHall struct {
	*testing.T
	hall   *hall.Hall
	binary string
	dir    string
	config string
	proc   *exec.Cmd
	log    bytes.Buffer
}

func newTownHall(t *testing.T, prefix string) *townHall {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("needs root: the town hall stands in network namespaces")
	}
	h, err := hall.Build(t.Context(), hall.Options{Prefix: prefix, PCsOff: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	binary, err := exec.LookPath("yagura") // this binary under that name, see TestMain
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	town := &townHall{T: t, hall: h, dir: dir, binary: binary, config: filepath.Join(dir, "yagura.yaml")}
	d := &demo{cmd: demoCmd{Listen: "127.0.0.1:0"}, dir: filepath.Join(dir, "data")}
	if err := os.Mkdir(d.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(town.config, []byte(townConfig(h, d)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(d.dir, "assets.csv"), hall.AssetsCSV(), 0o600); err != nil {
		t.Fatal(err)
	}
	town.dir = d.dir
	return town
}

func (t *townHall) start() {
	t.Helper()
	t.proc = exec.Command(t.binary, "run", "--config", t.config)
	t.proc.Stderr = &t.log
	if err := t.proc.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(t.kill)
	t.until("Yagura answers", func() bool { return t.status() != nil })
}

func (t *townHall) kill() {
	if t.proc != nil {
		_ = t.proc.Process.Signal(syscall.SIGKILL)
		_ = t.proc.Wait()
		t.proc = nil
	}
}

func (t *townHall) until(what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.kill()
			t.Fatalf("waited in vain: %s\n%s", what, t.log.String())
		}
	}
}

func (t *townHall) yagura(args ...string) ([]byte, error) {
	return exec.Command(t.binary, append(args, "--data", t.dir, "--json")...).Output()
}

func (t *townHall) status() *statusReport {
	out, err := t.yagura("status")
	var s statusReport
	if err != nil || json.Unmarshal(out, &s) != nil {
		return nil
	}
	return &s
}

// order is the order for the PC of the general affairs section, nil without.
func (t *townHall) order() *event.Order {
	s := t.status()
	if s == nil {
		return nil
	}
	for i := range s.Orders {
		if s.Orders[i].Target.Hostname == t.hall.Node(hall.Soumu).Name {
			return &s.Orders[i]
		}
	}
	return nil
}

func (t *townHall) ruleset() string {
	t.Helper()
	out, err := t.hall.Exec(context.Background(), hall.Router, "nft", "list", "ruleset")
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func (t *townHall) ping(host hall.Host, to fmt.Stringer) *breach.Witness {
	t.Helper()
	w, err := breach.Ping(t.Context(), t.hall, host, to.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Stop)
	return w
}

// silent reports whether the witness hears nothing for a while.
func silent(w *breach.Witness) bool {
	before, _ := w.Count()
	time.Sleep(1500 * time.Millisecond)
	after, _ := w.Count()
	return after == before
}

// The promise that towns need most: what was cut off stays cut off when Yagura
// is killed, is still known after a restart, and is given back exactly.
func TestIsolationOutlivesAKilledYagura(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: builds a town hall")
	}
	town := newTownHall(t, "ygk-")
	before := town.ruleset()
	town.start()
	for _, pc := range []hall.Host{hall.Soumu, hall.Zeimu} {
		if err := town.hall.SwitchOn(t.Context(), pc); err != nil {
			t.Fatal(err)
		}
	}
	victim4, victim6 := town.ping(hall.Soumu, hall.Web), town.ping(hall.Soumu, hall.Web6)
	other := town.ping(hall.Zeimu, hall.Web)
	town.until("all can reach the web", func() bool {
		a, _ := victim4.Count()
		b, _ := victim6.Count()
		c, _ := other.Count()
		return a > 0 && b > 0 && c > 0
	})
	stage, err := breach.Open(t.Context(), town.hall, breach.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stage.Close)
	acts, end := context.WithCancel(t.Context())
	defer end()
	go func() { _ = stage.Play(acts, 0, func(breach.Step) {}) }()

	town.until("the PC is verified silent", func() bool { o := town.order(); return o != nil && o.State == event.OrderVerified })
	cut := town.order()
	t.Logf("order applied to last packet that passed: %d ms", cut.SilenceMS)

	town.kill()
	if !silent(victim4) || !silent(victim6) {
		t.Error("the PC talks although Yagura was only killed")
	}
	held := town.ruleset()
	if !strings.Contains(held, cut.UID) || !strings.Contains(held, "expires") {
		t.Errorf("the router does not hold order %s with its end:\n%s", cut.UID, held)
	}

	town.start()
	town.until("the order is taken up again", func() bool { o := town.order(); return o != nil && o.State == event.OrderVerified })
	again := town.order()
	if again.UID != cut.UID || !again.Expires.Equal(cut.Expires) {
		t.Errorf("after the restart: order %s until %v, before %s until %v", again.UID, again.Expires, cut.UID, cut.Expires)
	}
	if !silent(victim4) || !silent(victim6) {
		t.Error("the restart opened the isolation")
	}

	end()
	stage.Close()
	if out, err := town.yagura("release", cut.UID, "--reason", "駆除を確認"); err != nil {
		t.Fatalf("release: %v\n%s", err, out)
	}
	town.until("the ruleset is as before", func() bool { return town.ruleset() == before })
	town.until("the PC is back", func() bool { return !silent(victim4) && !silent(victim6) })
	if _, lost := other.Count(); lost != 0 {
		t.Errorf("the other PC lost %d packets", lost)
	}
}
