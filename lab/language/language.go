// Package language plays conversations through decoding, parsers and rules, and counts what each rule finds: what the documentation of
// Suricata's language says of its words, as cases of our own.
package language

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/all"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/signature"
	"github.com/yagura-project/yagura/signature/dataset"
	"github.com/yagura-project/yagura/signature/iprep"
	"github.com/yagura-project/yagura/signature/keyword"
	"github.com/yagura-project/yagura/signature/rule"
)

// most is how many rules are in use at once: an engine tells at most 15 alerts of a packet.
const most = 15

// Run shows what c says to its rules, with files of values in dir, and gives how often each was told, in their order.
func (c *Case) Run(dir string) (told []int, err error) {
	if err := c.files(dir); err != nil {
		return nil, err
	}
	sets := dataset.NewStore(dir)
	rules, err := c.compile(dir, sets)
	if err != nil {
		return nil, err
	}
	packets, err := c.packets()
	if err != nil {
		return nil, err
	}
	told = make([]int, len(rules))
	for some := range slices.Chunk(rules, most) {
		play(packets, some, told)
	}
	return told, sets.Save()
}

// play shows packets to rules and counts in told what is told of each, by its number.
func play(packets []capture.Packet, rules []*rule.Signature, told []int) {
	holder := &signature.Holder{}
	holder.Set(signature.NewRuleset(rules))
	cfg := dissect.DefaultConfig()
	cfg.Seed = 1
	a := dissect.New(cfg, all.Protocols, func(e event.Event) {
		if alert, ok := e.(*event.Alert); ok {
			told[alert.SID-1]++
		}
	})
	a.Inspect(signature.NewEngine(holder, signature.NewShared(signature.DefaultConfig()), a.Tell))
	for i := range packets {
		a.Packet(&packets[i])
	}
	a.Close()
}

// compile makes the rules; each has the number of its place, from 1.
func (c *Case) compile(dir string, sets *dataset.Store) (list []*rule.Signature, err error) {
	env := rule.NewEnv("any")
	env.Sets = sets
	env.Elephant = rule.Pace{Bytes: 1000, Interval: 10e9}
	if _, ok := c.Files["categories"]; ok {
		table, bad, err := iprep.Load(iprep.Config{Categories: filepath.Join(dir, "categories"), Files: []string{filepath.Join(dir, "reputation")}})
		if err != nil || len(bad) > 0 {
			return nil, fmt.Errorf("reputation: %v %w", bad, err)
		}
		env.Reputation = table
	}
	for i, w := range c.Rules {
		text := strings.TrimSuffix(strings.TrimSpace(w.Text), ")") + fmt.Sprintf(" sid:%d;)", i+1)
		s, err := keyword.Compile(filepath.Join(dir, "test.rules"), i+1, text, env)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", w.Text, err)
		}
		list = append(list, s)
	}
	return list, nil
}

// recorded reads a capture.
func recorded(path string) (out []capture.Packet, err error) {
	f, err := capture.Open(path, nil)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for {
		var p capture.Packet
		if err := f.Next(&p); err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return out, err
		}
		p.Data = append([]byte(nil), p.Data...)
		out = append(out, p)
	}
}
