package consoletest

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/event"
)

// NeverList is what the town never cuts off.
func (t *Town) NeverList(context.Context) (console.NeverList, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := console.NeverList{Added: slices.Clone(t.nevers), Configured: []console.NeverEntry{
		{Kind: "cidr", What: "10.20.0.0/28", Reason: "サーバー室", Owner: "情報政策室"},
		{Kind: "host", What: "MADOGUCHI-*", Reason: "窓口の端末。止めると住民票が出せません", Owner: "住民課", Expires: t.now().AddDate(0, 4, 0).UTC()},
		{Kind: "ip", What: "fd00:20:1:2:3:4:5:53", Reason: "選挙の速報", Owner: "選挙管理委員会", Expires: t.now().AddDate(0, 0, -9).UTC(), Over: true},
	}}
	for _, r := range [][3]string{{"dc", "ドメインコントローラーです", "it is a domain controller"}, {"dns", "名前解決(DNS)のサーバーです", "it is a name server (DNS)"}, {"gateway", "ネットワークの出入口(ゲートウェイ)です", "it is a gateway"},
		{"bousai", "防災の設備です", "it serves disaster prevention"}, {"yagura", "Yagura自身です", "it is Yagura itself"}} {
		out.Roles = append(out.Roles, console.NeverRole{Role: r[0], Reason: event.Text{JA: r[1], EN: r[2]}})
	}
	return out, nil
}

// AddNever protects a machine by its name or address, and lifts what stands against it.
func (t *Town) AddNever(ctx context.Context, who string, e console.NeverEntry) (lifted []event.Order, err error) {
	if _, err := netip.ParseAddr(e.What); e.Kind == "ip" && err != nil || e.Reason == "" {
		return nil, console.Refused{Text: event.Text{JA: "「" + e.What + "」を読めません。例のとおりに書いてください。", EN: "cannot be read"}}
	}
	e.By, e.Added = who, t.now().UTC()
	live, err := t.Orders(ctx, event.OrderFilter{})
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	t.nevers = append(t.nevers, e)
	t.mu.Unlock()
	for _, o := range live {
		if o.State.Standing() && (o.Target.Hostname == e.What || o.Target.IP.String() == e.What) {
			o, err := t.Release(ctx, o.UID, "guard", "切り離さないものに加わったため解除します："+e.Reason)
			if err != nil {
				return lifted, err
			}
			lifted = append(lifted, o)
		}
	}
	return lifted, t.AppendAudit(ctx, event.Audit{Time: t.now().UTC(), Who: who, Action: "never_add", Detail: e.Kind + " " + e.What + " " + e.Reason})
}

// DropNever takes an entry away.
func (t *Town) DropNever(ctx context.Context, who string, e console.NeverEntry) error {
	t.mu.Lock()
	t.nevers = slices.DeleteFunc(t.nevers, func(x console.NeverEntry) bool { return x.Kind == e.Kind && strings.EqualFold(x.What, e.What) })
	t.mu.Unlock()
	return t.AppendAudit(ctx, event.Audit{Time: t.now().UTC(), Who: who, Action: "never_drop", Detail: e.Kind + " " + e.What})
}
