package log_test

import (
	"bufio"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/yagura-project/yagura/capture/samples"
	"github.com/yagura-project/yagura/dissect/log"
	"github.com/yagura-project/yagura/dissect/log/cef"
	"github.com/yagura-project/yagura/dissect/log/columns"
	"github.com/yagura-project/yagura/dissect/log/keyvalue"
	"github.com/yagura-project/yagura/event"
)

// lines are those of a file of real logs; without the data the test is left out, and says so.
func lines(t *testing.T, name string) (out []string) {
	t.Helper()
	f, err := os.Open(samples.Path(t, "logs/vendor-formats/"+name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		if sc.Text() != "" {
			out = append(out, sc.Text())
		}
	}
	return out
}

// Every line of real devices is read, and the addresses are those that a plain search for them finds.
func TestRealLogs(t *testing.T) {
	pan, err := columns.Columns([]string{"-", "time", "-", "kind", "subtype", "-", "-", "src", "dst", "-", "-", "rule", "-", "-", "app"}, ",")
	if err != nil {
		t.Fatal(err)
	}
	asa, err := columns.Regex(`%ASA-(?P<severity>\d)-(?P<id>\d+): (?P<name>(?:Built|Teardown|Deny)[^:]*?) (?:connection \d+ )?(?:for|from|src) \w+:(?P<src>[\d.]+)/`)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		alert func([]byte, log.Clock) (*event.OtherAlert, error)
		src   *regexp.Regexp // where the source address stands; lines without are read too
		only  *regexp.Regexp // lines that the configured shape is for; nil = all
	}{
		"fortinet-event.log":   {keyvalue.Alert, regexp.MustCompile(`\bsrcip="?([\da-f.:]+)`), nil},
		"fortinet-traffic.log": {keyvalue.Alert, regexp.MustCompile(`\bsrcip="?([\da-f.:]+)`), nil},
		"fortinet-utm.log":     {keyvalue.Alert, regexp.MustCompile(`\bsrcip="?([\da-f.:]+)`), nil},
		"cef-cef.log":          {cef.Alert, regexp.MustCompile(`\bsrc=([\d.]+)`), nil},
		"panw-threat.log":      {pan.Alert, regexp.MustCompile(`THREAT,(?:[^,]*,){3}([\d.]+),`), nil},
		"panw-traffic.log":     {pan.Alert, regexp.MustCompile(`TRAFFIC,(?:[^,]*,){3}([\d.]+),`), nil},
		"cisco-asa.log":        {asa.Alert, regexp.MustCompile(`(?:for|from|src) \w+:([\d.]+)/`), regexp.MustCompile(`: (?:Built|Teardown) \w+ (?:TCP|UDP) connection`)},
	} {
		t.Run(name, func(t *testing.T) {
			read, named := 0, 0
			for _, line := range lines(t, name) {
				if c.only != nil && !c.only.MatchString(line) {
					continue
				}
				a, err := c.alert([]byte(line), log.Clock{Now: time.Date(2020, 6, 1, 0, 0, 0, 0, time.UTC)})
				if err != nil {
					t.Errorf("%v: %.160s", err, line)
					continue
				}
				read++
				if m := c.src.FindStringSubmatch(line); m != nil && m[1] != "0.0.0.0" {
					named++
					if a.Src.IP.String() != m[1] {
						t.Errorf("source %v, want %s: %.160s", a.Src.IP, m[1], line)
					}
				}
			}
			if read == 0 || named == 0 {
				t.Errorf("%d lines read, %d of them with an address", read, named)
			}
			t.Logf("%d lines read, %d with a source address", read, named)
		})
	}
}
