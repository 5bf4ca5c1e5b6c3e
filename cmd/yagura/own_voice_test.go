package main

import (
	"net"
	"net/netip"
	"testing"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/arp"
	"github.com/yagura-project/yagura/event"
)

// What Yagura says in others' names is no fact about the network.
func TestOwnVoices(t *testing.T) {
	interfaces, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	var own event.MAC
	name := ""
	for _, i := range interfaces {
		if len(i.HardwareAddr) == 6 {
			own, name = event.MAC(i.HardwareAddr), i.Name
		}
	}
	if name == "" {
		t.Skip("this machine has no Ethernet interface")
	}
	c := arp.DefaultConfig()
	c.Segments = []arp.Segment{{Interface: name, Prefixes: []netip.Prefix{netip.MustParsePrefix("fd00::/64")}}}
	j := &judge{voices: ownVoices(act.Config{Enforcers: []map[string]act.Section{{"none": {}}, {"arp": act.Settings(&c)}}})}
	other := event.MAC{2, 0, 0, 0, 0, 7}
	says := func(from, sender event.MAC) *event.NetworkActivity {
		return &event.NetworkActivity{Conn: event.Conn{Src: event.Endpoint{MAC: from}}, ARP: &event.ARP{Op: 2, SenderIP: netip.MustParseAddr("10.1.0.1"), Sender: sender}}
	}
	if !j.ours(says(own, own)) || !j.ours(says(own, other)) {
		t.Error("its own answers are taken for facts")
	}
	if j.ours(says(other, other)) || j.ours(&event.NetworkActivity{Conn: event.Conn{Src: event.Endpoint{MAC: own}}}) || j.ours(&event.DNSActivity{}) {
		t.Error("facts are taken for its own answers")
	}
}
