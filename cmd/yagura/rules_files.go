package main

import (
	"cmp"
	"maps"
	"strings"

	"github.com/yagura-project/yagura/signature"
	"github.com/yagura-project/yagura/signature/dataset"
	"github.com/yagura-project/yagura/signature/rule"
)

// ruleFiles names the rules and what they are compiled with.
type ruleFiles struct {
	Config string   `help:"yagura.yaml whose rules, networks, variables, thresholds and lists are meant." type:"path" placeholder:"FILE"`
	Home   string   `help:"HOME_NET: an address, network or list in brackets. Default: the private networks, or what --config says." placeholder:"NET"`
	GeoIP  string   `name:"geoip" help:"Database of countries for geoip, in MaxMind's format." type:"path" placeholder:"FILE"`
	JSON   bool     `name:"json" help:"Print JSON."`
	Files  []string `arg:"" optional:"" help:"Rule files, plain or .gz. Default: those of --config." type:"path"`
}

// loadedRules are the rules of some files.
type loadedRules struct {
	rules   []*rule.Signature
	refused []rule.Refusal
}

// meant is what the flags and the configuration say.
func (r ruleFiles) meant() (cfg signature.Config, env *rule.Env, err error) {
	cfg, home := signature.DefaultConfig(), r.Home
	if r.Config != "" {
		all, err := loadConfig(r.Config)
		if err != nil {
			return cfg, nil, err
		}
		cfg, home = all.Signature, cmp.Or(home, "["+strings.Join(all.Home, ",")+"]")
	}
	if len(r.Files) > 0 {
		cfg.Files = r.Files
	}
	if len(cfg.Files) == 0 {
		return cfg, nil, usageError("rules: name rule files, or by --config a yagura.yaml with signature.files")
	}
	cfg.GeoIP = cmp.Or(r.GeoIP, cfg.GeoIP)
	env = rule.NewEnv(home)
	if _, err := rule.ParseAddresses(env.Vars["HOME_NET"], env.Vars); err != nil {
		return cfg, nil, usageError("--home: %v", err)
	}
	maps.Copy(env.Vars, cfg.Vars)
	env.Sets = dataset.NewStore("")
	return cfg, env, nil
}

func (r ruleFiles) load() (loadedRules, error) {
	cfg, env, err := r.meant()
	if err != nil {
		return loadedRules{}, err
	}
	all, err := cfg.Load(env)
	if err != nil {
		return loadedRules{}, failure{exitFailed, err}
	}
	return loadedRules{rules: all.Rules, refused: all.Refused}, nil
}

// readRules gives the lines of rules in the files that are meant to do, until it has enough.
func readRules(cfg signature.Config, do func(file string, line int, text string) (enough bool)) error {
	if err := cfg.Lines(do); err != nil {
		return failure{exitFailed, err}
	}
	return nil
}
