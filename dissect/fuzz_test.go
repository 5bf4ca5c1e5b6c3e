package dissect_test

import (
	"testing"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/all"
	"github.com/yagura-project/yagura/event"
)

// FuzzAnalyzer takes its bytes for packets, each behind a byte of length / 8 and one of time, and checks that
// flows open once and end once, whatever the packets are.
func FuzzAnalyzer(f *testing.F) {
	for _, name := range []string{"http-pipeline", "dns-tcp", "smb2-files", "tls-clients", "net-basics"} {
		src, err := capture.Open("../lab/captures/"+name+".pcap.gz", nil)
		if err != nil {
			f.Fatal(err)
		}
		var seed []byte
		var p capture.Packet
		for src.Next(&p) == nil && len(seed) < 8<<10 {
			n := min(len(p.Data), 8*255) / 8
			seed = append(append(seed, byte(n), 1), p.Data[:8*n]...)
		}
		src.Close()
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		open, ended := 0, 0
		cfg := dissect.DefaultConfig()
		cfg.Seed = 1
		a := dissect.New(cfg, all.Protocols, func(e event.Event) {
			if n, ok := e.(*event.NetworkActivity); ok && n.Activity == event.FlowOpen {
				open++
			} else if ok && n.Activity.Ended() {
				ended++
			}
		})
		now := int64(0)
		for len(b) >= 2 {
			n := min(8*int(b[0]), len(b)-2)
			now += (int64(int8(b[1])) << 26) * int64(b[1]&7)
			a.Packet(&capture.Packet{Nanos: max(now, 0), Data: b[2 : 2+n], OrigLen: n + int(b[1]&3), Link: capture.LinkEthernet})
			b = b[2+n:]
		}
		a.Close()
		if s := a.Stats(); open != ended || s.FlowsOpen != 0 || uint64(open) != s.Flows {
			t.Errorf("%d opened, %d ended, %+v", open, ended, s)
		}
	})
}
