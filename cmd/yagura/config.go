package main

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/yagura-project/yagura/act"
	allenforcers "github.com/yagura-project/yagura/act/all"
	"github.com/yagura-project/yagura/asset"
	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/capture/syslog"
	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/console/notice"
	"github.com/yagura-project/yagura/decide"
	"github.com/yagura-project/yagura/detect"
	alldetectors "github.com/yagura-project/yagura/detect/all"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/event/eve/live"
	"github.com/yagura-project/yagura/incident"
	"github.com/yagura-project/yagura/intel"
	"github.com/yagura-project/yagura/notify"
	allchannels "github.com/yagura-project/yagura/notify/all"
	"github.com/yagura-project/yagura/signature"
	"github.com/yagura-project/yagura/store"
)

// config is yagura.yaml. Every key has a safe default; an unknown key is an error.
type config struct {
	Name      string             `yaml:"name"`      // the town, as people write it: みかさ市
	Site      string             `yaml:"site"`      // 本庁舎
	Language  string             `yaml:"language"`  // of notices and reports: ja or en
	User      string             `yaml:"user"`      // login name under which run goes on once it can see packets; "" = root without root's rights
	Confine   bool               `yaml:"confine"`   // started by root, run can open no files but those named here, and makes no system call that only intruders need
	Home      []string           `yaml:"home"`      // inside networks; default: the private ones
	Capture   capture.LiveConfig `yaml:"capture"`   // where packets come from
	Dissect   dissect.Config     `yaml:"dissect"`   // limits of the analysis
	Asset     asset.Config       `yaml:"asset"`     // which machine is which
	Intel     intel.Config       `yaml:"intel"`     // indicators
	Signature signature.Config   `yaml:"signature"` // rules
	Detect    detect.Config      `yaml:"detect"`    // judgement
	Incident  incident.Config    `yaml:"incident"`  // cases
	Decide    decide.Config      `yaml:"decide"`    // policy
	Act       act.Config         `yaml:"act"`       // enforcers
	Notify    notify.Config      `yaml:"notify"`    // whom to tell, and how
	Store     store.Config       `yaml:"store"`     // what is kept, where, how long
	Console   console.Config     `yaml:"console"`   // the web pages
	Notice    notice.Config      `yaml:"notice"`    // the page for the user of an isolated machine
	Eve       live.Config        `yaml:"eve"`       // what is seen, as EVE JSON for other tools
	Syslog    syslog.Config      `yaml:"syslog"`    // alerts of other products, and who may send them

	path string // of the file that it was read from
}

// defaultConfig watches, records and tells; it touches nothing.
func defaultConfig() config {
	return config{
		Language: "ja", Confine: true, Home: defaultHome, Capture: capture.DefaultLiveConfig(), Dissect: dissect.DefaultConfig(),
		Asset: asset.DefaultConfig(), Intel: intel.DefaultConfig(), Signature: signature.DefaultConfig(), Detect: detect.DefaultConfig(), Incident: incident.DefaultConfig(),
		Decide: decide.DefaultConfig(), Act: act.DefaultConfig(), Notify: notify.DefaultConfig(), Store: store.DefaultConfig(),
		Console: console.DefaultConfig(), Notice: notice.DefaultConfig(), Eve: live.DefaultConfig(), Syslog: syslog.DefaultConfig(),
	}
}

// loadConfig reads and checks path. Errors name file, line and the fix.
func loadConfig(path string) (config, error) {
	cfg := defaultConfig()
	cfg.path = path
	text, err := os.ReadFile(path)
	if err != nil {
		return cfg, explainFileError(path, err)
	}
	if err := decodeYAML(path, text, &cfg); err != nil {
		return cfg, err
	}
	if err := cfg.validate(); err != nil {
		return cfg, failure{exitUsage, located(path, text, err)}
	}
	return cfg, nil
}

