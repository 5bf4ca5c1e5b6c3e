package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/yagura-project/yagura/asset"
	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/detect/separation"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event"
)

// zonesCmd is about the separation of networks (三層の対策).
type zonesCmd struct {
	Learn zonesLearnCmd `cmd:"" help:"Propose a list of permitted communications (特定通信) from what was seen, as CSV to edit."`
	Check zonesCheckCmd `cmd:"" help:"Read a list of permitted communications; name each fault with line and remedy."`
	List  zonesListCmd  `cmd:"" help:"Show how each permitted communication is used; find those that are unused or expired."`
}

type zonesLearnCmd struct {
	Config string   `required:"" help:"yagura.yaml with the zones (asset.zones)." type:"path" placeholder:"FILE"`
	Days   int      `help:"Leave out what was seen on fewer days than this." default:"1" placeholder:"N"`
	Out    string   `help:"File to write; - for standard output." default:"-" placeholder:"FILE"`
	Files  []string `arg:"" optional:"" help:"Captures to learn from; without any: what the running Yagura has seen."`
}

// Help is printed by yagura zones learn --help.
func (zonesLearnCmd) Help() string {
	return `ゾーンの間で実際に成立した通信から、特定通信の一覧の案を CSV で作ります。担当課と理由を書き入れ、不要な行を消して、
detect.detectors.separation.files に指定してください。案の段階では何も許可されません。

Examples:
  yagura zones learn --config yagura.yaml --out 特定通信-案.csv
  yagura zones learn --config yagura.yaml --days 2 week.pcap > draft.csv
  yagura zones check draft.csv

Exit codes: 0 written, 1 nothing seen or a file could not be read, 2 wrong configuration.`
}

// Run writes the proposal.
func (c zonesLearnCmd) Run(ctx context.Context, std streams) error {
	cfg, err := loadConfig(c.Config)
	if err != nil {
		return err
	}
	if len(cfg.Asset.Zones) == 0 {
		return usageError("%s has no zones: write them under asset.zones (name and cidr)", c.Config)
	}
	talks, err := c.talks(ctx, cfg)
	if err != nil {
		return err
	}
	talks = slices.DeleteFunc(talks, func(t event.Talk) bool { return t.Days < c.Days })
	if len(talks) == 0 {
		return failure{exitFailed, errors.New("no conversation between zones has been seen: are the zones right, and does their traffic pass the mirror?")}
	}
	text, rows, err := propose(talks)
	if err != nil {
		return err
	}
	if c.Out == "-" {
		_, err = std.out.Write(text)
	} else {
		err = os.WriteFile(c.Out, text, 0o600)
	}
	fmt.Fprintf(std.err, "%d種類の通信から、%d件の案を作りました。担当課と理由を書き入れてください。\n", len(talks), rows)
	return err
}

func (c zonesLearnCmd) talks(ctx context.Context, cfg config) ([]event.Talk, error) {
	if len(c.Files) > 0 {
		return learnFrom(ctx, cfg, c.Files)
	}
	state, err := keptData{Config: c.Config}.open(ctx)
	if err != nil {
		return nil, err
	}
	defer state.Close()
	text, err := state.Setting(ctx, settingDetect)
	if errors.Is(err, event.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var kept map[string]json.RawMessage
	var s struct {
		Talks []event.Talk `json:"talks"`
	}
	if err = json.Unmarshal([]byte(text), &kept); err == nil && len(kept[separation.Detector.Info.ID]) > 0 {
		err = json.Unmarshal(kept[separation.Detector.Info.ID], &s)
	}
	return s.Talks, err
}

// learnFrom reads captures one after the other.
func learnFrom(ctx context.Context, cfg config, files []string) ([]event.Talk, error) {
	home, err := newHome(cfg.Home)
	if err != nil {
		return nil, failure{exitUsage, err}
	}
	cfg.Asset.Home = home.list
	inventory, err := asset.New(cfg.Asset)
	if err != nil {
		return nil, err
	}
	engine, err := detect.New(detect.DefaultConfig(), detect.Deps{Home: home.Contains, Zone: inventory.Zone, Assets: inventory},
		[]detect.Detector{separation.Detector}, func(event.Finding) {})
	if err != nil {
		return nil, err
	}
	for _, path := range files {
		if err := learnFile(ctx, cfg.Dissect, path, engine); err != nil {
			return nil, err
		}
	}
	return engine.Talks(), nil
}

func learnFile(ctx context.Context, cfg dissect.Config, path string, engine *detect.Engine) error {
	file, err := capture.Open(path, func(int64, int64) {})
	if err != nil {
		return failure{exitFailed, err}
	}
	defer file.Close()
	none, err := protocolsOf([]string{"none"})
	if err != nil {
		return err
	}
	analyzer := dissect.NewWorkers(1, cfg, none, engine.Observe)
	err = capture.Run(ctx, file, analyzer)
	analyzer.Close()
	if err != nil {
		return failure{exitFailed, err}
	}
	return nil
}
