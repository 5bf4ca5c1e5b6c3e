package snmp

import (
	"bytes"
	"errors"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/event"
)

// desk is the switch without cables: ports 4–20 have machine 4–20 of Documentation.
func desk(t *testing.T) *town {
	t.Helper()
	e := newEdge(t)
	e.start(t)
	w := &town{edge: e, cfg: DefaultConfig(), memory: filepath.Join(t.TempDir(), "act")}
	w.cfg.VLAN, w.cfg.Fresh, w.cfg.Wait = quarantine, 0, unhurried
	w.cfg.Switches = []Switch{e.settings()}
	return w
}

func order(uid string, pc int) act.Target {
	return act.Target{Order: uid, MAC: acttest.Documentation(pc).MAC, Until: time.Now().Add(time.Hour)}
}

func (w *town) hands(t *testing.T, d act.Deps) act.Hand {
	t.Helper()
	h := w.open(t, d)
	t.Cleanup(func() { _ = h.Close() })
	return h
}

// refuses wants the reason in a person's words, and a switch that was not touched.
func (w *town) refuses(t *testing.T, h act.Hand, target act.Target, why string) {
	t.Helper()
	before := w.text()
	_, err := h.Apply(t.Context(), target)
	var no *act.Refused
	if !errors.As(err, &no) || !strings.Contains(no.Text.JA, why) {
		t.Errorf("%v, want %q", err, why)
	}
	if w.text() != before || w.sets != 0 {
		t.Errorf("refused, but something was set (%d)", w.sets)
	}
}

func TestWhatIsNeverTouched(t *testing.T) {
	w := desk(t)
	h := w.hands(t, act.Deps{})
	w.refuses(t, h, order("iso-1", 25), "幹線ポート（SW-2F Gi1/0/25）")   // by LLDP
	w.refuses(t, h, order("iso-1", 1003), "幹線ポート（SW-2F Gi1/0/26）") // by its crowd
	w.refuses(t, h, order("iso-1", 21), "2台")                      // two machines
	w.cfg.Switches[0].Uplinks = []string{"Gi1/0/7"}
	w.refuses(t, w.hands(t, act.Deps{}), order("iso-1", 7), "幹線ポート（SW-2F Gi1/0/7）")
	w.cfg.Switches[0].MaxMACs = 2
	never := func(_ []netip.Prefix, mac event.MAC, _ string, _ []string) (event.Text, bool) {
		return event.Text{JA: "電話です", EN: "it is a telephone"}, mac == acttest.Documentation(121).MAC
	}
	w.refuses(t, w.hands(t, act.Deps{Protects: never}), order("iso-1", 21), "電話です")
	if _, err := w.hands(t, act.Deps{}).Apply(t.Context(), order("iso-1", 21)); err != nil {
		t.Errorf("two are allowed by the settings, but: %v", err)
	}
	if _, err := h.Apply(t.Context(), order("iso-2", 5000)); err == nil || !strings.Contains(err.Error(), "at no port") {
		t.Errorf("a machine that is nowhere: %v", err)
	}
}

// All three objects are set, the telephone's VLAN on the port goes, too, and everything comes back bit by bit, with what
// somebody else has changed at other ports meanwhile.
func TestEveryListIsSetAndGivenBack(t *testing.T) {
	for name, quirk := range map[string]func(*edge){
		"obeys": func(*edge) {}, "moves by itself": func(e *edge) { e.byItself = true },
	} {
		t.Run(name, func(t *testing.T) {
			w := desk(t)
			quirk(w.edge)
			before := w.text()
			h := w.hands(t, act.Deps{})
			r, err := h.Apply(t.Context(), order("iso-1", 5))
			if err != nil {
				t.Fatal(err)
			}
			w.change(func() {
				for v, want := range map[int]bool{10: false, 20: false, quarantine: true} {
					if has([]byte(w.now.egress[v]), 5) != want || has([]byte(w.now.untagged[v]), 5) != want {
						t.Errorf("VLAN %d: egress %x untagged %x\n%q", v, w.now.egress[v], w.now.untagged[v], r.Commands)
					}
				}
				if w.now.pvid[5] != quarantine {
					t.Errorf("PVID %d", w.now.pvid[5])
				}
				w.now.egress[20] = string(with([]byte(w.now.egress[20]), 9, true)) // somebody else's work
			})
			if !strings.Contains(r.Detail, "PVID 10, VLAN 10 untagged, VLAN 20 tagged") {
				t.Errorf("the receipt does not say how it was: %q", r.Detail)
			}
			if _, err := h.Undo(t.Context(), order("iso-1", 5)); err != nil {
				t.Fatal(err)
			}
			w.change(func() { w.now.egress[20] = string(with([]byte(w.now.egress[20]), 9, false)) })
			if after := w.text(); after != before {
				t.Errorf("before\n%s\nafter\n%s", before, after)
			}
		})
	}
}

