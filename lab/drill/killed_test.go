package drill

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest/killed"
	"github.com/yagura-project/yagura/decide"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/store"
)

// TestMain lets the test binary be the process that is killed.
func TestMain(m *testing.M) { killed.Main(m, victim) }

// killable is the real store, with places to be killed around every step.
type killable struct{ *store.State }

func (k killable) PutOrder(ctx context.Context, o event.Order) error {
	return killed.Around(string(o.State), func() error { return k.State.PutOrder(ctx, o) })
}

func (k killable) AppendAudit(ctx context.Context, a event.Audit) error {
	return killed.Around("ledger "+a.Action, func() error { return k.State.AppendAudit(ctx, a) })
}

// fileDevice is an enforcement point that outlives Yagura: its entries are files, and it counts what was set.
type fileDevice struct{ dir string }

func (fileDevice) Name() string { return "device" }
func (fileDevice) Close() error { return nil }
func (fileDevice) Capabilities() act.Capabilities {
	return act.Capabilities{IPv4: true, IPv6: true, MAC: true}
}

func (d fileDevice) Plan(t act.Target) ([]string, error) {
	return []string{"cut " + t.MAC.String()}, act.Check("device", t, d.Capabilities(), nil)
}

func (d fileDevice) Apply(_ context.Context, t act.Target) (event.Receipt, error) {
	path := filepath.Join(d.dir, t.Order)
	if _, err := os.Stat(path); err == nil {
		return event.Receipt{Op: "apply"}, nil
	}
	body, err := json.Marshal(t.Nets)
	if err == nil {
		err = errors.Join(os.WriteFile(path+".new", body, 0o600), d.note(t.Order+" cut"), os.Rename(path+".new", path))
	}
	return event.Receipt{Op: "apply", Commands: []string{"cut " + t.Order}}, err
}

func (d fileDevice) Undo(_ context.Context, t act.Target) (event.Receipt, error) {
	err := os.Remove(filepath.Join(d.dir, t.Order))
	if errors.Is(err, os.ErrNotExist) {
		return event.Receipt{Op: "undo"}, nil
	}
	return event.Receipt{Op: "undo", Commands: []string{"open " + t.Order}}, errors.Join(err, d.note(t.Order+" open"))
}

