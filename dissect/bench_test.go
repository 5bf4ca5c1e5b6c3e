package dissect_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/reassembly"

	"github.com/yagura-project/yagura/capture"
	"github.com/yagura-project/yagura/dissect"
	"github.com/yagura-project/yagura/dissect/all"
	"github.com/yagura-project/yagura/event"
)

// load reads a capture into memory.
func load(b *testing.B, file string) (out []capture.Packet, bytes int) {
	b.Helper()
	f, err := capture.Open(file, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	for {
		var p capture.Packet
		if err := f.Next(&p); err != nil {
			return out, bytes
		}
		p.Data = append([]byte(nil), p.Data...)
		out = append(out, p)
		bytes += p.OrigLen
	}
}

// bulk is long flows of full segments, the mean of a busy town's line: 922 bytes.
func bulk() (out []capture.Packet, bytes int) {
	opts := gopacket.SerializeOptions{FixLengths: true}
	const flows, segments = 128, 32
	for i := range segments {
		for n := range flows {
			ip := layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolTCP,
				SrcIP: []byte{10, 1, byte(n >> 8), byte(n)}, DstIP: []byte{203, 0, 113, byte(n % 9)}}
			tcp := layers.TCP{SrcPort: layers.TCPPort(40000 + n), DstPort: 9, Seq: uint32(1000 + 868*(i-1)), ACK: true, PSH: true, Window: 1000}
			if i == 0 {
				tcp.Seq, tcp.SYN, tcp.ACK, tcp.PSH = 999, true, false, false
			}
			payload := gopacket.Payload(make([]byte, 868))
			if i == 0 {
				payload = nil
			}
			buf := gopacket.NewSerializeBuffer()
			eth := layers.Ethernet{SrcMAC: []byte{2, 0, 0, 0, 0, 1}, DstMAC: []byte{2, 0, 0, 0, 0, 2}, EthernetType: layers.EthernetTypeIPv4}
			if err := gopacket.SerializeLayers(buf, opts, &eth, &ip, &tcp, payload); err != nil {
				panic(err)
			}
			out = append(out, capture.Packet{Nanos: int64(i) * 1e6, Data: buf.Bytes(), OrigLen: len(buf.Bytes()), Link: capture.LinkEthernet})
			bytes += len(buf.Bytes())
		}
	}
	return out, bytes
}

// run times analyze over packets; each round is half an hour later than the one before.
func run(b *testing.B, packets []capture.Packet, bytes int, analyze func(*capture.Packet)) {
	b.SetBytes(int64(bytes / len(packets)))
	b.ReportAllocs()
	b.ResetTimer()
	shift, before := int64(0), cpu()
	var p capture.Packet
	for i := 0; i < b.N; {
		for j := range packets {
			p = packets[j]
			p.Nanos += shift
			analyze(&p)
			if i++; i == b.N {
				break
			}
		}
		shift += int64(30 * time.Minute)
	}
	b.ReportMetric(float64(cpu()-before)/float64(b.N), "cpu-ns/op") // on a shared machine, the figure to look at
}

// cpu is the processor time that this process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkBulk(b *testing.B) {
	packets, bytes := bulk()
	b.Run("yagura", func(b *testing.B) {
		a := dissect.New(dissect.DefaultConfig(), nil, func(event.Event) {})
		run(b, packets, bytes, a.Packet)
	})
	b.Run("gopacket", func(b *testing.B) { run(b, packets, bytes, gopacketReassembly()) })
}

func BenchmarkBreach(b *testing.B) {
	packets, bytes := load(b, "../lab/captures/breach.pcap.gz")
	b.Run("flows", func(b *testing.B) {
		a := dissect.New(dissect.DefaultConfig(), nil, func(event.Event) {})
		run(b, packets, bytes, a.Packet)
	})
	b.Run("all", func(b *testing.B) {
		a := dissect.New(dissect.DefaultConfig(), all.Protocols, func(event.Event) {})
		run(b, packets, bytes, a.Packet)
	})
	b.Run("gopacket", func(b *testing.B) { run(b, packets, bytes, gopacketReassembly()) })
}

// nobody takes reassembled bytes.
type nobody struct{}

func (nobody) New(_, _ gopacket.Flow, _ *layers.TCP, _ reassembly.AssemblerContext) reassembly.Stream {
	return nobody{}
}
func (nobody) Accept(*layers.TCP, gopacket.CaptureInfo, reassembly.TCPFlowDirection, reassembly.Sequence, *bool, reassembly.AssemblerContext) bool {
	return true
}
func (nobody) ReassembledSG(sg reassembly.ScatterGather, _ reassembly.AssemblerContext) {
	n, _ := sg.Lengths()
	sg.Fetch(n)
}
func (nobody) ReassemblyComplete(reassembly.AssemblerContext) bool { return true }

// gopacketReassembly is the quickest ordinary use of gopacket: a decoding parser and its own reassembly.
func gopacketReassembly() func(*capture.Packet) {
	var eth layers.Ethernet
	var ip4 layers.IPv4
	var ip6 layers.IPv6
	var tcp layers.TCP
	var udp layers.UDP
	var payload gopacket.Payload
	parser := gopacket.NewDecodingLayerParser(layers.LayerTypeEthernet, &eth, &ip4, &ip6, &tcp, &udp, &payload)
	parser.IgnoreUnsupported = true
	assembler := reassembly.NewAssembler(reassembly.NewStreamPool(nobody{}))
	var found []gopacket.LayerType
	last := int64(0)
	return func(p *capture.Packet) {
		if p.Nanos < last-1e9 || p.Nanos > last+60e9 {
			assembler.FlushAll()
		}
		last = p.Nanos
		if parser.DecodeLayers(p.Data, &found) != nil {
			return
		}
		for i, l := range found {
			if l == layers.LayerTypeTCP && i > 0 {
				flow := ip4.NetworkFlow()
				if found[i-1] == layers.LayerTypeIPv6 {
					flow = ip6.NetworkFlow()
				}
				assembler.AssembleWithContext(flow, &tcp, at{gopacket.CaptureInfo{Timestamp: p.Time()}})
			}
		}
	}
}

type at struct{ ci gopacket.CaptureInfo }

func (a at) GetCaptureInfo() gopacket.CaptureInfo { return a.ci }
