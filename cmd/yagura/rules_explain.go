package main

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/yagura-project/yagura/signature/keyword"
	"github.com/yagura-project/yagura/signature/rule"
)

type rulesExplainCmd struct {
	SID uint32 `arg:"" name:"sid" help:"Number of the rule."`
	ruleFiles
}

// Help is printed by yagura rules explain --help.
func (rulesExplainCmd) Help() string {
	return `検知ルールを一つ選び、何を見て、どんなときに当たり、変数が何を指すのかを、ふつうの言葉で説明します。

Examples:
  yagura rules explain 2024364 et-open.rules.gz
  yagura rules explain --config /etc/yagura/yagura.yaml 1000001
  yagura rules explain --home 10.10.0.0/16 1000001 local.rules

Exit codes: 0 explained, 1 there is no such rule or a file cannot be read, 2 wrong usage.`
}

// ruleStory is the answer of rules explain.
type ruleStory struct {
	listedRule
	Traffic    []string          `json:"traffic"`    // which traffic is looked at
	Conditions []string          `json:"conditions"` // all must hold
	Then       []string          `json:"then"`
	Variables  map[string]string `json:"variables,omitempty"`
	References []string          `json:"references,omitempty"`
	Refused    string            `json:"refused,omitempty"`
	Text       string            `json:"text"`
}

// Run explains the rule.
func (c rulesExplainCmd) Run(_ context.Context, std streams) error {
	x, err := c.find()
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(std.out, x)
	}
	x.print(std.out)
	return nil
}

// noSets stands for the sets of values, which are not read to explain a rule.
type noSets struct{}

func (noSets) Set(rule.SetSpec) (rule.ValueSet, error) { return noSet{}, nil }

type noSet struct{}

func (noSet) Has([]byte) bool             { return false }
func (noSet) Add([]byte) bool             { return false }
func (noSet) Remove([]byte) bool          { return false }
func (noSet) Score([]byte) (uint16, bool) { return 0, false }
func (noSet) Context([]byte) []byte       { return nil }

// find looks for the rule in the files.
func (c rulesExplainCmd) find() (x ruleStory, err error) {
	cfg, env, err := c.meant()
	if err != nil {
		return x, err
	}
	cfg.Know(env)
	env.Sets = noSets{}
	number := regexp.MustCompile(fmt.Sprintf(`[;( ]sid:\s*%d\s*;`, c.SID))
	found := false
	err = readRules(cfg, func(file string, line int, text string) bool {
		if found = number.MatchString(text); found {
			x = explainRule(file, line, text, env)
		}
		return found
	})
	if err == nil && !found {
		err = failure{exitFailed, fmt.Errorf("rules: no rule has the number %d; list them: yagura rules list %s", c.SID, strings.Join(cfg.Files, " "))}
	}
	return x, err
}

// explainRule says what one rule means.
func explainRule(file string, line int, text string, env *rule.Env) ruleStory {
	x := ruleStory{Text: text}
	x.File, x.Line = file, line
	t, err := rule.ParseText(text, nil)
	if err != nil {
		x.Refused = err.Error()
		return x
	}
	s, err := keyword.Compile(file, line, text, env)
	if err == nil {
		x.listedRule = listed(s)
		x.References = s.References
	} else {
		x.Refused = err.Error()
	}
	x.Traffic = traffic(&t)
	n := narrator{}
	for _, o := range t.Options {
		n.option(o)
	}
	n.flush()
	x.Traffic = append(x.Traffic, n.traffic...)
	x.Conditions = n.conditions
	x.Then = append([]string{actionWords[t.Action]}, n.then...)
	if n.silent {
		x.Then[0] = "警告は出しません（印を付けるだけのルールです）"
	}
	x.Variables = variables(&t, env.Vars)
	return x
}

var actionWords = map[string]string{
	"alert": "警告を出します", "pass": "警告しません（このルールに合う通信は、ほかのルールでも見逃します）", "drop": "警告を出します（途中に置かれた装置なら通信を捨てるルールです）",
	"reject": "警告を出します（途中に置かれた装置なら通信を断るルールです）", "config": "警告は出さず、記録のしかたを変えます",
}

