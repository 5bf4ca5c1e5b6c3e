package dissect

import (
	"encoding/binary"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/event/wire"
)

// looker is an Inspector that looks at everything and keeps nothing.
type looker struct{ calls int }

func (i *looker) Wants(wire.Buffer) bool                                    { i.calls++; return false }
func (i *looker) Stream(*wire.Flow, Dir, []byte)                            { i.calls++ }
func (i *looker) Gap(*wire.Flow, Dir, int)                                  { i.calls++ }
func (i *looker) Tx(*wire.Flow, *wire.Tx)                                   { i.calls++ }
func (i *looker) Packet(*wire.Packet, *wire.Flow, Dir, int64, uint64, bool) { i.calls++ }
func (i *looker) Close(*wire.Flow, int64)                                   { i.calls++ }

// traffic is some packets of many flows, each of which goes on where it ended when it is played again.
type traffic []capture.Packet

const tcpSeq = 14 + 20 + 4

func (p *traffic) add(t *testing.T, at int64, l ...gopacket.SerializableLayer) {
	t.Helper()
	buf := gopacket.NewSerializeBuffer()
	eth := &layers.Ethernet{SrcMAC: make([]byte, 6), DstMAC: make([]byte, 6), EthernetType: layers.EthernetTypeIPv4}
	all := append([]gopacket.SerializableLayer{eth}, append(l, gopacket.Payload(make([]byte, 500)))...)
	if err := gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true}, all...); err != nil {
		t.Fatal(err)
	}
	*p = append(*p, capture.Packet{Nanos: at, Data: buf.Bytes(), OrigLen: len(buf.Bytes()), Link: capture.LinkEthernet})
}

// play gives all packets and moves the TCP ones on by what they carry together.
func (p traffic) play(a *Analyzer) {
	for i := range p {
		packet := p[i]
		a.Packet(&packet)
		if b := p[i].Data; b[23] == 6 {
			binary.BigEndian.PutUint32(b[tcpSeq:], binary.BigEndian.Uint32(b[tcpSeq:])+2000)
		}
	}
}

// TestNoAllocations plays open flows: TCP in order, out of order and with the capture's cuts, UDP, of protocols known and unknown,
// with and without somebody who looks at the packets. Once warm, a packet costs no allocation.
func TestNoAllocations(t *testing.T) {
	order := map[string][]uint32{"in order": {0, 1, 2, 3}, "out of order": {0, 2, 1, 3}, "again": {0, 0, 1, 2, 1, 3}}
	for name, seqs := range order {
		for _, watched := range []bool{false, true} {
			var p traffic
			for n := range 64 {
				port := layers.TCPPort(7 + n%2*2)
				for i, seq := range seqs {
					p.add(t, int64(i), ipv4("10.0.0.1", "192.0.2.9", layers.IPProtocolTCP), &layers.TCP{SrcPort: layers.TCPPort(1000 + n), DstPort: port, Seq: seq * 500, ACK: true})
				}
				p.add(t, 9, ipv4("10.0.0.1", "192.0.2.9", layers.IPProtocolUDP), &layers.UDP{SrcPort: layers.UDPPort(1000 + n), DstPort: layers.UDPPort(port)})
			}
			a := New(DefaultConfig(), []Protocol{silent}, func(event.Event) {})
			i := &looker{}
			if watched {
				a.Inspect(i)
			}
			for range 20 {
				p.play(a)
			}
			if n := testing.AllocsPerRun(20, func() { p.play(a) }); n > 0 {
				t.Errorf("%s, watched %v: %v allocations for %d packets", name, watched, n, len(p))
			}
			if a.stats.GapBytes > 0 || a.stats.Unparsed > 0 || watched != (i.calls > 0) {
				t.Errorf("%s: %+v, %d calls of the inspector", name, a.stats, i.calls)
			}
		}
	}
}

// silent takes whatever comes on port 7, always leaving some bytes for later.
var silent = Protocol{Name: "silent", TCP: []uint16{7}, UDP: []uint16{7},
	Stream: func(*Flow) Stream { return silence{} }, Datagrams: func(*Flow) Datagrams { return silence{} }}

type silence struct{}

func (silence) Data(_ Dir, b []byte) (int, error) { return max(0, len(b)-100), nil }
func (silence) Datagram(Dir, []byte) error        { return nil }
func (silence) Gap(Dir, int) error                { return nil }
func (silence) Close()                            {}
