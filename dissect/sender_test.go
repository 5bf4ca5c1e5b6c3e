package dissect_test

import (
	"net/netip"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/all"
	"github.com/yagura-project/yagura/event"
)

// First bytes of a side that answers, and of one that asks, by the specifications that the protocols' folders name.
const (
	sipOK    = "SIP/2.0 200 OK\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
	sipAsks  = "OPTIONS sip:town.lg.jp SIP/2.0\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
	ikeTaken = "initspi1respspi1" + "\x28\x20\x22\x20" + "\x00\x00\x00\x00" + "\x00\x00\x00\x28" + "\x00\x00\x00\x0cnonce..."
	ikeMain  = "initspi1respspi1" + "\x01\x10\x02\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x28" + "\x00\x00\x00\x0c\x00\x00\x00\x01\x00\x00\x00\x01"
	tunnelOK = "\xc8\x02\x00\x14\x00\x07\x00\x00\x00\x00\x00\x01\x80\x08\x00\x00\x00\x00\x00\x02"
	vnc      = "RFB 003.008\n"
)

// TestSidesByContent takes the side that answers for the server although its packet is the first that was seen, where ports do not say who is who.
func TestSidesByContent(t *testing.T) {
	const asker, answerer = "192.0.2.1", "192.0.2.2"
	for name, c := range map[string]struct {
		udp      bool
		from, to uint16 // of the first packet
		said     string
		server   bool // the sender of the first packet is the server
	}{
		"an answer of SIP":                 {true, 15060, 15062, sipOK, true},
		"a question of SIP":                {true, 15060, 15062, sipAsks, false},
		"an answer of SIP between servers": {true, 5060, 5060, sipOK, true},
		"an answer to a server of SIP":     {true, 40000, 5060, sipOK, false}, // the port tells
		"an answer of SIP over TCP":        {false, 15060, 40000, sipOK, true},
		"a question of SIP over TCP":       {false, 40000, 15060, sipAsks, false},
		"a server of VNC":                  {false, 15900, 40000, vnc, true},
		"a client of VNC":                  {false, 40000, 15900, vnc, false},
		"an answer of IKE":                 {true, 15500, 15501, ikeTaken, true},
		"either of IKE 1":                  {true, 15500, 15501, ikeMain, false},
		"an answer of L2TP":                {true, 1701, 1701, tunnelOK, true},
	} {
		var got *event.NetworkActivity
		cfg := dissect.DefaultConfig()
		a := dissect.New(cfg, all.Protocols, func(e event.Event) {
			if n, ok := e.(*event.NetworkActivity); ok && n.Activity.Ended() {
				got = n
			}
		})
		client, server := asker, answerer // of packets: the first one's sender is answerer
		give(t, a, 1, server, client, c.udp, c.from, c.to, 1000, 2000, c.said)
		give(t, a, 2, client, server, c.udp, c.to, c.from, 2000, 1000+uint32(len(c.said)), "\r\n")
		a.Close()
		if got == nil || got.App == "" {
			t.Errorf("%s: %+v", name, got)
			continue
		}
		if turned := got.Src.IP == netip.MustParseAddr(asker); turned != c.server || (got.Src.Port == c.to) != c.server && c.from != c.to || got.Orig.Packets != 1 || got.Resp.Packets != 1 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// give sends one packet within a conversation whose beginning is missing.
func give(t *testing.T, a *dissect.Analyzer, n int64, from, to string, udp bool, fromPort, toPort uint16, seq, ack uint32, said string) {
	t.Helper()
	ip := &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolTCP, SrcIP: netip.MustParseAddr(from).AsSlice(), DstIP: netip.MustParseAddr(to).AsSlice()}
	var l4 gopacket.SerializableLayer = &layers.TCP{SrcPort: layers.TCPPort(fromPort), DstPort: layers.TCPPort(toPort), Seq: seq, Ack: ack, ACK: true, PSH: true, Window: 1000}
	if udp {
		ip.Protocol, l4 = layers.IPProtocolUDP, &layers.UDP{SrcPort: layers.UDPPort(fromPort), DstPort: layers.UDPPort(toPort)}
	}
	buf := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true}, ip, l4, gopacket.Payload(said)); err != nil {
		t.Fatal(err)
	}
	a.Packet(&capture.Packet{Nanos: n * 1e6, Data: buf.Bytes(), OrigLen: len(buf.Bytes()), Link: capture.LinkRaw})
}
