package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/yagura-project/yagura/detect/separation"
	"github.com/yagura-project/yagura/event"
)

type zonesCheckCmd struct {
	Config string   `help:"yagura.yaml whose zones the list may name." type:"path" placeholder:"FILE"`
	Files  []string `arg:"" help:"Lists as CSV (UTF-8 or Shift_JIS) or YAML." type:"path"`
}

// Help is printed by yagura zones check --help.
func (zonesCheckCmd) Help() string {
	return `特定通信の一覧を読み、書き間違いを「ファイル:行・直し方」で示します。何も変えません。

Examples:
  yagura zones check 特定通信.csv
  yagura zones check --config yagura.yaml permits.yaml

Exit codes: 0 all good, 1 there are faults, 2 wrong usage.`
}

// Run reads the lists.
func (c zonesCheckCmd) Run(_ context.Context, std streams) error {
	zones := map[string]bool{}
	if c.Config != "" {
		cfg, err := loadConfig(c.Config)
		if err != nil {
			return err
		}
		for _, z := range cfg.Asset.Zones {
			zones[z.Name] = true
		}
	}
	faults := 0
	for _, path := range c.Files {
		list, err := separation.ReadList(path)
		for _, e := range flatten(err) {
			faults++
			fmt.Fprintln(std.err, "yagura:", e)
		}
		faults += c.unknownZones(std.err, path, list, zones)
		if err == nil {
			fmt.Fprintf(std.out, "%s: %d件\n", path, len(list))
		}
	}
	if faults > 0 {
		return failure{exitFailed, errSilent}
	}
	return nil
}

// unknownZones names words that are neither addresses nor zones of the configuration.
func (c zonesCheckCmd) unknownZones(w io.Writer, path string, list []separation.Permit, zones map[string]bool) (n int) {
	if len(zones) == 0 {
		return 0
	}
	for _, p := range list {
		for _, word := range append(slices.Clone(p.Source), p.Destination...) {
			if !separation.IsZone(word) || zones[word] {
				continue
			}
			n++
			fmt.Fprintf(w, "yagura: %s: 「%s」 %q is no zone of %s; zones are written under asset.zones\n", path, p.Name, word, c.Config)
		}
	}
	return n
}

type zonesListCmd struct {
	keptData
	Day  string `help:"Day, as 2026-11-21; default: the newest of the last week." placeholder:"DAY"`
	JSON bool   `name:"json" help:"Print JSON."`
}

// Help is printed by yagura zones list --help.
func (zonesListCmd) Help() string {
	return `特定通信ごとに、使われた回数・量・最後に使われた時刻を示します。使われていない許可と期限切れが分かります。

Examples:
  yagura zones list --config yagura.yaml
  yagura zones list --day 2026-11-21 --json

Exit codes: 0 shown, 1 nothing kept, 2 wrong usage.`
}

// Run shows the record of one day.
func (c zonesListCmd) Run(ctx context.Context, std streams) error {
	state, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer state.Close()
	days := []string{c.Day}
	if c.Day == "" {
		days = nil
		for i := range 7 {
			days = append(days, time.Now().In(jst).AddDate(0, 0, -i).Format(time.DateOnly))
		}
	}
	for _, name := range days {
		d, err := loadDay(ctx, state, name)
		if errors.Is(err, event.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(std.out, d)
		}
		printUse(std.out, d)
		return nil
	}
	return failure{exitFailed, errors.New("no record of the separation is kept: set detect.detectors.separation.isolated and let yagura run; the first record comes after a minute")}
}

func printUse(w io.Writer, d event.SeparationDay) {
	fmt.Fprintf(w, "%s  ゾーン間の通信 %d件を調べ、逸脱は %d件。%d分を見張りました。\n", d.Day, d.Checked, d.Breaches, d.Minutes)
	for _, e := range d.Entries {
		state := "使用中"
		switch {
		case e.Expired:
			state = "期限切れ"
		case e.Total == 0:
			state = "未使用"
		}
		fmt.Fprintf(w, "%s  %s（%s）  当日%d回  累計%d回\n", state, e.Name, e.Owner, e.Uses, e.Total)
	}
	for _, b := range d.Details {
		fmt.Fprintf(w, "逸脱  %s  %s → %s  %s/%d  %d回\n", clock(b.First), b.Src, b.Dst, b.Proto, b.Port, b.Count)
	}
}
