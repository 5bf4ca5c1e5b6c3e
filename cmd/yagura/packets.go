package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"time"

	"github.com/yagura-project/yagura/event"
)

type packetsCmd struct {
	Data    string `help:"Data directory of the running Yagura." default:"/var/lib/yagura" env:"YAGURA_DATA_DIR" placeholder:"DIR"`
	Finding string `arg:"" help:"UID of the finding, as the API lists it with its case (/api/v1/incidents/…); the console has a button for the same."`
	Out     string `short:"o" required:"" help:"File to write; - is the standard output." placeholder:"FILE"`
}

// Help is printed by yagura packets --help.
func (packetsCmd) Help() string {
	return `検知の前後のパケットを取り出します。設定の capture.packets.dir に、パケットを残しておく必要があります。

Examples:
  yagura packets 01JD2Z… -o finding.pcapng
  yagura packets 01JD2Z… -o - | tshark -r -

Exit codes: 0 written, 1 nothing is kept or the finding is unknown, 2 wrong usage.`
}

// Run asks the running Yagura for the packets of a finding.
func (c packetsCmd) Run(ctx context.Context, std streams) (err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://yagura/packets?finding="+url.QueryEscape(c.Finding), nil)
	if err != nil {
		return err
	}
	client := newControlClient(c.Data)
	client.http.Timeout = 10 * time.Minute
	resp, err := client.http.Do(r)
	if err != nil {
		return client.explain(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return problemOf(resp)
	}
	out := std.out
	if c.Out != "-" {
		f, err := os.OpenFile(c.Out, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if err != nil {
			return failure{exitUsage, err}
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		out = f
	}
	n, err := io.Copy(out, resp.Body)
	if err == nil && c.Out != "-" {
		fmt.Fprintf(std.err, "%s に %d バイトを書きました。\n", c.Out, n)
	}
	return err
}

// around is how much time before and after a finding its packets are of interest.
const around = time.Minute

// errNotKept says that there are no packets to look at.
var errNotKept = errors.New("packets are not kept: set capture.packets.dir")

// FindingPackets writes the packets around a finding as a pcapng file: those between its machine and the other sides, or all of its
// machine where no other side is known. It returns how many they are; w is untouched on an error before the first of them.
func (r *river) FindingPackets(ctx context.Context, uid string, w io.Writer) (int, error) {
	f, err := r.state.Finding(ctx, uid)
	if err != nil {
		return 0, err
	}
	store := r.sensor.store.Load()
	switch {
	case store == nil:
		return 0, errNotKept
	case !f.Device.IP.IsValid():
		return 0, errors.New("the finding is about a machine without an address; its packets cannot be told from others")
	}
	from, to := f.First, f.Last
	if from.IsZero() {
		from = f.Time
	}
	if to.Before(f.Time) {
		to = f.Time
	}
	n, err := store.Extract(ctx, from.Add(-around), to.Add(around), hostsOf(&f), w)
	if n == 0 && err == nil {
		err = noneKept(store.Stats().Oldest, from)
	}
	return n, err
}

// noneKept says why there are no packets of a time.
func noneKept(oldest, from time.Time) error {
	switch {
	case oldest.IsZero():
		return errors.New("no packets are kept yet")
	case from.Before(oldest):
		return fmt.Errorf("the packets of the finding are kept no longer: the oldest that are kept are of %s; a larger capture.packets.max_mb keeps more", oldest.In(jst).Format(time.DateTime))
	}
	return errors.New("no packets between the machines of the finding were kept around its time")
}

// hostsOf lists the machine of a finding and the other sides.
func hostsOf(f *event.Finding) []netip.Addr {
	own, others := map[netip.Addr]bool{f.Device.IP: true}, map[netip.Addr]bool{}
	for _, ip := range f.Device.IPs {
		own[ip] = true
	}
	for _, p := range f.Peers {
		others[p.IP] = true
	}
	for _, e := range f.Evidence {
		others[e.Src.IP], others[e.Dst.IP] = true, true
	}
	var peers, all []netip.Addr
	for ip := range others {
		if ip.IsValid() && !own[ip] {
			peers = append(peers, ip)
		}
	}
	if len(peers) == 0 {
		return []netip.Addr{f.Device.IP}
	}
	for ip := range own {
		if ip.IsValid() {
			all = append(all, ip)
		}
	}
	return append(all, peers...)
}

// servePackets is FindingPackets on the control socket.
func (c *control) servePackets(w http.ResponseWriter, r *http.Request) {
	if c.packets == nil {
		answer(w, nil, errNotKept)
		return
	}
	w.Header().Set("Content-Type", "application/x-pcapng")
	b := &begun{ResponseWriter: w}
	if _, err := c.packets(r.Context(), r.FormValue("finding"), b); err != nil && !b.yes {
		answer(w, nil, err)
	} else if err != nil {
		panic(http.ErrAbortHandler) // the file would look whole
	}
}

// begun notes whether anything was written.
type begun struct {
	http.ResponseWriter
	yes bool
}

// Write implements io.Writer.
func (b *begun) Write(p []byte) (int, error) {
	b.yes = true
	return b.ResponseWriter.Write(p)
}
