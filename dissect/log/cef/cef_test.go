package cef

import (
	"testing"
	"time"

	"github.com/yagura-project/yagura/dissect/log"
)

var clock = log.Clock{Now: time.Date(2026, 4, 6, 0, 30, 0, 0, time.UTC)}

const (
	plain = `CEF:0|Vendor|Product|1.0|100|worm successfully stopped|10|src=10.0.0.1 dst=203.0.113.2 spt=1232 dpt=443 proto=TCP act=blocked`
	ddi   = `<134>Apr  6 09:29:58 ddi01 CEF: 0|Trend Micro|Deep Discovery Inspector|6.7.1000|100119|MALWARE C&C callback|8|` +
		`rt=Apr 06 2026 09:29:57 GMT+09:00 dvc=10.1.0.20 dvchost=ddi01 src=203.0.113.66 dst=10.1.2.30 shost=c2.example dhost=pc-030 ` +
		`spt=443 dpt=50123 dmac=02:00:5E:00:00:30 sourceTranslatedAddress=10.1.2.30 destinationTranslatedAddress=203.0.113.66 ` +
		`cn3Label=ThreatType cn3=2 deviceDirection=0 devicePayloadId=2:10245:P`
	escaped = `CEF:0|Ven\|dor|Pro\\duct|1|7|a\|b|Low|msg=C:\\temp\=x and more request=https://h.example/?a=b&c=d suser=tanaka`
	six     = `CEF:0|Trend Micro|Deep Discovery Inspector|6.7|1|IPv6|6|c6a1Label=InterestedIPv6 c6a1=fd00:1::30 c6a2=fd00:1::30 c6a3=2001:db8::66`
)

func TestAlert(t *testing.T) {
	a, err := Alert([]byte(plain), clock)
	if err != nil {
		t.Fatal(err)
	}
	if a.Vendor != "Vendor" || a.ID != "100" || a.Name != "worm successfully stopped" || a.Grade != 10 || a.Action != "blocked" ||
		a.Src.IP.String() != "10.0.0.1" || a.Dst.Port != 443 || a.Proto.String() != "tcp" {
		t.Errorf("%+v", a)
	}
	if a.Interested.IP.IsValid() {
		t.Error("whom this product holds for infected is not known")
	}
}

func TestDeepDiscovery(t *testing.T) {
	a, err := Alert([]byte(ddi), clock)
	if err != nil {
		t.Fatal(err)
	}
	if a.Reporter != "ddi01" || a.Interested.IP.String() != "10.1.2.30" || a.Peer.IP.String() != "203.0.113.66" || a.Grade != 8 {
		t.Errorf("reporter %s, interested %v, peer %v, grade %v", a.Reporter, a.Interested.IP, a.Peer.IP, a.Grade)
	}
	if want := time.Date(2026, 4, 6, 0, 29, 57, 0, time.UTC); !a.Reported.Equal(want) {
		t.Errorf("reported %v, want %v", a.Reported, want)
	}
	if a.Field("ThreatType") != "2" || a.DstHost != "pc-030" {
		t.Errorf("label %q, host %q", a.Field("ThreatType"), a.DstHost)
	}
	if a, err = Alert([]byte(six), clock); err != nil || a.Interested.IP.String() != "fd00:1::30" || a.Src.IP.String() != "fd00:1::30" {
		t.Errorf("IPv6: interested %v, source %v, %v", a.Interested.IP, a.Src.IP, err)
	}
}

// Elsewhere the translated address is the one behind NAT, and nobody's infection.
func TestTranslatedAddressOfOthers(t *testing.T) {
	a, err := Alert([]byte(`CEF:0|Other|Firewall|1|1|x|5|src=10.0.0.1 sourceTranslatedAddress=198.51.100.1`), clock)
	if err != nil || a.Interested.IP.IsValid() {
		t.Errorf("interested %v, %v", a.Interested.IP, err)
	}
}

func TestEscapes(t *testing.T) {
	a, err := Alert([]byte(escaped), clock)
	if err != nil {
		t.Fatal(err)
	}
	if a.Vendor != "Ven|dor" || a.Product != `Pro\duct` || a.Name != "a|b" || a.Grade != 3 {
		t.Errorf("header %+v", a)
	}
	if a.Field("msg") != `C:\temp=x and more` || a.Field("request") != "https://h.example/?a=b&c=d" || a.User != "tanaka" {
		t.Errorf("msg %q request %q user %q", a.Field("msg"), a.Field("request"), a.User)
	}
}

func TestMalformed(t *testing.T) {
	for _, s := range []string{"", "no such thing", "CEF:0|a|b", "CEF:9|a|b|c|d|e|5|x=y", "CEF:"} {
		if a, err := Alert([]byte(s), clock); err == nil {
			t.Errorf("%q was read as %+v", s, a)
		}
	}
}

func FuzzAlert(f *testing.F) {
	for _, s := range []string{plain, ddi, escaped, six, "CEF:0|||||||", `CEF:0|\|\\|\`, "CEF:0|a|b|c|d|e|5|=== a= =b c"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if a, err := Alert(b, clock); err == nil && (a == nil || a.Grade > 10 || a.Grade < -1) {
			t.Errorf("%+v", a)
		}
	})
}
