package main

import (
	"os"
	"path/filepath"
	"slices"
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
		"wrong place":   {"tenant: a\ncap_per_hour: 3\n", `:2:1: key "cap_per_hour" does not belong here`},
		"unknown key":   {"tenant: a\ndecide:\n  cap_per_hou: 3\n", `:3:3: unknown key "cap_per_hou"; did you mean "cap_per_hour"?`},
		"nothing near":  {"zzzzzzzzz: 1\n", `:1:1: unknown key "zzzzzzzzz"; ` + "`yagura explain"},
		"wrong type":    {"decide:\n  cap_per_hour: many\n", `:2:17: "many" does not belong here; write a whole number`},
		"not a list":    {"decide:\n  never_touch: a\n", `:2:16: "a" does not belong here; write a list, as [a, b]`},
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

// putter writes files into a folder, and gives their paths.
func putter(t *testing.T, dir string) func(name, text string) string {
	return func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
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

// Each problem of a configuration is one line that names file, line and the fix, also within the sections of variants.
func TestConfigProblemsAreOneLineEach(t *testing.T) {
	text := `act:
  enforcers:
    - nftables: {netnss: /run/netns/a}
notify:
  channels:
    - name: a
      via: {mail: {porrt: 25}}
detect:
  detectors:
    beacon: {prevalense: 3}
decide:
  rules:
    - {name: r, severity: 11, mode: auto}
`
	path := putter(t, t.TempDir())("yagura.yaml", text)
	_, err := loadConfig(path)
	if err == nil {
		t.Fatal("accepted")
	}
	lines := strings.Split(err.Error(), "\n")
	for _, want := range []string{
		`:3: act.enforcers[0].nftables: unknown key "netnss"; did you mean "netns"?`,
		`:7: notify.channels[0].via: mail: unknown key "porrt"; did you mean "port"?`,
		`:10: detect.detectors.beacon: unknown key "prevalense"; did you mean "prevalence"?`,
		`:13: decide.rules[0].severity: 11 is no host severity`,
	} {
		if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, path+want) }) {
			t.Errorf("no line begins with %q in:\n%v", path+want, err)
		}
	}
	if len(lines) != 4 {
		t.Errorf("%d lines, want 4:\n%v", len(lines), err)
	}
}

// TestSensorSettingsAreLocated wants what is wrong with the sensor's sections told with line and key, though nothing is tried on this machine.
func TestSensorSettingsAreLocated(t *testing.T) {
	text := `capture:
  blocks: 1
  filter: hots 10.0.0.5
  packets:
    dir: /tmp/x
    max_mb: 3
eve:
  file:
    path: eve.json
signature:
  vars:
    GOOD: "[80,8080]"
    DNS: 10.0.0.300
    $ERP: 10.0.0.3
  reputation: {files: [a]}
`
	path := putter(t, t.TempDir())("yagura.yaml", text)
	_, err := loadConfig(path)
	if err == nil {
		t.Fatal("accepted")
	}
	lines := strings.Split(err.Error(), "\n")
	for _, want := range []string{
		`:2: capture.blocks: 1: use 2 to 4096`, `:3: capture.filter: column 1`, `:6: capture.packets.max_mb: 3: use at least 64`,
		`:9: eve.file.path: "eve.json": write the whole path`, `: signature.vars.DNS: neither addresses`, `: signature.vars: "$ERP": a name has`,
		`: signature.reputation.categories: is missing`,
	} {
		if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, path+":") && strings.Contains(l, want) }) {
			t.Errorf("no line has %q in:\n%v", want, err)
		}
	}
	if len(lines) != 7 {
		t.Errorf("%d lines, want 7:\n%v", len(lines), err)
	}
}
