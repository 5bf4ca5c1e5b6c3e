package columns

import (
	"testing"
	"time"

	"github.com/yagura-project/yagura/dissect/log"
)

var clock = log.Clock{Now: time.Date(2026, 4, 6, 0, 30, 0, 0, time.UTC)}

func TestColumns(t *testing.T) {
	s, err := Columns([]string{"time", "-", "src", "dst", "name", "severity", "site"}, "")
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.Alert([]byte(`<13>2026/04/06 09:29:58,x,10.1.2.30,203.0.113.66,"wor,m",高,本庁,extra`), clock)
	if err != nil || a.Src.IP.String() != "10.1.2.30" || a.Name != "wor,m" || a.Rated != "高" || a.Grade != -1 || a.Field("site") != "本庁" ||
		!a.Reported.Equal(time.Date(2026, 4, 6, 0, 29, 58, 0, time.UTC)) {
		t.Errorf("%+v, %v", a, err)
	}
	if a, err := s.Alert([]byte("too,few"), clock); err == nil {
		t.Errorf("read as %+v", a)
	}
	tabs, err := Columns([]string{"src", "name"}, "\t")
	if err != nil {
		t.Fatal(err)
	}
	if a, err := tabs.Alert([]byte("10.1.2.30\tC&C server"), clock); err != nil || a.Name != "C&C server" {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestRegex(t *testing.T) {
	s, err := Regex(`client (?P<src>\S+) blocked: (?P<name>.+) \[(?P<severity>\w+)\]`)
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.Alert([]byte("<13>Apr  6 09:29:58 px proxy: client 10.1.2.30 blocked: Malware site [high]"), clock)
	if err != nil || a.Src.IP.String() != "10.1.2.30" || a.Name != "Malware site" || a.Grade != 8 || a.Reporter != "px" {
		t.Errorf("%+v, %v", a, err)
	}
	if a, err := s.Alert([]byte("another line"), clock); err == nil {
		t.Errorf("read as %+v", a)
	}
}

func TestShapesThatCannotBe(t *testing.T) {
	if _, err := Regex("("); err == nil {
		t.Error("( is no expression")
	}
	if _, err := Regex("no groups"); err == nil {
		t.Error("without named groups nothing is read")
	}
	if _, err := Columns(nil, ""); err == nil {
		t.Error("no columns were accepted")
	}
	if _, err := Columns([]string{"src"}, "ab"); err == nil {
		t.Error("two characters as separator were accepted")
	}
}

func FuzzColumns(f *testing.F) {
	s, err := Columns([]string{"src", "dst", "-", "name"}, "")
	if err != nil {
		f.Fatal(err)
	}
	for _, b := range []string{`10.0.0.1,10.0.0.2,x,"a""b"`, `"`, `,,,`, "a,b\nc,d,e"} {
		f.Add([]byte(b))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if a, err := s.Alert(b, clock); err == nil && len(a.Fields) > 4 {
			t.Errorf("%+v", a)
		}
	})
}
