package cli

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

func quietDeps(t *testing.T) act.Deps {
	return act.Deps{Log: slog.New(slog.DiscardHandler), Now: time.Now, Dir: t.TempDir()}
}

func openOn(t *testing.T, d act.Deps, change func(*Config), es ...*emulated) act.Hand {
	t.Helper()
	c := DefaultConfig()
	c.VLAN, c.Timeout = 999, 5*time.Second
	for i, e := range es {
		c.Switches = append(c.Switches, e.settings(t, []string{"sw1", "sw2", "sw3"}[i]))
	}
	if change != nil {
		change(&c)
	}
	h, err := Enforcer.Open(&c, d)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	return h
}

var pc = event.MAC{2, 0, 0, 0, 0, 7}

func orderFor(mac event.MAC) act.Target {
	return act.Target{Order: "iso-1", Nets: []netip.Prefix{netip.MustParsePrefix("10.1.0.7/32")}, MAC: mac, Until: time.Now().Add(time.Hour)}
}

// each runs a test with every dialect.
func each(t *testing.T, f func(t *testing.T, e *emulated)) {
	for _, st := range styles {
		t.Run(st.dialect, func(t *testing.T) { f(t, newEmulated(t, st, "sw-honcho.2F", 8, nil)) })
	}
}

func (e *emulated) seen(mac event.MAC, n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.fdb[mac] = e.style.port(n)
}

func (e *emulated) unseen(mac event.MAC) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.fdb, mac)
}

func (e *emulated) with(n int, change func(*emPort)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	change(e.ports[e.style.port(n)])
}

func TestAPortIsCutAndGivenBack(t *testing.T) {
	each(t, func(t *testing.T, e *emulated) {
		for _, was := range []int{10, 1, 20} {
			for _, action := range []string{"vlan", "shutdown"} {
				e.seen(pc, 4)
				e.with(4, func(p *emPort) { p.vlan, p.note = was, e.host+"# 会計課 \x1b[2Kx" })
				before := e.config()
				h := openOn(t, quietDeps(t), func(c *Config) { c.Action = action }, e)
				r, err := h.Apply(context.Background(), orderFor(pc))
				if err != nil {
					t.Fatal(err, strings.Join(r.Answers, "\n"))
				}
				if len(r.Commands) < 4 || !strings.Contains(strings.Join(r.Answers, "\n"), "mac address-table") {
					t.Errorf("%q\n%q", r.Commands, r.Answers)
				}
				if text := strings.Join(append(r.Commands, r.Answers...), "\n"); strings.Contains(text, "-word") || strings.Contains(text, "\x1b") {
					t.Errorf("secrets or escapes are kept: %s", text)
				}
				if e.config() == before {
					t.Error("nothing was changed")
				}
				if r, err := h.Undo(context.Background(), orderFor(pc)); err != nil || !strings.HasSuffix(r.Detail, "as before") {
					t.Error(r.Detail, err)
				}
				if after := e.config(); after != before {
					t.Errorf("before\n%s\nafter\n%s", before, after)
				}
			}
		}
	})
}

func TestWhatLeadsToOthersIsNotTouched(t *testing.T) {
	second := event.MAC{2, 0, 0, 0, 0, 8}
	for name, prepare := range map[string]func(e *emulated){
		"a trunk":             func(e *emulated) { e.with(4, func(p *emPort) { p.mode = "trunk" }) },
		"a phone's port":      func(e *emulated) { e.with(4, func(p *emPort) { p.voice = 30 }) },
		"two machines":        func(e *emulated) { e.seen(second, 4) },
		"a named uplink":      func(e *emulated) { e.seen(pc, 5) },
		"a group of channels": func(e *emulated) { e.mu.Lock(); e.fdb[pc] = "po1"; e.mu.Unlock() },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, e *emulated) {
				e.seen(pc, 4)
				prepare(e)
				before := e.config()
				h := openOn(t, quietDeps(t), func(c *Config) { c.Switches[0].Uplinks = []string{e.style.port(5)} }, e)
				_, err := h.Apply(context.Background(), orderFor(pc))
				var no *act.Refused
				if !errors.As(err, &no) || no.Text.JA == "" {
					t.Errorf("not refused: %v", err)
				}
				if e.config() != before {
					t.Error("it was changed")
				}
			})
		})
	}
}
