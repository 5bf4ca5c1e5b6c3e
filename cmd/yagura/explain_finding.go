package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

type explainFindingCmd struct {
	running
	UID    string   `arg:"" name:"id" help:"ID of the finding, or its first six characters or more; replay, the console and the API show it."`
	Replay []string `help:"Do not ask a running Yagura: analyse these captures anew." placeholder:"FILE" type:"existingfile"`
	Config string   `help:"yagura.yaml for --replay." type:"path" placeholder:"FILE"`
	Home   []string `help:"Inside networks for --replay." placeholder:"CIDR"`
	Lang   string   `help:"Language of sentences." enum:"ja,en" default:"ja"`
}

// Help is printed by yagura explain finding --help.
func (explainFindingCmd) Help() string {
	return `なぜそう判断したかを、条件ごとに示します：測った値、しきい値、単位、しきい値の出どころ、通ったかどうか。
反対の材料、検討した例外、どうなら知らせなかったかも示します。

Examples:
  yagura explain finding 3f9a2c41
  yagura explain finding 3f9a2c41 --replay mirror.pcap --lang en
  yagura explain finding 3f9a2c41 --json | jq '.gates[] | select(.passed | not)'

Exit codes: 0 explained, 1 no such finding, 2 wrong usage.`
}

// Run explains one finding.
func (c explainFindingCmd) Run(ctx context.Context, std streams) error {
	x, err := c.explanation(ctx, std)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(std.out, x)
	}
	findingExplainer{std.out, c.Lang}.print(&x)
	return nil
}

func (c explainFindingCmd) explanation(ctx context.Context, std streams) (x event.Explanation, err error) {
	if len(c.UID) < 6 {
		return x, usageError("%q is too short for an ID: give at least six characters", c.UID)
	}
	if len(c.Replay) == 0 {
		err = newControlClient(c.Data).call(ctx, "explain?finding="+url.QueryEscape(c.UID), nil, &x)
		return x, err
	}
	return c.fromCaptures(ctx, std)
}

// fromCaptures analyses captures until one of them gives the finding.
func (c explainFindingCmd) fromCaptures(ctx context.Context, std streams) (x event.Explanation, err error) {
	cfg := defaultConfig()
	if c.Config != "" {
		if cfg, err = loadConfig(c.Config); err != nil {
			return x, err
		}
	}
	if len(c.Home) > 0 {
		cfg.Home = c.Home
	}
	j, err := newJudgement(cfg)
	if err != nil {
		return x, failure{exitUsage, err}
	}
	for _, path := range c.Replay {
		r := replay{cmd: replayCmd{Quiet: true, JSON: true}, judgement: j, path: path, out: io.Discard, err: std.err}
		if err := r.run(ctx); err != nil {
			return x, err
		}
		for _, uid := range r.order {
			if strings.HasPrefix(uid, c.UID) {
				return detect.Explain(r.findings[uid]), nil
			}
		}
	}
	return x, failure{exitFailed, fmt.Errorf("no finding begins with %s in %s", c.UID, strings.Join(c.Replay, ", "))}
}

// ExplainFinding implements operations; uid may be the beginning of one, of the latest 10,000 findings.
func (r *river) ExplainFinding(ctx context.Context, uid string) (event.Explanation, error) {
	f, err := r.state.Finding(ctx, uid)
	if errors.Is(err, event.ErrNotFound) {
		f, err = r.findingLike(ctx, uid)
	}
	if err != nil {
		return event.Explanation{}, err
	}
	x := detect.Explain(f)
	return x, r.caseOfFinding(ctx, &x)
}

func (r *river) findingLike(ctx context.Context, prefix string) (event.Finding, error) {
	list, err := r.state.Findings(ctx, event.FindingFilter{Limit: 10_000})
	if err != nil {
		return event.Finding{}, err
	}
	for _, f := range list {
		if len(prefix) >= 6 && strings.HasPrefix(f.UID, prefix) {
			return f, nil
		}
	}
	return event.Finding{}, fmt.Errorf("no finding is called %q: %w", prefix, event.ErrNotFound)
}