// Short lists grow for ports beyond them, and are short again when the last port is given back, in whatever order.
func TestListsAreAsLongAsBefore(t *testing.T) {
	w := desk(t)
	before := w.text()
	h := w.hands(t, act.Deps{})
	for _, ports := range [][]int{{5, 17, 6}, {17, 5, 6}, {6, 17, 5}} {
		for _, p := range []int{5, 17, 6} {
			if _, err := h.Apply(t.Context(), order("iso-"+strconv.Itoa(p), p)); err != nil {
				t.Fatal(err)
			}
		}
		for _, p := range ports {
			if _, err := h.Undo(t.Context(), order("iso-"+strconv.Itoa(p), p)); err != nil {
				t.Fatal(err)
			}
		}
		if after := w.text(); after != before {
			t.Errorf("given back as %v: before\n%s\nafter\n%s", ports, before, after)
		}
	}
}

// A switch that restarts has forgotten; Yagura sets it anew, and still knows how the port was.
func TestRestartOfTheSwitchAndOfYagura(t *testing.T) {
	w := desk(t)
	before := w.text()
	h := w.open(t, act.Deps{})
	if _, err := h.Apply(t.Context(), order("iso-1", 5)); err != nil {
		t.Fatal(err)
	}
	_ = h.Close()
	w.restart(t)
	again := w.hands(t, act.Deps{})
	if list, err := again.List(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%v %v", list, err)
	}
	w.change(func() { delete(w.plugged, acttest.Documentation(5).MAC) }) // it has not said anything yet
	if r, err := again.Apply(t.Context(), order("iso-1", 5)); err != nil || len(r.Commands) == 0 {
		t.Fatalf("%q %v", r.Commands, err)
	}
	if list, _ := again.List(t.Context()); len(list) != 1 {
		t.Errorf("%v", list)
	}
	if _, err := again.Undo(t.Context(), order("iso-1", 5)); err != nil {
		t.Fatal(err)
	}
	if after := w.text(); after != before {
		t.Errorf("before\n%s\nafter\n%s", before, after)
	}
}

// The user takes the cable to another port: the isolation follows, the old port is given back; whoever is plugged in
// there now is not cut off.
func TestTheMachineMoves(t *testing.T) {
	w := desk(t)
	h := w.hands(t, act.Deps{})
	if _, err := h.Apply(t.Context(), order("iso-1", 5)); err != nil {
		t.Fatal(err)
	}
	mac := acttest.Documentation(5).MAC
	w.change(func() { w.plugged[mac] = 22 })
	if _, err := h.Apply(t.Context(), order("iso-1", 5)); err != nil {
		t.Fatal(err)
	}
	w.change(func() {
		if w.now.pvid[5] != 10 || w.now.pvid[22] != quarantine || !has([]byte(w.now.egress[20]), 5) {
			t.Errorf("port 5 has PVID %d, port 22 %d", w.now.pvid[5], w.now.pvid[22])
		}
		delete(w.plugged, mac)
		w.plugged[event.MAC{2, 0, 0, 0, 0, 9}] = 22
	})
	if _, err := h.Apply(t.Context(), order("iso-1", 5)); err == nil || !strings.Contains(err.Error(), "the port is given back") {
		t.Errorf("%v", err)
	}
	w.change(func() {
		if w.now.pvid[22] != 10 {
			t.Errorf("somebody else's PC is in VLAN %d", w.now.pvid[22])
		}
	})
}

// What a person sets at the port by hand while it is ours is his.
func TestAPersonWasThere(t *testing.T) {
	w := desk(t)
	h := w.hands(t, act.Deps{})
	if _, err := h.Apply(t.Context(), order("iso-1", 4)); err != nil {
		t.Fatal(err)
	}
	w.change(func() { w.now.pvid[4] = 20; w.now.egress[20] = string(with([]byte(w.now.egress[20]), 4, true)) })
	r, err := h.Undo(t.Context(), order("iso-1", 4))
	if err != nil || !strings.Contains(r.Detail, "by hand") {
		t.Errorf("%q %v", r.Detail, err)
	}
	w.change(func() {
		if w.now.pvid[4] != 20 || !has([]byte(w.now.egress[20]), 4) || has([]byte(w.now.egress[quarantine]), 4) {
			t.Errorf("PVID %d, in the quarantine VLAN: %v", w.now.pvid[4], has([]byte(w.now.egress[quarantine]), 4))
		}
	})
}

