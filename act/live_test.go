package act_test

import (
	"context"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
	"github.com/yagura-project/yagura/event"
)

// By its own goroutine, with the real clock: woken by Kick, ended by Stop, while sightings and questions come in.
func TestItRunsByItself(t *testing.T) {
	defer goleak.VerifyNone(t)
	ctx := context.Background()
	ledger, device := acttest.NewLedger(), acttest.NewDevice(time.Now)
	cfg := act.DefaultConfig()
	cfg.Settle = 100 * time.Millisecond
	m, err := act.NewManager(cfg, act.ManagerDeps{Log: slog.New(slog.DiscardHandler), Ledger: ledger, Watcher: &watcher{},
		Hands: []act.Hand{device.Hand("device", act.Deps{Now: time.Now})}})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Start(ctx); err != nil {
		t.Fatal(err)
	}
	o := event.Order{Header: event.Header{UID: "iso-1", Time: time.Now()}, State: approved, IPs: []netip.Addr{v4}, Expires: time.Now().Add(time.Hour)}
	if err := ledger.PutOrder(ctx, o); err != nil {
		t.Fatal(err)
	}
	m.Kick()
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-quit:
				return
			default:
				m.Sighting(event.Sighting{Time: time.Now(), Src: event.Endpoint{IP: v4, Port: 50000}, Dst: event.Endpoint{IP: v6, Port: 443}, Proto: event.ProtoTCP, Flags: event.FlagSYN})
				m.Plan(event.Order{IPs: []netip.Addr{v4}})
				time.Sleep(time.Millisecond)
			}
		}
	}()
	for o.State != verified {
		if o, err = ledger.Order(ctx, "iso-1"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Millisecond)
	}
	if _, err := m.Release(ctx, "iso-1", "sato", event.Text{JA: "復旧"}); err != nil {
		t.Error(err)
	}
	close(quit)
	<-done
	if err := m.Stop(ctx); err != nil {
		t.Error(err)
	}
	if o, _ := ledger.Order(ctx, "iso-1"); o.State != released || device.Cuts(v4) {
		t.Errorf("%s", o.State)
	}
}