// traffic says what the header means.
func traffic(t *rule.Text) []string {
	arrow := " から "
	if t.Arrow == "<>" {
		arrow = " と "
	}
	return []string{fmt.Sprintf("%s。%s%s%s %s", protocolWord(t.Protocol), endpointWord(t.Src, t.SrcPort), arrow, endpointWord(t.Dst, t.DstPort),
		map[string]string{"->": "への通信", "<>": "の間の通信（どちら向きでも）", "=>": "への要求と、その応答"}[t.Arrow])}
}

func endpointWord(addr, port string) string {
	a, p := addr, "ポート "+port
	if addr == "any" {
		a = "任意のアドレス"
	}
	if strings.HasPrefix(addr, "!") {
		a = strings.TrimPrefix(addr, "!") + " 以外"
	}
	if port == "any" {
		p = "任意のポート"
	}
	if strings.HasPrefix(port, "!") {
		p = "ポート " + strings.TrimPrefix(port, "!") + " 以外"
	}
	return a + "（" + p + "）"
}

func protocolWord(p string) string {
	switch p {
	case "ip":
		return "IP のすべてのパケット"
	case "pkthdr":
		return "すべてのパケット（こわれたものも）"
	case "tcp-pkt":
		return "TCP のパケット一つずつ"
	case "tcp-stream":
		return "TCP で運ばれたデータ（組み立てた順）"
	case "tcp", "udp", "icmp", "icmpv4", "icmpv6", "sctp", "igmp", "arp", "ipv4", "ipv6", "ether", "gre", "esp":
		return strings.ToUpper(p) + " のパケット"
	}
	return "アプリケーションのプロトコル " + p + " の通信（ポートによらず内容で見分けます）"
}

var variable = regexp.MustCompile(`\$[A-Za-z0-9_]+`)

// variables are those that the header names, and those that they name.
func variables(t *rule.Text, vars map[string]string) map[string]string {
	found := map[string]string{}
	todo := variable.FindAllString(t.Src+" "+t.SrcPort+" "+t.Dst+" "+t.DstPort, -1)
	for len(todo) > 0 {
		name := todo[0]
		todo = todo[1:]
		if _, known := found[name]; known {
			continue
		}
		value, ok := vars[name[1:]]
		if !ok {
			value = "（決められていません）"
		}
		found[name] = value
		todo = append(todo, variable.FindAllString(value, -1)...)
	}
	return found
}

func (x ruleStory) print(w io.Writer) {
	fmt.Fprintf(w, "■ ルール %d 改訂 %d（%s:%d）\n  名前: %s\n", x.SID, x.Rev, x.File, x.Line, orElse(x.Msg, "（なし）"))
	if x.Class != "" {
		fmt.Fprintf(w, "  分類: %s、重さ %d（1 がもっとも重い）\n", x.Class, x.Priority)
	}
	if x.Refused != "" {
		fmt.Fprintf(w, "\n■ このルールは使えません\n  %s\n", x.Refused)
	}
	section(w, "どの通信を見るか", x.Traffic)
	section(w, "何がそろえば当たるか", orNone(x.Conditions, "ほかの条件はありません。上の通信があれば当たります"))
	section(w, "当たったとき", x.Then)
	var vars []string
	for name, value := range x.Variables {
		vars = append(vars, name+" = "+value)
	}
	slices.Sort(vars)
	section(w, "変数", vars)
	section(w, "参考", x.References)
	fmt.Fprintf(w, "\n■ 原文\n  %s\n", x.Text)
}

func orNone(all []string, none string) []string {
	if len(all) == 0 {
		return []string{none}
	}
	return all
}

func section(w io.Writer, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(w, "\n■ %s\n", title)
	for _, l := range lines {
		fmt.Fprintf(w, "  ・%s\n", strings.ReplaceAll(l, "\n", "\n    "))
	}
}
