package main

import (
	"slices"
	"strings"
	"testing"

	alldetectors "github.com/yagura-project/yagura/detect/all"
	"github.com/yagura-project/yagura/lab/town/attack"
)

// A small town must be judged as a large one: what intruders do is found on the right machine. The figures of a whole
// town are made by `make accuracy`.
func TestSmallTown(t *testing.T) {
	must := []string{"beacon-http", "beacon-tcp", "dns-tunnel", "dga", "port-scan", "sweep", "spray", "dcsync", "zerologon", "psexec", "wmi", "coerce", "zone-breach", "web-attack"}
	only := func(a attack.Attack) bool { return slices.Contains(must, a.Name) }
	res, err := measure(options{pcs: 30, days: 2, seed: 3, only: only}, alldetectors.Detectors)
	if err != nil {
		t.Fatal(err)
	}
	names, by := res.kinds()
	if len(names) != len(must) || res.Events < 50_000 {
		t.Fatalf("%d kinds of attacks in %d events: the town is asleep", len(names), res.Events)
	}
	for _, name := range names {
		found, named := 0, 0
		for _, o := range by[name] {
			if o.Intensity < 3 {
				continue
			}
			if o.Found {
				found++
			}
			if o.Named {
				named++
			}
		}
		if found == 0 || named == 0 {
			t.Errorf("%s: %d found, %d named, of %d", name, found, named, len(by[name]))
		}
	}
	for id, d := range res.Engine.Detectors {
		if d.Panics > 0 {
			t.Errorf("%s panicked %d times", id, d.Panics)
		}
	}
}

// Where nobody attacks, nobody is cut off and nobody is woken.
func TestQuietTown(t *testing.T) {
	res, err := measure(options{pcs: 100, days: 1, seed: 3, quiet: true}, alldetectors.Detectors)
	if err != nil {
		t.Fatal(err)
	}
	if res.False.Proposals > 0 || res.False.Letters > 0 {
		t.Errorf("%d isolations proposed, %d notifications:\n%s", res.False.Proposals, res.False.Letters, strings.Join(res.FalseCases, "\n"))
	}
}
