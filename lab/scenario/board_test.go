package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What go test says, and what people read of it: a skipped behaviour is no pass, a package that does not build fails.
const told = `
{"Action":"start","Package":"y/act/radius"}
{"Action":"run","Package":"y/act/radius","Test":"TestConformance"}
{"Action":"run","Package":"y/act/radius","Test":"TestConformance/latency"}
{"Action":"attr","Package":"y/act/radius","Test":"TestConformance/latency","Key":"figure","Value":"silence p50 3ms p95 9ms"}
{"Action":"pass","Package":"y/act/radius","Test":"TestConformance/latency","Elapsed":1.2}
{"Action":"run","Package":"y/act/radius","Test":"TestConformance/half_applied"}
{"Action":"output","Package":"y/act/radius","Test":"TestConformance/half_applied","Output":"=== RUN x\n"}
{"Action":"output","Package":"y/act/radius","Test":"TestConformance/half_applied","Output":"    cases.go:12: one object an order\n"}
{"Action":"skip","Package":"y/act/radius","Test":"TestConformance/half_applied","Elapsed":0}
{"Action":"run","Package":"y/act/radius","Test":"TestConformance/never-touch"}
{"Action":"output","Package":"y/act/radius","Test":"TestConformance/never-touch","Output":"    guards.go:70: by role: not refused\n"}
{"Action":"fail","Package":"y/act/radius","Test":"TestConformance/never-touch","Elapsed":0.1}
{"Action":"fail","Package":"y/act/radius","Test":"TestConformance","Elapsed":1.4}
{"Action":"fail","Package":"y/act/radius","Elapsed":1.5}
{"Action":"run","Package":"y/act/nftables","Test":"TestConformanceBridge"}
{"Action":"output","Package":"y/act/nftables","Test":"TestConformanceBridge","Output":"    town.go:1: needs root\n"}
{"Action":"skip","Package":"y/act/nftables","Test":"TestConformanceBridge","Elapsed":0}
{"Action":"pass","Package":"y/act/nftables","Elapsed":0.1}
{"ImportPath":"y/act/snmp","Action":"build-output","Output":"# y/act/snmp\n"}
{"ImportPath":"y/act/snmp","Action":"build-output","Output":"act/snmp/snmp.go:9:2: undefined: x\n"}
{"ImportPath":"y/act/snmp","Action":"build-fail"}
{"Action":"output","Package":"y/act/snmp","Output":"FAIL y/act/snmp [build failed]\n"}
{"Action":"fail","Package":"y/act/snmp","Elapsed":0,"FailedBuild":"y/act/snmp"}
`

func TestBoard(t *testing.T) {
	var out strings.Builder
	b := newBoard(&out)
	if err := b.read(strings.NewReader(told)); err != nil {
		t.Fatal(err)
	}
	want := `PASS radius latency silence p50 3ms p95 9ms
SKIP radius half-applied one object an order
FAIL radius never-touch by role: not refused
SKIP nftables-bridge conformance needs root
FAIL snmp tests-run act/snmp/snmp.go:9:2: undefined: x
`
	if d := cmp.Diff(want, out.String()); d != "" {
		t.Error(d)
	}
	if b.passed != 1 || b.failed != 2 || b.skipped != 2 {
		t.Errorf("%d passed, %d failed, %d skipped", b.passed, b.failed, b.skipped)
	}
}
