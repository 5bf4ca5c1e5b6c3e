package nftables

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
	"github.com/yagura-project/yagura/event"
)

// TestMain lets the test binary be the process that is killed.
func TestMain(m *testing.M) { killed.Main(m, victim) }

// fileLedger keeps one order in a file, durably, and is a place to be killed.
type fileLedger struct{ path string }

func ledgerIn(dir string) fileLedger { return fileLedger{filepath.Join(dir, "order.json")} }

func (l fileLedger) PutOrder(_ context.Context, o event.Order) error {
	return killed.Around(string(o.State), func() error { return l.write(o) })
}

func (l fileLedger) write(o event.Order) error {
	b, err := json.Marshal(o)
	if err != nil {
		return err
	}
	if err := os.WriteFile(l.path+".new", b, 0o600); err != nil {
		return err
	}
	return os.Rename(l.path+".new", l.path)
}

func (l fileLedger) read() (o event.Order, err error) {
	b, err := os.ReadFile(l.path)
	if err == nil {
		err = json.Unmarshal(b, &o)
	}
	return o, err
}

func (l fileLedger) AppendAudit(context.Context, event.Audit) error { return nil }
func (l fileLedger) Order(_ context.Context, uid string) (event.Order, error) {
	o, err := l.read()
	if err == nil && o.UID != uid {
		err = event.ErrNotFound
	}
	return o, err
}
func (l fileLedger) Orders(_ context.Context, f event.OrderFilter) ([]event.Order, error) {
	o, err := l.read()
	if err != nil || !slices.Contains(f.States, o.State) {
		return nil, err
	}
	return []event.Order{o}, nil
}

type blind struct{}

func (blind) Watch([]netip.Addr, []event.MAC) {}

// victim is Yagura as far as it matters here: a Manager with a ledger and the real firewall. It ends
// when the order is verified or, when asked to release it, released.
func victim(dir string) error {
	c := DefaultConfig()
	c.NetNS = os.Getenv("YAGURA_TEST_NETNS")
	h, err := Enforcer.Open(&c, quietDeps())
	if err != nil {
		return err
	}
	cfg := act.DefaultConfig()
	cfg.Settle, cfg.ReleaseWatch = 100*time.Millisecond, 0
	ledger := ledgerIn(dir)
	m, err := act.NewManager(cfg, act.ManagerDeps{Log: slog.New(slog.DiscardHandler), Ledger: ledger, Hands: []act.Hand{killed.Hand{Hand: h}}, Watcher: blind{}})
	if err != nil {
		return err
	}
	ctx := context.Background()
	if err := m.Start(ctx); err != nil {
		return err
	}
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		o, err := ledger.read()
		switch {
		case err != nil:
			return err
		case o.State.Terminal():
			return m.Stop(ctx)
		case o.State == event.OrderVerified && os.Getenv("YAGURA_TEST_RELEASE") == "":
			return m.Stop(ctx)
		case o.State == event.OrderVerified:
			if _, err := m.Release(ctx, o.UID, "sato", event.Text{JA: "復旧"}); err != nil {
				return err
			}
		}
	}
	return errors.New("the order did not come to an end")
}

// Killed at every point of an isolation's life, Yagura leaves the machine as the ledger says, and goes on from there.
func TestKilledAtEveryStep(t *testing.T) {
	w := newTown(t, false)
	w.Echo(srv.ns, srv.v4, srv.v6)
	mac := w.MAC(pcA.ns)
	isolating := []string{"before applying", "after applying", "before apply", "after apply", "before applied", "after applied",
		"before verifying", "after verifying", "before verified", "after verified"}
	releasing := []string{"before releasing", "after releasing", "before undo", "after undo", "before released", "after released"}
	for _, point := range append(slices.Clone(isolating), releasing...) {
		t.Run(point, func(t *testing.T) {
			k := killing{t: t, town: w, point: point, release: slices.Contains(releasing, point), mac: mac,
				ledger: ledgerIn(t.TempDir())}
			k.cut = slices.Index(isolating, point) >= 3 || slices.Contains([]string{"before releasing", "after releasing", "before undo"}, point)
			k.run()
		})
	}
}

type killing struct {
	t       *testing.T
	town    *town
	ledger  fileLedger
	point   string
	mac     event.MAC
	release bool // the release is what it is killed in
	cut     bool // the machine is cut off at this point
	expires time.Time
}