// Killed between the note on disk and the switch: the next Yagura completes it or gives it back.
func TestKilledInBetween(t *testing.T) {
	w := desk(t)
	before := w.text()
	w.change(func() { w.deny = true }) // nothing reaches the switch after the note
	h := w.open(t, act.Deps{})
	if _, err := h.Apply(t.Context(), order("iso-1", 5)); err == nil || !strings.Contains(err.Error(), "may this user write?") {
		t.Errorf("%v", err)
	}
	_ = h.Close()
	w.change(func() { w.deny = false; w.now.pvid[5] = quarantine }) // half of it
	again := w.hands(t, act.Deps{})
	if _, err := again.Undo(t.Context(), order("iso-1", 5)); err != nil {
		t.Fatal(err)
	}
	if after := w.text(); after != before {
		t.Errorf("before\n%s\nafter\n%s", before, after)
	}
}

func TestSecrets(t *testing.T) {
	w := desk(t)
	file := func(text string) string {
		path := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := w.cfg.Switches[0]
	for name, change := range map[string]func(*Switch){
		"wrong authentication": func(s *Switch) { s.AuthFile = file("guess-guess\n") },
		"wrong privacy":        func(s *Switch) { s.PrivFile = file("guess-guess\n") },
		"no such user":         func(s *Switch) { s.User = "nobody" },
		"may only read":        func(s *Switch) { s.User = "reader" },
	} {
		w.cfg.Switches[0] = good
		change(&w.cfg.Switches[0])
		w.cfg.Wait = 500 * time.Millisecond // some of these are never answered
		before := w.text()
		_, err := w.hands(t, act.Deps{}).Apply(t.Context(), order("iso-1", 5))
		if err == nil || !strings.Contains(err.Error(), "SW-2F") || strings.Contains(err.Error(), "passw0rd") || strings.Contains(err.Error(), "guess") {
			t.Errorf("%s: %v", name, err)
		}
		if w.text() != before {
			t.Errorf("%s: something was set", name)
		}
	}
	_ = os.RemoveAll(w.memory)
	w.cfg.Wait = unhurried
	w.cfg.Switches[0] = Switch{Name: "SW-2F", Address: w.addr, Version: "2c", Plain: true, Community: filepath.Join(w.dir, "community")}
	var log bytes.Buffer
	h := w.hands(t, act.Deps{Log: slog.New(slog.NewTextHandler(&log, nil))})
	if !strings.Contains(log.String(), "version 2c") || strings.Contains(log.String(), "town-write") {
		t.Errorf("%s", log.String())
	}
	if _, err := h.Apply(t.Context(), order("iso-1", 5)); err != nil {
		t.Error(err)
	}
}

func TestSettings(t *testing.T) {
	good := func() Config {
		c := DefaultConfig()
		c.VLAN = 999
		c.Switches = []Switch{{Address: "10.0.0.2", User: "yagura", Auth: "sha256", AuthFile: "/a", Priv: "aes", PrivFile: "/p"}}
		return c
	}
	c := good()
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(*Config){
		"action":                    func(c *Config) { c.Action = "explode" },
		"wait":                      func(c *Config) { c.Wait = 0 },
		"fresh":                     func(c *Config) { c.Fresh = time.Hour },
		"switches: none":            func(c *Config) { c.Switches = nil },
		"switches[0].vlan":          func(c *Config) { c.VLAN = 0 },
		"switches[0].address":       func(c *Config) { c.Switches[0].Address = "sw" },
		"named twice":               func(c *Config) { c.Switches = append(c.Switches, c.Switches[0]) },
		"switches[0].max_macs":      func(c *Config) { c.Switches[0].MaxMACs = 9 },
		"allow_v2c":                 func(c *Config) { c.Switches[0].Version = "2c" },
		"community_file":            func(c *Config) { c.Switches[0].Version, c.Switches[0].Plain = "2c", true },
		"switches[0].version":       func(c *Config) { c.Switches[0].Version = "1" },
		"switches[0].user":          func(c *Config) { c.Switches[0].User = "" },
		"must be authentic":         func(c *Config) { c.Switches[0].Auth = "none" },
		"switches[0].priv:":         func(c *Config) { c.Switches[0].Priv = "" },
		"switches[0].auth_file":     func(c *Config) { c.Switches[0].AuthFile = "" },
		"switches[0].priv_file: na": func(c *Config) { c.Switches[0].PrivFile = "" },
	} {
		c := good()
		change(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