func (d fileDevice) note(line string) error {
	f, err := os.OpenFile(filepath.Join(d.dir, ".log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(line + "\n")
	return errors.Join(err, f.Close())
}

func (d fileDevice) List(context.Context) ([]act.Held, error) {
	names, err := filepath.Glob(filepath.Join(d.dir, "iso-*"))
	var out []act.Held
	for _, n := range names {
		x := act.Held{Order: filepath.Base(n)}
		body, err := os.ReadFile(n)
		if err != nil || strings.HasSuffix(n, ".new") || json.Unmarshal(body, &x.Nets) != nil {
			continue
		}
		out = append(out, x)
	}
	return out, err
}

type unseeing struct{}

func (unseeing) Watch([]netip.Addr, []event.MAC) {}

// victim is Yagura behind its findings: policy, hands and store. One incident is considered each time it starts, as the
// detectors would raise it again; a person approves what waits, and releases what is verified when asked to.
func victim(dir string) error {
	ctx := context.Background()
	cfg := store.DefaultConfig()
	cfg.Dir, cfg.Tenant = filepath.Join(dir, "data"), "drill"
	state, err := store.Open(ctx, cfg)
	if err != nil {
		return err
	}
	ledger := killable{state}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	c := policy()
	c.Grace = time.Hour // the same case is considered again after each restart
	if os.Getenv("YAGURA_DRILL_MODE") == "approve" {
		c.Mode = event.ModeApprove
	}
	p, err := decide.New(c, decide.Deps{Log: log, Ledger: ledger})
	if err != nil {
		return err
	}
	a := act.DefaultConfig()
	a.Settle, a.ReleaseWatch = 100*time.Millisecond, 0
	m, err := act.NewManager(a, act.ManagerDeps{Log: log, Ledger: ledger, Hands: []act.Hand{killed.Hand{Hand: fileDevice{filepath.Join(dir, "device")}}}, Watcher: unseeing{}, Hold: p.Hold})
	if err != nil {
		return err
	}
	p.SetActor(m)
	if err := errors.Join(p.Start(ctx), m.Start(ctx)); err != nil {
		return err
	}
	if _, err := p.Consider(ctx, sick()); err != nil {
		return err
	}
	err = play(ctx, state, p)
	return errors.Join(err, m.Stop(ctx), p.Stop(ctx), state.Close())
}

// looks bounds how often the order is looked at, not for how long: who is held up meanwhile has as many left.
const looks = 15_000

func play(ctx context.Context, state *store.State, p *decide.Engine) error {
	for range looks {
		time.Sleep(2 * time.Millisecond)
		o, err := only(ctx, state)
		switch {
		case err != nil:
			return err
		case o.State == event.OrderAwaitingApproval:
			if _, err := p.Approve(ctx, "sato", o.UID, "電話で確認"); err != nil {
				return err
			}
		case o.State.Terminal(), o.State == event.OrderVerified && os.Getenv("YAGURA_DRILL_RELEASE") == "":
			time.Sleep(50 * time.Millisecond) // the line of the ledger comes after the order
			return nil
		case o.State == event.OrderVerified:
			if _, err := p.Release(ctx, "sato", o.UID, "復旧"); err != nil {
				return err
			}
		}
	}
	return errors.New("the order did not come to an end")
}

func sick() event.Incident {
	mac := event.MAC{2, 0, 0, 0, 0, 7}
	return event.Incident{Header: event.Header{UID: "case-1", Time: time.Now().UTC()}, HostSeverity: 10, State: event.IncidentNew,
		Device: event.Device{UID: "mac:" + mac.String(), MAC: mac, IP: netip.MustParseAddr("10.1.2.7"), Hostname: "PC-7", Zone: "lgwan", LastSeen: time.Now().UTC(), Confidence: 97}}
}

// only is the one order that there is; a second one is a fault.
func only(ctx context.Context, state *store.State) (event.Order, error) {
	all, err := state.Orders(ctx, event.OrderFilter{Limit: 10})
	if err != nil || len(all) != 1 {
		return event.Order{}, errors.Join(err, fmt.Errorf("%d orders", len(all)))
	}
	return all[0], nil
}

// Killed at every transition and at every line of the ledger, with a person or without one: no order is lost, none is
// applied twice, none is left behind unknown, and the chain of the ledger holds.
func TestScenarioKilled(t *testing.T) {
	transitions := []string{"rehearsed", "awaiting_approval", "approved", "applying", "applied", "verifying", "verified"}
	leaving := []string{"releasing", "released"}
	var points []string
	for _, s := range append(slices.Clone(transitions), leaving...) {
		points = append(points, "before "+s, "after "+s)
	}
	for _, s := range []string{"rehearse", "propose", "approve", "applying", "command", "applied", "verifying", "verified", "release", "releasing", "released"} {
		points = append(points, "before ledger "+s, "after ledger "+s)
	}
	points = append(points, "before apply", "after apply", "before undo", "after undo")
	for _, mode := range []string{"approve", "auto"} {
		for _, point := range points {
			if mode == "auto" && slices.Contains([]string{"before awaiting_approval", "after awaiting_approval", "before ledger propose", "after ledger propose",
				"before ledger approve", "after ledger approve"}, point) {
				continue // nobody is asked
			}
			t.Run(mode+" "+point, func(t *testing.T) {
				late := slices.ContainsFunc(append(leaving, "ledger release", "undo"), func(s string) bool { return strings.HasSuffix(point, s) })
				killOne(t, mode, point, late)
			})
		}
	}
}

func killOne(t *testing.T, mode, point string, late bool) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "device"), 0o700); err != nil {
		t.Fatal(err)
	}
	var dead *exec.ExitError
	if err := live(dir, mode, point, late); !errors.As(err, &dead) || dead.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("it was to be killed: %v", err)
	}
	if err := live(dir, mode, "", false); err != nil {
		t.Fatal(err)
	}
	if err := live(dir, mode, "", true); err != nil {
		t.Fatal(err)
	}
	story(t, dir)
}

// live runs Yagura until its order is where it is to be, or it is killed.
func live(dir, mode, point string, release bool) error {
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(killed.Env(dir, point), "YAGURA_DRILL_MODE="+mode)
	if release {
		cmd.Env = append(cmd.Env, "YAGURA_DRILL_RELEASE=1")
	}
	out, err := cmd.CombinedOutput()
	if err != nil && point == "" {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return err
}

// story holds what is left against what must be: one order, ended; the device told once and empty; an unbroken ledger.
func story(t *testing.T, dir string) {
	t.Helper()
	ctx := context.Background()
	cfg := store.DefaultConfig()
	cfg.Dir, cfg.Tenant = filepath.Join(dir, "data"), "drill"
	state, err := store.Open(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	o, err := only(ctx, state)
	if err != nil {
		t.Fatal(err)
	}
	if o.State != event.OrderReleased {
		t.Errorf("the order is %s", o.State)
	}
	var states []event.OrderState
	for _, h := range o.History {
		if len(states) > 0 && h.From != states[len(states)-1] {
			t.Errorf("from %s to %s after %s", h.From, h.To, states[len(states)-1])
		}
		states = append(states, h.To)
	}
	if twice := len(states) != len(slices.Compact(slices.Sorted(slices.Values(states)))); twice {
		t.Errorf("a step was taken twice: %v", states)
	}
	did, err := os.ReadFile(filepath.Join(dir, "device", ".log"))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(o.UID+" cut\n"+o.UID+" open\n", string(did)); d != "" {
		t.Errorf("the device was told: %s", d)
	}
	if list, _ := (fileDevice{filepath.Join(dir, "device")}).List(ctx); len(list) != 0 {
		t.Errorf("left behind: %+v", list)
	}
	if err := state.VerifyAudit(ctx); err != nil {
		t.Error(err)
	}
}
