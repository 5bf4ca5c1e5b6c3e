package tls

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// TestGolden replays recordings of curl, openssl and python against nginx.
func TestGolden(t *testing.T) {
	flowtest.GoldenFlows(t, flowtest.Captures+"tls-clients.pcap.gz", Protocol)
}

// TestJA4 holds JA4 against what FoxIO's own implementation says of its sample captures.
func TestJA4(t *testing.T) {
	dir := filepath.Dir(flowtest.Sample(t, "ja4/tls12.pcap"))
	lists, err := filepath.Glob(filepath.Join(dir, "*.expected.json"))
	if err != nil || len(lists) == 0 {
		t.Fatal("no expected fingerprints", err)
	}
	checked := 0
	for _, list := range lists {
		got := map[string]string{}
		events, _, err := flowtest.Analyze(strings.TrimSuffix(list, ".expected.json"), Protocol)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if n, ok := e.(*event.NetworkActivity); ok && n.TLS != nil && n.TLS.JA4 != "" {
				got[n.Src.IP.String()+" "+itoa(n.Src.Port)+" "+n.Dst.IP.String()+" "+itoa(n.Dst.Port)] = n.TLS.JA4
			}
		}
		for key, want := range expected(t, list) {
			if strings.HasSuffix(key, " 1080") {
				t.Logf("%s: not compared: TLS within SOCKS, which is not read", key)
				continue
			}
			checked++
			if got[key] != want {
				t.Errorf("%s: %s: %q, want %q", filepath.Base(list), key, got[key], want)
			}
		}
	}
	if checked < 10 {
		t.Errorf("only %d fingerprints compared", checked)
	}
}

func itoa(v uint16) string { b, _ := json.Marshal(v); return string(b) }

// expected are the fingerprints of TLS over TCP in a list.
func expected(t *testing.T, list string) map[string]string {
	t.Helper()
	b, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	var flows []map[string]any
	if err := json.Unmarshal(b, &flows); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range flows {
		if want, _ := f["JA4.1"].(string); strings.HasPrefix(want, "t") {
			out[f["src"].(string)+" "+f["srcport"].(string)+" "+f["dst"].(string)+" "+f["dstport"].(string)] = want
		}
	}
	return out
}

func TestALPN(t *testing.T) {
	for name, want := range map[string]string{"h2": "h2", "http/1.1": "h1", "": "00", "\xab": "ab", "\x30\xab": "3b", "a": "aa"} {
		if got := ja4ALPN([]string{name}); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}

func TestProbe(t *testing.T) {
	for _, c := range []struct {
		name string
		dir  dissect.Dir
		b    string
		port uint16
		want dissect.Match
	}{
		{"client", dissect.Orig, "\x16\x03\x01\x02\x00\x01", 4444, dissect.Yes},
		{"server", dissect.Resp, "\x16\x03\x03\x00\x5a\x02", 4444, dissect.Yes},
		{"alert", dissect.Resp, "\x15\x03\x01\x00\x02\x02\x28", 4444, dissect.Yes},
		{"short", dissect.Orig, "\x16\x03", 443, dissect.Maybe},
		{"data on 443", dissect.Orig, "\x17\x03\x03\x01\x00\x99", 443, dissect.Yes},
		{"data elsewhere", dissect.Orig, "\x17\x03\x03\x01\x00\x99", 4444, dissect.No},
		{"http", dissect.Orig, "GET / HTTP/1.1", 443, dissect.No},
	} {
		if got := Protocol.Probe(c.dir, []byte(c.b), false, c.port); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestConform(t *testing.T) {
	flowtest.Conform(t, flowtest.Captures+"tls-clients.pcap.gz", Protocol)
}

func FuzzTLS(f *testing.F) {
	flowtest.Seed(f, flowtest.Captures+"tls-clients.pcap.gz")
	f.Fuzz(func(t *testing.T, b []byte) { flowtest.Stress(t, Protocol, b) })
}
