package cli

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/event"
)

// A switch whose key is another than the file says, or is in no file, gets nothing: not even a password.
func TestAnotherKeyGetsNothing(t *testing.T) {
	e := newEmulated(t, styles[0], "sw1", 8, nil)
	e.seen(pc, 4)
	_, other, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(other)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file, want string
	}{
		"another": {e.listener.Addr().String() + " " + string(ssh.MarshalAuthorizedKey(signer.PublicKey())), "shows another key"},
		"none":    {"", "does not stand in"},
	} {
		before := e.config()
		h := openOn(t, quietDeps(t), func(c2 *Config) {
			host, port, _ := strings.Cut(e.listener.Addr().String(), ":")
			line := strings.Replace(c.file, e.listener.Addr().String(), "["+host+"]:"+port, 1)
			if err := os.WriteFile(c2.Switches[0].KnownHosts, []byte(line), 0o600); err != nil {
				t.Fatal(err)
			}
		}, e)
		if _, err := h.Apply(t.Context(), orderFor(pc)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if e.config() != before || e.logins.Load() != 0 {
			t.Errorf("%s: it was spoken to", name)
		}
	}
}

func TestWrongWordsAreNamed(t *testing.T) {
	e := newEmulated(t, styles[1], "sw1", 8, nil)
	e.seen(pc, 4)
	spoil := func(file func(Switch) string) func(*Config) {
		return func(c *Config) {
			if err := os.WriteFile(file(c.Switches[0]), []byte("wrong-guess\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for want, change := range map[string]func(*Config){
		"unable to authenticate": spoil(func(s Switch) string { return s.PasswordFile }),
		"privileged":             spoil(func(s Switch) string { return s.EnableFile }),
		"name it in enable_file": func(c *Config) { c.Switches[0].EnableFile = "" },
		"no such file":           func(c *Config) { c.Switches[0].PasswordFile += "-none" },
	} {
		h := openOn(t, quietDeps(t), change, e)
		_, err := h.Apply(t.Context(), orderFor(pc))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "wrong-guess") {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

// A switch that restarts forgets; the next Apply finds the machine where it was, though no table has it yet.
func TestARestartOfTheSwitch(t *testing.T) {
	each(t, func(t *testing.T, e *emulated) {
		e.seen(pc, 4)
		e.saved()
		before := e.config()
		h := openOn(t, quietDeps(t), nil, e)
		if _, err := h.Apply(t.Context(), orderFor(pc)); err != nil {
			t.Fatal(err)
		}
		cut := e.config()
		e.restart(t)
		e.unseen(pc)
		if held, err := h.List(t.Context()); err != nil || len(held) != 0 {
			t.Errorf("%+v %v", held, err)
		}
		if r, err := h.Apply(t.Context(), orderFor(pc)); err != nil || len(r.Commands) == 0 || e.config() != cut {
			t.Errorf("%v %q", err, r.Commands)
		}
		// Where by now somebody else is, nothing is put back.
		e.restart(t)
		e.seen(event.MAC{2, 0, 0, 0, 0, 9}, 4)
		if _, err := h.Apply(t.Context(), orderFor(pc)); err == nil || e.config() != before {
			t.Errorf("an innocent machine was cut: %v", err)
		}
		if _, err := h.Undo(t.Context(), orderFor(pc)); err != nil || e.config() != before {
			t.Error(err)
		}
	})
}

// A machine that is plugged in elsewhere is cut there, and its old port is given back.
func TestAMachineMoves(t *testing.T) {
	a, b := newEmulated(t, styles[0], "sw1", 8, nil), newEmulated(t, styles[1], "sw2", 8, nil)
	a.seen(pc, 4)
	b.with(7, func(p *emPort) { p.mode = "trunk" }) // towards the first
	b.seen(pc, 7)
	beforeA, beforeB := a.config(), b.config()
	h := openOn(t, quietDeps(t), nil, a, b)
	if r, err := h.Apply(t.Context(), orderFor(pc)); err != nil || !strings.Contains(r.Detail, "sw1 port1.0.5") {
		t.Fatal(err, r.Detail)
	}
	a.unseen(pc)
	a.with(7, func(p *emPort) { p.mode = "trunk" })
	a.seen(pc, 7)
	b.seen(pc, 2)
	r, err := h.Apply(t.Context(), orderFor(pc))
	if err != nil || !strings.Contains(r.Detail, "sw2 GigabitEthernet1/0/3; moved from sw1 port1.0.5") {
		t.Fatal(err, r.Detail)
	}
	a.with(7, func(p *emPort) { p.mode = "access" })
	if a.config() != beforeA || b.config() == beforeB {
		t.Error("the old port was not given back, or the new one not cut")
	}
	if held, err := h.List(t.Context()); err != nil || len(held) != 1 || len(held[0].MACs) != 1 {
		t.Errorf("%+v %v", held, err)
	}
	if _, err := h.Undo(t.Context(), orderFor(pc)); err != nil || b.config() != beforeB {
		t.Error(err)
	}
}

// What an administrator changed meanwhile stays.
func TestChangesByHandStay(t *testing.T) {
	each(t, func(t *testing.T, e *emulated) {
		e.seen(pc, 4)
		h := openOn(t, quietDeps(t), nil, e)
		for name, change := range map[string]func(p *emPort){
			"a note":       func(p *emPort) { p.note = "moved to 3F" },
			"another VLAN": func(p *emPort) { p.vlan = 20 },
		} {
			e.with(4, func(p *emPort) { *p = emPort{mode: "access", vlan: 10} })
			if _, err := h.Apply(t.Context(), orderFor(pc)); err != nil {
				t.Fatal(err)
			}
			e.with(4, change)
			r, err := h.Undo(t.Context(), orderFor(pc))
			if err != nil || !strings.Contains(r.Detail, "somebody changed the port meanwhile") {
				t.Errorf("%s: %v %q", name, err, r.Detail)
			}
			want := emPort{mode: "access", vlan: 10}
			change(&want)
			e.with(4, func(p *emPort) {
				if *p != want {
					t.Errorf("%s: %+v, want %+v", name, *p, want)
				}
			})
		}
	})
}

// The port's state is on disk before the switch is told; where it cannot be kept, nothing is sent.
func TestNothingIsSentThatCannotBeUndone(t *testing.T) {
	e := newEmulated(t, styles[0], "sw1", 8, nil)
	e.seen(pc, 4)
	before, d := e.config(), quietDeps(t)
	if err := os.WriteFile(filepath.Join(d.Dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d.Dir = filepath.Join(d.Dir, "file") // no directory
	h := openOn(t, act.Deps{Log: d.Log, Now: d.Now, Dir: t.TempDir()}, nil, e)
	h.(*hand).memory = d.Memory("cli")
	if _, err := h.Apply(t.Context(), orderFor(pc)); err == nil || !strings.Contains(err.Error(), "nothing is sent") || e.config() != before {
		t.Error(err)
	}
}

// After a crash between the note and the command, either way leads on.
func TestACrashInBetween(t *testing.T) {
	e := newEmulated(t, styles[0], "sw1", 8, nil)
	e.seen(pc, 4)
	before, d := e.config(), quietDeps(t)
	e.mu.Lock()
	e.refuse = true
	e.mu.Unlock()
	h := openOn(t, d, nil, e)
	if _, err := h.Apply(t.Context(), orderFor(pc)); err == nil {
		t.Fatal("the switch refused")
	}
	e.mu.Lock()
	e.refuse = false
	e.mu.Unlock()
	again := openOn(t, d, nil, e)
	if held, err := again.List(t.Context()); err != nil || len(held) != 0 {
		t.Errorf("%+v %v", held, err)
	}
	if _, err := again.Apply(t.Context(), orderFor(pc)); err != nil || e.config() == before {
		t.Error(err)
	}
	third := openOn(t, d, nil, e)
	if held, err := third.List(t.Context()); err != nil || len(held) != 1 {
		t.Errorf("%+v %v", held, err)
	}
	if _, err := third.Undo(t.Context(), orderFor(pc)); err != nil || e.config() != before {
		t.Error(err)
	}
}

// A VLAN that does not exist is not made: some switches would.
func TestTheVLANMustExist(t *testing.T) {
	each(t, func(t *testing.T, e *emulated) {
		e.seen(pc, 4)
		before := e.config()
		h := openOn(t, quietDeps(t), func(c *Config) { c.VLAN = 777 }, e)
		if _, err := h.Apply(t.Context(), orderFor(pc)); err == nil || !strings.Contains(err.Error(), "777 does not exist") || e.config() != before {
			t.Error(err)
		}
	})
}

// One switch that is down keeps nobody at another from being cut and released.
func TestOneSwitchIsDown(t *testing.T) {
	up, down := newEmulated(t, styles[0], "sw1", 8, nil), newEmulated(t, styles[1], "sw2", 8, nil)
	up.seen(pc, 4)
	before := up.config()
	h := openOn(t, quietDeps(t), nil, up, down)
	_ = down.listener.Close()
	if _, err := h.Apply(t.Context(), orderFor(pc)); err != nil {
		t.Error(err)
	}
	if _, err := h.List(t.Context()); err == nil || !strings.Contains(err.Error(), "sw2") {
		t.Errorf("the first look at every switch does not name the one that is down: %v", err)
	}
	if held, err := h.List(t.Context()); err != nil || len(held) != 1 {
		t.Errorf("%+v %v", held, err)
	}
	if _, err := h.Undo(t.Context(), orderFor(pc)); err != nil || up.config() != before {
		t.Error(err)
	}
	up.unseen(pc)
	if _, err := h.Apply(t.Context(), orderFor(pc)); err == nil || !strings.Contains(err.Error(), "sw2") {
		t.Errorf("the one that is down may have it: %v", err)
	}
	var no *act.Refused
	if _, err := h.Apply(t.Context(), act.Target{Order: "iso-1", Nets: orderFor(pc).Nets, Until: time.Now().Add(time.Hour)}); !errors.As(err, &no) {
		t.Errorf("without a MAC: %v", err)
	}
}

func TestConfigNamesWhatIsWrong(t *testing.T) {
	c := Config{Action: "unplug", Timeout: time.Hour, Switches: []Switch{{Address: "10.1.0.2", Dialect: "telnet"}}}
	err := c.Validate()
	for _, want := range []string{`action: "unplug" is unknown`, "timeout: 1h0m0s", "switches[0].name", "write it as 10.1.0.2:22", "use one of alliedware-plus, cisco-ios",
		"switches[0].user", "name a password_file or a key_file", "switches[0].known_hosts"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	c = DefaultConfig()
	if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "vlan: 0") || !strings.Contains(err.Error(), "switches: none") {
		t.Error(err)
	}
}
