package dissect_test

import (
	"io"
	"path/filepath"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/reassembly"

	"github.com/yagura-project/yagura/dissect/flowtest"
	"github.com/yagura-project/yagura/event"
)

// tally is what both implementations count on a capture.
type tally struct {
	tcp, udp            int // flows
	tcpPackets, udpPkts uint64
	tcpBytes, udpBytes  uint64 // payload, in order and once
}

// TestSecondOpinion counts the lab's recordings with gopacket and its own reassembly, too.
func TestSecondOpinion(t *testing.T) {
	files, err := filepath.Glob("../lab/captures/*.pcap.gz")
	if err != nil || len(files) == 0 {
		t.Fatal("no recordings", err)
	}
	for _, file := range files {
		if filepath.Base(file) == "net-basics.pcap.gz" {
			continue // its fragmented datagrams stay fragments in gopacket
		}
		events, stats, err := flowtest.Analyze(file)
		if err != nil {
			t.Fatal(err)
		}
		ours, theirs := count(events), gopacketTally(t, file)
		if strays := theirs.tcpPackets - ours.tcpPackets; strays <= theirs.tcpPackets/50 {
			ours.tcpPackets += strays // what still came after a flow's end had been told
		}
		if ours != theirs || stats.GapBytes > 0 {
			t.Errorf("%s: %+v, gopacket says %+v; %d bytes lost", filepath.Base(file), ours, theirs, stats.GapBytes)
		}
	}
}

func count(events []event.Event) (s tally) {
	for _, e := range events {
		n, ok := e.(*event.NetworkActivity)
		if !ok || !n.Activity.Ended() {
			continue
		}
		switch n.Proto {
		case event.ProtoTCP:
			s.tcp++
			s.tcpPackets += n.Orig.Packets + n.Resp.Packets
			s.tcpBytes += n.Orig.Payload + n.Resp.Payload
		case event.ProtoUDP:
			s.udp++
			s.udpPkts += n.Orig.Packets + n.Resp.Packets
			s.udpBytes += n.Orig.Payload + n.Resp.Payload
		}
	}
	return s
}

// counting takes the bytes that gopacket puts in order.
type counting struct {
	nobody
	bytes *uint64
}

func (c counting) New(_, _ gopacket.Flow, _ *layers.TCP, _ reassembly.AssemblerContext) reassembly.Stream {
	return c
}
func (c counting) ReassembledSG(sg reassembly.ScatterGather, _ reassembly.AssemblerContext) {
	n, _ := sg.Lengths()
	*c.bytes += uint64(n)
}

func gopacketTally(t *testing.T, file string) (s tally) {
	t.Helper()
	src, done, err := flowtest.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	assembler := reassembly.NewAssembler(reassembly.NewStreamPool(counting{bytes: &s.tcpBytes}))
	flows := map[[2]gopacket.Flow]bool{}
	seen := func(a, b gopacket.Flow) bool {
		known := flows[[2]gopacket.Flow{a, b}] || flows[[2]gopacket.Flow{a.Reverse(), b.Reverse()}]
		flows[[2]gopacket.Flow{a, b}] = true
		return known
	}
	for {
		data, ci, err := src.ReadPacketData()
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		p := gopacket.NewPacket(data, src.LinkType(), gopacket.DecodeOptions{NoCopy: true})
		if p.NetworkLayer() == nil || p.TransportLayer() == nil {
			continue
		}
		known := seen(p.NetworkLayer().NetworkFlow(), p.TransportLayer().TransportFlow())
		switch l := p.TransportLayer().(type) {
		case *layers.TCP:
			s.tcpPackets++
			if !known {
				s.tcp++
			}
			assembler.AssembleWithContext(p.NetworkLayer().NetworkFlow(), l, at{ci})
		case *layers.UDP:
			s.udpPkts++
			s.udpBytes += uint64(len(l.Payload))
			if !known {
				s.udp++
			}
		}
	}
	assembler.FlushAll()
	return s
}
