package threshold_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/rule"
	"github.com/yagura-project/yagura/signature/threshold"
)

func read(t *testing.T, text string) *threshold.File {
	t.Helper()
	f, err := threshold.Read(strings.NewReader(text), "threshold.config", rule.DefaultVars(""))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestLimitsReplaceTheRulesOwn(t *testing.T) {
	f := read(t, `# what was agreed in April
threshold gen_id 1, sig_id 7, type limit, track by_src, \
  count 2, seconds 60
event_filter gen_id 1, sig_id 0, type both, track by_rule, count 3, seconds 5
rate_filter gen_id 1, sig_id 9, track by_both, count 4, seconds 6, new_action reject, timeout 30
`)
	if len(f.Refused) > 0 {
		t.Fatal(f.Refused)
	}
	own := rule.Rate{Kind: rule.Threshold, Count: 100, Seconds: 1}
	sigs := []*rule.Signature{{GID: 1, SID: 7, Rates: []rule.Rate{own}}, {GID: 1, SID: 8, Rates: []rule.Rate{own}}, {GID: 1, SID: 9}, {GID: 2, SID: 7}}
	if idle := f.Apply(sigs); len(idle) > 0 {
		t.Errorf("%v", idle)
	}
	all := rule.Rate{Kind: rule.Both, Track: rule.ByRule, Count: 3, Seconds: 5}
	want := [][]rule.Rate{{{Kind: rule.Limit, Track: rule.BySource, Count: 2, Seconds: 60}}, {own}, {all}, nil}
	for i, s := range sigs {
		if d := cmp.Diff(want[i], s.Rates); d != "" {
			t.Errorf("rule %d:%d: %s", s.GID, s.SID, d)
		}
	}
	turn := []rule.Turn{{Track: rule.ByPair, Count: 4, Seconds: 6, Timeout: 30, Action: rule.Reject}}
	if d := cmp.Diff(turn, sigs[2].Turns); d != "" {
		t.Error(d)
	}
}

func TestSuppressions(t *testing.T) {
	inside, other := wire.Addr{10: 0xff, 11: 0xff, 12: 10, 15: 1}, wire.Addr{10: 0xff, 11: 0xff, 12: 203, 13: 0, 14: 113, 15: 9}
	for text, want := range map[string][2]bool{ // inside → other, other → inside
		"suppress gen_id 1, sig_id 7":                                                    {true, true},
		"suppress gen_id 0, sig_id 0, track by_src, ip $HOME_NET":                        {true, false},
		"suppress gen_id 1, sig_id 0, track by_dst, ip 10.0.0.0/8":                       {false, true},
		"suppress gen_id 1, sig_id 7, track by_either, ip [192.0.2.1, 203.0.113.0/24]":   {true, true},
		"suppress gen_id 1, sig_id 7, track by_either, ip [192.0.2.1, 198.51.100.0/24]":  {false, false},
		"suppress gen_id 1, sig_id 8":                                                    {false, false},
		"suppress gen_id 1, sig_id 7, track by_either, ip [10.0.0.1,!10.0.0.2,10.0.0.3]": {true, true},
	} {
		s := &rule.Signature{GID: 1, SID: 7}
		f := read(t, text)
		if len(f.Refused) > 0 {
			t.Errorf("%s: %v", text, f.Refused)
		}
		f.Apply([]*rule.Signature{s})
		holds := func(a, b wire.Addr) bool { return len(s.Silences) > 0 && s.Silences[0].Holds(&a, &b) }
		if got := [2]bool{holds(inside, other), holds(other, inside)}; got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

func TestWrongLinesAreNamed(t *testing.T) {
	f := read(t, `suppress gen_id 1, sig_id 1

suppress gen_id 1
threshold gen_id 1, sig_id 2, type often, track by_src, count 1, seconds 1
rate_filter gen_id 1, sig_id 2, track by_src, count 1, seconds 1, new_action alert, timeout 1, colour red
suppress gen_id 1, sig_id 2, track by_src, ip 10.0.0.0/99
hush gen_id 1, sig_id 2
threshold gen_id 1, sig_id 2, type limit, track by_src, count 0, seconds 1
`)
	var got []string
	for _, r := range f.Refused {
		got = append(got, r.Error())
	}
	want := []string{
		`threshold.config:3: suppress: sig_id is missing`,
		`threshold.config:4: threshold: type: "often" is not known`,
		`threshold.config:5: rate_filter: "colour" does not belong here`,
		`threshold.config:6: suppress: ip: `,
		`threshold.config:7: hush: this is neither suppress nor threshold, event_filter or rate_filter`,
		`threshold.config:8: threshold: count: "0" is not a number from 1 on`,
	}
	if len(got) != len(want) {
		t.Fatalf("%q", got)
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("%q, want %q", got[i], want[i])
		}
	}
}

// TestTabs reads lines whose parts stand behind tabs.
func TestTabs(t *testing.T) {
	f := read(t, "suppress\tgen_id\t1,\tsig_id 7,  track\tby_src, ip\t10.0.0.1\r\n")
	if len(f.Refused) > 0 {
		t.Fatal(f.Refused)
	}
	s := &rule.Signature{GID: 1, SID: 7}
	if f.Apply([]*rule.Signature{s}); len(s.Silences) != 1 {
		t.Error("the line is not used")
	}
}

// TestManyLines holds a file of more lines than are read against as many rules: what is left out is told, and no line is held
// against each rule.
func TestManyLines(t *testing.T) {
	var text strings.Builder
	for i := range 1<<17 + 10 {
		fmt.Fprintf(&text, "suppress gen_id 1, sig_id %d\n", i+1)
	}
	f := read(t, text.String())
	if len(f.Refused) != 1 || f.Refused[0].Line != 1<<17+1 {
		t.Errorf("%v", f.Refused)
	}
	all := make([]rule.Signature, 1<<17+10)
	var sigs []*rule.Signature
	for i := range all {
		all[i] = rule.Signature{GID: 1, SID: uint32(i + 1)}
		sigs = append(sigs, &all[i])
	}
	f.Apply(sigs) // a minute and more, were each held against each
	if len(sigs[1<<17-1].Silences) != 1 || len(sigs[1<<17].Silences) != 0 {
		t.Error("the last line that was read is not used")
	}
}

// TestNumbersOfNoRule wants lines told of that hold for no rule that is there: a number that is mistyped would silence nothing for ever.
func TestNumbersOfNoRule(t *testing.T) {
	f := read(t, `suppress gen_id 1, sig_id 7
suppress gen_id 1, sig_id 77
threshold gen_id 3, sig_id 7, type limit, track by_src, count 1, seconds 1
suppress gen_id 9, sig_id 0
`)
	var got []string
	for _, r := range f.Apply([]*rule.Signature{{GID: 1, SID: 7}}) {
		got = append(got, r.Error())
	}
	want := []string{
		"threshold.config:2: sig_id: no rule in use has the number 77 (gen_id 1); correct it, or take the line out",
		"threshold.config:3: sig_id: no rule in use has the number 7 (gen_id 3); correct it, or take the line out",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
