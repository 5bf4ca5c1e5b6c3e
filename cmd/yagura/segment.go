package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/yagura-project/yagura/decide"
	"github.com/yagura-project/yagura/event"
)

// segmentName says which part of the network is meant.
type segmentName struct {
	Kind string `json:"kind"` // zone floor site
	Name string `json:"name"`
}

func (c isolateCmd) segment() (segmentName, bool) {
	switch {
	case c.Zone != "":
		return segmentName{"zone", c.Zone}, true
	case c.Floor != "":
		return segmentName{"floor", c.Floor}, true
	case c.Site:
		return segmentName{"site", "site"}, true
	}
	return segmentName{}, false
}

// segmentOf is a part of the network with its ranges and its known machines.
func (r *river) segmentOf(n segmentName) (decide.Segment, error) {
	s := decide.Segment{Kind: n.Kind, Name: n.Name}
	in := func(event.Device) bool { return false }
	switch n.Kind {
	case "zone":
		for _, z := range r.cfg.Asset.Zones {
			if z.Name == n.Name {
				s.Nets = append(s.Nets, z.CIDR...)
			}
		}
		in = func(d event.Device) bool { return d.Zone == n.Name }
	case "floor":
		in = func(d event.Device) bool { return n.Name != "" && strings.HasPrefix(d.Place, n.Name) }
	case "site":
		s.Name = r.cfg.Site
		in = func(d event.Device) bool { return d.IP.IsValid() || len(d.IPs) > 0 }
	}
	for _, d := range r.inventory.Devices() {
		if in(d) {
			s.Devices = append(s.Devices, d)
		}
	}
	if len(s.Devices) == 0 && len(s.Nets) == 0 {
		return s, fmt.Errorf("no machine and no range is known of %s %q; zones are under asset.zones, places in the asset list: %w", n.Kind, n.Name, event.ErrNotFound)
	}
	return s, nil
}

// floorPart is what names the floor in a place of the asset list: 本庁舎 2階 of 本庁舎 2階 西, 3F of 3F 北.
var floorPart = regexp.MustCompile(`^.*?(?:階|[0-9０-９][FＦ])`)

// segmentNames are the parts of the network that a person may choose: the configured zones and those that machines stand
// in, the floors of the asset list, the site.
func (r *river) segmentNames() []segmentName {
	zones, floors := map[string]bool{}, map[string]bool{}
	for _, z := range r.cfg.Asset.Zones {
		zones[z.Name] = true
	}
	for _, d := range r.inventory.Devices() {
		if d.Zone != "" {
			zones[d.Zone] = true
		}
		if place := cmp.Or(floorPart.FindString(d.Place), d.Place); place != "" {
			floors[place] = true
		}
	}
	var out []segmentName
	for _, f := range slices.Sorted(maps.Keys(floors)) {
		out = append(out, segmentName{"floor", f})
	}
	for _, z := range slices.Sorted(maps.Keys(zones)) {
		out = append(out, segmentName{"zone", z})
	}
	return append(out, segmentName{"site", "site"})
}

// PreviewSegment implements operations.
func (r *river) PreviewSegment(ctx context.Context, q controlRequest) (decide.SegmentPreview, error) {
	s, err := r.segmentOf(q.Segment)
	if err != nil {
		return decide.SegmentPreview{}, err
	}
	return r.policy.PreviewSegment(ctx, s, r.engine.Talks(), q.Lifetime)
}

// IsolateSegment implements operations.
func (r *river) IsolateSegment(ctx context.Context, who string, q controlRequest) (event.Order, error) {
	s, err := r.segmentOf(q.Segment)
	if err != nil {
		return event.Order{}, err
	}
	return r.policy.IsolateSegment(ctx, who, s, q.Lifetime, q.Reason)
}

func (c *control) segmentRoutes(mux *http.ServeMux) {
	mux.HandleFunc("POST /segment/isolate", c.action(c.ops.IsolateSegment))
	mux.HandleFunc("POST /segment/preview", func(w http.ResponseWriter, r *http.Request) {
		req, _, err := asked(w, r)
		if err != nil {
			answer(w, nil, err)
			return
		}
		p, err := c.ops.PreviewSegment(r.Context(), req)
		answer(w, p, err)
	})
}

func previewSegment(ctx context.Context, std streams, r running, req controlRequest) error {
	var p decide.SegmentPreview
	if err := newControlClient(r.Data).call(ctx, "segment/preview", &req, &p); err != nil {
		return err
	}
	if r.JSON {
		return printJSON(std.out, p)
	}
	printSegment(std.out, p)
	return nil
}

// segmentLines bounds the lines of each part; --json has them all.
const segmentLines = 15

func printSegment(w io.Writer, p decide.SegmentPreview) {
	fmt.Fprintf(w, "区画        %s  切り離す端末 %d 台  期限 %s まで（まだ何もしていません）\n", p.Segment, p.Machines, clock(p.Expires))
	for _, o := range p.Offices[:min(len(p.Offices), segmentLines)] {
		fmt.Fprintf(w, "影響        %s  %d 台\n", o.Name, o.Machines)
	}
	for _, s := range p.Services[:min(len(p.Services), segmentLines)] {
		side := "区画の外のサーバーが使えなくなります"
		if s.Inside {
			side = "区画の中のサーバーを、外から使えなくなります"
		}
		fmt.Fprintf(w, "止まる      %s %s/%d  利用 %d 台  %d 日  %s\n", s.Server, s.Proto, s.Port, s.Clients, s.Days, side)
	}
	if n := len(p.Services) - segmentLines; n > 0 {
		fmt.Fprintf(w, "止まる      ほか %d 件\n", n)
	}
	for _, k := range p.Kept[:min(len(p.Kept), segmentLines)] {
		fmt.Fprintf(w, "残す        %s  %s\n", k.Device.Name(), k.Why.JA)
	}
	for _, s := range p.Spared {
		fmt.Fprintf(w, "通す        %s\n", s)
	}
	for _, g := range p.Guards {
		if !g.OK {
			fmt.Fprintf(w, "確認        %s\n", g.Text.JA)
		}
	}
	names := make([]string, 0, len(p.Commands))
	for name := range p.Commands {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(w, "予定        %s  %d 件以上の設定\n", name, len(p.Commands[name]))
	}
}
