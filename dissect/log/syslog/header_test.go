package syslog

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect/log"
)

var now = time.Date(2026, 4, 6, 0, 30, 0, 0, time.UTC) // 09:30 in Japan

var lines = []struct {
	name, line string
	want       Header
}{
	{"old", "<134>Apr  6 09:29:58 utm01 kernel: link up", Header{Priority: 134, Time: time.Date(2026, 4, 6, 0, 29, 58, 0, time.UTC), Host: "utm01", App: "kernel", Message: []byte("link up")}},
	{"old with pid", "<38>Apr  6 09:29:58 gw sshd[4711]: Failed password", Header{Priority: 38, Time: time.Date(2026, 4, 6, 0, 29, 58, 0, time.UTC), Host: "gw", App: "sshd", PID: "4711", Message: []byte("Failed password")}},
	{"old without host", "<38>Apr  6 09:29:58 CEF:0|a|b|", Header{Priority: 38, Time: time.Date(2026, 4, 6, 0, 29, 58, 0, time.UTC), Message: []byte("CEF:0|a|b|")}},
	{"nothing but a priority", `<189>date=2026-04-06 time=09:29:58 devname="fw"`, Header{Priority: 189, Message: []byte(`date=2026-04-06 time=09:29:58 devname="fw"`)}},
	{"nothing at all", "hello world", Header{Priority: -1, Message: []byte("hello world")}},
	{"with the year", "<189>Apr  6 2026 09:29:58: %ASA-6-302015: Built", Header{Priority: 189, Time: time.Date(2026, 4, 6, 0, 29, 58, 0, time.UTC), App: "%ASA-6-302015", Message: []byte("Built")}},
	{"rsyslog", "<13>2026-04-06T09:29:58.123+09:00 host app: text", Header{Priority: 13, Time: time.Date(2026, 4, 6, 0, 29, 58, 123e6, time.UTC), Host: "host", App: "app", Message: []byte("text")}},
	{"new", `<165>1 2026-04-06T00:29:58.003Z host.example evntslog 8710 ID47 [ex@32473 iut="3" q="a\"b\]"][x y="z"] ` + "\xef\xbb\xbf" + "こんにちは",
		Header{Priority: 165, Version: 1, Time: time.Date(2026, 4, 6, 0, 29, 58, 3e6, time.UTC), Host: "host.example", App: "evntslog", PID: "8710", ID: "ID47",
			Data: []Element{{"ex@32473", log.Fields{{Name: "iut", Value: "3"}, {Name: "q", Value: `a"b]`}}}, {"x", log.Fields{{Name: "y", Value: "z"}}}}, Message: []byte("こんにちは")}},
	{"new, all left out", "<34>1 - - - - - -", Header{Priority: 34, Version: 1}},
	{"new, broken data", "<34>1 - h a - - [broken text", Header{Priority: 34, Version: 1, Host: "h", App: "a", Message: []byte("[broken text")}},
	{"priority too large", "<192>x", Header{Priority: -1, Message: []byte("<192>x")}},
	{"leap day of another year", "<1>Feb 29 01:00:00 h x", Header{Priority: 1, Time: time.Date(2028, 2, 28, 16, 0, 0, 0, time.UTC), Host: "h", Message: []byte("x")}},
}

func TestParse(t *testing.T) {
	for _, c := range lines {
		got := Parse([]byte(c.line), log.Clock{Now: now})
		if c.name == "leap day of another year" { // 2028 is not within a year
			c.want.Time = time.Time{}
			c.want.Host, c.want.Message = "", []byte("Feb 29 01:00:00 h x")
		}
		got.Content = nil
		if len(got.Message) == 0 {
			got.Message = nil
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestNewYear(t *testing.T) {
	for name, c := range map[string]struct {
		line string
		now  time.Time
		year int
	}{
		"late in the old year, read in the new": {"<1>Dec 31 23:59:59 h x", time.Date(2027, 1, 1, 0, 0, 5, 0, log.JST), 2026},
		"a clock ahead":                         {"<1>Jan  1 00:00:03 h x", time.Date(2026, 12, 31, 23, 59, 58, 0, log.JST), 2027},
		"in the year":                           {"<1>Jun 30 12:00:00 h x", time.Date(2026, 7, 1, 0, 0, 0, 0, log.JST), 2026},
		"leap day":                              {"<1>Feb 29 12:00:00 h x", time.Date(2028, 3, 1, 0, 0, 0, 0, log.JST), 2028},
	} {
		if got := Parse([]byte(c.line), log.Clock{Now: c.now}).Time.In(log.JST).Year(); got != c.year {
			t.Errorf("%s: year %d, want %d", name, got, c.year)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range lines {
		f.Add([]byte(c.line))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h := Parse(b, log.Clock{Now: now})
		if h.Priority < -1 || h.Priority > 191 || len(h.Message) > len(b) || len(h.Data) > 16 {
			t.Errorf("%+v from %d bytes", h, len(b))
		}
	})
}
