package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/yagura-project/yagura/lab/breach"
	"github.com/yagura-project/yagura/lab/hall"
)

// town shows the breach in a hall of network namespaces, with a real isolation.
func (d *demo) town(ctx context.Context) (err error) {
	begun := time.Now()
	var tell sync.Once
	building := func(string, ...any) { tell.Do(func() { d.say.next(wordsBuilding) }) }
	h, err := hall.Build(ctx, hall.Options{Prefix: d.cmd.Prefix, PCsOff: true, Log: building})
	if err != nil {
		return failure{exitFailed, err}
	}
	defer func() {
		d.say.line("\n" + wordsClearing)
		if closed := h.Close(); closed != nil {
			err = errors.Join(err, failure{exitFailed, closed})
			return
		}
		d.say.line(wordsCleared)
	}()
	d.say.note(wordsBuilt, time.Since(begun).Seconds())
	for _, host := range []hall.Host{hall.Soumu, hall.Zeimu, hall.Files} {
		n := h.Node(host)
		d.say.note(wordsMachine, n.Department, n.Name, n.IPv4, n.Place)
	}
	cfg, err := d.configure(townConfig(h, d), hall.AssetsCSV())
	if err != nil {
		return err
	}
	return d.watched(ctx, cfg, nil, func(ctx context.Context, w *demoWatch) error { return d.play(ctx, h, w) })
}

// townConfig is the yagura.yaml of the hall: it isolates by itself, at the router and at the floor's switch, so that
// neither the way out nor the PC on the next desk is left.
func townConfig(h *hall.Hall, d *demo) string {
	return d.config() + fmt.Sprintf(`capture:
  interfaces: [%s]
act:
  probe: {mode: "off"} # this machine is not in the hall: whatever answers here is not the PC
  enforcers:
    - nftables: {netns: %s}
    - nftables: {mode: bridge, netns: %s}
`, h.MirrorInterface(), h.NamespacePath(hall.Router), h.NamespacePath(hall.Switch))
}

// witnesses prove from the PCs' side what passes.
type witnesses struct {
	soumu map[string]*breach.Witness
	zeimu []*breach.Witness
}

func watchPCs(ctx context.Context, h *hall.Hall) (witnesses, error) {
	w := witnesses{soumu: map[string]*breach.Witness{}}
	var errs []error
	for name, to := range map[string]netip.Addr{"外へ (IPv4)": hall.Web, "外へ (IPv6)": hall.Web6, "共有サーバーへ": h.Node(hall.Files).IPv4,
		"隣のPCへ (IPv4)": h.Node(hall.Zeimu).IPv4, "隣のPCへ (IPv6)": h.Node(hall.Zeimu).IPv6} {
		one, err := breach.Ping(ctx, h, hall.Soumu, to.String())
		errs = append(errs, err)
		w.soumu[name] = one
	}
	for name, v6 := range map[string]bool{"ダウンロード (IPv4)": false, "ダウンロード (IPv6)": true} {
		one, err := breach.Download(ctx, h, hall.Soumu, v6)
		errs = append(errs, err)
		w.soumu[name] = one
	}
	for _, to := range []netip.Addr{hall.Web, hall.Web6, h.Node(hall.Files).IPv4} {
		one, err := breach.Ping(ctx, h, hall.Zeimu, to.String())
		errs = append(errs, err)
		w.zeimu = append(w.zeimu, one)
	}
	return w, errors.Join(errs...)
}

// last is when the PC last heard anything.
func (w witnesses) last() (at time.Time) {
	for _, one := range w.soumu {
		if t := one.Last(); t.After(at) {
			at = t
		}
	}
	return at
}

// alive names what still arrives at the PC within wait.
func (w witnesses) alive(wait time.Duration) (names []string) {
	since := time.Now()
	time.Sleep(wait)
	for name, one := range w.soumu {
		if one.Last().After(since) {
			names = append(names, name)
		}
	}
	return names
}

// play switches the PCs on, plays the breach and shows what became of it.
func (d *demo) play(ctx context.Context, h *hall.Hall, w *demoWatch) error {
	before, err := rulesets(ctx, h)
	if err != nil {
		return err
	}
	for _, pc := range []hall.Host{hall.Soumu, hall.Zeimu} {
		if err := h.SwitchOn(ctx, pc); err != nil {
			return err
		}
	}
	proof, err := watchPCs(ctx, h)
	if err != nil {
		return err
	}
	stage, err := breach.Open(ctx, h, breach.Options{Beacon: 2 * time.Second})
	if err != nil {
		return err
	}
	defer stage.Close()
	acts, end := context.WithCancel(ctx)
	defer end()
	go d.acts(acts, stage)
	order, err := d.contained(ctx, w)
	if err != nil {
		return err
	}
	if err := d.result(order, proof); err != nil || d.cmd.Once {
		return err
	}
	d.invite()
	return d.released(ctx, h, w, before)
}
