package decide

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
)

func TestValidateNamesFieldAndFix(t *testing.T) {
	cfg := DefaultConfig()
	cfg.Mode, cfg.Calendar.Close, cfg.Caps.Percent = "yes", "8", 0
	cfg.Rules = []Rule{{Mode: "auto", Hours: []Hours{"lunch"}, Severity: 11, Lifetime: 1000 * time.Hour}}
	cfg.Never = []NeverEntry{{IP: "10.0.0.0/8", Reason: "x"}, {Host: "dc"}, {}}
	err := cfg.Validate()
	for _, want := range []string{
		`mode: "yes" is no mode: use observe`, `calendar.close: "8" is no time of day: write it as 08:30`, "caps.percent: 0 is out of range",
		`rules[0].hours[0]: "lunch"`, "rules[0].severity: 11", "rules[0].lifetime: 1000h", `never[0].ip: "10.0.0.0/8"`, "never[1].reason: is empty",
		"never[2]: 0 of ip",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in:\n%v", want, err)
		}
	}
	var p Problem
	if !errors.As(err, &p) || p.Field == "" {
		t.Error("a problem names its field")
	}
	if err := DefaultConfig().Validate(); err != nil {
		t.Error(err)
	}
}

func TestNeverListIsRangeAware(t *testing.T) {
	n, errs := newNever([]NeverEntry{{IP: "10.1.0.53", Reason: "DNS"}, {CIDR: "2001:db8:1::/48", Reason: "基幹"}}, nil)
	if errs != nil {
		t.Fatal(errs)
	}
	for target, want := range map[string]bool{
		"10.1.0.0/16": true, "10.1.0.53/32": true, "10.1.0.54/32": false, "2001:db8:1::7/128": true, "2001:db8::/32": true, "::ffff:10.1.0.53/128": true,
	} {
		if _, got := n.Protected([]netip.Prefix{netip.MustParsePrefix(target)}, event.MAC{}, "", nil); got != want {
			t.Errorf("%s: protected %v, want %v", target, got, want)
		}
	}
}
