package consoletest

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/event"
)

// Segments are the floors and zones of the town, and the town itself.
func (t *Town) Segments(ctx context.Context) ([]console.SegmentChoice, error) {
	out := []console.SegmentChoice{}
	for _, kind := range []string{"floor", "zone"} {
		count := map[string]int{}
		for _, d := range t.allDevices(ctx) {
			if name := part(kind, d); name != "" {
				count[name]++
			}
		}
		for name, n := range count {
			c := console.SegmentChoice{Kind: kind, Name: name, Machines: n}
			if kind == "zone" {
				c.Ranges = 1
			}
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b console.SegmentChoice) int { return strings.Compare(a.Kind+a.Name, b.Kind+b.Name) })
	return append(out, console.SegmentChoice{Kind: "site", Name: "honcho", Machines: len(t.allDevices(ctx))}), nil
}

func (t *Town) allDevices(ctx context.Context) []event.Device {
	all, _ := t.Devices(ctx, event.DeviceFilter{})
	return all
}

func part(kind string, d event.Device) string {
	if kind == "zone" {
		return d.Zone
	}
	before, _, found := strings.Cut(d.Place, "階")
	if !found {
		return d.Place
	}
	return before + "階"
}

// PreviewSegment tells who is affected and what stops.
func (t *Town) PreviewSegment(ctx context.Context, a console.SegmentAsk) (console.SegmentPreview, error) {
	minutes := int(a.For / time.Minute)
	if minutes == 0 {
		minutes = 480
	}
	p := console.SegmentPreview{Segment: a.Kind + " " + a.Name, Allowed: true, Minutes: minutes, Expires: t.now().Add(time.Duration(minutes) * time.Minute).UTC(),
		Offices: []console.Office{}, Kept: []console.KeptMachine{}, Nets: []string{}, Services: t.lost(a.Name), Spared: []string{"10.20.0.5 tcp/80 案内"}, Commands: []console.EnforcerPlan{}}
	plan := console.EnforcerPlan{Enforcer: "nftables"}
	for _, d := range t.allDevices(ctx) {
		switch {
		case a.Kind != "site" && part(a.Kind, d) != a.Name:
		case t.Never[d.UID]:
			p.Kept = append(p.Kept, console.KeptMachine{Device: d, Why: event.Text{JA: "止めてはいけない機器です（DNS・認証サーバー）。", EN: "It may never be cut off (DNS, domain controller)."}})
		default:
			p.Machines++
			p.Offices = count(p.Offices, d.Department)
			plan.Lines = append(plan.Lines, "add element inet yagura cut { "+d.IP.String()+" timeout 8h }")
		}
	}
	if p.Machines == 0 {
		return p, event.ErrNotFound
	}
	if a.Kind == "zone" {
		p.Nets = []string{"10.20.1.0/24", "10.20.3.0/24", "fd00:20:1::/48"}
	}
	p.Commands = append(p.Commands, plan)
	p.Guards = []console.GuardResult{
		{Name: "address", OK: true, Text: event.Text{JA: fmt.Sprintf("切り離す範囲：端末のアドレス%d件、範囲%d件", p.Machines, len(p.Nets)), EN: fmt.Sprintf("to be cut: %d addresses, %d ranges", p.Machines, len(p.Nets))}},
		{Name: "never", OK: true, Text: event.Text{JA: "隔離禁止の一覧にありません", EN: "not on the never-touch list"}},
		{Name: "two_approvals", OK: true, Soft: true, Text: event.Text{JA: "区画の切り離しには、必ず2人の承認が必要です", EN: "cutting a segment off always takes two people"}},
	}
	return p, nil
}

func count(all []console.Office, name string) []console.Office {
	for i := range all {
		if all[i].Name == name {
			all[i].Machines++
			return all
		}
	}
	return append(all, console.Office{Name: name, Machines: 1})
}

func (t *Town) lost(name string) []console.LostService {
	last := t.now().Add(-6 * time.Minute).UTC()
	service := func(ip, host, proto string, port uint16, inside bool, clients int, to string) console.LostService {
		return console.LostService{Server: netip.MustParseAddr(ip), Name: host, Proto: proto, Port: port, Inside: inside, Clients: clients, Days: 21, Last: last, FromZone: name, ToZone: to}
	}
	return []console.LostService{
		service("10.20.0.2", "DC-01", "udp", 53, false, 27, "lgwan"), service("10.20.0.10", "FILE-01", "tcp", 445, false, 25, "lgwan"),
		service("10.20.0.30", "SOUGOU-GYOUSEI-JOUHOU-SYSTEM-WEB-01", "tcp", 443, false, 24, "lgwan"), service("10.20.1.200", "", "tcp", 9100, true, 11, "internet"),
		service("fd00:20:9::2:15", "", "tcp", 1433, true, 2, "mynumber"),
	}
}

// IsolateSegment puts the wish before a second person.
func (t *Town) IsolateSegment(ctx context.Context, a console.SegmentAsk) (event.Order, error) {
	if strings.TrimSpace(a.Why) == "" {
		return event.Order{}, console.Refused{Text: event.Text{JA: "理由を書いてください", EN: "a reason is needed"}}
	}
	p, err := t.PreviewSegment(ctx, a)
	if err != nil {
		return event.Order{}, err
	}
	o := t.segmentOrder(a.Kind, a.Name, p)
	o.Requested, o.Reason = a.Who, event.Text{JA: a.Why, EN: a.Why}
	o.Approvals = []event.Approval{{Who: a.Who, Time: t.now().UTC(), Why: a.Why}}
	t.step(&o, event.OrderAwaitingApproval, a.Who, "担当者が求めました。もう1人の承認を待っています", "a person asked for it; another person's approval is awaited")
	_ = t.AppendAudit(ctx, event.Audit{Time: t.now().UTC(), Who: a.Who, Action: "propose", Object: o.UID, Detail: o.Segment + " " + a.Why})
	return o, nil
}

func (t *Town) segmentOrder(kind, name string, p console.SegmentPreview) event.Order {
	now := t.now().UTC()
	o := event.Order{Header: event.Header{UID: t.uid("order"), Time: now}, Segment: kind + " " + name, TwoPeople: true, Mode: event.ModeApprove, Expires: p.Expires, Enforcers: []string{"nftables"},
		Target: event.Device{UID: "segment:" + kind + ":" + name, Hostname: kind + " " + name}}
	for _, d := range t.allDevices(context.Background()) {
		if (kind == "site" || part(kind, d) == name) && !t.Never[d.UID] {
			o.IPs = append(o.IPs, d.IPs...)
		}
	}
	return o
}

// sign counts a person's word on an order that two people must want.
func (t *Town) sign(o *event.Order, who, why string) error {
	if slices.ContainsFunc(o.Approvals, func(a event.Approval) bool { return a.Who == who }) {
		return console.Refused{Text: event.Text{JA: "指示した人とは別の人の承認が必要です", EN: "another person than the one who asked must approve"}}
	}
	o.Approvals = append(o.Approvals, event.Approval{Who: who, Time: t.now().UTC(), Why: why})
	if len(o.Approvals) < 2 {
		t.step(o, event.OrderAwaitingApproval, who, "1人目が承認しました。もう1人の承認を待っています", "the first of two approved; another person is awaited")
	}
	return nil
}