// validate asks every room about its own section.
func (c config) validate() error {
	_, homeErr := newHome(c.Home)
	errs := []error{homeErr}
	if c.Language != "ja" && c.Language != "en" {
		errs = append(errs, fmt.Errorf("language: %q is neither ja nor en", c.Language))
	}
	_, protocolErr := protocolsOf(c.Dissect.Protocols)
	_, detectErr := detect.New(c.Detect, detect.Deps{}, alldetectors.Detectors, nil)
	for section, err := range map[string]error{
		"capture": captureErr(c.Capture), "dissect": errors.Join(c.Dissect.Validate(), protocolErr), "asset": c.Asset.Validate(), "intel": intel.New(c.Intel).Reload(), "detect": detectErr, "signature": c.Signature.Validate(),
		"incident": c.Incident.Validate(), "decide": c.Decide.Validate(), "act": errors.Join(c.Act.Validate(), c.Act.Check(allenforcers.Enforcers)),
		"notify": errors.Join(c.Notify.Validate(), c.Notify.Check(allchannels.Channels)), "store": c.Store.Validate(), "console": c.Console.Validate(),
		"eve": c.Eve.Validate(), "notice": c.Notice.Validate(), "syslog": errors.Join(c.Syslog.Validate(), readersErr(c.Syslog)),
	} {
		errs = append(errs, inSection(section, err)...)
	}
	return errors.Join(errs...)
}

// captureErr is what is wrong with a section; only the watch needs interfaces, and asks for them itself.
func captureErr(c capture.LiveConfig) error {
	if len(c.Interfaces) == 0 {
		c.Interfaces = []string{"any"}
	}
	return c.Validate()
}

// inSection puts the section's name before each problem that does not carry it yet.
func inSection(section string, err error) []error {
	var out []error
	for _, e := range flatten(err) {
		if m := e.Error(); !strings.HasPrefix(m, section+".") && !strings.HasPrefix(m, section+": ") {
			e = fmt.Errorf("%s.%w", section, e)
		}
		out = append(out, e)
	}
	return out
}

// flatten takes joined errors apart.
func flatten(err error) []error {
	if err == nil {
		return nil
	}
	if j, ok := err.(interface{ Unwrap() []error }); ok {
		var out []error
		for _, e := range j.Unwrap() {
			out = append(out, flatten(e)...)
		}
		return out
	}
	return []error{err}
}

// settingPath is the dotted path with which a room begins its problem.
var settingPath = regexp.MustCompile(`^[a-z_0-9]+(?:\[\d+\])*(?:\.[a-z_0-9]+(?:\[\d+\])*)*`)

// located puts file and line before each problem.
func located(path string, text []byte, err error) error {
	var out []error
	for _, e := range flatten(err) {
		e = inOneLine(e)
		if line := fieldLine(text, settingPath.FindString(e.Error())); line > 0 {
			out = append(out, fmt.Errorf("%s:%d: %w", path, line, e))
			continue
		}
		out = append(out, fmt.Errorf("%s: %w", path, e))
	}
	return errors.Join(out...)
}

// inOneLine takes the excerpt out of a YAML error that a section met when it
// was read by its own enforcer, channel or detector; file and line stand before it anyway.
func inOneLine(err error) error {
	var y yaml.Error
	if !errors.As(err, &y) {
		return err
	}
	where, _, _ := strings.Cut(err.Error(), y.Error())
	return errors.New(where + yamlProblem(y, sectionTypes()...))
}

// sectionTypes are the settings that the variants of rooms bring along.
func sectionTypes() (out []reflect.Type) {
	for _, e := range allenforcers.Enforcers {
		out = append(out, reflect.TypeOf(e.Config()))
	}
	for _, c := range allchannels.Channels {
		out = append(out, reflect.TypeOf(c.Config()))
	}
	for _, d := range alldetectors.Detectors {
		if d.Config != nil {
			out = append(out, reflect.TypeOf(d.Config()))
		}
	}
	return out
}
