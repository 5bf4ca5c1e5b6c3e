package asset

import (
	"testing"
	"time"
)

// FuzzCSV wants each row of a list of assets to name something, and errors to name the file.
func FuzzCSV(f *testing.F) {
	f.Add([]byte(list))
	f.Add([]byte("name,mac,ip,roles\n\"a\nb\",02:00:00:00:00:01,192.0.2.1;2001:db8::1,dc/proxy\n,,,\n"))
	f.Add([]byte("\xef\xbb\xbf\x92\x5b\x96\x96\x96\xbc\r\n\x83\x65\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		text, err := decode(b)
		if err != nil {
			return
		}
		rows, err := parse("list.csv", text, time.Unix(0, 0))
		if err != nil && len(err.Error()) < len("list.csv:1: ") {
			t.Error(err)
		}
		if len(rows) > len(b) {
			t.Errorf("%d rows of %d bytes", len(rows), len(b))
		}
		for _, x := range rows {
			if x.name == "" && x.mac.IsZero() && len(x.ips) == 0 {
				t.Errorf("a row that names nothing: %+v", x)
			}
		}
	})
}
