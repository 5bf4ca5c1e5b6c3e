package keyvalue

import (
	"testing"
	"time"

	"github.com/yagura-project/yagura/dissect/log"
)

var clock = log.Clock{Now: time.Date(2026, 4, 6, 0, 30, 0, 0, time.UTC)}

const (
	utm = `<185>date=2026-04-06 time=09:29:58 devname="utm01" devid="UTM1" logid="0211008192" type="utm" subtype="virus" level="alert" tz="+0900" ` +
		`srcip=10.1.2.30 srcport=50000 dstip=203.0.113.66 dstport=80 proto=6 action="blocked" virus="EICAR_TEST_FILE" virusid=2172 user="tanaka" msg="File is infected."`
	sonic   = `<129> id=fw sn=0001 time="2026-04-06 09:29:58" fw=192.0.2.1 pri=1 c=32 m=809 msg="Gateway Anti-Virus Alert: \"X\"" n=1 src=10.1.2.30:50000:X0 dst=203.0.113.66:80:X1`
	commas  = `vendor=x,src=10.1.2.30,dst=203.0.113.66,severity=high,threat_name=Worm`
	cut     = `a=1 b="never ends src=10.1.2.30`
	netfilt = `<4>Apr  6 09:29:58 gw kernel: DROP IN=eth0 OUT= SRC=10.1.2.30 DST=203.0.113.66 PROTO=TCP SPT=50000 DPT=445`
)

func TestAlert(t *testing.T) {
	a, err := Alert([]byte(utm), clock)
	if err != nil {
		t.Fatal(err)
	}
	if a.Src.IP.String() != "10.1.2.30" || a.Dst.Port != 80 || a.Name != "EICAR_TEST_FILE" || a.ID != "2172" || a.Action != "blocked" ||
		a.Grade != 10 || a.Reporter != "utm01" || a.User != "tanaka" || !a.Reported.Equal(time.Date(2026, 4, 6, 0, 29, 58, 0, time.UTC)) {
		t.Errorf("%+v", a)
	}
	if a, err = Alert([]byte(commas), clock); err != nil || a.Name != "Worm" || a.Grade != 8 {
		t.Errorf("%+v, %v", a, err)
	}
	if a, err = Alert([]byte(netfilt), clock); err != nil || a.Src.IP.String() != "10.1.2.30" || a.Dst.Port != 445 || a.Proto.String() != "tcp" || a.Reporter != "gw" {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestQuotes(t *testing.T) {
	f := Parse(`a="x \"y\" z" b='c d' e= f=1,g=2`)
	for name, want := range map[string]string{"a": `x "y" z`, "b": "c d", "e": "", "f": "1", "g": "2"} {
		if got := f.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if _, err := Alert([]byte("only words here"), clock); err == nil {
		t.Error("words are no pairs")
	}
}

func TestCheckPoint(t *testing.T) {
	a, err := Alert([]byte(`<134>1 2026-04-06T00:29:58Z gw CheckPoint 19710 - [action:"Drop"; src:"10.1.2.30"; dst:"203.0.113.66"; s_port:"50000"; service:"443"; proto:"6"]`), clock)
	if err != nil || a.Src.IP.String() != "10.1.2.30" || a.Src.Port != 50000 || a.Dst.Port != 443 || a.Action != "Drop" || a.Reporter != "gw" {
		t.Errorf("%+v, %v", a, err)
	}
}

// The reputation of a server in a record of traffic is no alert; a numeric priority counts downwards.
func TestHowGrave(t *testing.T) {
	for line, want := range map[string]float64{
		`type="traffic" level="notice" srcip=10.1.2.30 dstip=8.8.8.8 crlevel="high"`: 3,
		`type="utm" level="notice" srcip=10.1.2.30 dstip=8.8.8.8 crlevel="high"`:     8,
		`id=fw pri=1 src=10.1.2.30:1:X0 dst=8.8.8.8:2:X1`:                            10,
		`id=fw pri=6 src=10.1.2.30:1:X0 dst=8.8.8.8:2:X1`:                            1,
		`<131>a=1 src=10.1.2.30 dst=8.8.8.8`:                                         8,
	} {
		if a, err := Alert([]byte(line), clock); err != nil || a.Grade != want {
			t.Errorf("%s: %v, want %v (%v)", line, a.Grade, want, err)
		}
	}
}

func TestAddressWithPort(t *testing.T) {
	a, err := Alert([]byte(sonic), clock)
	if err != nil || a.Src.IP.String() != "10.1.2.30" || a.Dst.IP.String() != "203.0.113.66" {
		t.Errorf("%v %v, %v", a.Src, a.Dst, err)
	}
}

func FuzzAlert(f *testing.F) {
	for _, s := range []string{utm, sonic, commas, cut, netfilt, `="="=" = =`, `a='`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if a, err := Alert(b, clock); err == nil && (len(a.Fields) < least || len(a.Fields) > 96) {
			t.Errorf("%d fields", len(a.Fields))
		}
	})
}
