package act_test

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/all"
	"github.com/yagura-project/yagura/act/nftables"
)

func TestTheConfigurationChoosesEnforcers(t *testing.T) {
	cfg := act.DefaultConfig()
	page := "enforcers:\n  - nftables: {mode: bridge, by_mac: false}\n  - none: {}\nsettle: 2s\nallow:\n  - {ip: 10.1.0.9, port: 80, name: お知らせ}\n"
	if err := yaml.NewDecoder(strings.NewReader(page), yaml.Strict()).Decode(&cfg); err != nil {
		t.Fatal(err)
	}
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	var c nftables.Config
	section := cfg.Enforcers[0]["nftables"]
	c = nftables.DefaultConfig()
	if err := section.Decode(&c); err != nil || c.Mode != "bridge" || c.ByMAC || !c.Conntrack {
		t.Errorf("%v %+v", err, c)
	}
	if err := cfg.Check(all.Enforcers); err != nil {
		t.Error(err)
	}
	hands, err := act.Open(cfg, all.Enforcers, act.Deps{Log: slog.New(slog.DiscardHandler)})
	if err != nil || len(hands) != 2 || hands[0].Name() != "nftables-bridge" || hands[1].Name() != "none" {
		t.Fatal(err, hands)
	}
	for _, h := range hands {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestAWrongSectionIsNamed(t *testing.T) {
	for page, want := range map[string]string{
		"enforcers:\n  - nftables: {mode: switch}\n":    `enforcers[0].nftables: mode: "switch" is unknown`,
		"enforcers:\n  - firewall: {}\n":                `enforcers[0].firewall: there is no enforcer of this name: use one of [`,
		"enforcers:\n  - nftables: {modus: router}\n":   `unknown field "modus"`,
		"enforcers:\n  - {nftables: {}, none: {}}\n":    "enforcers[0]: 2 names in one entry",
		"enforcers:\n  - nftables: {by_mac: perhaps}\n": "by_mac",
	} {
		cfg := act.DefaultConfig()
		err := yaml.NewDecoder(strings.NewReader(page), yaml.Strict()).Decode(&cfg)
		if err == nil {
			err = cfg.Check(all.Enforcers)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\nwant %q, got %v", page, want, err)
		}
	}
}

func TestSettingsFromCode(t *testing.T) {
	c := nftables.Config{Mode: "router", NetNS: "/run/netns/x"}
	s := act.Settings(&c)
	got := nftables.DefaultConfig()
	if err := s.Decode(&got); err != nil || got != c {
		t.Errorf("%v %+v", err, got)
	}
	if err := s.Decode(&act.Config{}); err == nil {
		t.Error("settings of another enforcer were taken")
	}
}
