package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/yagura-project/yagura/decide"
	"github.com/yagura-project/yagura/event"
)

// modeWords say what a mode means.
var modeWords = map[event.Mode]string{
	event.ModeObserve: "記録するだけで、切り離しません", event.ModeApprove: "人が承認したら切り離します", event.ModeAuto: "自動で切り離します",
}

// hourWords are the parts of the week.
var hourWords = map[string]string{"open": "開庁時間", "closed": "夜間・休日", "night": "夜間", "holiday": "休日"}

// policyLines say what a policy does, rule by rule.
func policyLines(p decide.Config) []string {
	var out []string
	for i, r := range p.Rules {
		var cond []string
		if r.Severity > 0 {
			cond = append(cond, fmt.Sprintf("危険度 %d 以上", r.Severity))
		}
		for _, h := range r.Hours {
			cond = append(cond, hourWords[string(h)])
		}
		cond = append(cond, r.Zones...)
		cond = append(cond, r.Roles...)
		out = append(out, fmt.Sprintf("%d. %s %s: %s", i+1, r.Name, strings.Join(cond, "・"), modeWords[r.Mode]))
	}
	return append(out, "それ以外: "+modeWords[p.Mode],
		fmt.Sprintf("切り離しは %s で自動的に終わります。自動は 1 時間に %d 台、ゾーンの %d%% までです。", shortDuration(p.Lifetime), p.Caps.PerHour, p.Caps.Percent))
}

// saysAuto reports whether a policy acts by itself at some hour on some machine.
func saysAuto(p decide.Config) bool {
	return p.Mode == event.ModeAuto || slices.ContainsFunc(p.Rules, func(r decide.Rule) bool { return r.Mode == event.ModeAuto })
}