func (k *killing) run() {
	k.expires = time.Now().Add(10 * time.Minute).UTC()
	o := event.Order{Header: event.Header{UID: "iso-1", Time: time.Now().UTC()}, State: event.OrderApproved, IPs: []netip.Addr{pcA.v4, pcA.v6}, MAC: k.mac,
		Expires: k.expires, Enforcers: []string{"nftables"}, History: []event.Transition{{To: event.OrderApproved, Who: "policy"}}}
	if err := k.ledger.write(o); err != nil {
		k.t.Fatal(err)
	}
	before := k.town.ruleset(k.t)
	var dead *exec.ExitError
	if err := k.start(k.point); !errors.As(err, &dead) || dead.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		k.t.Fatalf("it was to be killed: %v", err)
	}
	k.isolation("killed", k.cut)

	// From the restart on no packet comes through, if it was cut; the other PC is not touched.
	silent, other := k.town.train(k.t, pcA, srv.v4), k.town.train(k.t, pcB, srv.v4)
	if err := k.start(""); err != nil {
		k.t.Fatal(err)
	}
	_, leaked := silent(100 * time.Millisecond)
	if sent, back := other(2 * time.Second); back != sent {
		k.t.Errorf("the other PC lost %d of %d", sent-back, sent)
	}
	if k.cut && !k.release && leaked > 0 {
		k.t.Errorf("%d datagrams came through during the restart", leaked)
	}
	k.isolation("restarted", !k.release)
	k.story()
	if k.release {
		if after := k.town.ruleset(k.t); after != before {
			k.t.Errorf("the ruleset is not what it was:\n%s", cmp.Diff(before, after))
		}
		return
	}
	k.release = true
	if err := k.start(""); err != nil {
		k.t.Fatal(err)
	}
	k.isolation("released", false)
	if after := k.town.ruleset(k.t); after != before {
		k.t.Errorf("the ruleset is not what it was:\n%s", cmp.Diff(before, after))
	}
}

func (k *killing) start(point string) error {
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(killed.Env(filepath.Dir(k.ledger.path), point), "YAGURA_TEST_NETNS="+k.town.Path("r"))
	if k.release {
		cmd.Env = append(cmd.Env, "YAGURA_TEST_RELEASE=1")
	}
	out, err := cmd.CombinedOutput()
	if err != nil && point == "" {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return err
}

// isolation holds the kernel's own sets against the ledger: there once, and until the ledger's time.
func (k *killing) isolation(when string, want bool) {
	k.t.Helper()
	h := k.town.open(k.t, quietDeps())
	defer h.Close()
	list, err := h.List(context.Background())
	if err != nil {
		k.t.Fatal(err)
	}
	if !want {
		if len(list) != 0 {
			k.t.Errorf("%s: the kernel has %+v", when, list)
		}
		return
	}
	if len(list) != 1 || list[0].Order != "iso-1" || !slices.Equal(list[0].MACs, []event.MAC{k.mac}) {
		k.t.Fatalf("%s: the kernel has %+v", when, list)
	}
	for _, a := range []netip.Addr{pcA.v4, pcA.v6} {
		if !slices.Contains(list[0].Nets, netip.PrefixFrom(a, a.BitLen())) {
			k.t.Errorf("%s: %s is not cut", when, a)
		}
	}
	if off := time.Until(k.expires) - list[0].Left; off < -slack || off > slack {
		k.t.Errorf("%s: the kernel ends it %v away from the ledger", when, off)
	}
}

// story holds the ledger: every step once, and what was sent was sent once.
func (k *killing) story() {
	k.t.Helper()
	o, err := k.ledger.read()
	if err != nil {
		k.t.Fatal(err)
	}
	var steps []string
	for _, h := range o.History {
		steps = append(steps, string(h.To))
	}
	want := []string{"approved", "applying", "applied", "verifying", "verified"}
	if k.release {
		want = append(want, "releasing", "released")
	}
	if diff := cmp.Diff(want, steps); diff != "" {
		k.t.Errorf("the ledger: %s", diff)
	}
	added := 0
	for _, r := range o.Receipts {
		for _, c := range r.Commands {
			if strings.Contains(c, "add element inet yagura "+set4) {
				added++
			}
		}
	}
	if added > 1 {
		k.t.Errorf("applied %d times", added)
	}
}
