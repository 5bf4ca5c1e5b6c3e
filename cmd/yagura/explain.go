package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	alldetectors "github.com/yagura-project/yagura/detect/all"
)

type explainCmd struct {
	Settings explainSettingsCmd `cmd:"" default:"withargs" help:"What a configuration does."`
	Finding  explainFindingCmd  `cmd:"" help:"Why a finding came about: each gate, number and threshold."`
}

type explainSettingsCmd struct {
	Config    string `help:"yagura.yaml." type:"path" placeholder:"FILE"`
	Reference bool   `help:"Print every key with its default and meaning."`
	JSON      bool   `name:"json" help:"Print the effective configuration as JSON."`
}

// Help is printed by yagura explain --help.
func (explainSettingsCmd) Help() string {
	return `設定ファイルが何をするのかを、ふつうの言葉で説明します。何も始めません。

Examples:
  yagura explain --config yagura.yaml
  yagura explain --reference > reference.yaml

Exit codes: 0 explained, 2 wrong configuration.`
}

// Run explains a configuration, the default one without --config.
func (c explainSettingsCmd) Run(_ context.Context, std streams) (err error) {
	if c.Reference {
		return printReference(std.out)
	}
	cfg := defaultConfig()
	if c.Config != "" {
		if cfg, err = loadConfig(c.Config); err != nil {
			return err
		}
	}
	if c.JSON {
		return printJSON(std.out, cfg)
	}
	e := explainer{std.out}
	e.sees(cfg)
	e.judges(cfg)
	e.decides(cfg)
	e.keeps(cfg)
	return nil
}

// explainer writes what a configuration means, for the person who has to answer for it.
type explainer struct{ w io.Writer }

func (e explainer) head(title string) { fmt.Fprintf(e.w, "\n■ %s\n", title) }

func (e explainer) line(format string, args ...any) { fmt.Fprintf(e.w, "  "+format+"\n", args...) }

func (e explainer) sees(cfg config) {
	fmt.Fprintf(e.w, "%s %s の設定\n", orElse(cfg.Name, "（名前なし）"), cfg.Site)
	e.head("見るもの")
	if len(cfg.Capture.Interfaces) == 0 {
		e.line("監視するインターフェースが決まっていません（capture.interfaces）。このままでは run できません。")
	} else {
		e.line("%s に来る通信を見ます。センサーからは何も送りません。", strings.Join(cfg.Capture.Interfaces, "、"))
	}
	e.line("庁内とみなすネットワーク: %s", strings.Join(cfg.Home, "、"))
	for _, z := range cfg.Asset.Zones {
		e.line("ゾーン %s: %v", z.Name, z.CIDR)
	}
	if dir := cfg.Capture.Packets.Dir; dir != "" {
		e.line("パケットそのものを %s に、最大 %d MiB、%s 残します。個人情報を含むことがあります。", dir, cfg.Capture.Packets.MaxMB, cfg.Capture.Packets.MaxAge)
	}
	for _, to := range []string{cfg.Eve.File.Path, cfg.Eve.Socket.Path} {
		if to != "" {
			e.line("見たものを EVE JSON で %s に書き出します。", to)
		}
	}
	for _, w := range cfg.Asset.Switches {
		e.line("接続ポートを知るため、%s の表を SNMP で読みます（書き込みはしません）。", orElse(w.Name, w.Address))
	}
	e.line("端末台帳: %s", orElse(strings.Join(cfg.Asset.CSV, "、"), "なし（通信から名前を学びます）"))
}

func (e explainer) judges(cfg config) {
	e.head("見つけるもの")
	for _, d := range alldetectors.Detectors {
		if !slices.Contains(cfg.Detect.Disabled, d.Info.ID) {
			e.line("%s（%s）", d.Info.Title.JA, d.Info.ID)
		}
	}
	for _, id := range cfg.Detect.Disabled {
		e.line("止めているもの: %s", id)
	}
	for _, x := range cfg.Detect.Exceptions {
		e.line("例外: %s%s %s — %s（%s、%s まで）", x.Detector, x.Behaviour, x.Device, x.Reason, x.Owner, clock(x.Expires))
	}
}

func (e explainer) decides(cfg config) {
	e.head("切り離しの決まり")
	for _, l := range policyLines(cfg.Decide) {
		e.line("%s", l)
	}
	for _, n := range cfg.Decide.Never {
		what := []string{}
		for _, s := range []string{n.IP, n.CIDR, n.MAC, n.Host, n.Role} {
			if s != "" {
				what = append(what, s)
			}
		}
		e.line("決して切らない: %s — %s", strings.Join(what, " "), n.Reason)
	}
	for _, entry := range cfg.Act.Enforcers {
		for name := range entry {
			e.line("手段: %s", name)
		}
	}
}

func (e explainer) keeps(cfg config) {
	e.head("残すもの・見る場所")
	e.line("%s に、通信の記録を %d 日（最大 %d GiB）残します。案件・切り離し・操作の記録は消しません。", cfg.Store.Dir, cfg.Store.KeepDays, cfg.Store.MaxGiB)
	e.line("コンソール: %s", cfg.Console.Listen)
}

func orElse(s, other string) string {
	if strings.TrimSpace(s) == "" {
		return other
	}
	return s
}
