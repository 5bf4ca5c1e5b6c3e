package tmef

import (
	"testing"
	"time"

	"github.com/yagura-project/yagura/dissect/log"
)

var clock = log.Clock{Now: time.Date(2026, 4, 6, 0, 30, 0, 0, time.UTC)}

const correlated = `<134>Apr  6 09:29:58 ddi01 CEF: 0|Trend Micro|Deep Discovery Inspector|6.7.1000|100127|SUSPICIOUS_BEHAVIOUR_DETECTION|6|` +
	`app=HTTP deviceGUID=6B593E17AFB7-40FBBB28-A4CE-0462-A536 deviceMacAddress=02:00:5E:00:00:01 dvc=10.1.0.20 ` +
	`interestedHost=pc-030 interestedIp=10.1.2.30 interestedMacAddress=02:00:5E:00:00:30 interestedUser=tanaka peerHost=c2.example peerIp=203.0.113.66 ` +
	`ruleId=52 ruleName=Callback to a known server rt=Apr 06 2026 09:29:57 GMT+09:00 threatType=2`

func TestAlert(t *testing.T) {
	for _, line := range []string{correlated, "TMEF:0|Trend Micro|Deep Discovery Inspector|6.7|1|X|8|interestedIp=10.1.2.30 peerIp=203.0.113.66 interestedMacAddress=02:00:5E:00:00:30 ruleName=Callback to a known server"} {
		a, err := Alert([]byte(line), clock)
		if err != nil {
			t.Fatal(err)
		}
		if a.Format != "tmef" || a.Interested.IP.String() != "10.1.2.30" || a.Interested.MAC.String() != "02:00:5e:00:00:30" ||
			a.Peer.IP.String() != "203.0.113.66" || a.Name != "Callback to a known server" {
			t.Errorf("%+v", a)
		}
	}
	a, _ := Alert([]byte(correlated), clock)
	if a.InterestedHost != "pc-030" || a.User != "tanaka" || a.Grade != 6 || a.ID != "100127" {
		t.Errorf("%+v", a)
	}
}

func TestPlainCEFIsNone(t *testing.T) {
	if a, err := Alert([]byte("CEF:0|V|P|1|1|x|5|src=10.0.0.1"), clock); err == nil {
		t.Errorf("read as %+v", a)
	}
}

func FuzzAlert(f *testing.F) {
	f.Add([]byte(correlated))
	f.Add([]byte("TMEF:0|a|b|c|d|e|f|interestedIp=::1"))
	f.Add([]byte("TMEF:CEF:TMEF:"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if a, err := Alert(b, clock); err == nil && a.Format != "tmef" {
			t.Errorf("%+v", a)
		}
	})
}
