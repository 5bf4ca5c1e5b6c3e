package signature_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/signature"
	"github.com/yagura-project/yagura/signature/rule"
)

// TestListsBeside holds that classes and kinds of references that stand beside the rules are known to them, and that broken lines are told.
func TestListsBeside(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.rules"), "alert tcp any any -> any any (content:\"a\"; classtype:town-own; reference:wiki,page/7; sid:1;)\n"+
		"alert tcp any any -> any any (content:\"a\"; classtype:trojan-activity; reference:cve,2020-1; sid:2;)\n")
	write(t, filepath.Join(dir, "classification.config"), "# ours\nconfig classification: town-own,Of the town, 2\n config classification:trojan-activity,Changed here,4\nconfig classification: x,y\nconfig classification: x,y,0\n")
	write(t, filepath.Join(dir, "reference.config"), "config reference: wiki   https://wiki.example/\nconfig reference: alone\n")
	l, err := signature.Load([]string{filepath.Join(dir, "a.rules")}, rule.NewEnv(""))
	if err != nil || l.Broken != nil || len(l.Rules) != 2 {
		t.Fatal(len(l.Rules), l.Broken, err)
	}
	a, b := l.Rules[0], l.Rules[1]
	if a.Class.Text != "Of the town" || a.Priority != 2 || a.References[0] != "https://wiki.example/page/7" {
		t.Errorf("%+v %d %v", a.Class, a.Priority, a.References)
	}
	if b.Class.Text != "Changed here" || b.Priority != 4 || !strings.Contains(b.References[0], "cve") {
		t.Errorf("%+v %d %v", b.Class, b.Priority, b.References)
	}
	var told []string
	for _, r := range l.Refused {
		told = append(told, strings.TrimPrefix(r.At(), dir+"/"))
	}
	if d := cmp.Diff([]string{"classification.config:4", "classification.config:5", "reference.config:2"}, told); d != "" {
		t.Error(d)
	}
}
