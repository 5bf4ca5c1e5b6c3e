package amfsec

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestLinesToTheByte(t *testing.T) {
	at := time.Date(2026, 11, 22, 15, 4, 5, 0, time.FixedZone("JST", 9*3600))
	who := suspect{"192.0.2.7", "02:00:5E:10:00:00", `総務=PC|\1`}
	for format, want := range map[string]string{
		"cef": `CEF:0|Trend Micro|Deep Discovery Inspector|6.7.1100|100119|SECURITY_RISK_DETECTION|8|rt=Nov 22 2026 15:04:05 GMT+09:00` +
			` deviceExternalId=6E7F0001-0000-4000-8000-796167757261 dvchost=yagura deviceDirection=1 cnt=1 src=192.0.2.7 smac=02:00:5E:10:00:00` +
			` shost=総務\=PC|\\1 sourceTranslatedAddress=192.0.2.7 cn3Label=Threat Type cn3=1 devicePayloadId=1:3274450000: msg=Yagura asks for isolation, order iso-1`,
		"tmef": `CEF:0|Trend Micro|Deep Discovery Inspector|6.7.1100|100119|SECURITY_RISK_DETECTION|8|rt=Nov 22 2026 15:04:05 GMT+09:00` +
			` deviceGUID=6E7F0001-0000-4000-8000-796167757261 dvchost=yagura deviceDirection=1 ptype=IDS cnt=1 src=192.0.2.7 smac=02:00:5E:10:00:00` +
			` shost=総務\=PC|\\1 interestedIp=192.0.2.7 interestedMacAddress=02:00:5E:10:00:00 interestedHost=総務\=PC|\\1` +
			` cn4Label=Deep Discovery_ThreatType cn4=1 externalId=3274450000 msg=Yagura asks for isolation, order iso-1`,
		"leef": "LEEF:1.0|Trend Micro|Deep Discovery Inspector|6.7.1100|SECURITY_RISK_DETECTION|devTimeFormat=MMM dd yyyy HH:mm:ss z\t" +
			"devTime=Nov 22 2026 15:04:05 GMT+09:00\tsev=8\tdeviceGUID=6E7F0001-0000-4000-8000-796167757261\tdvchost=yagura\tdeviceDirection=1\tptype=IDS\tcnt=1\t" +
			"src=192.0.2.7\tsrcMAC=02:00:5E:10:00:00\tshost=総務=PC|\\1\tinterestedIp=192.0.2.7\tinterestedMacAddress=02:00:5E:10:00:00\tinterestedHost=総務=PC|\\1\t" +
			"externalId=3274450000\tmsg=Yagura asks for isolation, order iso-1",
	} {
		c := DefaultConfig()
		c.Format = format
		if got := c.line(who, "iso-1", 0, at); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", format, got, want)
		}
	}
	c := DefaultConfig()
	if got := c.message("X", time.Date(2026, 11, 2, 3, 4, 5, 0, time.UTC)); got != "<162>Nov  2 03:04:05 yagura X" {
		t.Error(got)
	}
}

// A host name is foreign: it may neither end the line nor add a field.
func FuzzLine(f *testing.F) {
	f.Add("PC-7", "iso-1")
	f.Add("a\nb\x00|c=d src=203.0.113.1", "x\ty=z\\")
	f.Fuzz(func(t *testing.T, host, order string) {
		if !utf8.ValidString(host) || !utf8.ValidString(order) {
			t.Skip("names are text")
		}
		for _, format := range []string{"cef", "tmef", "leef"} {
			c := DefaultConfig()
			c.Format = format
			got := c.line(suspect{"192.0.2.7", "", host}, order, 0, time.Unix(0, 0))
			if strings.ContainsAny(got, "\n\r\x00") || strings.Count(got, "\t") > 16 {
				t.Fatalf("%s: %q", format, got)
			}
			if format != "leef" && strings.Count(unescaped(got), "|") < 7 {
				t.Fatalf("the head is torn: %q", got)
			}
		}
	})
}

func unescaped(line string) string {
	return strings.NewReplacer(`\\`, "", `\|`, "", `\=`, "").Replace(line)
}

func TestConfigNamesWhatIsWrong(t *testing.T) {
	c := Config{Network: "icmp", Framing: "x", Format: "json", Send: "name", Host: "a b", GUID: "=", Severity: 5}
	err := c.Validate()
	for _, want := range []string{"server:", `network: "icmp"`, `framing: "x"`, `format: "json"`, `send: "name"`, "host:", "guid:", "severity: 5", "timeout:"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
}
