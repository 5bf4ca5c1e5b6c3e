package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

type selftestCmd struct {
	running
	Config string `help:"Test this configuration by itself, without a running Yagura." type:"path" placeholder:"FILE"`
	Notify bool   `help:"Also send one notice, marked as a test, to everybody who is told of cases."`
	Lang   string `help:"Language of sentences." enum:"ja,en" default:"ja"`
}

// Help is printed by yagura selftest --help.
func (selftestCmd) Help() string {
	return `検知器をひとつずつ、見本の攻撃で試します。網には何も流さず、切り離しも知らせもしません（--notify を付けたときだけ、試験と書いた知らせを一通送ります）。
見本は、パケットとして解析器の手前から、またはイベントとして解析器の後ろから入れます。どちらで入れたかを一つずつ示します。
鳴らない検知器には理由が付きます：止めている、例外に隠れる、その通信がセンサーに届いていない、ゾーンが見えていない、など。

Examples:
  yagura selftest
  yagura selftest --config yagura.yaml
  yagura selftest --json | jq '.results[] | select(.ok | not)'
  yagura selftest --notify

Exit codes: 0 every detector can fire, 1 one of them cannot, or nothing runs, 2 wrong usage or configuration.`
}

// Run fires every detector, in the running Yagura or by a configuration alone.
func (c selftestCmd) Run(ctx context.Context, std streams) error {
	t, err := c.test(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		err = printJSON(std.out, t)
	} else {
		printSelfTest(std.out, t, c.Lang)
	}
	if err == nil && t.Silent() > 0 {
		return failure{exitFailed, errSilent}
	}
	return err
}

func (c selftestCmd) test(ctx context.Context) (t event.SelfTest, err error) {
	if c.Config == "" {
		client := newControlClient(c.Data)
		client.http.Timeout = 5 * time.Minute
		err = client.call(ctx, "selftest", &controlRequest{On: c.Notify}, &t)
		return t, err
	}
	if c.Notify {
		return t, usageError("--notify needs the running Yagura: leave --config out")
	}
	cfg, err := loadConfig(c.Config)
	if err != nil {
		return t, err
	}
	n, err := loadedIndicators(cfg)
	if err != nil {
		return t, failure{exitUsage, err}
	}
	return testDetectors(ctx, cfg, n, nil)
}

// modeWordsOfTest say how a sample was shown.
var modeWordsOfTest = map[string]event.Text{"packets": {JA: "パケット", EN: "packets"}, "events": {JA: "イベント", EN: "events"}, "": {JA: "－", EN: "-"}}

func printSelfTest(w io.Writer, t event.SelfTest, lang string) {
	how := event.Text{JA: "設定ファイルだけで試しました", EN: "by the configuration alone"}
	if t.Live {
		how = event.Text{JA: "動いている櫓で試しました", EN: "in the running Yagura"}
	}
	fmt.Fprintf(w, "%s  %s  %s\n", event.Text{JA: "自己試験", EN: "Self-test"}.In(lang), clock(t.Time), how.In(lang))
	for _, r := range t.Results {
		mark := "○"
		if !r.OK {
			mark = "×"
		}
		fmt.Fprintf(w, "%s %-14s %s  %s", mark, r.Detector, r.Title.In(lang), modeWordsOfTest[r.Mode].In(lang))
		if r.Severity > 0 {
			fmt.Fprintf(w, "  %s %d", event.Text{JA: "試験の案件の危険度", EN: "severity of the test case"}.In(lang), r.Severity)
		}
		fmt.Fprintln(w)
		for _, why := range r.Why {
			fmt.Fprintf(w, "    → %s\n", why.In(lang))
		}
		if r.OK && len(r.Silent) > 0 {
			fmt.Fprintf(w, "    %s %s\n", event.Text{JA: "見本では鳴らなかった種類:", EN: "not told by its samples:"}.In(lang), strings.Join(r.Silent, " "))
		}
	}
	good := len(t.Results) - t.Silent()
	fmt.Fprintln(w, event.Text{JA: fmt.Sprintf("%d 個のうち %d 個が知らせることができます（%.1f 秒）", len(t.Results), good, float64(t.TookMS)/1000),
		EN: fmt.Sprintf("%d of %d can fire (%.1f s)", good, len(t.Results), float64(t.TookMS)/1000)}.In(lang))
}
