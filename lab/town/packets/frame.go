package packets

import (
	"encoding/binary"
	"net"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/yagura-project/yagura/event"
)

var computed = gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}

// emit hands on one frame of these layers.
func (w *Writer) emit(list ...gopacket.SerializableLayer) { w.emitCut(0, list...) }

// emitCut hands on a frame of IPv4 that was so many bytes longer on the wire than what is kept of it.
func (w *Writer) emitCut(beyond int, list ...gopacket.SerializableLayer) {
	_ = w.buf.Clear()
	if err := gopacket.SerializeLayers(w.buf, computed, list...); err != nil {
		w.left++
		return
	}
	b := w.buf.Bytes()
	if beyond > 0 {
		longer(b[ethernetHead:], beyond)
	}
	w.out(w.now, b, len(b)+beyond)
	w.tick(w.now)
}

const ethernetHead = 14

// longer puts another length into a header of IPv4 (RFC 791 §3.1), and its checksum (RFC 1071).
func longer(h []byte, by int) {
	binary.BigEndian.PutUint16(h[2:], binary.BigEndian.Uint16(h[2:])+uint16(by))
	h[10], h[11] = 0, 0
	sum := uint32(0)
	for i := 0; i < 20; i += 2 {
		sum += uint32(binary.BigEndian.Uint16(h[i:]))
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	binary.BigEndian.PutUint16(h[10:], ^uint16(sum))
}

// sides are the endpoints of a frame in a direction.
func (f *flow) sides(d dir) (src, dst event.Endpoint) {
	if d == up {
		return f.Src, f.Dst
	}
	return f.Dst, f.Src
}

// unknownMAC stands where the events did not tell an Ethernet address.
var unknownMAC = net.HardwareAddr{0x02, 0, 0, 0, 0, 0xfe}

func mac(m event.MAC) net.HardwareAddr {
	if m.IsZero() {
		return unknownMAC
	}
	return net.HardwareAddr(m[:])
}

func (f *flow) network(d dir, p layers.IPProtocol) (*layers.Ethernet, *layers.IPv4) {
	src, dst := f.sides(d)
	return &layers.Ethernet{SrcMAC: mac(src.MAC), DstMAC: mac(dst.MAC), EthernetType: layers.EthernetTypeIPv4},
		&layers.IPv4{Version: 4, TTL: 64, Protocol: p, SrcIP: src.IP.AsSlice(), DstIP: dst.IP.AsSlice(), Flags: layers.IPv4DontFragment}
}

func (w *Writer) segment(f *flow, d dir, flags uint8, b []byte) { w.segmentCut(f, d, flags, b, 0) }

func (w *Writer) segmentCut(f *flow, d dir, flags uint8, b []byte, beyond int) {
	eth, ip := f.network(d, layers.IPProtocolTCP)
	src, dst := f.sides(d)
	t := &layers.TCP{SrcPort: layers.TCPPort(src.Port), DstPort: layers.TCPPort(dst.Port), Seq: f.seq[d], Ack: f.seq[1-d], Window: 64240,
		FIN: flags&event.FlagFIN > 0, SYN: flags&event.FlagSYN > 0, RST: flags&event.FlagRST > 0, PSH: flags&event.FlagPSH > 0, ACK: flags&event.FlagACK > 0}
	if !t.ACK {
		t.Ack = 0
	}
	_ = t.SetNetworkLayerForChecksum(ip)
	w.emitCut(beyond, eth, ip, t, gopacket.Payload(b))
}

func (w *Writer) datagram(f *flow, d dir, b []byte) {
	eth, ip := f.network(d, layers.IPProtocolUDP)
	src, dst := f.sides(d)
	u := &layers.UDP{SrcPort: layers.UDPPort(src.Port), DstPort: layers.UDPPort(dst.Port)}
	_ = u.SetNetworkLayerForChecksum(ip)
	f.said[d] += uint64(len(b))
	w.emit(eth, ip, u, gopacket.Payload(b))
}

// icmp writes the echoes that a flow of them counted, at most a hundred.
func (w *Writer) icmp(f *flow, e *event.NetworkActivity) {
	if !e.Activity.Ended() {
		return
	}
	n := min(max(e.Orig.Packets, 1), 100)
	for i := range n {
		w.echo(f, up, layers.ICMPv4TypeEchoRequest, uint16(i), int(e.Orig.Payload/max(e.Orig.Packets, 1)))
		if e.Resp.Packets > 0 {
			w.echo(f, down, layers.ICMPv4TypeEchoReply, uint16(i), int(e.Resp.Payload/e.Resp.Packets))
		}
	}
	delete(w.flows, e.FlowID)
}

func (w *Writer) echo(f *flow, d dir, kind uint8, seq uint16, size int) {
	eth, ip := f.network(d, layers.IPProtocolICMPv4)
	w.emit(eth, ip, &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(kind, 0), Id: uint16(f.FlowID), Seq: seq}, gopacket.Payload(pattern(min(size, 1400))))
}

// pattern is what Windows puts into a ping.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = 'a' + byte(i%23)
	}
	return b
}
