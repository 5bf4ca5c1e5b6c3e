package consoletest

import (
	"context"
	"fmt"
	"time"

	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/event"
)

// sick is how many machines an outbreak reaches, and cutAlone how many of them the caps let be isolated one by one.
const (
	sick     = 200
	cutAlone = 10
)

// Outbreak lets 200 machines of one zone show the same within a minute: each is a case, the caps let ten be isolated,
// and the zone is proposed once. It gives the proposal's UID.
func (t *Town) Outbreak(ctx context.Context) (string, error) {
	now := t.now().UTC()
	for n := range sick {
		d := pc(100+n*8, now)
		d.Hostname, d.Zone, d.Department, d.Place = fmt.Sprintf("PC-%04d", 1000+n), "lgwan", departments[n%len(departments)].name, departments[n%len(departments)].place
		t.mu.Lock()
		t.devices[d.UID] = d
		t.mu.Unlock()
		at := now.Add(-time.Duration(sick-n) * 300 * time.Millisecond)
		f := t.finding(remoteService, "lm.psexec", d, event.Critical, 97, at, 1, event.Text{JA: "ほかの端末の ADMIN$ にプログラムを書き込み、実行しました。", EN: "Wrote a program to ADMIN$ of another machine and ran it."},
			event.Evidence{Src: event.Endpoint{IP: d.IP, Port: 49901}, Dst: event.Endpoint{IP: addr("10.20.0.10"), Port: 445}, Name: `\\FILE-01\ADMIN$\upd.exe`})
		i := event.Incident{Header: event.Header{UID: t.uid("incident"), Time: at, Zone: "lgwan"}, Number: fmt.Sprintf("%s-%02d", at.Format("2006-0102"), n+2), Device: d, HostSeverity: 9, State: event.IncidentNew,
			Title: remoteService.Title, Story: remoteService.Means, Phases: []event.Phase{event.PhaseLateral}, Findings: []event.Finding{f}, First: at, Last: at,
			Timeline: []event.TimelineEntry{{Time: at, Kind: "finding", Ref: f.UID, Text: f.Summary}}}
		t.open(i)
		if n >= cutAlone {
			continue
		}
		o := event.Order{Header: event.Header{UID: t.uid("order"), Time: at}, Incident: i.UID, Target: d, IPs: d.IPs, MAC: d.MAC, Mode: event.ModeAuto, Requested: "policy", Approved: "policy",
			Enforcers: []string{"nftables"}, Expires: now.Add(8 * time.Hour), Reason: event.Text{JA: "ほかの端末への遠隔実行：危険度9。自動で隔離", EN: "Remote execution: severity 9, isolated by itself"}}
		t.wg.Go(func() { t.carryOut(o) })
	}
	p, err := t.PreviewSegment(ctx, console.SegmentAsk{Kind: "zone", Name: "lgwan"})
	if err != nil {
		return "", err
	}
	o := t.segmentOrder("zone", "lgwan", p)
	o.Requested = "policy"
	o.Reason = event.Text{JA: fmt.Sprintf("lgwan（ゾーン） の %d 台に、同じ時間帯の異常が出ています。1台ずつではなく、まとめての切り離しを判断してください", cutAlone), EN: "10 machines of \"zone lgwan\" show it at the same time: decide about the whole segment instead of each machine"}
	t.step(&o, event.OrderAwaitingApproval, "policy", o.Reason.JA, o.Reason.EN)
	return o.UID, nil
}
