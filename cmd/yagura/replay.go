package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
)

type replayCmd struct {
	Home      []string `help:"Inside networks. Default: 10/8, 172.16/12, 192.168/16, fc00::/7." placeholder:"CIDR"`
	Config    string   `help:"yagura.yaml whose home, zones, assets, indicators and detectors are used." type:"path" placeholder:"FILE"`
	Rules     []string `help:"Rule files in Suricata's language, plain or .gz; * and ? stand for parts of names." placeholder:"FILE"`
	Only      string   `help:"Which judgement: signature or behaviour. Default: both." enum:",signature,behaviour" default:"" placeholder:"KIND"`
	Threshold string   `name:"thresholds" help:"File of suppress, threshold and rate_filter lines." type:"path" placeholder:"FILE"`
	GeoIP     string   `name:"geoip" help:"Database of countries for geoip, in MaxMind's format." type:"path" placeholder:"FILE"`
	JSON      bool     `name:"json" help:"One OCSF Detection Finding a line on stdout, nothing else."`
	Eve       string   `help:"Write Suricata-compatible EVE JSON to this file, - for stdout; with --rules its alerts are those of rules alone." placeholder:"FILE"`
	Protocols []string `help:"Application protocols that are read: all, none (flows alone and the behaviours that need no more), or names." placeholder:"NAME" sep:","`
	Workers   int      `help:"Analyzers that share the work, 1 to 256. The result is the same, but for rules whose limits count over several hosts. 0: as many as there are cores for a large capture, one for a small one." default:"0" placeholder:"N"`
	Quiet     bool     `help:"No progress and no summary on stderr."`
	Lang      string   `help:"Language of sentences." enum:"ja,en" default:"ja"`
	Files     []string `arg:"" name:"file" help:"pcap or pcapng files, access logs of squid or in the combined format, or alerts in CEF, LEEF, TMEF or name=value; plain or gzip; - for stdin."`
}

// Help is printed by yagura replay --help.
func (replayCmd) Help() string {
	return `記録した通信（キャプチャ）を、記録時の時計で分析します。

Examples:
  yagura replay office.pcapng
  yagura replay --home 192.0.2.0/24 --json mirror.pcap.gz | jq .message
  yagura replay --eve eve.json --quiet *.pcap
  ssh tap tcpdump -w - | yagura replay --quiet --eve - - | jq .event_type
  yagura replay --home 10.0.0.0/8 /var/log/squid/access.log
  yagura replay --only signature --rules 'rules/*.rules' --eve eve.json mirror.pcap

Exit codes: 0 analysed, also where behind a file's packets stands what is none, 1 a file could not be read or is cut
(the rest was analysed), 2 wrong usage.`
}

// Run analyses each file by itself.
func (c replayCmd) Run(ctx context.Context, std streams) (err error) {
	cfg := defaultConfig()
	if c.Config != "" {
		if cfg, err = loadConfig(c.Config); err != nil {
			return err
		}
	}
	if len(c.Home) > 0 {
		cfg.Home = c.Home
	}
	if c.Workers < 0 || c.Workers > 256 {
		return usageError("--workers %d: use 1 to 256, or 0", c.Workers)
	}
	if len(c.Rules) > 0 {
		cfg.Signature.Files = c.Rules
	}
	if c.Threshold != "" {
		cfg.Signature.Thresholds = c.Threshold
	}
	if c.GeoIP != "" {
		cfg.Signature.GeoIP = c.GeoIP
	}
	if c.Only == "behaviour" {
		cfg.Signature.Files = nil
	}
	if len(c.Protocols) > 0 {
		cfg.Dissect.Protocols = c.Protocols
	}
	if c.JSON && c.Eve == "-" {
		return usageError("--json and --eve -: only one of them can have the standard output")
	}
	if _, err := protocolsOf(cfg.Dissect.Protocols); err != nil {
		return failure{exitUsage, err}
	}
	j, err := newJudgement(cfg)
	if err != nil {
		return failure{exitUsage, err}
	}
	if j.rules != nil {
		j.rules.tell(std.err)
	}
	out := bufio.NewWriterSize(std.out, 64<<10)
	defer func() { err = errors.Join(err, out.Flush()) }()
	records, closeEve, err := openEve(c.Eve, std.out, cfg.Eve)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeEve()) }()
	unread := false
	for i, path := range c.Files {
		if records != nil {
			records.Recording(i)
		}
		if ctx.Err() != nil {
			return failure{exitFailed, errors.New("interrupted")}
		}
		r := replay{cmd: c, judgement: j, path: path, eve: records, out: out, err: std.err}
		if err := r.run(ctx); err != nil {
			fmt.Fprintln(std.err, "yagura:", err)
			unread = unread || !r.partly
		}
	}
	if unread {
		return failure{exitFailed, errSilent}
	}
	return nil
}
