package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/decide"
	"github.com/yagura-project/yagura/event"
)

// A floor by the asset list, a zone by its ranges: previewed, asked for by one person and approved by another, over what
// the terminal and the API use.
func TestSegmentsOfATown(t *testing.T) {
	dir := t.TempDir()
	list := filepath.Join(dir, "assets.csv")
	if err := os.WriteFile(list, []byte("name,department,place,zone,mac,ip,roles\n"+
		"PC-1,総務課,本庁舎2階 北側,lgwan,02:00:00:00:00:01,10.20.1.1,\n"+
		"PC-2,総務課,本庁舎2階 南側,lgwan,02:00:00:00:00:02,10.20.1.2,\n"+
		"DC-1,情報政策係,本庁舎2階 サーバー室,lgwan,02:00:00:00:00:03,10.20.1.3,dc\n"+
		"PC-3,税務課,本庁舎1階,lgwan,02:00:00:00:00:04,10.20.1.4,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := idleRiver(t, strings.Replace(fmt.Sprintf(outbreakConfig, filepath.Join(dir, "data")), "asset:\n", "asset:\n  csv: ["+list+"]\n", 1))
	ctx := context.Background()
	p, err := consoleSegments{r}.PreviewSegment(ctx, console.SegmentAsk{Kind: "floor", Name: "本庁舎2階"})
	if err != nil || p.Machines != 2 || len(p.Kept) != 1 || p.Kept[0].Device.Hostname != "DC-1" || p.Offices[0] != (console.Office{Name: "総務課", Machines: 2}) || !p.Allowed {
		t.Fatalf("%+v %v", p, err)
	}
	o, err := consoleSegments{r}.IsolateSegment(ctx, console.SegmentAsk{Kind: "floor", Name: "本庁舎2階", Who: "sato", Why: "広がっています"})
	if err != nil || o.State != event.OrderAwaitingApproval || len(o.IPs) != 2 || len(o.Nets) != 0 {
		t.Fatalf("%+v %v", o, err)
	}
	if _, err := r.Approve(ctx, "sato@terminal", controlRequest{Target: o.UID}); err == nil {
		t.Error("one person approved alone")
	}
	if o, err = r.Approve(ctx, "suzuki@terminal", controlRequest{Target: o.UID, Reason: "電話で確認"}); err != nil || o.Approved != "sato, suzuki@terminal" {
		t.Errorf("%q %v", o.Approved, err)
	}
	z, err := r.PreviewSegment(ctx, controlRequest{Segment: segmentName{"zone", "lgwan"}})
	if err != nil || len(z.Nets) < 16 {
		t.Errorf("%v %v", z.Nets, err)
	}
	if _, err := r.PreviewSegment(ctx, controlRequest{Segment: segmentName{"zone", "nowhere"}}); !errors.Is(err, event.ErrNotFound) {
		t.Errorf("an unknown zone: %v", err)
	}
	x, err := r.Rehearse(ctx, "sato@terminal", controlRequest{Lifetime: 30 * 24 * time.Hour, On: true, Reason: "係内で確認"})
	if err != nil || x.Accepted == nil || x.Accepted.Who != "sato@terminal" {
		t.Errorf("%+v %v", x, err)
	}
	n, err := r.NeverAdd(ctx, "sato@terminal", decide.NeverEntry{Host: "PC-3", Reason: "窓口"})
	if err != nil || len(n.Added) != 1 || len(n.Configured) != 1 {
		t.Errorf("%+v %v", n, err)
	}
	var no console.Refused
	if _, err := (consoleNevers{r}).AddNever(ctx, "suzuki", console.NeverEntry{Kind: "cidr", What: "10.9.0.0", Reason: "防災"}); !errors.As(err, &no) || !strings.Contains(no.Text.JA, "10.9.0.0") {
		t.Errorf("no range: %v", err)
	}
	end := time.Now().Add(48 * time.Hour).UTC().Truncate(time.Second)
	if _, err := (consoleNevers{r}).AddNever(ctx, "suzuki", console.NeverEntry{Kind: "cidr", What: "10.9.0.0/24", Reason: "防災", Owner: "防災課", Expires: end}); err != nil {
		t.Error(err)
	}
	l, err := consoleNevers{r}.NeverList(ctx)
	if err != nil || len(l.Added) != 2 || l.Added[1].By != "suzuki" || l.Added[1].Kind != "cidr" || l.Added[1].Owner != "防災課" || !l.Added[1].Expires.Equal(end) || len(l.Roles) < 8 {
		t.Errorf("%+v %v", l, err)
	}
	if c, err := (consoleSegments{r}).Segments(ctx); err != nil || len(c) < 4 || c[0] != (console.SegmentChoice{Kind: "floor", Name: "本庁舎1階", Machines: 1}) || c[1].Name != "本庁舎2階" || c[1].Machines != 3 {
		t.Errorf("%+v %v", c, err)
	}
}
