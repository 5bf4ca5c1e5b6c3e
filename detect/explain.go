package detect

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/yagura-project/yagura/event"
)

// Explain says what led to a finding and what would have kept it quiet, from the gates that were recorded with it.
// The fields of the case are the caller's to fill.
func Explain(f event.Finding) event.Explanation {
	gates := f.Gates
	f.Gates = nil
	return event.Explanation{Finding: f, Gates: append([]event.Gate{}, gates...), Quiet: append(quiet(gates), repeats(&f)...), Except: exceptionFor(&f)}
}

// quiet names for each gate that was passed what would not have passed it.
func quiet(gates []event.Gate) []event.Text {
	out := []event.Text{}
	sum, enough := points(gates)
	for _, g := range gates {
		switch {
		case !g.Passed || g.Name == "exception":
		case g.Points > 0 && enough > 0 && sum-g.Points < enough:
			out = append(out, Say("「%[1]s」がなければ %[3]s 点で、%[4]s 点に届きませんでした。", "Without \"%[2]s\" it would have had %[3]s points and not reached %[4]s.",
				bare(g.Text.JA), bare(g.Text.EN), number(sum-g.Points), number(enough)))
		case g.Points != 0 || g.Threshold == 0:
		case g.Op == ">=":
			out = append(out, otherwise(g, "「%s」が %s より少ないとき（今回は %s）。", "\"%s\" below %s (here %s)."))
		case g.Op == "<=":
			out = append(out, otherwise(g, "「%s」が %s を超えるとき（今回は %s）。", "\"%s\" above %s (here %s)."))
		}
	}
	return out
}

// otherwise says with which numbers a gate would not have been passed.
func otherwise(g event.Gate, ja, en string) event.Text {
	return event.Text{JA: fmt.Sprintf(ja, bare(g.Text.JA), Amount(g.Threshold, g.Unit, "ja"), Amount(g.Value, g.Unit, "ja")),
		EN: fmt.Sprintf(en, bare(g.Text.EN), Amount(g.Threshold, g.Unit, "en"), Amount(g.Value, g.Unit, "en"))}
}

// points is what was summed and what the sum had to reach; 0, 0 where nothing is summed.
func points(gates []event.Gate) (sum, enough float64) {
	for _, g := range gates {
		if g.Name == "points" && g.Op == ">=" {
			sum, enough = g.Value, g.Threshold
		}
	}
	return sum, enough
}

func repeats(f *event.Finding) []event.Text {
	if f.Count < 2 {
		return nil
	}
	return []event.Text{Say("くり返し %d 回は、ひとつの検知にまとめてあります。", "Its %d repeats are folded into one finding.", f.Count)}
}

// exceptionFor is an exception for yagura.yaml that covers this finding and as little else as possible.
func exceptionFor(f *event.Finding) string {
	var b strings.Builder
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, "      %s: %s\n", key, strconv.Quote(value))
		}
	}
	device := f.Device.MAC.String()
	if f.Device.IP.IsValid() {
		device = f.Device.IP.String()
	}
	b.WriteString("detect:\n  exceptions:\n    - detector: " + f.Advisory.ID + "\n")
	line("behaviour", f.Behaviour)
	line("device", device)
	line("subject", f.Subject)
	b.WriteString("      owner: \"\"   # 担当者 / who answers for it\n      reason: \"\"  # 理由 / why it is harmless\n")
	fmt.Fprintf(&b, "      expires: %s\n", f.Time.AddDate(0, 3, 0).Format(time.DateOnly)+"T00:00:00Z")
	return b.String()
}

func bare(s string) string { return strings.TrimRight(s, "。.") }

// number is short: no more digits than say something.
func number(v float64) string { return strconv.FormatFloat(v, 'g', 4, 64) }

// unitWords are the words behind a number, where the unit's own name is none.
var unitWords = map[string]event.Text{
	"s": {JA: "秒", EN: "s"}, "B": {JA: "バイト", EN: "B"}, "machines": {JA: "台", EN: "machines"}, "hosts": {JA: "台", EN: "machines"}, "calls": {JA: "回", EN: "calls"},
	"points": {JA: "点", EN: "points"}, "names": {JA: "種類", EN: "names"}, "ports": {JA: "個", EN: "ports"}, "bit": {JA: "ビット", EN: "bit"}, "min": {JA: "分", EN: "min"},
	"queries": {JA: "回", EN: "queries"}, "attempts": {JA: "回", EN: "attempts"}, "accounts": {JA: "個", EN: "accounts"}, "packets": {JA: "個", EN: "packets"},
	"days": {JA: "日", EN: "days"}, "score": {}, "": {},
}

// Amount is a number with its unit as people write it, in lang ("ja" or "en").
func Amount(v float64, unit, lang string) string {
	word, known := unitWords[unit]
	switch {
	case unit == "ratio":
		return number(100*v) + " %"
	case !known:
		return number(v) + " " + unit
	}
	return strings.TrimSpace(number(v) + " " + word.In(lang))
}
