package cli

import (
	"embed"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/yagura-project/yagura/event"
)

//go:embed dialects/*.yaml
var dialectFiles embed.FS

// dialect is how one family of switches is spoken to; the files under dialects say it.
type dialect struct {
	Name    string            `yaml:"name"`
	Comment string            `yaml:"comment"` // begins a line that does nothing
	Paging  []string          `yaml:"paging"`  // turns the pager off
	Enable  string            `yaml:"enable"`
	MAC     string            `yaml:"mac"`   // dotted, colon or dash
	Names   map[string]string `yaml:"names"` // short name of a port's kind → the configuration's
	Port    pattern           `yaml:"port"`  // canonical names of ports that may be changed
	Find    table             `yaml:"find"`  // where is {mac}
	Beside  table             `yaml:"beside"`
	Read    string            `yaml:"read"`
	Uplink  []pattern         `yaml:"uplink"` // lines of a port that leads to other machines
	Judge   []judgement       `yaml:"judge"`
	Exists  judgement         `yaml:"exists"` // the quarantine VLAN is there
	Enter   []string          `yaml:"enter"`
	Within  string            `yaml:"within"` // the prompt's mode after Enter
	Leave   string            `yaml:"leave"`
	Actions map[string]action `yaml:"actions"`
	Errors  []pattern         `yaml:"errors"`
}

// table is a question whose answer has rows of vlan, port and mac.
type table struct {
	Send string  `yaml:"send"`
	Row  pattern `yaml:"row"`
}

// judgement is a question whose answer must contain Need.
type judgement struct {
	Send string `yaml:"send"`
	Need string `yaml:"need"` // a regular expression; {vlan} and {port} are filled in
}

// action is one line of a port's configuration.
type action struct {
	Line  pattern `yaml:"line"`  // finds the line
	Set   string  `yaml:"set"`   // makes it
	Clear string  `yaml:"clear"` // removes it
}

// pattern is a regular expression (RE2: linear time on whatever a device says).
type pattern struct{ *regexp.Regexp }

// UnmarshalYAML compiles it.
func (p *pattern) UnmarshalYAML(decode func(any) error) error {
	var text string
	if err := decode(&text); err != nil {
		return err
	}
	re, err := regexp.Compile(text)
	p.Regexp = re
	return err
}

// dialects reads the embedded files by name.
func dialects() (map[string]*dialect, error) {
	files, err := dialectFiles.ReadDir("dialects")
	if err != nil {
		return nil, err
	}
	out := map[string]*dialect{}
	for _, f := range files {
		text, err := dialectFiles.ReadFile("dialects/" + f.Name())
		if err != nil {
			return nil, err
		}
		d, err := parseDialect(text)
		if err != nil {
			return nil, fmt.Errorf("dialects/%s: %w", f.Name(), err)
		}
		out[d.Name] = d
	}
	return out, nil
}

func parseDialect(text []byte) (*dialect, error) {
	d := &dialect{}
	if err := yaml.UnmarshalWithOptions(text, d, yaml.Strict()); err != nil {
		return nil, err
	}
	var errs []error
	need := func(what string, ok bool) {
		if !ok {
			errs = append(errs, errors.New(what))
		}
	}
	need("name, comment, read, leave and within are needed", d.Name != "" && d.Comment != "" && d.Read != "" && d.Leave != "" && d.Within != "")
	need("mac: use dotted, colon or dash", slices.Contains([]string{"dotted", "colon", "dash"}, d.MAC))
	need("port: a pattern is needed", d.Port.Regexp != nil)
	need("enter: at least one command is needed", len(d.Enter) > 0)
	for _, q := range []table{d.Find, d.Beside} {
		need("find and beside need send, and a row with the groups vlan, port and mac", q.Send != "" && q.Row.Regexp != nil &&
			q.Row.SubexpIndex("vlan") > 0 && q.Row.SubexpIndex("port") > 0 && q.Row.SubexpIndex("mac") > 0)
	}
	for _, name := range []string{"vlan", "shutdown"} {
		a, ok := d.Actions[name]
		need("actions."+name+" needs line, set and clear", ok && a.Line.Regexp != nil && a.Set != "" && a.Clear != "")
	}
	return d, errors.Join(errs...)
}

// dialectNames lists the known dialects, for messages.
func dialectNames(known map[string]*dialect) string {
	return strings.Join(slices.Sorted(maps.Keys(known)), ", ")
}

// write puts a MAC as the device writes it.
func (d *dialect) write(m event.MAC) string {
	s := fmt.Sprintf("%x", m[:])
	switch d.MAC {
	case "dotted":
		return s[:4] + "." + s[4:8] + "." + s[8:]
	case "dash":
		return strings.ReplaceAll(m.String(), ":", "-")
	}
	return m.String()
}

// fill puts the values of one deed into a command.
func fill(command, mac, port string, vlan int) string {
	return strings.NewReplacer("{mac}", mac, "{port}", port, "{vlan}", strconv.Itoa(vlan)).Replace(command)
}

// canonical is the name of a port as the configuration writes it.
func (d *dialect) canonical(port string) string {
	i := strings.IndexFunc(port, func(r rune) bool { return r >= '0' && r <= '9' })
	if i <= 0 {
		return port
	}
	if long, ok := d.Names[port[:i]]; ok {
		return long + port[i:]
	}
	return port
}

// refused finds the line with which the device says no.
func (d *dialect) refused(answer []string) (string, bool) {
	for _, l := range answer {
		for _, p := range d.Errors {
			if p.MatchString(l) {
				return strings.TrimSpace(l), true
			}
		}
	}
	return "", false
}
