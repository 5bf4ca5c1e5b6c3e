package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/yagura-project/yagura/decide"
	"github.com/yagura-project/yagura/event"
)

type rehearseCmd struct {
	running
	Days   int    `help:"How far back the kept cases are looked at." default:"30" placeholder:"N"`
	Accept bool   `help:"Let the policy act by itself where it says auto: you have looked at what it would have done."`
	Reason string `help:"Why you accept it; it stands in the ledger."`
}

// Help is printed by yagura rehearse --help.
func (rehearseCmd) Help() string {
	return `いまの方針なら、この30日に何を切り離していたかを、残してある案件で確かめます。何も切り離しません。
方針の auto（自動）は、この結果を担当者が確認（--accept）するまで働かず、承認待ちになります。方針を変えたら、もう一度確認してください。

Examples:
  yagura rehearse
  yagura rehearse --days 90 --json
  yagura rehearse --accept --reason "係内で確認"

Exit codes: 0 printed or accepted, 1 refused or failed, 2 wrong usage.`
}

// Run asks the running Yagura.
func (c rehearseCmd) Run(ctx context.Context, std streams) error {
	switch {
	case c.Days < 1 || c.Days > 366:
		return usageError("--days %d is out of range: use 1 to 366", c.Days)
	case c.Accept && c.Reason == "":
		return usageError("--accept needs --reason")
	}
	var r decide.Rehearsal
	req := controlRequest{Lifetime: time.Duration(c.Days) * 24 * time.Hour, On: c.Accept, Reason: c.Reason}
	if err := newControlClient(c.Data).call(ctx, "rehearse", &req, &r); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(std.out, r)
	}
	printRehearsal(std.out, r)
	return nil
}

func printRehearsal(w io.Writer, r decide.Rehearsal) {
	fmt.Fprintf(w, "予行        %s から %s まで、案件 %d 件\n", clock(r.From), clock(r.Until), r.Cases)
	fmt.Fprintf(w, "自動        %d 台を切り離していました。そのうち %d 台は、あとで誤検知と判断されています\n", r.Machines, r.False)
	fmt.Fprintf(w, "承認        %d 件は担当者に承認を求めていました\n", r.Asked)
	fmt.Fprintf(w, "見送り      %d 件は隔離禁止などの理由で見送っていました\n", r.Refused)
	for _, x := range r.Would[:min(len(r.Would), segmentLines)] {
		what := "承認"
		if x.Isolates() {
			what = "自動"
		}
		if x.False {
			what += "・誤検知"
		}
		fmt.Fprintf(w, "            %s  %s  %s  %s（%s）\n", clock(x.Time), x.Number, x.Device.Name(), what, x.Rule)
	}
	if n := len(r.Would) - segmentLines; n > 0 {
		fmt.Fprintf(w, "            ほか %d 件（--json）\n", n)
	}
	if a := r.Accepted; a != nil {
		fmt.Fprintf(w, "確認        %s が %s に確認しました。自動が働きます\n", a.Who, clock(a.Time))
		return
	}
	fmt.Fprintln(w, "確認        まだです。自動（auto）は働かず、承認待ちになります。認めるには --accept を付けてください")
}

// Rehearse implements operations: what the policy would have done about the cases of the time before now.
func (r *river) Rehearse(ctx context.Context, who string, q controlRequest) (decide.Rehearsal, error) {
	until := time.Now().UTC()
	from := until.Add(-q.Lifetime)
	cases, err := r.casesSince(ctx, from, until)
	if err != nil {
		return decide.Rehearsal{}, err
	}
	out, err := r.policy.Rehearse(ctx, cases, from, until)
	if err != nil || !q.On {
		return out, err
	}
	if err := r.policy.Accept(ctx, who, q.Reason, out); err != nil {
		return out, err
	}
	return r.policy.Rehearse(ctx, cases, from, until)
}

// casesSince reads the kept cases in pages.
func (r *river) casesSince(ctx context.Context, from, until time.Time) (out []event.Incident, err error) {
	const page = 500
	for {
		list, err := r.state.Incidents(ctx, event.IncidentFilter{Since: from, Until: until, Limit: page, Offset: len(out)})
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
		if len(list) < page || len(out) >= maxRehearsed {
			return out, nil
		}
	}
}

// maxRehearsed bounds the cases of one rehearsal.
const maxRehearsed = 100_000

func (c *control) rehearseRoute(mux *http.ServeMux) {
	mux.HandleFunc("POST /rehearse", func(w http.ResponseWriter, r *http.Request) {
		req, who, err := asked(w, r)
		if err != nil {
			answer(w, nil, err)
			return
		}
		x, err := c.ops.Rehearse(r.Context(), who, req)
		answer(w, x, err)
	})
}