// caseOfFinding adds the case that the finding is part of, if any.
func (r *river) caseOfFinding(ctx context.Context, x *event.Explanation) error {
	list, err := r.state.Incidents(ctx, event.IncidentFilter{Device: x.Finding.Device.UID, Limit: 100})
	if err != nil {
		return err
	}
	for _, inc := range list {
		for i := range inc.Findings {
			if inc.Findings[i].UID == x.Finding.UID {
				x.Case, x.CaseUID, x.Why = inc.Number, inc.UID, inc.Why
				return nil
			}
		}
	}
	return nil
}

// findingExplainer prints an explanation for people.
type findingExplainer struct {
	w    io.Writer
	lang string
}

func (p findingExplainer) head(ja, en string) {
	fmt.Fprintf(p.w, "\n■ %s\n", event.Text{JA: ja, EN: en}.In(p.lang))
}

func (p findingExplainer) print(x *event.Explanation) {
	f := &x.Finding
	findingPrinter(p).finding(f)
	p.head("判断の条件", "Gates")
	for _, g := range x.Gates {
		if g.Name != "exception" {
			p.gate(g)
		}
	}
	if len(f.Counter) > 0 {
		p.head("反対の材料", "What speaks against it")
	}
	for _, c := range f.Counter {
		fmt.Fprintf(p.w, "  - %s\n", c.Text.In(p.lang))
	}
	p.head("検討した例外", "Exceptions considered")
	none := true
	for _, g := range x.Gates {
		if g.Name == "exception" {
			none = false
			fmt.Fprintf(p.w, "  - %s\n", g.Text.In(p.lang))
		}
	}
	if none {
		fmt.Fprintf(p.w, "  %s\n", event.Text{JA: "この種類の検知に当たる例外はありません。", EN: "No exception is for this kind of finding."}.In(p.lang))
	}
	p.head("こうなら知らせませんでした", "What would have kept it quiet")
	for _, t := range x.Quiet {
		fmt.Fprintf(p.w, "  - %s\n", t.In(p.lang))
	}
	fmt.Fprintf(p.w, "  - %s\n\n%s", event.Text{JA: "業務と確かめられたら、この例外を設定に足せます：", EN: "Where it is known to be harmless, this exception covers it:"}.In(p.lang), indent(x.Except, "      "))
	if x.Case != "" {
		p.head("案件", "Case")
		fmt.Fprintf(p.w, "  %s\n", x.Case)
	}
	for _, t := range x.Why {
		fmt.Fprintf(p.w, "  - %s\n", t.In(p.lang))
	}
}

// gateMarks say how a gate ended.
var gateMarks = map[bool]event.Text{true: {JA: "通過", EN: "passed"}, false: {JA: "不通過", EN: "not passed"}}

func (p findingExplainer) gate(g event.Gate) {
	fmt.Fprintf(p.w, "  [%s] %s", gateMarks[g.Passed].In(p.lang), g.Text.In(p.lang))
	value := detect.Amount(g.Value, g.Unit, p.lang)
	switch {
	case g.Op != "":
		fmt.Fprintf(p.w, "  %s %s %s", value, g.Op, detect.Amount(g.Threshold, g.Unit, p.lang))
	case g.Unit != "" && g.Points == 0:
		fmt.Fprintf(p.w, "  %s", value)
	}
	if g.Points != 0 {
		fmt.Fprintf(p.w, "  %+.3g %s", g.Points, event.Text{JA: "点", EN: "points"}.In(p.lang))
	}
	if g.Source != "" {
		fmt.Fprintf(p.w, "  (%s)", g.Source)
	}
	fmt.Fprintln(p.w)
}

func indent(s, by string) string {
	return by + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n"+by) + "\n"
}
