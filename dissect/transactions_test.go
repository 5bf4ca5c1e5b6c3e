package dissect_test

import (
	"testing"

	"github.com/yagura-project/yagura/dissect/dns"
	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/dissect/http"
	"github.com/yagura-project/yagura/event"
)

// TestTransactionsOfFlows: the end of a flow tells how many transactions it had, also where its parser has rested in between.
func TestTransactionsOfFlows(t *testing.T) {
	for _, file := range []string{"dns-udp.pcap.gz", "dns-tcp.pcap.gz", "http-pipeline.pcap.gz"} {
		events, _, err := flowtest.Analyze("../lab/captures/"+file, dns.Protocol, http.Protocol)
		if err != nil {
			t.Fatal(err)
		}
		said, total := map[uint64]uint32{}, 0
		for _, e := range events {
			switch e := e.(type) {
			case *event.DNSActivity:
				said[e.FlowID]++
			case *event.HTTPActivity:
				said[e.FlowID]++
			case *event.NetworkActivity:
				if total += int(e.Txs); e.Activity.Ended() && e.Txs != said[e.FlowID] {
					t.Errorf("%s: flow %d had %d transactions, its parser told %d", file, e.FlowID, e.Txs, said[e.FlowID])
				}
			}
		}
		if total == 0 {
			t.Errorf("%s: no transactions", file)
		}
	}
}
