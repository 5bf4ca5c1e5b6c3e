package consoletest

import (
	"context"
	"fmt"
	"time"

	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/event"
)

// SetState changes the state of a case.
func (t *Town) SetState(_ context.Context, uid string, state event.IncidentState, who string) error {
	return t.changeIncident(uid, event.TimelineEntry{Kind: "state", Who: who, Text: event.Text{JA: "状態を変えました：" + string(state), EN: "State: " + string(state)}},
		func(i *event.Incident) { i.State, i.Assignee = state, who })
}

// Note writes a note into a case.
func (t *Town) Note(_ context.Context, uid, who, text string) error {
	return t.changeIncident(uid, event.TimelineEntry{Kind: "note", Who: who, Text: event.Text{JA: text, EN: text}}, func(*event.Incident) {})
}

func (t *Town) changeIncident(uid string, line event.TimelineEntry, change func(*event.Incident)) error {
	t.mu.Lock()
	i, err := get(t.incidents, uid)
	if err == nil {
		change(&i)
		line.Time = t.now().UTC()
		i.Timeline = append(append([]event.TimelineEntry{}, i.Timeline...), line)
		t.incidents[uid] = i
	}
	t.mu.Unlock()
	if err == nil && t.hub != nil {
		t.hub.Incident(i)
	}
	return err
}

// Preview tells what an isolation would do.
func (t *Town) Preview(_ context.Context, a console.Ask) (console.Preview, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	d := a.Device
	minutes := int(a.For / time.Minute)
	if minutes == 0 {
		minutes = 480
	}
	p := console.Preview{Target: d, Allowed: !t.Never[d.UID], Rehearsal: t.Unarmed, Mode: event.ModeApprove, Rule: "office-hours", MAC: d.MAC.String(), Minutes: minutes,
		Expires: t.now().Add(time.Duration(minutes) * time.Minute).UTC(),
		Spared:  []string{"http://10.20.0.5/notice"},
		Guards: []console.GuardResult{
			{Name: "never", OK: !t.Never[d.UID], Text: event.Text{JA: "止めてはいけない機器の一覧にありません。", EN: "Not on the never-touch list."}},
			{Name: "caps", OK: true, Text: event.Text{JA: "この1時間の隔離は0台です（上限5台）。", EN: "0 isolations this hour (at most 5)."}},
			{Name: "freeze", OK: !t.freeze.On, Soft: true, Text: event.Text{JA: "全停止はされていません。", EN: "Automatic action is not stopped."}},
		},
	}
	if t.Never[d.UID] {
		p.Guards[0].Text = event.Text{JA: "この機器は止めてはいけない一覧にあります（DNS・認証サーバー）。", EN: "This machine is on the never-touch list (DNS, domain controller)."}
	}
	for _, ip := range d.IPs {
		p.IPs = append(p.IPs, ip.String())
		p.Commands = append(p.Commands, console.EnforcerPlan{Enforcer: "nftables", Lines: []string{"add element inet yagura cut { " + ip.String() + " timeout 8h }"}})
	}
	p.Steps = []event.Text{
		{JA: d.Name() + " の通信をルーターで止めます（IPv4 と IPv6、つながっている通信も切ります）。", EN: "Cut " + d.Name() + " at the router: IPv4, IPv6 and running connections."},
		{JA: "利用者の画面には、連絡先を書いたお知らせが出ます。", EN: "Its user sees a notice with the telephone number."},
		{JA: "ほかの端末の通信はそのままです。", EN: "Other machines keep working."},
	}
	return p, nil
}

// Isolate cuts a machine off, as far as this town can tell.
func (t *Town) Isolate(ctx context.Context, a console.Ask) (event.Order, error) {
	p, err := t.Preview(ctx, a)
	if err != nil {
		return event.Order{}, err
	}
	if !p.Allowed {
		return event.Order{}, console.Refused{Text: p.Guards[0].Text}
	}
	o := event.Order{Header: event.Header{UID: t.uid("order"), Time: t.now().UTC()}, Incident: a.Incident, Target: a.Device, IPs: a.Device.IPs, MAC: a.Device.MAC,
		Mode: event.ModeApprove, Reason: event.Text{JA: a.Why, EN: a.Why}, Requested: a.Who, Approved: a.Who, Enforcers: []string{"nftables"}, Expires: p.Expires}
	t.step(&o, event.OrderApproved, a.Who, "承認されました", "Approved")
	_ = t.AppendAudit(ctx, event.Audit{Time: t.now().UTC(), Who: a.Who, Action: "isolate", Object: a.Device.UID, Detail: a.Why})
	t.wg.Go(func() { t.carryOut(o) })
	return o, nil
}

