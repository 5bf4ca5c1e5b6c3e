package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/report"
	allreports "github.com/yagura-project/yagura/report/all"
	"github.com/yagura-project/yagura/store"
)

type reportCmd struct {
	keptData
	Kind   string `help:"Which report; none of this name lists them." default:"monthly"`
	Period string `help:"2026-11, 2026-11-02, 2026-11-01..2026-11-20, today, yesterday, this-month or last-month." default:"last-month"`
	Lang   string `help:"Language." enum:"ja,en" default:"ja"`
	Out    string `help:"Directory that receives the HTML and the PDF." default:"." type:"path" placeholder:"DIR"`
	Key    string `name:"sign-key" help:"With --kind separation: sign the proof with this key (Ed25519, PEM); made where there is none." type:"path" placeholder:"FILE"`
	JSON   bool   `name:"json" help:"Print the paths as JSON."`
}

// Help is printed by yagura report --help.
func (reportCmd) Help() string {
	return `記録から報告書（HTML と PDF）を作ります。--kind separation では、あとから yagura verify で確かめられる証拠（.proof.json）も書きます。

Examples:
  yagura report
  yagura report --period 2026-11 --out /srv/reports
  yagura report --kind separation --period yesterday
  yagura report --kind separation --period yesterday --sign-key /etc/yagura/certificate.key
  yagura report --period 2026-11-01..2026-11-20 --lang en

Exit codes: 0 written, 1 nothing kept or not writable, 2 wrong usage.`
}

// reportFiles is what --json prints.
type reportFiles struct {
	HTML  string `json:"html"`
	PDF   string `json:"pdf"`
	Proof string `json:"proof,omitempty"` // of the certificate of separation
}

// Run writes the report of a period.
func (c reportCmd) Run(ctx context.Context, std streams) error {
	kind := slices.IndexFunc(allreports.Reports, func(r report.Report) bool { return r.Name == c.Kind })
	if kind < 0 {
		return usageError("--kind: there is no report %q; known: %s", c.Kind, strings.Join(reportNames(), ", "))
	}
	period, err := report.ParsePeriod(c.Period, time.Now())
	if err != nil {
		return usageError("--period: %v", err)
	}
	state, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer state.Close()
	bar := newSpinner(std.err, c.JSON, "報告書を作っています")
	html, pdf, err := allreports.Reports[kind].Render(ctx, state, period, c.Lang)
	bar.end()
	if err != nil {
		return err
	}
	files, err := writeReport(c.Out, fmt.Sprintf("yagura-%s-%s-%s", c.Kind, fileName(period), c.Lang), html, pdf)
	if err != nil {
		return err
	}
	if c.Kind == "separation" {
		if files.Proof, err = c.prove(ctx, state, period, html, pdf); err != nil {
			return err
		}
	}
	if c.JSON {
		return printJSON(std.out, files)
	}
	fmt.Fprintf(std.out, "%s\n%s\n", files.HTML, files.PDF)
	if files.Proof != "" {
		fmt.Fprintln(std.out, files.Proof)
	}
	return nil
}

func reportNames() []string {
	var out []string
	for _, r := range allreports.Reports {
		out = append(out, r.Name)
	}
	return out
}

func fileName(p report.Period) string {
	if p.WholeMonth() {
		return p.From.In(jst).Format("2006-01")
	}
	return p.From.In(jst).Format("2006-01-02") + "_" + p.Until.In(jst).Add(-time.Nanosecond).Format("2006-01-02")
}

func writeReport(dir, name string, html, pdf []byte) (reportFiles, error) {
	f := reportFiles{HTML: filepath.Join(dir, name+".html"), PDF: filepath.Join(dir, name+".pdf")}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return f, fmt.Errorf("folder of the report: %w", err)
	}
	return f, errors.Join(os.WriteFile(f.HTML, html, 0o600), os.WriteFile(f.PDF, pdf, 0o600))
}

// reporter lets the console show a report of any period.
type reporter struct{ state *store.State }

// Render implements console.Reporter.
func (p reporter) Render(ctx context.Context, kind string, from, until time.Time, lang string) (html, pdf []byte, err error) {
	i := slices.IndexFunc(allreports.Reports, func(r report.Report) bool { return r.Name == kind })
	if i < 0 {
		return nil, nil, fmt.Errorf("report %q: %w", kind, event.ErrNotFound)
	}
	return allreports.Reports[i].Render(ctx, p.state, report.Period{From: from, Until: until}, lang)
}

// nameTown tells reports what the town is called.
func (r *river) nameTown(ctx context.Context) error {
	if r.cfg.Name == "" {
		return nil
	}
	old, err := r.state.Setting(ctx, report.SettingTown)
	if old == r.cfg.Name || err != nil && !errors.Is(err, event.ErrNotFound) {
		return err
	}
	return r.state.PutSetting(ctx, report.SettingTown, r.cfg.Name)
}
