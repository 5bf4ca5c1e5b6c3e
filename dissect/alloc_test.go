package dissect

import (
	"testing"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// TestNoAllocations sends segments of open flows, in order, out of order and of protocols known and unknown: once
// warm, a packet costs no allocation.
func TestNoAllocations(t *testing.T) {
	var packets []capture.Packet
	for n := range 64 {
		for i, seq := range []uint32{0, 2, 1, 3} { // the second and third change places
			ip := ipv4("10.0.0.1", "192.0.2.9", layers.IPProtocolTCP)
			tcp := &layers.TCP{SrcPort: layers.TCPPort(1000 + n), DstPort: 7, Seq: seq * 500, ACK: true}
			if n%2 == 0 {
				tcp.DstPort = 9
			}
			buf := gopacket.NewSerializeBuffer()
			eth := &layers.Ethernet{SrcMAC: make([]byte, 6), DstMAC: make([]byte, 6), EthernetType: layers.EthernetTypeIPv4}
			if err := gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true}, eth, ip, tcp, gopacket.Payload(make([]byte, 500))); err != nil {
				t.Fatal(err)
			}
			packets = append(packets, capture.Packet{Nanos: int64(i), Data: buf.Bytes(), OrigLen: len(buf.Bytes()), Link: capture.LinkEthernet})
		}
	}
	const tcpSeq = 14 + 20 + 4
	a := New(DefaultConfig(), []Protocol{silent}, func(event.Event) {})
	round := func() {
		for i := range packets {
			p := packets[i]
			a.Packet(&p)
			b := packets[i].Data // the next round goes on where this one ends
			seq := uint32(b[tcpSeq])<<24 | uint32(b[tcpSeq+1])<<16 | uint32(b[tcpSeq+2])<<8 | uint32(b[tcpSeq+3])
			seq += 2000
			b[tcpSeq], b[tcpSeq+1], b[tcpSeq+2], b[tcpSeq+3] = byte(seq>>24), byte(seq>>16), byte(seq>>8), byte(seq)
		}
	}
	for range 20 {
		round()
	}
	if n := testing.AllocsPerRun(20, round); n > 0 {
		t.Errorf("%v allocations for %d packets", n, len(packets))
	}
	if a.stats.GapBytes > 0 || a.stats.Unparsed > 0 {
		t.Errorf("%+v", a.stats)
	}
}

// silent takes whatever comes on port 7, always leaving some bytes for later.
var silent = Protocol{Name: "silent", TCP: []uint16{7}, Stream: func(*Flow) Stream { return silence{} }}

type silence struct{}

func (silence) Data(_ Dir, b []byte) (int, error) { return max(0, len(b)-100), nil }
func (silence) Gap(Dir, int) error                { return nil }
func (silence) Close()                            {}
