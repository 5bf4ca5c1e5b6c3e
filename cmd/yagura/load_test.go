package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

type sampleConfig struct {
	Tenant string `yaml:"tenant"`
	Decide struct {
		NeverTouch []struct {
			IP string `yaml:"ip"`
		} `yaml:"never_touch"`
		CapPerHour int `yaml:"cap_per_hour"`
	} `yaml:"decide"`
}

func TestLoadNamesFileLineAndFix(t *testing.T) {
	cases := map[string]struct{ text, want string }{
		"unknown key":   {"tenant: a\ndecide:\n  cap_per_hou: 3\n", `:3:3: unknown key "cap_per_hou"; did you mean "cap_per_hour"?`},
		"nothing near":  {"zzzzzzzzz: 1\n", `:1:1: unknown key "zzzzzzzzz"; ` + "`yagura explain"},
		"wrong type":    {"decide:\n  cap_per_hour: many\n", ":2:"},
		"broken YAML":   {"tenant: [a\n", ":1:"},
		"duplicate key": {"tenant: a\ntenant: b\n", ":2:"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "yagura.yaml")
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			var cfg sampleConfig
			err := loadYAML(path, &cfg)
			if err == nil || !strings.Contains(err.Error(), path+c.want) {
				t.Errorf("error %v does not contain %q", err, path+c.want)
			}
		})
	}
}

func TestLoadMissingFile(t *testing.T) {
	err := loadYAML(filepath.Join(t.TempDir(), "none.yaml"), &sampleConfig{})
	if err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("error: %v", err)
	}
}

func TestFieldLineFallsBackToTheParent(t *testing.T) {
	text := []byte("tenant: a\ndecide:\n  never_touch:\n    - ip: 10.0.0.1\n    - ip: bad\n")
	for field, want := range map[string]int{"decide.never_touch[1].ip": 5, "decide.never_touch[1].mac": 5, "decide.cap_per_hour": 3, "store.path": 0} {
		if got := fieldLine(text, field); got != want {
			t.Errorf("%s: line %d, want %d", field, got, want)
		}
	}
}
