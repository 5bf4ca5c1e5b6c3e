package main

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/signature/keyword"
	"github.com/yagura-project/yagura/signature/rule"
)

type rulesExplainCmd struct {
	SID  uint32 `arg:"" name:"sid" help:"Number of the rule."`
	Lang string `help:"Language of sentences." enum:"ja,en" default:"ja"`
	ruleFiles
}

// Help is printed by yagura rules explain --help.
func (rulesExplainCmd) Help() string {
	return `検知ルールを一つ選び、何を見て、どんなときに当たり、変数が何を指すのかを、ふつうの言葉で説明します。

Examples:
  yagura rules explain 2024364 et-open.rules.gz
  yagura rules explain --config /etc/yagura/yagura.yaml 1000001
  yagura rules explain --home 10.10.0.0/16 1000001 local.rules
  yagura rules explain --lang en 2024364 et-open.rules.gz

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
	x.print(std.out, c.Lang)
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
			x = explainRule(file, line, text, env, c.Lang)
		}
		return found
	})
	if err == nil && !found {
		err = failure{exitFailed, fmt.Errorf("rules: no rule has the number %d; list them: yagura rules list %s", c.SID, strings.Join(cfg.Files, " "))}
	}
	return x, err
}

// explainRule says in lang what one rule means.
func explainRule(file string, line int, text string, env *rule.Env, lang string) ruleStory {
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
		x.listedRule, x.Refused = listedAsIs(file, line, &t), err.Error()
	}
	n := narrator{lang: lang}
	for _, o := range t.Options {
		n.option(o)
	}
	n.flush()
	x.Traffic = append(traffic(&t, lang), n.traffic...)
	x.Conditions = n.conditions
	action, _, _ := strings.Cut(t.Action, ":")
	does := actionWords[action]
	switch {
	case n.silent:
		does = phrase{"警告は出しません（印を付けるだけのルールです）", "It raises no alert: it only remembers"}
	case does == phrase{}: // reject has several forms
		does = actionWords["reject"]
	}
	x.Then = append([]string{does.in(lang)}, n.then...)
	x.Variables = variables(&t, env.Vars, lang)
	return x
}

// listedAsIs is what a rule that is refused says of itself.
func listedAsIs(file string, line int, t *rule.Text) listedRule {
	l := listedRule{GID: 1, Action: t.Action, Protocol: t.Protocol, File: file, Line: line}
	number := func(s string) uint32 {
		n, _ := strconv.ParseUint(s, 10, 32) // 0: it is none
		return uint32(n)
	}
	for _, o := range t.Options {
		switch o.Name {
		case "sid":
			l.SID = number(o.Value)
		case "rev":
			l.Rev = number(o.Value)
		case "gid":
			l.GID = number(o.Value)
		case "classtype":
			l.Class = o.Value
		case "msg":
			l.Msg = strings.Trim(o.Value, `"`)
		}
	}
	return l
}

// traffic says what the header means.
func traffic(t *rule.Text, lang string) []string {
	src, dst := endpointWord(t.Src, t.SrcPort, lang), endpointWord(t.Dst, t.DstPort, lang)
	way := map[string]phrase{
		"->": {src + " から " + dst + " への通信", "from " + src + " to " + dst},
		"<>": {src + " と " + dst + " の間の通信（どちら向きでも）", "between " + src + " and " + dst + ", either way"},
		"=>": {src + " から " + dst + " への要求と、その応答", "requests from " + src + " to " + dst + ", and their answers"},
	}[t.Arrow]
	p := protocolWord(t.Protocol)
	return []string{phrase{p[0] + "。" + way[0], p[1] + ", " + way[1]}.in(lang)}
}