// carryOut walks an order through the states that a real one takes.
func (t *Town) carryOut(o event.Order) {
	t.step(&o, event.OrderApplying, "policy", "ルーターへ指示しています", "Telling the router")
	time.Sleep(t.Silence / 4)
	o.AppliedAt = t.now().UTC()
	o.Receipts = []event.Receipt{{Time: o.AppliedAt, Order: o.UID, Enforcer: "nftables", Op: "apply", OK: true, Took: 4100,
		Commands: []string{"add element inet yagura cut { " + o.IPs[0].String() + " timeout 8h }"}}}
	t.step(&o, event.OrderApplied, "policy", "ルーターが受け付けました", "The router accepted it")
	time.Sleep(t.Silence / 4)
	t.step(&o, event.OrderVerifying, "verify", "通信が止まったかを見ています", "Watching for silence")
	time.Sleep(t.Silence / 2)
	if t.Resists {
		o.StillSeen = []string{"tcp 203.0.113.77:443"}
		t.step(&o, event.OrderIneffective, "verify", "まだ通信が見えます", "It still talks")
		return
	}
	o.VerifiedAt, o.SilenceMS = t.now().UTC(), t.Silence.Milliseconds()
	t.step(&o, event.OrderVerified, "verify", "通信が止まったことを確認しました", "Silence was observed")
	if o.Incident != "" {
		_ = t.changeIncident(o.Incident, event.TimelineEntry{Kind: "order", Ref: o.UID, Who: o.Requested,
			Text: event.Text{JA: o.Target.Name() + " を隔離し、通信が止まったことを確認しました。", EN: "Isolated " + o.Target.Name() + "; silence was observed."}},
			func(i *event.Incident) { i.State = event.IncidentContained })
	}
}

// Approve lets a proposed order be carried out.
func (t *Town) Approve(ctx context.Context, uid, who, why string) (event.Order, error) {
	o, err := t.Order(ctx, uid)
	if err != nil {
		return o, err
	}
	if o.State != event.OrderAwaitingApproval {
		return o, console.Refused{Text: event.Text{JA: "承認待ちではありません。", EN: "It does not wait for approval."}}
	}
	if o.TwoPeople {
		if err := t.sign(&o, who, why); err != nil || len(o.Approvals) < 2 {
			return o, err
		}
	}
	o.Approved = who
	if len(o.Approvals) > 1 {
		o.Approved = o.Approvals[0].Who + ", " + who
	}
	t.step(&o, event.OrderApproved, who, "承認されました："+why, "Approved: "+why)
	t.wg.Go(func() { t.carryOut(o) })
	return o, nil
}

// Deny ends a proposal.
func (t *Town) Deny(ctx context.Context, uid, who, why string) (event.Order, error) {
	o, err := t.Order(ctx, uid)
	if err == nil {
		t.step(&o, event.OrderDenied, who, "承認されませんでした："+why, "Denied: "+why)
	}
	return o, err
}

// Release lets a machine talk again.
func (t *Town) Release(ctx context.Context, uid, who, why string) (event.Order, error) {
	o, err := t.Order(ctx, uid)
	if err != nil {
		return o, err
	}
	if !o.State.Standing() {
		return o, console.Refused{Text: event.Text{JA: "この隔離はすでに終わっています。", EN: "This isolation is over already."}}
	}
	t.step(&o, event.OrderReleasing, who, why, why)
	_ = t.AppendAudit(ctx, event.Audit{Time: t.now().UTC(), Who: who, Action: "release", Object: uid, Detail: why})
	t.wg.Go(func() { t.restore(o) })
	return o, nil
}

func (t *Town) restore(o event.Order) {
	time.Sleep(t.Silence / 2)
	o.ReleasedAt = t.now().UTC()
	t.step(&o, event.OrderReleased, "verify", "通信が戻ったことを確認しました", "Traffic is back")
}

// Freeze turns the switch.
func (t *Town) Freeze(ctx context.Context, on bool, who, why string) error {
	t.mu.Lock()
	t.freeze = console.Freeze{On: on, Who: who, Why: why, Time: t.now().UTC()}
	t.mu.Unlock()
	return t.AppendAudit(ctx, event.Audit{Time: t.now().UTC(), Who: who, Action: "freeze", Detail: fmt.Sprint(on, " ", why)})
}

// Frozen reads the switch.
func (t *Town) Frozen(context.Context) (console.Freeze, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.freeze, nil
}

// step takes an order into its next state, keeps and announces it.
func (t *Town) step(o *event.Order, to event.OrderState, who, ja, en string) {
	t.mu.Lock()
	o.History = append(append([]event.Transition{}, o.History...),
		event.Transition{Time: t.now().UTC(), From: o.State, To: to, Who: who, Why: event.Text{JA: ja, EN: en}})
	o.State = to
	t.orders[o.UID] = *o
	t.mu.Unlock()
	if t.hub != nil {
		t.hub.Order(*o)
	}
}

func (t *Town) uid(kind string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.next++
	return fmt.Sprintf("%s-%03d", kind, t.next)
}

// Reopen lets an order wait again, as one that needs a second person does.
func (t *Town) Reopen(uid string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	o := t.orders[uid]
	o.State = event.OrderAwaitingApproval
	t.orders[uid] = o
}
