package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/yagura-project/yagura/signature/rule"
)

type rulesStatsCmd struct{ ruleFiles }

// Help is printed by yagura rules stats --help.
func (rulesStatsCmd) Help() string {
	return `検知ルールを、動作・プロトコル・分類・見る値・キーワードごとに数えます。

Examples:
  yagura rules stats et-open.rules.gz
  yagura rules stats --json local.rules

Exit codes: 0 counted, 1 a file cannot be read, 2 wrong usage.`
}

// counted is a name with its number.
type counted struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// ruleStats is the answer of rules stats.
type ruleStats struct {
	Rules     int       `json:"rules"`
	Refused   int       `json:"refused"`
	Addresses int       `json:"addresses_only"` // ask for addresses only
	Slow      int       `json:"without_fast_pattern"`
	Actions   []counted `json:"actions"`
	Protocols []counted `json:"protocols"`
	Classes   []counted `json:"classes"`
	Buffers   []counted `json:"buffers"`
	Keywords  []counted `json:"keywords"`
}

// Run counts the rules of the files.
func (c rulesStatsCmd) Run(_ context.Context, std streams) error {
	l, err := c.load()
	if err != nil {
		return err
	}
	s := ruleStats{Rules: len(l.rules), Refused: len(l.refused)}
	actions, protocols, classes, buffers, words := tally{}, tally{}, tally{}, tally{}, tally{}
	for _, r := range l.rules {
		actions[r.Action.String()]++
		protocols[r.Head.Protocol()]++
		if r.Class != nil {
			classes[r.Class.Name]++
		}
		if r.IPCompatible {
			s.Addresses++
		} else if r.Fast.Step < 0 {
			s.Slow++
		}
		seen := map[string]bool{}
		for _, b := range r.Buffers {
			seen[b.Name] = true
		}
		if r.Payload.Chain != nil {
			seen["(payload)"] = true
		}
		for name := range seen {
			buffers[name]++
		}
	}
	if err := c.countWords(words); err != nil {
		return err
	}
	s.Actions, s.Protocols, s.Classes, s.Buffers, s.Keywords = actions.sorted(), protocols.sorted(), classes.sorted(), buffers.sorted(), words.sorted()
	if c.JSON {
		return printJSON(std.out, s)
	}
	fmt.Fprintf(std.out, "使えるルール %d 件（うちアドレスだけを見るもの %d 件、先に探す文字列がないもの %d 件）、使えないルール %d 件\n", s.Rules, s.Addresses, s.Slow, s.Refused)
	printCounts(std.out, "動作", s.Actions)
	printCounts(std.out, "プロトコル", s.Protocols)
	printCounts(std.out, "分類", s.Classes)
	printCounts(std.out, "見る値", s.Buffers)
	printCounts(std.out, "キーワード（使うルールの数）", s.Keywords)
	return nil
}

// countWords counts in how many rules each keyword stands.
func (r ruleFiles) countWords(words tally) error {
	cfg, _, err := r.meant()
	if err != nil {
		return err
	}
	var room []rule.Option
	return readRules(cfg, func(_ string, _ int, text string) bool {
		t, err := rule.ParseText(text, room[:0])
		if room = t.Options; err != nil {
			return false
		}
		seen := map[string]bool{}
		for _, o := range t.Options {
			if !seen[o.Name] {
				seen[o.Name] = true
				words[o.Name]++
			}
		}
		return false
	})
}

type tally map[string]int

// sorted is the most frequent first.
func (t tally) sorted() []counted {
	all := make([]counted, 0, len(t))
	for name, n := range t {
		all = append(all, counted{name, n})
	}
	slices.SortFunc(all, func(a, b counted) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name)) })
	return all
}

func printCounts(w io.Writer, title string, all []counted) {
	fmt.Fprintf(w, "\n■ %s\n", title)
	for _, c := range all {
		fmt.Fprintf(w, "  %7d  %s\n", c.Count, c.Name)
	}
}