func endpointWord(addr, port, lang string) string {
	a, p := phrase{addr, addr}, phrase{"ポート " + port, "port " + port}
	if rest, not := strings.CutPrefix(addr, "!"); not {
		a = phrase{strings.TrimSpace(rest) + " 以外", "any address but " + strings.TrimSpace(rest)}
	}
	if rest, not := strings.CutPrefix(port, "!"); not {
		p = phrase{"ポート " + strings.TrimSpace(rest) + " 以外", "any port but " + strings.TrimSpace(rest)}
	}
	if addr == "any" {
		a = phrase{"任意のアドレス", "any address"}
	}
	if port == "any" {
		p = phrase{"任意のポート", "any port"}
	}
	return phrase{a[0] + "（" + p[0] + "）", a[1] + " (" + p[1] + ")"}.in(lang)
}

func protocolWord(p string) phrase {
	name, state, waits := strings.Cut(p, ":")
	var s phrase
	switch name {
	case "ip":
		s = phrase{"IP のすべてのパケット", "all packets of IP"}
	case "pkthdr":
		s = phrase{"すべてのパケット（こわれたものも）", "all packets, broken ones, too"}
	case "tcp-pkt":
		s = phrase{"TCP のパケット一つずつ", "TCP, packet by packet"}
	case "tcp-stream":
		s = phrase{"TCP で運ばれたデータ（組み立てた順）", "the data that TCP carries, reassembled"}
	case "tcp", "udp", "icmp", "icmpv4", "icmpv6", "sctp", "igmp", "arp", "ipv4", "ipv6", "ether", "gre", "esp":
		s = phrase{strings.ToUpper(name) + " のパケット", "packets of " + strings.ToUpper(name)}
	default:
		s = phrase{"アプリケーションのプロトコル " + name + " の通信（ポートによらず内容で見分けます）", "traffic of the application protocol " + name + " (known by its content, on any port)"}
	}
	if waits {
		s = phrase{s[0] + "、状態が " + state + " になったとき", s[1] + ", when it has come to the state " + state}
	}
	return s
}

var variable = regexp.MustCompile(`\$[A-Za-z0-9_]+`)

// variables are those that the header names, and those that they name.
func variables(t *rule.Text, vars map[string]string, lang string) map[string]string {
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
			value = phrase{"（決められていません）", "(not defined)"}.in(lang)
		}
		found[name] = value
		todo = append(todo, variable.FindAllString(value, -1)...)
	}
	return found
}

func (x ruleStory) print(w io.Writer, lang string) {
	fmt.Fprintf(w, phrase{"■ ルール %d 改訂 %d（%s:%d）\n  名前: %s\n", "■ Rule %d revision %d (%s:%d)\n  Name: %s\n"}.in(lang), x.SID, x.Rev, x.File, x.Line,
		orElse(x.Msg, phrase{"（なし）", "(none)"}.in(lang)))
	if x.Class != "" {
		fmt.Fprintf(w, phrase{"  分類: %s、重さ %d（1 がもっとも重い）\n", "  Class: %s, priority %d (1 is the gravest)\n"}.in(lang), x.Class, x.Priority)
	}
	if x.Refused != "" {
		fmt.Fprintf(w, "\n■ %s\n  %s\n", phrase{"このルールは使えません", "This rule cannot be used"}.in(lang), x.Refused)
	}
	section(w, phrase{"どの通信を見るか", "What it looks at"}.in(lang), x.Traffic)
	section(w, phrase{"何がそろえば当たるか", "What must hold"}.in(lang), orNone(x.Conditions,
		phrase{"ほかの条件はありません。上の通信があれば当たります", "Nothing else: such traffic is enough"}.in(lang)))
	section(w, phrase{"当たったとき", "Then"}.in(lang), x.Then)
	var vars []string
	for name, value := range x.Variables {
		vars = append(vars, name+" = "+value)
	}
	slices.Sort(vars)
	section(w, phrase{"変数", "Variables"}.in(lang), vars)
	section(w, phrase{"参考", "References"}.in(lang), x.References)
	fmt.Fprintf(w, "\n■ %s\n  %s\n", phrase{"原文", "As written"}.in(lang), x.Text)
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
