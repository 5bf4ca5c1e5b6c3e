package leef

import (
	"testing"
	"time"

	"github.com/yagura-project/yagura/dissect/log"
)

var clock = log.Clock{Now: time.Date(2026, 4, 6, 0, 30, 0, 0, time.UTC)}

const (
	one      = "<13>Apr  6 09:29:58 ips01 LEEF:1.0|Vendor|IPS|4.0|9001|src=10.1.2.30\tdst=203.0.113.66\tsrcPort=50000\tdstPort=443\tproto=TCP\tsev=9\tusrName=tanaka\tcat=Malware\tdevTime=Apr 06 2026 09:29:57"
	caret    = "LEEF:2.0|Vendor|Flow|1.0|41|^|src=10.1.2.30^dst=203.0.113.66^sev=5^srcPort=81^dstPort=21"
	hexed    = "LEEF:2.0|Vendor|Flow|1.0|41|x7c|src=10.1.2.30|dst=203.0.113.66|sev=5"
	noDelim  = "LEEF:2.0|Vendor|Flow|1.0|41|src=10.1.2.30\tdst=203.0.113.66\tsev=5"
	blanked  = "LEEF:1.0|Vendor|Flow|1.0|41|src=10.1.2.30 dst=203.0.113.66 sev=5 msg=two words url=http://h/?a=b"
	deepDisc = "LEEF:1.0|Trend Micro|Deep Discovery Inspector|6.7|SECURITY_RISK_DETECTION|interestedIp=10.1.2.30\tpeerIp=203.0.113.66\tsev=8\tthreatName=Callback\tsrc=203.0.113.66\tdst=10.1.2.30"
)

func TestAlert(t *testing.T) {
	for name, line := range map[string]string{"1.0": one, "2.0 with a character": caret, "2.0 with a code": hexed, "2.0 without": noDelim, "tabs made blanks": blanked} {
		a, err := Alert([]byte(line), clock)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if a.Src.IP.String() != "10.1.2.30" || a.Dst.IP.String() != "203.0.113.66" || a.Grade < 5 || a.Vendor != "Vendor" {
			t.Errorf("%s: %+v", name, a)
		}
	}
	a, _ := Alert([]byte(one), clock)
	if a.Name != "Malware" || a.User != "tanaka" || a.Dst.Port != 443 || a.Reporter != "ips01" || !a.Reported.Equal(time.Date(2026, 4, 6, 0, 29, 57, 0, time.UTC)) {
		t.Errorf("%+v", a)
	}
	if a, _ = Alert([]byte(blanked), clock); a.Field("msg") != "two words" || a.Field("url") != "http://h/?a=b" {
		t.Errorf("fields %+v", a.Fields)
	}
	if a, _ = Alert([]byte(deepDisc), clock); a.Interested.IP.String() != "10.1.2.30" || a.Name != "Callback" || a.Grade != 8 {
		t.Errorf("%+v", a)
	}
}

func TestMalformed(t *testing.T) {
	for _, s := range []string{"", "LEEF:", "LEEF:3.0|a|b|c|d|e", "LEEF:1.0|a|b|c", "CEF:0|a|b|c|d|e|f|"} {
		if a, err := Alert([]byte(s), clock); err == nil {
			t.Errorf("%q was read as %+v", s, a)
		}
	}
}

func FuzzAlert(f *testing.F) {
	for _, s := range []string{one, caret, hexed, noDelim, blanked, deepDisc, "LEEF:2.0|a|b|c|d|0x|=", "LEEF:2.0|a|b|c|d|xffff|a=b"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if a, err := Alert(b, clock); err == nil && (a.Grade > 10 || len(a.Fields) > 96) {
			t.Errorf("%+v", a)
		}
	})
}
