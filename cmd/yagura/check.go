package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/yagura-project/yagura/act"
	allenforcers "github.com/yagura-project/yagura/act/all"
	"github.com/yagura-project/yagura/capture"
)

type checkCmd struct {
	Config  string `required:"" help:"yagura.yaml." type:"path" placeholder:"FILE"`
	Machine bool   `help:"Also try what the configuration asks of this machine: interfaces, directory, port, enforcers." negatable:"" default:"true"`
	JSON    bool   `name:"json" help:"Print JSON."`
}

// Help is printed by yagura check --help.
func (checkCmd) Help() string {
	return `設定ファイルと、この機械で動かせるかどうかを確かめます。何も始めず、何も変えません。

Examples:
  yagura check --config yagura.yaml
  yagura check --config yagura.yaml --no-machine --json

Exit codes: 0 all good, 1 this machine cannot do it, 2 wrong configuration.`
}

// checkResult is one thing that was tried.
type checkResult struct {
	What    string `json:"what"`
	OK      bool   `json:"ok"`
	Problem string `json:"problem,omitempty"`
}

// Run checks and prints one line for each thing.
func (c checkCmd) Run(ctx context.Context, std streams) error {
	cfg, err := loadConfig(c.Config)
	if err != nil {
		return err
	}
	results := []checkResult{{What: "設定ファイル " + c.Config, OK: true}}
	if c.Machine {
		results = append(results, tryMachine(ctx, cfg)...)
	}
	if c.JSON {
		err = printJSON(std.out, results)
	} else {
		printChecks(std, results)
	}
	if slices.ContainsFunc(results, func(r checkResult) bool { return !r.OK }) {
		return failure{exitFailed, errSilent}
	}
	return err
}

func printChecks(std streams, results []checkResult) {
	for _, r := range results {
		mark := "よい"
		if !r.OK {
			mark = "だめ"
		}
		fmt.Fprintf(std.out, "%s  %s\n", mark, r.What)
		if r.Problem != "" {
			fmt.Fprintf(std.out, "      %s\n", r.Problem)
		}
	}
}

func tryMachine(ctx context.Context, cfg config) []checkResult {
	var out []checkResult
	try := func(what string, err error) {
		r := checkResult{What: what, OK: err == nil}
		if err != nil {
			r.Problem = err.Error()
		}
		out = append(out, r)
	}
	try("監視するインターフェース "+sensorName(cfg), tryCapture(cfg.Capture))
	if cfg.User != "" {
		try("動かす利用者 "+cfg.User, knownUser(cfg))
	}
	try("記録を置く場所 "+cfg.Store.Dir, tryDirectory(cfg.Store.Dir))
	try("コンソールの待ち受け "+cfg.Console.Listen, tryListen(ctx, cfg.Console.Listen))
	if len(cfg.Signature.Files) > 0 {
		try(tryRules(cfg))
	}
	if cfg.Eve.File.Path != "" {
		try("EVE 出力 "+cfg.Eve.File.Path, tryEve(cfg.Eve))
	}
	for _, entry := range cfg.Act.Enforcers {
		for name := range entry {
			try("切り離しの手段 "+name, tryEnforcer(ctx, cfg, name))
		}
	}
	return out
}

func tryCapture(cfg capture.LiveConfig) error {
	if err := cfg.Validate(); err != nil {
		return err
	}
	src, err := capture.OpenLive(cfg)
	if err != nil {
		return err
	}
	return src.Close()
}

// tryDirectory writes a file where Yagura would, or where its directory would be made.
func tryDirectory(dir string) error {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil // run makes it
	}
	f, err := os.CreateTemp(dir, ".check-*")
	if err != nil {
		return fmt.Errorf("not writable: %w", err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

func tryListen(ctx context.Context, addr string) error {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("%w; another program, or a running Yagura, has it", err)
	}
	return l.Close()
}

func tryEnforcer(ctx context.Context, cfg config, name string) error {
	one := act.Config{}
	for _, e := range cfg.Act.Enforcers {
		if s, ok := e[name]; ok {
			one.Enforcers = append(one.Enforcers, map[string]act.Section{name: s})
		}
	}
	hands, err := act.Open(one, allenforcers.Enforcers, act.Deps{Log: slog.New(slog.DiscardHandler), Now: time.Now, Dir: filepath.Join(cfg.Store.Dir, "act")})
	for _, h := range hands {
		_, listErr := h.List(ctx)
		err = errors.Join(err, listErr, h.Close())
	}
	return err
}
