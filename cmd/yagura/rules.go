package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/yagura-project/yagura/signature/keyword"
	"github.com/yagura-project/yagura/signature/rule"
)

// rulesCmd is what can be asked of rule files without running them.
type rulesCmd struct {
	Check    rulesCheckCmd    `cmd:"" help:"Compile rules; show each that is refused, with file, line, keyword and reason."`
	List     rulesListCmd     `cmd:"" help:"List rules, all or those with a word in them."`
	Explain  rulesExplainCmd  `cmd:"" help:"Say in plain Japanese what a rule looks at and when it fires."`
	Stats    rulesStatsCmd    `cmd:"" help:"Count rules by protocol, class, buffer and keyword."`
	Reload   rulesReloadCmd   `cmd:"" help:"Have the running Yagura read its rules again."`
	Keywords rulesKeywordsCmd `cmd:"" help:"List the keywords that are understood."`
}

type rulesCheckCmd struct {
	ruleFiles
	Pending bool `help:"Count rules whose keywords no parser fills yet as refused, too." default:"true" negatable:""`
}

// Help is printed by yagura rules check --help.
func (rulesCheckCmd) Help() string {
	return `検知ルールを読み込み、使えないルールを「ファイル:行・キーワード・理由」で示します。通信は見ません。

Examples:
  yagura rules check local.rules
  yagura rules check --config /etc/yagura/yagura.yaml   # with its variables, thresholds, scores of addresses and database of countries
  yagura rules check --home 10.10.0.0/16 et-open.rules.gz local.rules
  yagura rules check --json *.rules | jq '.refused[].why'

Exit codes: 0 all rules can be used, 1 some are refused or a file cannot be read, 2 wrong usage.`
}

// refusedRule is a refusal in JSON.
type refusedRule struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	SID     uint32 `json:"sid,omitempty"`
	Keyword string `json:"keyword,omitempty"`
	Why     string `json:"why"`
	Kind    string `json:"kind"` // refused, pending or skipped
}

// checkReport is the answer of rules check.
type checkReport struct {
	Rules   int           `json:"rules"`
	Refused int           `json:"refused_count"`
	Pending int           `json:"pending_count"`
	Skipped int           `json:"skipped_count"`
	List    []refusedRule `json:"refused"`
}

func reportRules(l loadedRules) checkReport {
	r := checkReport{Rules: len(l.rules), List: []refusedRule{}}
	for _, x := range l.refused {
		kind := "refused"
		switch {
		case x.Skipped:
			kind = "skipped"
			r.Skipped++
		case x.Pending:
			kind = "pending"
			r.Pending++
		default:
			r.Refused++
		}
		r.List = append(r.List, refusedRule{x.File, x.Line, x.SID, x.Keyword, x.Why, kind})
	}
	return r
}

var refusalWords = map[string]string{"refused": "使えません", "pending": "この値を読み取る解析器がまだありません", "skipped": "このルールが求める版や機能ではないため使いません"}

// Run checks the rules of the files.
func (c rulesCheckCmd) Run(_ context.Context, std streams) error {
	l, err := c.load()
	if err != nil {
		return err
	}
	r := reportRules(l)
	if c.JSON {
		if err := printJSON(std.out, r); err != nil {
			return err
		}
	} else {
		for _, x := range r.List {
			at := rule.Refusal{File: x.File, Line: x.Line}.At()
			if x.SID != 0 {
				at += fmt.Sprintf(" sid %d", x.SID)
			}
			fmt.Fprintf(std.out, "%s\n  %s: %s\n", at, refusalWords[x.Kind], joined(x.Keyword, x.Why))
		}
		fmt.Fprintf(std.out, "使えるルール %d 件、使えないルール %d 件、解析器待ち %d 件、対象外 %d 件\n", r.Rules, r.Refused, r.Pending, r.Skipped)
	}
	if r.Refused > 0 || c.Pending && r.Pending > 0 {
		return failure{exitFailed, errSilent}
	}
	return nil
}

func joined(keyword, why string) string {
	if keyword == "" {
		return why
	}
	return keyword + ": " + why
}

type rulesListCmd struct {
	ruleFiles
	Word string `help:"Only rules with this in their message, class or number." placeholder:"TEXT"`
}

// Help is printed by yagura rules list --help.
func (rulesListCmd) Help() string {
	return `検知ルールを一覧します（番号・動作・プロトコル・重さ・分類・名前）。

Examples:
  yagura rules list local.rules
  yagura rules list --word Kerberos et-open.rules.gz

Exit codes: 0 listed, 1 a file cannot be read, 2 wrong usage.`
}

// listedRule is a rule in JSON.
type listedRule struct {
	SID      uint32 `json:"sid"`
	Rev      uint32 `json:"rev"`
	GID      uint32 `json:"gid"`
	Action   string `json:"action"`
	Protocol string `json:"protocol"`
	Class    string `json:"classtype,omitempty"`
	Priority uint8  `json:"priority"`
	Msg      string `json:"msg"`
	File     string `json:"file"`
	Line     int    `json:"line"`
}

func listed(s *rule.Signature) listedRule {
	l := listedRule{s.SID, s.Rev, s.GID, s.Action.String(), s.Head.Protocol(), "", s.Priority, s.Msg, s.File, s.Line}
	if s.Class != nil {
		l.Class = s.Class.Name
	}
	return l
}

// Run lists the rules of the files by number.
func (c rulesListCmd) Run(_ context.Context, std streams) error {
	l, err := c.load()
	if err != nil {
		return err
	}
	rows := []listedRule{}
	word := strings.ToLower(c.Word)
	for _, s := range l.rules {
		x := listed(s)
		if strings.Contains(strings.ToLower(fmt.Sprint(x.SID, " ", x.Msg, " ", x.Class, " ", x.Protocol)), word) {
			rows = append(rows, x)
		}
	}
	slices.SortStableFunc(rows, func(a, b listedRule) int { return cmp.Compare(a.SID, b.SID) })
	if c.JSON {
		return printJSON(std.out, rows)
	}
	for _, x := range rows {
		fmt.Fprintf(std.out, "%9d  %-6s %-8s %d  %-28s %s\n", x.SID, x.Action, x.Protocol, x.Priority, x.Class, x.Msg)
	}
	fmt.Fprintf(std.out, "%d 件\n", len(rows))
	return nil
}

type rulesKeywordsCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// Help is printed by yagura rules keywords --help.
func (rulesKeywordsCmd) Help() string {
	return `ルールに書けるキーワードを、種類とともに一覧します。

Example:
  yagura rules keywords

Exit codes: 0 listed, 2 wrong usage.`
}

// Run lists the keywords.
func (c rulesKeywordsCmd) Run(_ context.Context, std streams) error {
	all := keyword.Words()
	if c.JSON {
		return printJSON(std.out, all)
	}
	for _, w := range all {
		fmt.Fprintf(std.out, "%-10s %s\n", w[1], w[0])
	}
	return nil
}
