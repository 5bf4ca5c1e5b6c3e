package radius

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"
	"layeh.com/radius/rfc2866"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/act/acttest/fabric"
	"github.com/yagura-project/yagura/event"
)

func pc(n int) fabric.Host {
	return fabric.Host{Name: "pc", Port: n, MAC: acttest.Documentation(n).MAC}
}

// desk is FreeRADIUS and an access switch without cables, PCs 1 and 2 in VLAN 10.
func desk(t *testing.T, change func(*Config)) (*site, *edge) {
	t.Helper()
	known := filepath.Join(t.TempDir(), "known.csv")
	put(t, known, pc(1).MAC.String()+",10\n"+pc(2).MAC.String()+",10\n")
	s := newSite(t, "", func(c *Config) {
		c.Known, c.Guest, c.Wait, c.Again = known, "30", 1500*time.Millisecond, 2*time.Second
		if change != nil {
			change(c)
		}
	})
	e := newEdge(t, s, nil)
	e.plug(pc(1))
	e.plug(pc(2))
	return s, e
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func order(n int) act.Target {
	return act.Target{Order: "iso-1", MAC: pc(n).MAC, Until: time.Now().Add(time.Hour)}
}

func hands(t *testing.T, s *site, d act.Deps) act.Hand {
	t.Helper()
	h := s.open(t, d)
	t.Cleanup(func() { _ = h.Close() })
	return h
}

// fails wants an error that says why, and nothing to be listed.
func fails(t *testing.T, h act.Hand, target act.Target, why string) {
	t.Helper()
	if r, err := h.Apply(t.Context(), target); err == nil || !strings.Contains(err.Error(), why) {
		t.Errorf("%v (%q), want %q", err, r.Answers, why)
	}
	if list, err := h.List(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("it failed, but is listed: %v %v", list, err)
	}
}

func works(t *testing.T, h act.Hand, target act.Target) event.Receipt {
	t.Helper()
	r, err := h.Apply(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	if list, err := h.List(t.Context()); err != nil || len(list) != 1 || !slices.Contains(list[0].MACs, target.MAC) {
		t.Errorf("it worked, but is listed as %v %v", list, err)
	}
	return r
}

func TestASilentSwitchIsAFailure(t *testing.T) {
	s, e := desk(t, nil)
	h := hands(t, s, act.Deps{})
	e.change(func() { e.mute = true })
	fails(t, h, order(1), "no answer")
	e.change(func() { e.mute = false })
	works(t, h, order(1))
	e.wait(t, pc(1), 999)
}

// A switch that knows no such session is a failure once; then it is taken at its word: whoever comes back is quarantined.
func TestASwitchWithoutTheSession(t *testing.T) {
	s, e := desk(t, nil)
	h := hands(t, s, act.Deps{})
	e.change(func() { delete(e.ports, 1) })
	fails(t, h, order(1), "503 Session Context Not Found")
	if r := works(t, h, order(1)); !strings.Contains(r.Detail, "not logged on") {
		t.Errorf("%+v", r)
	}
	e.plug(pc(1))
	e.wait(t, pc(1), 999)
}

// A yes that nothing follows is not believed.
func TestAYesProvesNothing(t *testing.T) {
	s, e := desk(t, nil)
	h := hands(t, s, act.Deps{})
	e.change(func() { e.stubborn = true })
	fails(t, h, order(1), "has not logged on again")
}

// FreeRADIUS does not ask the policy: seen before the switch is told where it can be asked, else by the new answer.
func TestAPolicyThatNobodyReads(t *testing.T) {
	s, e := desk(t, nil)
	s.stop()
	conf := filepath.Join(s.dir, "radiusd.conf")
	text, err := os.ReadFile(conf)
	if err != nil {
		t.Fatal(err)
	}
	put(t, conf, strings.Replace(string(text), "\t\tyagura_answer\n", "", 1))
	s.start(t)
	h := hands(t, s, act.Deps{})
	fails(t, h, order(1), "is yagura_answer at the end of its post-auth?")
	if e.told() != 0 {
		t.Error("the switch was told all the same")
	}
	probe := s.cfg.Probe
	s.cfg.Probe = ""
	fails(t, hands(t, s, act.Deps{}), order(2), "in spite of the policy")
	s.cfg.Probe = probe
}

// What FreeRADIUS is to include is written before it can answer.
func TestCheckWritesWhatIsIncluded(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	put(t, secret, "x\n")
	c := DefaultConfig()
	c.Dir, c.Quarantine, c.NAS, c.Wait = dir, "999", []NAS{{Address: "192.0.2.1", Secret: secret}}, 500*time.Millisecond
	c.Probe, c.ProbeKey = "127.0.0.1:1", secret
	h, err := Enforcer.Open(&c, act.Deps{})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if _, err := h.List(t.Context()); err == nil || !strings.Contains(err.Error(), "probe") {
		t.Errorf("nobody answers, but: %v", err)
	}
	for _, name := range []string{"module", "policy", "policy.db"} {
		if text, err := os.ReadFile(filepath.Join(dir, name)); err != nil || strings.Contains(string(text), "@DIR@") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnUnknownSwitch(t *testing.T) {
	s, _ := desk(t, nil)
	s.cfg.NAS[0].Address = "192.0.2.0/24"
	fails(t, hands(t, s, act.Deps{}), order(1), "not among nas")
}

// A wrong secret looks like silence: neither side believes the other.
func TestAWrongSecret(t *testing.T) {
	s, e := desk(t, nil)
	s.cfg.NAS[0].Secret = s.write(t, "wrong", "guess\n")
	fails(t, hands(t, s, act.Deps{}), order(1), "no answer")
	if e.told() != 0 {
		t.Error("the switch believed it")
	}
}

// A port is bounced only for its only machine, unless the settings say so, and never with one that may not be cut off.
func TestBounceOnlyAlone(t *testing.T) {
	s, e := desk(t, nil)
	s.cfg.NAS[0].Vendor, s.cfg.NAS[0].Way = "arubacx", "bounce"
	h := hands(t, s, act.Deps{})
	beside := func(port string) {
		db, err := h.(*hand).policy.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(`UPDATE session SET port = ?, port_id = ? WHERE mac = ?`, port, "Gi1/0/"+port, pc(2).MAC.String()); err != nil {
			t.Fatal(err)
		}
	}
	beside("1")
	r, err := h.Apply(t.Context(), order(1))
	var no *act.Refused
	if !errors.As(err, &no) || !strings.Contains(no.Text.JA, pc(2).MAC.String()) || e.told() != 0 {
		t.Errorf("%v %q, %d told", err, r.Commands, e.told())
	}
	s.cfg.Shared = true
	never := func(_ []netip.Prefix, mac event.MAC, _ string, _ []string) (event.Text, bool) {
		return event.Text{JA: "DNSです", EN: "it is the DNS"}, mac == pc(2).MAC
	}
	if _, err := hands(t, s, act.Deps{Protects: never}).Apply(t.Context(), order(1)); !errors.As(err, &no) || !strings.Contains(no.Text.JA, "DNS") || e.told() != 0 {
		t.Errorf("%v, %d told", err, e.told())
	}
	works(t, hands(t, s, act.Deps{}), order(1))
	if e.codes[0] != radius.CodeCoARequest || !slices.Contains(e.texts, "\x00\x00\x39\xe7\x28\x06\x00\x00\x00\x05") {
		t.Errorf("%v %q", e.codes, e.texts)
	}
}

func TestCiscoIsAskedByCoA(t *testing.T) {
	s, e := desk(t, nil)
	port := s.cfg.NAS[0].Port
	s.cfg.NAS[0].Vendor, s.cfg.NAS[0].Port = "cisco", port
	works(t, hands(t, s, act.Deps{}), order(1))
	if e.codes[0] != radius.CodeCoARequest || len(e.texts) != 1 || !strings.Contains(e.texts[0], "subscriber:command=reauthenticate") {
		t.Errorf("%v %q", e.codes, e.texts)
	}
	e.wait(t, pc(1), 999)
}

func TestNoAccessAtAll(t *testing.T) {
	s, e := desk(t, func(c *Config) { c.Quarantine = reject })
	h := hands(t, s, act.Deps{})
	works(t, h, order(1))
	e.wait(t, pc(1), 0)
	if _, err := h.Undo(t.Context(), order(1)); err != nil {
		t.Fatal(err)
	}
	e.again(1) // a switch asks again for a refused machine by itself
	e.wait(t, pc(1), 10)
}

// The order ends at the switch, too, when Yagura has long been gone: FreeRADIUS counts, and the switch asks again.
func TestExpiryWithoutYagura(t *testing.T) {
	s, e := desk(t, nil)
	h := s.open(t, act.Deps{})
	target := order(1)
	target.Until = time.Now().Add(3 * time.Second)
	if _, err := h.Apply(t.Context(), target); err != nil {
		t.Fatal(err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	e.wait(t, pc(1), 999)
	e.wait(t, pc(1), 10)
}

// Sessions that the switch has accounted as over are not told again.
func TestAccounting(t *testing.T) {
	s, e := desk(t, nil)
	h := hands(t, s, act.Deps{})
	e.account(t, 1, rfc2866.AcctStatusType_Value_Start)
	e.account(t, 1, rfc2866.AcctStatusType_Value_Stop)
	if r := works(t, h, order(1)); e.told() != 0 || !strings.Contains(r.Detail, "not logged on") {
		t.Errorf("%d told, %q", e.told(), r.Detail)
	}
	e.plug(pc(1))
	e.wait(t, pc(1), 999)
}

// Unknown machines are guests, or nothing; a ledger that cannot be read changes nothing.
func TestAdmission(t *testing.T) {
	s, e := desk(t, nil)
	e.plug(pc(3))
	e.wait(t, pc(3), 30)
	h := hands(t, s, act.Deps{})
	learn := func(text string) {
		put(t, s.cfg.Known, text)
		if _, err := h.List(t.Context()); err != nil {
			t.Error(err)
		}
		e.again(1)
		e.again(3)
	}
	learn(pc(1).MAC.String() + ",12\n" + pc(3).MAC.String() + "\n")
	e.wait(t, pc(1), 12)
	e.wait(t, pc(3), 0) // let in without a VLAN of its own: the switch's
	learn("not a machine\n")
	e.wait(t, pc(1), 12)
	s.cfg.Guest = reject
	put(t, s.cfg.Known, pc(1).MAC.String()+",12\n")
	strict := hands(t, s, act.Deps{})
	if _, err := strict.List(t.Context()); err != nil {
		t.Fatal(err)
	}
	e.plug(pc(4))
	e.wait(t, pc(4), 0)
	// An isolated machine gets no more by being known.
	works(t, strict, order(1))
	e.wait(t, pc(1), 999)
}

// Yagura's FreeRADIUS stands before the RADIUS that the town has: it passes on what it is asked, and changes only what
// isolated machines are answered.
func TestBeforeAnotherRADIUS(t *testing.T) {
	old := newSite(t, pcUser, nil)
	front := newSiteBefore(t, old.auth, "", nil)
	e := newEdge(t, front, nil)
	ask := func() string {
		req := radius.New(radius.CodeAccessRequest, []byte(sharedSecret))
		_ = rfc2865.UserName_SetString(req, "pc1")
		_ = rfc2865.UserPassword_SetString(req, "pw1")
		_ = rfc2865.CallingStationID_SetString(req, pc(1).MAC.String())
		reply := e.ask(req)
		if reply == nil || reply.Code != radius.CodeAccessAccept {
			t.Fatalf("%+v", reply)
		}
		v, _ := reply.Lookup(81)
		return strings.TrimLeft(string(v), "\x00\x01")
	}
	if got := ask(); got != "10" {
		t.Errorf("before: VLAN %s", got)
	}
	h := hands(t, front, act.Deps{}).(*hand)
	row := row{mac: pc(1).MAC, order: "iso-1", vlan: "999", until: time.Now().Add(time.Hour).Unix()}
	if _, err := h.policy.put(t.Context(), row); err != nil {
		t.Fatal(err)
	}
	if got := ask(); got != "999" {
		t.Errorf("isolated: VLAN %s", got)
	}
	list, err := h.sessions(t.Context(), pc(1).MAC)
	if err != nil || len(list) != 1 || list[0].vlan != "999" || list[0].user != "pc1" {
		t.Errorf("%+v %v", list, err)
	}
	if err := h.policy.drop(t.Context(), "iso-1"); err != nil {
		t.Fatal(err)
	}
	if got := ask(); got != "10" {
		t.Errorf("released: VLAN %s", got)
	}
}
